import type { Column } from '../../data/column.ts';
import { ELEMENT_BYTES } from '../../data/types/storage.ts';

/**
 * A batch as one run of bytes: u32 number of rows, u32 whether there are kinds; for each column, the fields of ROWs and the elements of arrays and maps
 * behind their own, u32 whether there are nulls, u32 bytes of its texts, u32 number of values; then the kinds, and for each column its nulls,
 * values, aux and texts. Every part begins at a multiple of 8. Elements lie in the order of their rows, without those of rows that do not go.
 */
export const BATCH_HEAD = 8;
export const COLUMN_HEAD = 16;

export const aligned = (byteSize: number): number => (byteSize + 7) & -8;

/** The columns with all that is inside them, in the order of the layout. */
export function flattened(columns: readonly Column[]): readonly Column[] {
  return columns.flatMap((column) => [column, ...flattened(column.children)]);
}

/** Bytes of the parts of a column whose size follows from the number of values. */
export function fixedSizes(column: Column, count: number): { nulls: number; values: number; aux: number } {
  const [values, aux] = ELEMENT_BYTES[column.storage];
  return { nulls: column.hasNulls ? aligned(count) : 0, values: aligned(values * count), aux: aligned(aux * count) };
}
