import type { Column } from './column.ts';
import { setNull } from './nulls.ts';

/**
 * Copies values of any type, nested ones whole, from other columns into one. Texts and bytes stay where they are: only the reference is copied.
 *
 * Elements of arrays and maps are appended, so that rows may be left out, unlike with descriptors. `begin` forgets all elements. Columns that it
 * reads from must not be those that it writes to. Elements may make the memory grow.
 */
export class ValueCopier {
  readonly #target: Column;
  readonly #children: readonly ValueCopier[];
  /** Elements in use, of an array or a map. */
  #used = 0;

  constructor(target: Column) {
    this.#target = target;
    this.#children = target.children.map((child) => new ValueCopier(child));
  }

  /** Starts anew: no row has a value. */
  begin(): void {
    this.#used = 0;
    this.#target.hasNulls = false;
    for (const child of this.#children) child.begin();
  }

  /** Makes row `to` what row `row` of a column of the same form is. */
  copy(from: Column, row: number, to: number): void {
    const target = this.#target;
    if (from.hasNulls && from.nulls[row] === 1) return this.copyNull(to);
    if (target.hasNulls) target.nulls[to] = 0;
    switch (target.storage) {
      case 'row':
        for (let i = 0; i < this.#children.length; i++) this.#children[i]!.copy(from.children[i]!, row, to);
        return;
      case 'array':
      case 'map':
        return this.copyElements(from.children, from.values[row] as number, from.aux[row] as number, to);
      default:
        target.values[to] = from.values[row]!;
        if (target.aux.length > 0) target.aux[to] = from.aux[row]!;
    }
  }

  /** Makes row `to` of an array or a map of `count` entries of its parts, from `start` on. */
  copyElements(parts: readonly Column[], start: number, count: number, to: number): void {
    const first = this.append(count);
    for (let i = 0; i < this.#children.length; i++) {
      const child = this.#children[i]!;
      const part = parts[i]!;
      for (let k = 0; k < count; k++) child.copy(part, start + k, first + k);
    }
    this.#target.values[to] = first;
    this.#target.aux[to] = count;
  }

  /** Makes room for `count` more elements and returns the place of the first. */
  append(count: number): number {
    const first = this.#used;
    this.#used += count;
    for (const child of this.#target.children) child.reserve(this.#used);
    return first;
  }

  /** Makes row `to` NULL, and what is in it. */
  copyNull(to: number): void {
    setNull(this.#target, to);
    if (this.#target.storage === 'row') for (const child of this.#children) child.copyNull(to);
    else if (this.#target.storage === 'array' || this.#target.storage === 'map') {
      this.#target.values[to] = this.#used;
      this.#target.aux[to] = 0;
    }
  }
}
