import type { Random } from '../../../src/common/random.ts';
import type { Column } from '../../../src/data/column.ts';
import type { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';

/** Fills a column, and the fields of a ROW, with random values; `nullShare` of ten are null. Fields of a null ROW are null. */
export function fill(column: Column, rowCount: number, arena: StringArena, random: Random, nullShare: number, parents?: Uint8Array): void {
  column.hasNulls = nullShare > 0 || parents !== undefined;
  for (let row = 0; row < rowCount; row++) {
    const isNull = parents?.[row] === 1 || random.below(10) < nullShare;
    if (column.hasNulls) column.nulls[row] = isNull ? 1 : 0;
    if (column.storage === 'bytes' && !isNull) {
      // Written as STRING, whatever the column's type.
      const flagged = column.hasNulls;
      descriptorOf(types.string()).write(column, row, 'é'.repeat(random.below(5)) + 'x'.repeat(random.below(20)), arena);
      column.hasNulls = flagged;
    } else if (column.storage !== 'row') fillNumber(column, row, random);
  }
  for (const child of column.children)
    fill(child, rowCount, arena, random, nullShare, column.hasNulls ? column.nulls.slice(0, rowCount) : undefined);
}

function fillNumber(column: Column, row: number, random: Random): void {
  const number = random.below(2 ** 31) - 2 ** 30;
  const { values, aux } = column;
  if (values instanceof BigInt64Array) values[row] = BigInt(number) * 4_294_967_311n;
  else values[row] = number;
  if (aux instanceof BigInt64Array) aux[row] = BigInt(number);
  else if (aux.length > 0) aux[row] = number;
}

/** What lies at a row: null, a text, or the numbers of both arrays; of a ROW its fields. */
export function contentAt({ memory }: Kernels, column: Column, row: number): unknown {
  if (column.isNull(row)) return null;
  if (column.storage === 'row') return column.children.map((child) => contentAt({ memory } as Kernels, child, row));
  const [value, aux] = [column.values[row]!, column.aux.length > 0 ? column.aux[row]! : undefined];
  return column.storage === 'bytes' ? memory.text(value as number, aux as number) : [value, aux];
}
