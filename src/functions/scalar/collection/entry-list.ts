import type { CellWriter } from '../../../data/cell-writer.ts';
import type { Column } from '../../../data/column.ts';
import { type SameElement, sameElement } from './elements.ts';

/** Writes the entries of row 0 of a map, each key once: of equal keys the last value counts. */
export class EntryList {
  readonly #writer: CellWriter;
  readonly #same: SameElement;
  #count = 0;

  constructor(writer: CellWriter) {
    this.#writer = writer;
    this.#same = sameElement(writer.children[0]!.column.type);
  }

  begin(most: number): void {
    this.#count = 0;
    this.#writer.open(0, most);
  }

  put(keys: Column, keyAt: number, values: Column, valueAt: number): void {
    const [keyWriter, valueWriter] = this.#writer.children as [CellWriter, CellWriter];
    let at = 0;
    while (at < this.#count && !this.#same(keyWriter.column, at, keys, keyAt)) at++;
    if (at === this.#count) keyWriter.copy(keys, keyAt, this.#count++);
    valueWriter.copy(values, valueAt, at);
  }

  done(): true {
    this.#writer.column.aux[0] = this.#count;
    return true;
  }
}
