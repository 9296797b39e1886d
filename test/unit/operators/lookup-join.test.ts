import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { LookupJoinOperator } from '../../../src/operators/lookup-join/lookup-join.ts';
import type { LookupTable } from '../../../src/operators/lookup-join/lookup-table.ts';
import type { OperatorContext } from '../../../src/operators/operator.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { smallMemoryKernels } from '../../conformance/small-memory.ts';
import { type Key, KeyBatch, keyText, valueAt } from '../../conformance/state-model.ts';
import { schemaOf } from './support.ts';

const LEFT = schemaOf({ key: types.string(), id: types.bigint() });
const RIGHT = schemaOf({ key: types.string(), name: types.string() });
const BOTH = schemaOf({ key: types.string(), id: types.bigint(), other: types.string(), name: types.string() });

/** A left lookup join over rows that the test changes. */
async function joinOver(rows: () => readonly Key[], ttlMs: number | undefined) {
  const kernels = await smallMemoryKernels(64);
  const clock = new VirtualClock(1000);
  const state = new MemoryState(kernels);
  const typesOf = (schema: typeof LEFT) => schema.fields.map(({ type }) => type);
  const [left, right] = [new KeyBatch(kernels, typesOf(LEFT)), new KeyBatch(kernels, typesOf(RIGHT))];
  const table: LookupTable = {
    ttlMs,
    read: async (take) => {
      await Promise.resolve();
      take(right.fill(rows()));
    },
  };
  const side = (schema: typeof LEFT) => ({ schema, keys: [0] });
  const operator = new LookupJoinOperator(
    { left: side(LEFT), right: side(RIGHT), isPadded: true, condition: undefined, output: [0, 1, 2, 3], schema: BOTH, timeZone: 'UTC' },
    table,
  );
  const got: string[] = [];
  let refusals = 0;
  const offer = (batch: Batch): boolean => {
    if (refusals++ % 2 === 0) return false;
    for (let n = 0; n < batch.size; n++) got.push(keyText(batch.columns.map((column) => valueAt(kernels, column, n))));
    return true;
  };
  const out = { offer, advance: () => true, idle: () => true };
  operator.open({ kernels, clock, out, state, name: 'lookup', metrics: { lateRows: 0 } } as unknown as OperatorContext);
  await operator.load();
  const send = (...keys: readonly Key[]): string[] => {
    const batch = left.fill(keys);
    while (!operator.process(0, batch));
    return got.splice(0);
  };
  return { send, clock };
}

describe('a lookup join', () => {
  it('meets the rows of its key, keeps its place when it is refused, and pads a row that finds none', async () => {
    const { send } = await joinOver(
      () => [
        ['a', 'first'],
        ['a', 'second'],
        [null, 'nothing meets it'],
        ['b', null],
      ],
      undefined,
    );
    expect(send(['a', 1n], ['c', 2n], [null, 3n], ['b', 4n]).sort()).toEqual(
      [
        ['a', 1n, 'a', 'first'],
        ['a', 1n, 'a', 'second'],
        ['b', 4n, 'b', null],
        ['c', 2n, null, null],
        [null, 3n, null, null],
      ]
        .map(keyText)
        .sort(),
    );
  });

  it('reads the table again when what was read is too old, and goes on with that meanwhile', async () => {
    let rows: readonly Key[] = [['a', 'old']];
    const { send, clock } = await joinOver(() => rows, 500);
    rows = [['a', 'new']];
    clock.advance(499);
    expect(send(['a', 1n])).toEqual([keyText(['a', 1n, 'a', 'old'])]);
    clock.advance(1);
    expect(send(['a', 2n])).toEqual([keyText(['a', 2n, 'a', 'old'])]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(send(['a', 3n])).toEqual([keyText(['a', 3n, 'a', 'new'])]);
  });
});
