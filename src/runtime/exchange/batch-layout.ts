import { UnsupportedError } from '../../common/errors.ts';
import type { Column } from '../../data/column.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import { ELEMENT_BYTES } from '../../data/types/storage.ts';

/**
 * A batch as one run of bytes: u32 number of rows, u32 whether there are kinds; for each column, the fields of ROWs behind their row, u32 whether
 * there are nulls, u32 bytes of its texts; then the kinds, and for each column its nulls, values, aux and texts. Every part begins at a multiple of 8.
 */
export const BATCH_HEAD = 8;
export const COLUMN_HEAD = 8;

export const aligned = (byteSize: number): number => (byteSize + 7) & -8;

/** The columns with the fields of ROWs, in the order of the layout. */
export function flattened(columns: readonly Column[]): readonly Column[] {
  return columns.flatMap((column) => [column, ...(column.storage === 'row' ? flattened(column.children) : [])]);
}

/** Bytes of the parts of a column whose size follows from the number of rows. */
export function fixedSizes(column: Column, rowCount: number): { nulls: number; values: number; aux: number } {
  const [values, aux] = ELEMENT_BYTES[column.storage];
  return { nulls: column.hasNulls ? aligned(rowCount) : 0, values: aligned(values * rowCount), aux: aligned(aux * rowCount) };
}

/** Throws UnsupportedError MS1402 for columns that cannot go from worker to worker yet. */
export function checkExchangeable(name: string, type: SqlType): void {
  if (type.root === 'ARRAY' || type.root === 'MAP') {
    throw new UnsupportedError('MS1402', `column ${name} of type ${type.root} cannot go from worker to worker yet`, {
      hint: 'run with one worker',
    });
  }
  if (type.root === 'ROW') for (const field of type.fields) checkExchangeable(`${name}.${field.name}`, field.type);
}
