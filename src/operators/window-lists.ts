import { RowList } from './row-list.ts';

/** Addresses by the end of the window that they belong to, the earliest window first. Derived from state, and not saved. */
export class WindowLists {
  readonly #lists = new Map<number, RowList>();
  /** Ascending. */
  #ends: number[] = [];

  push(end: number, row: number): void {
    let list = this.#lists.get(end);
    if (list === undefined) {
      list = new RowList();
      this.#lists.set(end, list);
      this.#insert(end);
    }
    list.push(row);
  }

  #insert(end: number): void {
    let at = this.#ends.length;
    while (at > 0 && this.#ends[at - 1]! > end) at--;
    this.#ends.splice(at, 0, end);
  }

  /** The end of the earliest window; undefined where there is none. */
  get first(): number | undefined {
    return this.#ends[0];
  }

  /** Takes out the earliest window, which there must be. */
  shift(): RowList {
    const end = this.#ends.shift()!;
    const list = this.#lists.get(end)!;
    this.#lists.delete(end);
    return list;
  }
}
