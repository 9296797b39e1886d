import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.ts';
import { type Random, seededRandom } from '../../../src/common/random.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { BaseOperator } from '../../../src/operators/base-operator.ts';
import { PartialAggregateOperator } from '../../../src/operators/partial-aggregate.ts';
import { PassThroughOperator } from '../../../src/operators/pass-through.ts';
import { END_OF_TIME } from '../../../src/operators/window-time.ts';
import type { WindowSpec } from '../../../src/plan/nodes/node.ts';
import { KeyBatch } from '../../conformance/state-model.ts';
import { GraphBuilder, kernels } from '../runtime/support.ts';
import { aggregate, schemaOf } from './support.ts';

const INPUT = schemaOf({ key: types.bigint(), at: types.timestamp(3, false) });
const WINDOW: WindowSpec = {
  kind: 'tumble',
  sizeMs: 1000,
  slideMs: 1000,
  offsetMs: 0,
  timeColumn: 1,
  eventTime: true,
};

/** Notes how many groups come, and when time goes on; refuses now and then. */
class Probe extends BaseOperator {
  readonly calls: string[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    super();
    this.#random = random;
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#random.next() < 0.4) return false;
    this.calls.push(`${batch.size} groups`);
    return true;
  }

  override watermark(time: bigint): boolean {
    if (this.#random.next() < 0.4) return false;
    this.calls.push(`time ${time}`);
    return true;
  }
}

const untilTaken = (call: () => boolean): void => {
  for (let tries = 0; !call(); tries++) if (tries > 1000) throw new Error('never taken');
};

function start(seed: number) {
  const graph = new GraphBuilder(systemClock);
  const source = graph.node(new PassThroughOperator());
  const calls = [aggregate(INPUT, 'COUNT')];
  const partial = new PartialAggregateOperator({
    input: INPUT,
    keys: [0],
    calls,
    sliced: true,
    window: WINDOW,
    timeZone: 'UTC',
    final: false,
  });
  const node = graph.node(partial, source);
  const probe = new Probe(seededRandom(seed));
  graph.node(probe, node);
  const batch = new KeyBatch(
    kernels,
    INPUT.fields.map(({ type }) => type),
  );
  return {
    partial,
    calls: probe.calls,
    rows: (...rows: [bigint, bigint][]) => untilTaken(() => source.offer(batch.fill(rows))),
    time: (time: bigint) => untilTaken(() => source.advance(time)),
    idle: (isIdle: boolean) => untilTaken(() => source.idle(isIdle)),
    end: () => untilTaken(() => source.forwardEnd()),
    settle: () => untilTaken(() => partial.settle('turn')),
  };
}

describe('the first half of a windowed aggregation', () => {
  it.each([1, 2, 3, 4, 5])('holds time back with the rows before it until the turn is over, seed %i', (seed) => {
    const run = start(seed);
    expect(run.partial.holdsBack).toBe(false);
    run.rows([1n, 100n], [2n, 200n]);
    run.time(150n);
    run.rows([1n, 300n], [1n, 1400n]);
    run.time(1000n);
    expect(run.calls).toEqual([]);
    run.settle();
    expect(run.calls).toEqual(['3 groups', 'time 1000']);
    expect(run.partial.holdsBack).toBe(false);
    run.settle();
    run.time(2000n);
    expect(run.partial.holdsBack).toBe(true);
    run.settle();
    expect(run.calls).toEqual(['3 groups', 'time 1000', 'time 2000']);
  });

  it('hands both on before it is idle, and when the input ends', () => {
    const run = start(6);
    run.rows([1n, 100n]);
    run.time(100n);
    run.idle(true);
    expect(run.calls).toEqual(['1 groups', 'time 100']);
    run.idle(false);
    run.rows([1n, 200n]);
    run.time(300n);
    run.time(END_OF_TIME);
    expect(run.calls.slice(2)).toEqual(['1 groups', `time ${END_OF_TIME}`]);
    run.end();
    expect(run.partial.holdsBack).toBe(false);
  });
});
