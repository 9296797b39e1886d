import type { Batch, IntVector } from '../../data/batch.ts';
import type { Column } from '../../data/column.ts';
import { identityRows } from '../../data/identity-rows.ts';
import type { StoredField } from '../../data/stored-field.ts';
import type { Storage } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { STORAGE_CODES } from '../../kernels/storage-codes.ts';
import type { ScanCursor } from '../keyed-table.ts';
import { type RowStore, type RowStoreOptions, rowStoreKeys, rowStoreValues } from '../row-store.ts';
import type { GroupReader, GroupWriter } from '../state-backend.ts';
import type { MemoryTable } from './memory-table.ts';
import { rowCountOf, selectionAddress } from './row-set.ts';

/** Rows written at a time. */
const PART_ROWS = 512;

/** Rows in a keyed table: found by key where they are told apart, else appended to it. */
export class TableRowStore implements RowStore {
  readonly #kernels: Kernels;
  readonly #table: MemoryTable;
  readonly #keys: readonly number[];
  readonly #values: readonly number[];
  readonly #codes: readonly number[];
  readonly #appends: boolean;
  readonly linkOffsets: readonly number[];
  readonly fields: readonly StoredField[];
  /** 0, 1, 2, ...: the rows of a batch without a selection. */
  readonly #identity: IntVector;
  #epoch = 1;

  /** `table` has the layout of rowStoreTable(options). */
  constructor(kernels: Kernels, table: MemoryTable, options: RowStoreOptions) {
    this.#kernels = kernels;
    this.#table = table;
    this.#keys = rowStoreKeys(options);
    this.#values = rowStoreValues(options);
    this.#codes = options.types.map((type) => STORAGE_CODES[storageOf(type)]!);
    this.#appends = options.identity === undefined;
    this.#identity = identityRows(kernels.memory);
    this.linkOffsets = table.slotOffsets.slice(this.#values.length * 2);
    this.fields = options.types.map((type, column) => this.#field(storageOf(type), column));
  }

  #field(storage: Storage, column: number): StoredField {
    const key = this.#keys.indexOf(column);
    if (key !== -1) {
      const { offset, nullOffset, nullBit } = this.#table.shape.layout.keys[key]!;
      return { storage, offset, nullOffset, nullMask: nullBit };
    }
    const value = this.#values.indexOf(column);
    return { storage, offset: this.#table.slotOffsets[value]!, nullOffset: this.#nullOffset(value), nullMask: 0xff };
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

  get rows(): IntVector {
    return this.#table.rows;
  }

  begin(): void {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
  }

  place(batch: Batch): void {
    const keys = this.#keys.map((column) => batch.columns[column]!);
    if (this.#appends) this.#table.append(batch, keys, this.#epoch);
    else this.#table.lookup(batch, keys, this.#epoch);
  }

  /** A part of the batch at a time: so few rows stay in the cache from one column to the next. */
  write(batch: Batch): void {
    const table = this.#table;
    for (const index of this.#values) {
      const column = batch.columns[index]!;
      if (column.storage === 'bytes') table.reserveBytes(batch, column);
    }
    const count = rowCountOf(batch);
    const selection = selectionAddress(batch) || this.#identity.address;
    for (let from = 0; from < count; from += PART_ROWS) {
      const part = Math.min(PART_ROWS, count - from);
      for (const [v, index] of this.#values.entries()) this.#writeColumn(batch.columns[index]!, v, index, selection + from * 4, part);
    }
  }

  #writeColumn(column: Column, v: number, index: number, selection: number, count: number): void {
    const { valuesAddress, auxAddress, hasNulls, nullsAddress } = column;
    const [offset, nulls] = [this.#table.slotOffsets[v]!, hasNulls ? nullsAddress : 0];
    const code = this.#codes[index]!;
    this.#kernels.tableScatter(this.#table.handle, code, selection, count, offset, this.#nullOffset(v), valuesAddress, auxAddress, nulls);
  }

  touch(rows: IntVector, count: number): void {
    this.#table.touch(rows, count, this.#epoch);
  }

  read(rows: IntVector, count: number, out: readonly (Column | undefined)[]): void {
    out.forEach((column, index) => {
      if (column === undefined) return;
      const key = this.#keys.indexOf(index);
      const anyNull = key === -1 ? this.#readValue(rows, count, index, column) : this.#readKey(rows, count, key, column);
      column.hasNulls = anyNull === 1;
    });
  }

  #readValue(rows: IntVector, count: number, index: number, { valuesAddress, auxAddress, nullsAddress }: Column): number {
    const value = this.#values.indexOf(index);
    const [offset, nullOffset] = [this.#table.slotOffsets[value]!, this.#nullOffset(value)];
    const code = this.#codes[index]!;
    return this.#kernels.tableReadField(code, rows.address, count, offset, nullOffset, 0xff, valuesAddress, auxAddress, nullsAddress);
  }

  #readKey(rows: IntVector, count: number, key: number, { valuesAddress, auxAddress, nullsAddress }: Column): number {
    const place = this.#table.shape.layout.hashOrder.indexOf(key);
    return this.#kernels.tableReadKey(this.#table.handle, place, rows.address, count, valuesAddress, auxAddress, nullsAddress);
  }

  remove(rows: IntVector, count: number): void {
    const found = this.#table.touched.view;
    const from = rows.view;
    let kept = 0;
    for (let n = 0; n < count; n++) if (from[n] !== 0) found[kept++] = from[n]!;
    this.#table.removeAll(this.#table.touched, kept);
  }

  scan(cursor: ScanCursor, limit: number, out: IntVector): number {
    return this.#table.scan(cursor, limit, out);
  }

  snapshot(writer: GroupWriter): void {
    this.#table.snapshot(writer);
  }

  restore(reader: GroupReader): void {
    this.#table.restore(reader);
  }

  drop(): void {
    this.#identity.free();
    this.#table.drop();
  }

  #nullOffset(value: number): number {
    return this.#table.slotOffsets[this.#values.length + value]!;
  }
}
