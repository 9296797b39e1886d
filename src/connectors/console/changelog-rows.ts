import { RowKind, type RowKindCode } from '../../data/batch.ts';
import type { Cell } from './console-table.ts';

/**
 * Rows as a changelog leaves them, in the order in which they first came: an update takes the place of what it updates. Rows are
 * told apart by their primary key; without one by all their cells, and equal rows are counted one by one.
 */
export class ChangelogRows {
  readonly #keyColumns: readonly number[];
  readonly #rows = new Map<number, readonly Cell[]>();
  readonly #idsByKey = new Map<string, number[]>();
  #nextId = 0;
  /** The place of the row that an update's old row has just taken away, for its new row. */
  #vacant: number | undefined;

  constructor(primaryKey: readonly number[]) {
    this.#keyColumns = primaryKey;
  }

  get size(): number {
    return this.#rows.size;
  }

  rows(): readonly (readonly Cell[])[] {
    this.#giveUpVacant();
    return [...this.#rows.values()];
  }

  clear(): void {
    this.#rows.clear();
    this.#idsByKey.clear();
    this.#vacant = undefined;
  }

  apply(kind: RowKindCode, cells: readonly Cell[]): void {
    const key = this.#keyOf(cells);
    if (kind === RowKind.insert || kind === RowKind.updateAfter) this.#put(key, cells);
    else this.#remove(kind, key);
  }

  #remove(kind: RowKindCode, key: string): void {
    this.#giveUpVacant();
    const ids = this.#idsByKey.get(key);
    const id = ids?.pop();
    if (id === undefined) return;
    if (ids!.length === 0) this.#idsByKey.delete(key);
    if (kind === RowKind.updateBefore) this.#vacant = id;
    else this.#rows.delete(id);
  }

  #put(key: string, cells: readonly Cell[]): void {
    const ids = this.#idsByKey.get(key);
    const replaced = this.#keyColumns.length > 0 ? ids?.[0] : undefined;
    const id = replaced ?? this.#vacant ?? this.#nextId++;
    if (id === this.#vacant) this.#vacant = undefined;
    this.#rows.set(id, cells);
    if (ids === undefined) this.#idsByKey.set(key, [id]);
    else if (replaced === undefined) ids.push(id);
  }

  #giveUpVacant(): void {
    if (this.#vacant !== undefined) this.#rows.delete(this.#vacant);
    this.#vacant = undefined;
  }

  #keyOf(cells: readonly Cell[]): string {
    return JSON.stringify(this.#keyColumns.length === 0 ? cells : this.#keyColumns.map((index) => cells[index]));
  }
}
