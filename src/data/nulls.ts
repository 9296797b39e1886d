import type { Column } from './column.ts';

/** Marks every value of the column as present. Cheap: the null map is only cleared when a null comes. */
export function clearNulls(column: Column): void {
  column.hasNulls = false;
}

/** Marks one value as null. The first null of a batch clears the map, whose bytes are stale while `hasNulls` is false. */
export function setNull(column: Column, row: number): void {
  beginNulls(column);
  column.nulls[row] = 1;
}

/** Marks one value as present; needed when a row of a batch is written again, or after another row of it was null. */
export function setNotNull(column: Column, row: number): void {
  if (column.hasNulls) column.nulls[row] = 0;
}

/** Makes the null map meaningful with no nulls in it, if it was not meaningful yet. */
export function beginNulls(column: Column): void {
  if (column.hasNulls) return;
  column.nulls.fill(0);
  column.hasNulls = true;
}

/** Clears the nulls of a column and of everything inside it (the fields of a ROW, elements, keys and values). */
export function clearNullsDeep(column: Column): void {
  column.hasNulls = false;
  for (const child of column.children) clearNullsDeep(child);
}
