import type { Column } from './column.ts';
import { setNull } from './nulls.ts';

/**
 * Writes values of any type into one column, copying them from other columns, nested ones whole. Texts and bytes stay where they are: only the
 * reference is copied.
 *
 * Elements of arrays and maps are appended, so that rows may be left out, unlike with descriptors. `begin` forgets all elements. Columns that it
 * reads from must not be those that it writes to. Elements may make the memory grow, and move the columns inside `column`.
 */
export class CellWriter {
  readonly column: Column;
  /** Writers of the fields, the elements, or keys and values. */
  readonly children: readonly CellWriter[];
  /** Elements in use, of an array or a map. */
  #used = 0;

  constructor(column: Column) {
    this.column = column;
    this.children = column.children.map((child) => new CellWriter(child));
  }

  /** Starts anew: no row has a value. */
  begin(): void {
    this.#used = 0;
    this.column.hasNulls = false;
    for (const child of this.children) child.begin();
  }

  /** Makes row `to` what row `row` of a column of the same form is. */
  copy(from: Column, row: number, to: number): void {
    if (from.hasNulls && from.nulls[row] === 1) return this.setNull(to);
    const target = this.column;
    this.setPresent(to);
    switch (target.storage) {
      case 'row':
        for (let i = 0; i < this.children.length; i++) this.children[i]!.copy(from.children[i]!, row, to);
        return;
      case 'array':
      case 'map':
        return this.copyElements(from.children, from.values[row] as number, from.aux[row] as number, to);
      default:
        target.values[to] = from.values[row]!;
        if (target.aux.length > 0) target.aux[to] = from.aux[row]!;
    }
  }

  /** Makes row 0 what row `row` of a column is; false where that is NULL. */
  copyFrom(from: Column, row: number): boolean {
    this.copy(from, row, 0);
    return !from.isNull(row);
  }

  /** Makes row `to` of an array or a map of `count` entries of its parts, from `start` on. */
  copyElements(parts: readonly Column[], start: number, count: number, to: number): void {
    const first = this.open(to, count);
    for (let i = 0; i < this.children.length; i++) {
      const child = this.children[i]!;
      const part = parts[i]!;
      for (let k = 0; k < count; k++) child.copy(part, start + k, first + k);
    }
  }

  /** Makes row `to` an array or a map with room for `count` elements, to be written by `children`, and returns the place of the first. */
  open(to: number, count: number): number {
    const first = this.#used;
    this.#used += count;
    for (const child of this.column.children) child.reserve(this.#used);
    this.column.values[to] = first;
    this.column.aux[to] = count;
    return first;
  }

  /** Marks row `to` as present; the value is written apart. */
  setPresent(to: number): void {
    if (this.column.hasNulls) this.column.nulls[to] = 0;
  }

  /** Makes row `to` NULL, and what is in it. */
  setNull(to: number): void {
    const { column } = this;
    setNull(column, to);
    if (column.storage === 'row') for (const child of this.children) child.setNull(to);
    else if (column.storage === 'array' || column.storage === 'map') {
      column.values[to] = this.#used;
      column.aux[to] = 0;
    }
  }
}
