import type { IntVector } from '../../data/batch.ts';
import { CellWriter } from '../../data/cell-writer.ts';
import type { Column } from '../../data/column.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { STORAGE_CODES } from '../../kernels/storage-codes.ts';

/**
 * Copies the rows whose indexes are the first `count` of a vector, -1 for a row of nulls, from columns into others; those that are undefined are
 * left out. Elements of arrays and maps may make the memory grow.
 */
export function takeRows(
  kernels: Kernels,
  from: readonly Column[],
  indexes: IntVector,
  count: number,
  to: readonly (Column | undefined)[],
): void {
  to.forEach((target, i) => {
    if (target === undefined) return;
    const { storage, valuesAddress, auxAddress, nullsAddress, hasNulls } = from[i]!;
    const code = STORAGE_CODES[storage];
    if (code === undefined) {
      takeNested(from[i]!, indexes, count, target);
      return;
    }
    const nulls = hasNulls ? nullsAddress : 0;
    const { valuesAddress: values, auxAddress: aux, nullsAddress: toNulls } = target;
    target.hasNulls = kernels.columnTake(code, indexes.address, count, valuesAddress, auxAddress, nulls, values, aux, toNulls) === 1;
  });
}

function takeNested(from: Column, indexes: IntVector, count: number, to: Column): void {
  const writer = new CellWriter(to);
  writer.begin();
  for (let k = 0; k < count; k++) {
    const row = indexes.view[k]!;
    if (row < 0) writer.setNull(k);
    else writer.copy(from, row, k);
  }
}
