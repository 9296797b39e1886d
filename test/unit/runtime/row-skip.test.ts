import { describe, expect, it } from 'vitest';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { RowSkip } from '../../../src/runtime/row-skip.ts';
import { ValuesReader } from '../../../src/runtime/values-reader.ts';

const kernels = await loadKernels();
const COUNT = 10_000;

const reader = (columns = 1): ValuesReader =>
  new ValuesReader(kernels, { fields: columns === 0 ? [] : [{ name: 'a', type: types.int() }] }, COUNT, () =>
    Array.from({ length: COUNT }, (_, i) => (columns === 0 ? [] : [i])),
  );

/** The rows that are left, or how many when there are no columns. */
function rest(skip: RowSkip): number[] {
  const rows: number[] = [];
  for (let batch = skip.poll(); batch !== 'end'; batch = skip.poll()) {
    if (batch === 'idle') throw new Error('it has rows');
    for (let n = 0; n < batch.size; n++) rows.push(batch.columns.length === 0 ? -1 : Number(batch.columns[0]!.values[batch.rowIndex(n)]));
  }
  return rows;
}

describe('passing over rows', () => {
  it.each([0, 1, 17, 4095, 4096, 4097, 9999, 10_000, 20_000])('leaves out the first %i, and no more', (count) => {
    const expected = Array.from({ length: COUNT }, (_, i) => i).slice(count);
    expect(rest(new RowSkip(reader(), count))).toEqual(expected);
    expect(rest(new RowSkip(reader(0), count))).toHaveLength(expected.length);
  });
});
