import { CellWriter } from '../../data/cell-writer.ts';
import { Column } from '../../data/column.ts';
import { type MapType, types } from '../../data/types/sql-type.ts';
import type { TableFunctionContext, TableRows } from '../table-function.ts';

/** The rows of UNNEST of a MULTISET: each value as often as it is there, copied beside each other. */
export class UnnestMultisetRows implements TableRows {
  readonly columns: readonly Column[];
  first = 0;
  readonly #values: Column;
  readonly #writer: CellWriter;
  readonly #numbers: Column | undefined;
  #multiset!: Column;
  #used = 0;

  constructor({ kernels }: TableFunctionContext, { key }: MapType, ordinality: boolean) {
    this.#values = new Column(kernels.memory, key);
    this.#writer = new CellWriter(this.#values);
    this.#numbers = ordinality ? new Column(kernels.memory, types.int(false)) : undefined;
    const parts = key.root === 'ROW' ? this.#values.children : [this.#values];
    this.columns = this.#numbers === undefined ? parts : [...parts, this.#numbers];
  }

  begin([multiset]: readonly Column[]): void {
    this.#multiset = multiset!;
    this.#used = 0;
    this.#writer.begin();
  }

  make(row: number): number {
    this.first = this.#used;
    if (this.#multiset.isNull(row)) return 0;
    const [keys, counts] = this.#multiset.children as [Column, Column];
    const start = this.#multiset.values[row] as number;
    const end = start + (this.#multiset.aux[row] as number);
    for (let entry = start; entry < end; entry++) this.#copy(keys, entry, counts.values[entry] as number);
    if (this.#numbers !== undefined) this.#number(this.#numbers);
    return this.#used - this.first;
  }

  #copy(keys: Column, entry: number, times: number): void {
    this.#values.reserve(this.#used + times);
    for (let n = 0; n < times; n++) this.#writer.copy(keys, entry, this.#used++);
  }

  #number(numbers: Column): void {
    numbers.reserve(this.#used);
    const values = numbers.values as Int32Array;
    for (let k = this.first; k < this.#used; k++) values[k] = k - this.first + 1;
  }

  close(): void {
    this.#values.free();
    this.#numbers?.free();
  }
}
