import type { IntVector } from '../../data/batch.ts';
import type { Column } from '../../data/column.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { STORAGE_CODES } from '../../kernels/storage-codes.ts';
import type { GroupReader, GroupWriter, RowSet } from '../state-backend.ts';
import type { ValueState } from '../value-state.ts';
import type { MemoryTable } from './memory-table.ts';
import { rowCountOf, selectionAddress } from './row-set.ts';

/** Values by key over a keyed table: one slot for each value, and behind them one byte each that says whether it is null. */
export class TableValues implements ValueState {
  readonly #kernels: Kernels;
  readonly #table: MemoryTable;
  readonly #codes: readonly number[];
  #epoch = 0;

  /** `table` has the slots of valueSlots(valueTypes). */
  constructor(kernels: Kernels, table: MemoryTable, valueTypes: readonly SqlType[]) {
    this.#kernels = kernels;
    this.#table = table;
    this.#codes = valueTypes.map((type) => STORAGE_CODES[storageOf(type)]!);
  }

  get name(): string {
    return this.#table.name;
  }

  get size(): number {
    return this.#table.size;
  }

  get byteSize(): number {
    return this.#table.byteSize;
  }

  get table(): MemoryTable {
    return this.#table;
  }

  get rows(): IntVector {
    return this.#table.rows;
  }

  put(batch: RowSet, keyColumns: readonly Column[], values: readonly Column[]): void {
    const table = this.#table;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    table.lookup(batch, keyColumns, this.#epoch);
    values.forEach((column, v) => {
      if (column.storage === 'bytes') table.reserveBytes(batch, column);
      const nulls = column.hasNulls ? column.nullsAddress : 0;
      this.#kernels.tableScatter(
        table.handle,
        this.#codes[v]!,
        selectionAddress(batch),
        rowCountOf(batch),
        table.slotOffsets[v]!,
        this.#nullOffset(v),
        column.valuesAddress,
        column.auxAddress,
        nulls,
      );
    });
  }

  get(batch: RowSet, keyColumns: readonly Column[], out: readonly Column[]): void {
    const table = this.#table;
    table.find(batch, keyColumns);
    out.forEach((column, v) => {
      const anyNull = this.#kernels.tableFetch(
        this.#codes[v]!,
        table.rows.address,
        selectionAddress(batch),
        rowCountOf(batch),
        table.slotOffsets[v]!,
        this.#nullOffset(v),
        column.valuesAddress,
        column.auxAddress,
        column.nullsAddress,
      );
      column.hasNulls = anyNull === 1;
    });
  }

  remove(batch: RowSet, keyColumns: readonly Column[]): void {
    const table = this.#table;
    table.find(batch, keyColumns);
    const rows = table.rows.view;
    const found = table.touched.view;
    let count = 0;
    for (let n = 0; n < rowCountOf(batch); n++) {
      const row = rows[batch.selection === null ? n : batch.selection.view[n]!]!;
      if (row !== 0) found[count++] = row;
    }
    table.removeAll(table.touched, count);
  }

  snapshot(writer: GroupWriter): void {
    this.#table.snapshot(writer);
  }

  restore(reader: GroupReader): void {
    this.#table.restore(reader);
  }

  clear(): void {
    this.#table.clear();
  }

  drop(): void {
    this.#table.drop();
  }

  #nullOffset(value: number): number {
    return this.#table.slotOffsets[this.#codes.length + value]!;
  }
}
