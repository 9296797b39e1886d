import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.ts';
import { seededRandom } from '../../../src/common/random.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { BaseOperator } from '../../../src/operators/base-operator.ts';
import { PassThroughOperator } from '../../../src/operators/pass-through.ts';
import { OperatorCapture } from '../../../src/runtime/checkpoints/captured.ts';
import { END_OF_TIME } from '../../../src/runtime/operator-node.ts';
import { emptyBatch, GraphBuilder } from './support.ts';

/** Notes what it is called with, and refuses when asked to. */
class Probe extends BaseOperator {
  readonly calls: string[] = [];
  readonly refuses: () => boolean;

  constructor(refuses: () => boolean = () => false) {
    super();
    this.refuses = refuses;
  }

  #take(call: string): boolean {
    if (this.refuses()) return false;
    this.calls.push(call);
    return true;
  }

  process(port: number, batch: Batch): boolean {
    return this.#take(`rows ${batch.rowCount} at ${port}`);
  }

  override watermark(time: bigint): boolean {
    return this.#take(`time ${time}`);
  }

  override endOfInput(port: number): boolean {
    return this.#take(`end of ${port}`);
  }
}

const untilTaken = (call: () => boolean): void => {
  for (let tries = 0; !call(); tries++) if (tries > 1000) throw new Error('never taken');
};

const batchOf = (rowCount: number): Batch => Object.assign(emptyBatch(), { rowCount });

describe('operator node', () => {
  it('delivers everything to each consumer once and in order, whoever refuses', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed);
      const graph = new GraphBuilder(systemClock);
      const top = graph.node(new PassThroughOperator());
      const probes = [0, 0.4, 0.8].map((chance) => new Probe(() => random.next() < chance));
      const middle = graph.node(new PassThroughOperator(), top);
      graph.node(probes[0]!, top);
      graph.node(probes[1]!, middle);
      graph.node(probes[2]!, middle);
      for (let n = 1; n <= 10; n++) {
        untilTaken(() => top.offer(batchOf(n)));
        untilTaken(() => top.advance(BigInt(n)));
      }
      untilTaken(() => top.forwardEnd());
      const expected = [...Array.from({ length: 10 }, (_, n) => [`rows ${n + 1} at 0`, `time ${n + 1}`]).flat(), 'end of 0'];
      for (const probe of probes) expect(probe.calls, `seed ${seed}`).toEqual(expected);
      expect(top.metrics).toMatchObject({ rowsIn: 0, rowsOut: 55 });
      expect(middle.metrics).toMatchObject({ rowsIn: 55, rowsOut: 55 });
    }
  });

  it('shows an operator the least watermark of its ports, which never goes back', () => {
    const graph = new GraphBuilder(systemClock);
    const [a, b] = [graph.node(new PassThroughOperator()), graph.node(new PassThroughOperator())];
    const probe = new Probe();
    const node = graph.node(probe, a, b);
    for (const [port, time] of [
      [a, 5n],
      [b, 3n],
      [b, 2n],
      [b, 9n],
      [a, 4n],
      [a, 7n],
      [a, END_OF_TIME],
      [b, END_OF_TIME],
    ] as const)
      expect(port.advance(time)).toBe(true);
    expect(probe.calls).toEqual(['time 3', 'time 5', 'time 7', 'time 9', `time ${END_OF_TIME}`]);
    expect(node.time).toBe(END_OF_TIME);
  });

  it('forwards a watermark only after the operator has taken it, and each to each consumer once', () => {
    let refusals = 3;
    const graph = new GraphBuilder(systemClock);
    const top = graph.node(new PassThroughOperator());
    const first = new Probe(() => refusals-- > 0);
    const second = new Probe();
    const node = graph.node(first, top);
    graph.node(second, node);
    for (let n = 0; n < 3; n++) expect(top.advance(1n)).toBe(false);
    expect(second.calls).toEqual([]);
    expect(top.advance(1n)).toBe(true);
    expect([first.calls, second.calls]).toEqual([['time 1'], ['time 1']]);
    expect(top.advance(1n)).toBe(true);
    expect(second.calls).toEqual(['time 1']);
  });

  it('ends when the last of its ports has ended', () => {
    const graph = new GraphBuilder(systemClock);
    const [a, b] = [graph.node(new PassThroughOperator()), graph.node(new PassThroughOperator())];
    const union = new Probe();
    const after = new Probe();
    graph.node(after, graph.node(union, a, b));
    a.forwardEnd();
    expect([union.calls, after.calls]).toEqual([['end of 0'], []]);
    b.forwardEnd();
    expect([union.calls, after.calls]).toEqual([['end of 0', 'end of 1'], ['end of 0']]);
  });

  it('is told of its end once, however often it goes on among other workers before that comes again', () => {
    const start = () => {
      const graph = new GraphBuilder(systemClock);
      const top = graph.node(new PassThroughOperator());
      const probe = new Probe();
      return { top, probe, node: graph.node(probe, top) };
    };
    const first = start();
    first.top.forwardEnd();
    expect(first.probe.calls).toEqual(['end of 0']);
    const second = start();
    second.node.restoreEnded(first.node.capture(new OperatorCapture()));
    // Captured before the end comes again.
    const third = start();
    third.node.restore(second.node.capture(new OperatorCapture()));
    third.top.forwardEnd();
    expect(third.probe.calls).toEqual([]);
    expect(third.node.capture(new OperatorCapture())).toMatchObject({ openInputs: 0, wasOver: true });
  });

  it('refuses batches when the turn is over, and nothing else', () => {
    const graph = new GraphBuilder(systemClock);
    const top = graph.node(new PassThroughOperator());
    const probe = new Probe();
    const node = graph.node(probe, top);
    let over = true;
    node.turn = { isOver: () => over };
    expect(top.offer(batchOf(1))).toBe(false);
    over = false;
    expect(top.offer(batchOf(1))).toBe(true);
    expect(probe.calls).toEqual(['rows 1 at 0']);
  });
});
