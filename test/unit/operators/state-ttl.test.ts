import { describe, expect, it } from 'vitest';
import { openSpillFile } from '../../../src/backends/local/node/node-spill-file.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import { type Batch, ByteVector, RowKind } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { ChangelogNormalizeOperator } from '../../../src/operators/changelog-normalize.ts';
import { GroupAggregateOperator } from '../../../src/operators/group-aggregate.ts';
import type { Operator } from '../../../src/operators/operator.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { spillingTables } from '../../../src/state/spill/spilling-tables.ts';
import { KeyBatch, valueAt } from '../../conformance/state-model.ts';
import { aggregate, schemaOf } from './support.ts';

const INPUT = schemaOf({ k: types.bigint(), v: types.bigint() });
const TTL = 1000;
const KINDS = ['+I', '-U', '+U', '-D'];
const { insert: I, updateBefore: UB, updateAfter: UA, delete: D } = RowKind;
type Row = readonly [kind: (typeof RowKind)[keyof typeof RowKind], k: bigint, v: bigint];

/** An operator on a clock of its own, whose state lies in memory or, all of it between two batches, in a file. */
async function harness(make: () => Operator, spilled: boolean) {
  const kernels = await loadKernels();
  const clock = new VirtualClock(1_000_000);
  const batch = new KeyBatch(
    kernels,
    INPUT.fields.map(({ type }) => type),
  );
  const kinds = new ByteVector(kernels.memory);
  let out: string[] = [];
  const offer = (given: Batch): boolean => {
    for (let n = 0; n < given.size; n++) {
      const i = given.rowIndex(n);
      out.push(`${KINDS[given.kind(i)]}[${given.columns.map((column) => valueAt(kernels, column, i)).join()}]`);
    }
    return true;
  };
  const open = (): { operator: Operator; state: MemoryState } => {
    const state = new MemoryState(kernels, spilled ? spillingTables({ budgetBytes: 1, openFile: () => openSpillFile() }) : undefined);
    const operator = make();
    operator.open({
      kernels,
      clock,
      out: { offer, advance: () => true, idle: () => true },
      state,
      name: 'test',
      metrics: { lateRows: 0 },
      splits: { current: 0, active: new Set() },
    });
    return { operator, state };
  };
  let { operator, state } = open();
  return {
    clock,
    get nextTimer() {
      return operator.nextTimer();
    },
    /** What comes out for some rows; the order of the keys does not matter. */
    push(...rows: readonly Row[]): string[] {
      out = [];
      batch.fill(rows.map(([, k, v]) => [k, v]));
      kinds.view.set(rows.map(([kind]) => kind));
      batch.batch.kinds = rows.every(([kind]) => kind === I) ? null : kinds;
      expect(operator.process(0, batch.batch)).toBe(true);
      return out;
    },
    /** Calls the timers that are due, as the runtime does; returns how often. */
    fire(): number {
      let calls = 0;
      for (; calls < 1000; calls++) {
        const at = operator.nextTimer();
        if (at === undefined || at > clock.now()) break;
        operator.timer(clock.now());
      }
      return calls;
    },
    /** Keys that the state holds. */
    keys(): number {
      let rows = 0;
      operator.snapshot({
        writeGroup: (_, __, bytes) => {
          rows += new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true);
        },
        writeOperator: () => undefined,
      });
      return rows;
    },
    restart(): void {
      const groups: { name: string; group: number; bytes: Uint8Array }[] = [];
      operator.snapshot({
        writeGroup: (name, group, bytes) => groups.push({ name, group, bytes: bytes.slice() }),
        writeOperator: () => undefined,
      });
      operator.close();
      state.close();
      ({ operator, state } = open());
      operator.restore({
        readGroups: (wanted, take) => {
          for (const { name, group, bytes } of groups) if (name === wanted) take(group, bytes);
        },
        readOperator: () => [],
      });
    },
  };
}

const groups =
  (inputInsertOnly: boolean, distinct = false) =>
  (): Operator => {
    const calls = [aggregate(INPUT, 'COUNT'), distinct ? aggregate(INPUT, 'COUNT', 'v', { distinct }) : aggregate(INPUT, 'SUM', 'v')];
    const output = { fields: [INPUT.fields[0]!, ...calls.map(({ name, type }) => ({ name, type }))] };
    return new GroupAggregateOperator({
      input: INPUT,
      output,
      keys: [0],
      calls,
      inputInsertOnly,
      updateBefore: true,
      changelog: 'batch',
      timeZone: 'UTC',
      stateTtlMs: TTL,
    });
  };

describe.each([
  ['memory', false],
  ['a file', true],
])('a time to live, with state in %s', (_, spilled) => {
  it('begins a group anew that got no row for so long, without taking its last row back', async () => {
    const { clock, push } = await harness(groups(true), spilled);
    expect(push([I, 1n, 5n], [I, 2n, 1n])).toEqual(['+I[1,1,5]', '+I[2,1,1]']);
    clock.advance(TTL - 1);
    expect(push([I, 1n, 6n])).toEqual(['-U[1,1,5]', '+U[1,2,11]']);
    clock.advance(1);
    expect(push([I, 2n, 7n])).toEqual(['+I[2,1,7]']);
    clock.advance(TTL - 2);
    expect(push([I, 1n, 1n])).toEqual(['-U[1,2,11]', '+U[1,3,12]']);
    clock.advance(TTL);
    expect(push([I, 1n, 1n], [I, 1n, 2n])).toEqual(['+I[1,2,3]']);
  });

  it('leaves rows out that take back what is forgotten', async () => {
    const { clock, push } = await harness(groups(false), spilled);
    push([I, 1n, 5n], [I, 2n, 5n]);
    clock.advance(TTL);
    expect(push([D, 2n, 5n])).toEqual([]);
    expect(push([UB, 1n, 5n], [UA, 1n, 6n])).toEqual(['+I[1,1,6]']);
    expect(push([UB, 1n, 6n], [UA, 1n, 7n])).toEqual(['-U[1,1,6]', '+U[1,1,7]']);
    expect(push([D, 1n, 7n])).toEqual(['-D[1,1,7]']);
  });

  it('gives a group out that has not changed, so that what follows keeps it, too', async () => {
    const { push } = await harness(groups(false), spilled);
    push([I, 1n, 5n]);
    expect(push([UB, 1n, 5n], [UA, 1n, 5n])).toEqual(['-U[1,1,5]', '+U[1,1,5]']);
  });

  it('forgets the values of DISTINCT one by one', async () => {
    const { clock, push } = await harness(groups(true, true), spilled);
    push([I, 1n, 5n], [I, 1n, 6n]);
    clock.advance(TTL - 1);
    expect(push([I, 1n, 6n])).toEqual(['-U[1,2,2]', '+U[1,3,2]']);
    clock.advance(1);
    expect(push([I, 1n, 5n], [I, 1n, 6n])).toEqual(['-U[1,3,2]', '+U[1,5,3]']);
  });

  it('removes what is over in the background', async () => {
    const run = await harness(groups(true, true), spilled);
    for (let k = 0n; k < 20_000n; k += 1000n) run.push(...Array.from({ length: 1000 }, (_row, i): Row => [I, k + BigInt(i), 1n]));
    expect(run.keys()).toBe(40_000);
    run.clock.advance(TTL / 2);
    run.push([I, 7n, 1n]);
    run.fire();
    expect(run.keys()).toBe(40_000);
    run.clock.advance(TTL / 2);
    expect(run.fire()).toBeGreaterThan(1);
    expect(run.keys()).toBe(2);
    run.clock.advance(TTL);
    run.fire();
    expect(run.keys()).toBe(0);
    expect(run.nextTimer).toBeUndefined();
  });

  it('goes on over a restart', async () => {
    const { clock, push, restart, fire, keys } = await harness(groups(true), spilled);
    push([I, 1n, 5n], [I, 2n, 5n]);
    clock.advance(TTL / 2);
    push([I, 2n, 5n]);
    restart();
    clock.advance(TTL / 2);
    expect(push([I, 1n, 1n])).toEqual(['+I[1,1,1]']);
    expect(push([I, 2n, 1n])).toEqual(['-U[2,2,10]', '+U[2,3,11]']);
    restart();
    clock.advance(TTL);
    fire();
    expect(keys()).toBe(0);
  });

  it('makes a key that is over a new one where there are newest rows', async () => {
    const make = (): Operator =>
      new ChangelogNormalizeOperator({ schema: INPUT, keys: [0], updateBefore: true, changelog: 'batch', stateTtlMs: TTL });
    const { clock, push, fire, keys } = await harness(make, spilled);
    expect(push([UA, 1n, 5n])).toEqual(['+I[1,5]']);
    clock.advance(TTL - 1);
    expect(push([UA, 1n, 5n])).toEqual(['-U[1,5]', '+U[1,5]']);
    clock.advance(TTL);
    expect(push([D, 1n, 5n])).toEqual([]);
    expect(push([UA, 1n, 6n])).toEqual(['+I[1,6]']);
    clock.advance(TTL);
    fire();
    expect(keys()).toBe(0);
  });
});
