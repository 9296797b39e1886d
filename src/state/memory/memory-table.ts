import { assert } from '../../common/assert.ts';
import { StateError } from '../../common/errors.ts';
import type { ByteVector, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { STORAGE_CODES } from '../../kernels/storage-codes.ts';
import { damagedState } from '../damaged-state.ts';
import type { KeyedTable, ScanCursor, SlotType } from '../keyed-table.ts';
import type { RouteLists } from '../route-lists.ts';
import type { GroupReader, GroupWriter, RowSet } from '../state-backend.ts';
import { readHeader, writeHeader } from './group-bytes.ts';
import type { RowLayout } from './row-layout.ts';
import { rowCountOf, selectionAddress } from './row-set.ts';
import type { StatePages } from './state-pages.ts';
import { allocate, type TableOutput } from './table-output.ts';

/** As the kernels': what a new page, and a new region of long values, may take of the memory. */
const NEW_PAGE_BYTES = 18 * 65_536;
const MAX_REGION = 65_536;

/** What all tables of one layout have in common. */
export interface TableShape {
  readonly keyTypes: readonly SqlType[];
  readonly slots: readonly SlotType[];
  readonly maxParallelism: number;
  readonly layout: RowLayout;
  /** Rows are not indexed. */
  readonly many: boolean;
  readonly output: TableOutput;
  readonly pages: StatePages;
  /** The tables that are open, for the backend's figures, and how many there have been. */
  readonly tables: OpenTables;
}

export interface OpenTables {
  readonly open: Set<MemoryTable>;
  count: number;
}

/** A keyed table in linear memory: rows in pages by key group, one extendible hash over all of them (docs/design/state.md). */
export class MemoryTable implements KeyedTable {
  readonly name: string;
  readonly shape: TableShape;
  readonly #kernels: Kernels;
  /** The kernels' descriptor of this table. */
  readonly handle: number;
  /** Tells its rows in saved pages from those of other tables of its backend. */
  readonly number: number;
  #hasHeader = false;
  /** Rows that come are not indexed yet. */
  #isBulk = false;
  #dropped = false;

  constructor(name: string, shape: TableShape) {
    this.name = name;
    this.shape = shape;
    this.#kernels = shape.output.kernels;
    this.handle = openTable(shape);
    if (shape.many) this.#kernels.tableBulkBegin(this.handle);
    shape.output.retain();
    shape.tables.open.add(this);
    this.number = ++shape.tables.count;
  }

  get keyTypes(): readonly SqlType[] {
    return this.shape.keyTypes;
  }

  get slots(): readonly SlotType[] {
    return this.shape.slots;
  }

  get maxParallelism(): number {
    return this.shape.maxParallelism;
  }

  get rowsStay(): boolean {
    return true;
  }

  get slotOffsets(): readonly number[] {
    return this.shape.layout.slotOffsets;
  }

  get rows(): IntVector {
    return this.shape.output.rows;
  }

  get touched(): IntVector {
    return this.shape.output.touched;
  }

  get touchedNew(): ByteVector {
    return this.shape.output.touchedNew;
  }

  get touchedFirst(): IntVector {
    return this.shape.output.touchedFirst;
  }

  get beforeAddress(): number {
    return this.shape.output.beforeAddress;
  }

  get beforeStride(): number {
    return this.shape.output.beforeStride;
  }

  get size(): number {
    return this.#kernels.tableSize(this.handle) >>> 0;
  }

  get byteSize(): number {
    return this.#kernels.tableByteSize(this.handle);
  }

  lookup(batch: RowSet, keyColumns: readonly Column[], epoch: number, from = 0, to = rowCountOf(batch)): number {
    const kernels = this.#kernels;
    const { handle } = this;
    const selection = selectionAddress(batch);
    this.#useKeys(keyColumns);
    assert(Number.isInteger(epoch) && epoch !== 0, `${epoch} is no epoch`);
    assert(this.shape.output.hasRoom(epoch, to - from), `more than ${BATCH_ROWS} rows in an epoch of ${this.name}`);
    let done = kernels.tableLookup(handle, selection, to, epoch, from);
    while (done < to) {
      kernels.memory.ensureHeadroom(kernels.tableWanted(handle) >>> 0);
      done = kernels.tableLookup(handle, selection, to, epoch, done);
    }
    return this.shape.output.finish(epoch, kernels.tableTouched(handle));
  }

  append(batch: RowSet, keyColumns: readonly Column[], epoch: number): number {
    const kernels = this.#kernels;
    const { handle } = this;
    const [selection, to] = [selectionAddress(batch), rowCountOf(batch)];
    assert(this.shape.many, `the keys of ${this.name} have one row each`);
    this.#useKeys(keyColumns);
    assert(this.shape.output.hasRoom(epoch, to), `more than ${BATCH_ROWS} rows in an epoch of ${this.name}`);
    let done = kernels.tableAppend(handle, selection, to, epoch, 0);
    while (done < to) {
      kernels.memory.ensureHeadroom(kernels.tableWanted(handle) >>> 0);
      done = kernels.tableAppend(handle, selection, to, epoch, done);
    }
    return this.shape.output.finish(epoch, kernels.tableTouched(handle));
  }

  touch(rows: IntVector, count: number, epoch: number): void {
    this.#kernels.tableTouchRows(this.handle, rows.address, count, epoch);
  }

  find(batch: RowSet, keyColumns: readonly Column[]): void {
    this.#useKeys(keyColumns);
    this.#kernels.tableFind(this.handle, selectionAddress(batch), rowCountOf(batch));
  }

  route(batch: RowSet, keyColumns: readonly Column[], lists: RouteLists): void {
    this.#useKeys(keyColumns);
    this.#kernels.tableRoute(this.handle, selectionAddress(batch), rowCountOf(batch), lists.workers, lists.address, lists.countsAddress);
  }

  reserveBytes(batch: RowSet, column: Column): void {
    const nulls = column.hasNulls ? column.nullsAddress : 0;
    const need = this.#kernels.bytesNeed(selectionAddress(batch), rowCountOf(batch), column.auxAddress, nulls);
    this.#kernels.memory.ensureHeadroom(need);
  }

  reserveByteSize(count: number, byteLength: number): void {
    this.#kernels.memory.ensureHeadroom(byteLength * 2 + count * 32 + MAX_REGION);
  }

  setBytes(row: number, slotOffset: number, address: number, byteLength: number): void {
    this.#kernels.tableSetBytes(this.handle, row, slotOffset, address, byteLength);
  }

  bytesAddress(row: number, slotOffset: number): number {
    const field = (row >>> 0) + slotOffset;
    return this.bytesLength(row, slotOffset) <= 12 ? field + 4 : this.#kernels.memory.u32[(field + 8) >>> 2]!;
  }

  bytesLength(row: number, slotOffset: number): number {
    return this.#kernels.memory.i32[((row >>> 0) + slotOffset) >>> 2]!;
  }

  remove(row: number): void {
    const { cursor } = this.shape.output;
    this.#kernels.memory.i32[cursor >>> 2] = row;
    this.#kernels.tableRemove(this.handle, cursor, 1);
  }

  removeAll(rows: IntVector, count: number): void {
    this.#kernels.tableRemove(this.handle, rows.address, count);
  }

  scan(cursor: ScanCursor, limit: number, out: IntVector): number {
    const at = this.shape.output.cursor;
    const words = this.#kernels.memory.u32;
    words[at >>> 2] = cursor.keyGroup;
    words[(at + 4) >>> 2] = cursor.chunk;
    words[(at + 8) >>> 2] = cursor.row;
    const count = this.#kernels.tableScan(this.handle, at, Math.min(limit, BATCH_ROWS), out.address);
    cursor.keyGroup = words[at >>> 2]!;
    cursor.chunk = words[(at + 4) >>> 2]!;
    cursor.row = words[(at + 8) >>> 2]!;
    return count;
  }

  readKeys(rows: IntVector, count: number, out: readonly Column[]): void {
    assert(out.length === this.keyTypes.length, `table ${this.name} has ${this.keyTypes.length} key columns`);
    const { keys, hashOrder } = this.shape.layout;
    out.forEach((column, i) => {
      this.#checkStorage(column, keys[i]!.storage);
      const { valuesAddress, auxAddress, nullsAddress } = column;
      column.hasNulls =
        this.#kernels.tableGatherKey(this.handle, hashOrder.indexOf(i), rows.address, count, valuesAddress, auxAddress, nullsAddress) === 1;
    });
  }

  readTouchedKeys(rows: IntVector, indexes: IntVector, count: number, keyColumns: readonly Column[], out: readonly Column[]): void {
    if (!this.shape.layout.keysAsGiven) return this.readKeys(rows, count, out);
    out.forEach((column, i) => {
      const given = keyColumns[i]!;
      this.#kernels.columnPick(
        this.shape.layout.keys[i]!.storage,
        indexes.address,
        count,
        given.valuesAddress,
        given.auxAddress,
        given.hasNulls ? given.nullsAddress : 0,
        column.valuesAddress,
        column.auxAddress,
        column.nullsAddress,
      );
      column.hasNulls = given.hasNulls;
    });
  }

  readSlots(rows: IntVector, count: number, slots: readonly number[], out: readonly Column[]): void {
    const { slotCodes, slotOffsets } = this.shape.layout;
    slots.forEach((slot, i) => {
      const column = out[i]!;
      this.#checkStorage(column, slotCodes[slot]!);
      this.#kernels.tableGather(slotCodes[slot]!, rows.address, count, slotOffsets[slot]!, column.valuesAddress, column.auxAddress);
    });
  }

  snapshotGroup(keyGroup: number): Uint8Array {
    const kernels = this.#kernels;
    const { layout, maxParallelism } = this.shape;
    assert(keyGroup >= 0 && keyGroup < maxParallelism, `key group ${keyGroup} of ${maxParallelism}`);
    const rowCount = kernels.tableGroupRows(this.handle, keyGroup);
    if (rowCount === 0) return new Uint8Array(0);
    const heapBytes = kernels.tableGroupHeap(this.handle, keyGroup);
    const bodyBytes = rowCount * layout.rowBytes + heapBytes;
    const { bytes, body } = writeHeader({ keyGroup, maxParallelism, rowCount, heapBytes, description: layout.description }, bodyBytes);
    const block = allocate(kernels, bodyBytes);
    kernels.tableSaveGroup(this.handle, keyGroup, block);
    bytes.set(kernels.memory.u8.subarray(block, block + bodyBytes), body);
    kernels.memory.free(block, bodyBytes);
    return bytes;
  }

  restoreGroup(keyGroup: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const { header, body } = readHeader(bytes);
    const { layout, maxParallelism } = this.shape;
    if (header.description !== layout.description) {
      throw misfit(`the saved state of ${this.name} has ${header.description}, the statement needs ${layout.description}`);
    }
    if (header.maxParallelism !== maxParallelism || header.keyGroup !== keyGroup || keyGroup >= maxParallelism) {
      throw misfit(`key group ${header.keyGroup} of ${header.maxParallelism} does not fit key group ${keyGroup} of ${maxParallelism}`);
    }
    const bodyBytes = header.rowCount * layout.rowBytes + header.heapBytes;
    if (body + bodyBytes !== bytes.length) throw damagedState(`${bytes.length} bytes where ${body + bodyBytes} are expected`);
    if (this.#isBulk && layout.bytesOffsets.length === 0) return this.#adopt(keyGroup, bytes, body);
    const block = allocate(this.#kernels, bodyBytes);
    this.#kernels.memory.u8.set(bytes.subarray(body), block);
    try {
      this.#loadGroup(keyGroup, block, header.rowCount, header.heapBytes);
    } finally {
      this.#kernels.memory.free(block, bodyBytes);
    }
  }

  snapshot(writer: GroupWriter): void {
    if (writer.writeTable !== undefined) return writer.writeTable(this);
    for (let keyGroup = 0; keyGroup < this.maxParallelism; keyGroup++) {
      if (this.#kernels.tableGroupRows(this.handle, keyGroup) > 0) writer.writeGroup(this.name, keyGroup, this.snapshotGroup(keyGroup));
    }
  }

  /** Rows of an empty table are indexed when all are there, at once. */
  restore(reader: GroupReader): void {
    const kernels = this.#kernels;
    const isBulk = this.size === 0 && !this.shape.many;
    this.#isBulk = isBulk || this.shape.many;
    if (isBulk) kernels.tableBulkBegin(this.handle);
    try {
      reader.readGroups(this.name, (keyGroup, bytes) => this.restoreGroup(keyGroup, bytes));
    } finally {
      this.#isBulk = false;
      if (isBulk) {
        kernels.memory.ensureHeadroom(kernels.tableBulkNeed(this.handle));
        kernels.tableBulkEnd(this.handle);
      }
    }
  }

  /** Has the kernels know how the table's key groups begin in saved form. */
  prepareSnapshot(): void {
    if (this.#hasHeader) return;
    const { layout, maxParallelism } = this.shape;
    const { bytes } = writeHeader({ keyGroup: 0, maxParallelism, rowCount: 0, heapBytes: 0, description: layout.description }, 0);
    const { address, byteLength } = this.#kernels.memory.store(bytes);
    this.#kernels.tableHeader(this.handle, this.number, address, byteLength);
    this.#hasHeader = true;
  }

  sibling(name: string): KeyedTable {
    return new MemoryTable(name, this.shape);
  }

  clear(): void {
    this.shape.pages.beforeClear(this);
    this.#kernels.tableClear(this.handle);
  }

  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.shape.pages.beforeClear(this);
    this.shape.tables.open.delete(this);
    this.#kernels.tableClose(this.handle);
    this.shape.output.release();
  }

  #useKeys(columns: readonly Column[]): void {
    const { keys, hashOrder } = this.shape.layout;
    assert(columns.length === keys.length, `table ${this.name} has ${keys.length} key columns`);
    for (let i = 0; i < columns.length; i++) {
      const key = hashOrder[i]!;
      const column = columns[key]!;
      this.#checkStorage(column, keys[key]!.storage);
      const nulls = column.hasNulls ? column.nullsAddress : 0;
      this.#kernels.tableKeyColumn(this.handle, i, column.valuesAddress, column.auxAddress, nulls);
    }
  }

  #checkStorage(column: Column, code: number): void {
    assert(STORAGE_CODES[column.storage] === code, `a ${column.storage} column does not fit table ${this.name}`);
  }

  /** Puts rows straight where they are to be. */
  #adopt(keyGroup: number, bytes: Uint8Array, body: number): void {
    const kernels = this.#kernels;
    const { memory } = kernels;
    const { rowBytes } = this.shape.layout;
    for (let from = body; from < bytes.length; ) {
      memory.ensureHeadroom(NEW_PAGE_BYTES);
      const count = Math.min(kernels.tableRoom(this.handle, keyGroup), (bytes.length - from) / rowBytes);
      const to = from + count * rowBytes;
      memory.u8.set(bytes.subarray(from, to), memory.u32[kernels.secondResult() >>> 2]!);
      if (kernels.tableAdopt(this.handle, keyGroup, count) === 0) throw damagedState(`key group ${keyGroup} of ${this.name}`);
      from = to;
    }
  }

  #loadGroup(keyGroup: number, block: number, rowCount: number, heapBytes: number): void {
    const kernels = this.#kernels;
    const sound = kernels.tableCheckGroup(this.handle, keyGroup, block, rowCount, heapBytes);
    if (sound === 0) throw damagedState(`key group ${keyGroup} of ${this.name}`);
    let done = kernels.tableLoadGroup(this.handle, keyGroup, block, rowCount, 0);
    while (done < rowCount) {
      kernels.memory.ensureHeadroom(kernels.tableWanted(this.handle) >>> 0);
      done = kernels.tableLoadGroup(this.handle, keyGroup, block, rowCount, done);
    }
  }
}

function openTable({ layout, output, maxParallelism, pages }: TableShape): number {
  const { kernels } = output;
  const pagesHandle = pages.handle;
  kernels.memory.ensureHeadroom(maxParallelism * 64 + 65_536);
  const { keys, hashOrder, groupKeyCount, bytesOffsets, rowBytes, rowAlign, groupOffset, savedOffset } = layout;
  const handle = kernels.tableOpen(
    output.handle,
    keys.length,
    groupKeyCount,
    bytesOffsets.length,
    rowBytes,
    rowAlign,
    groupOffset,
    savedOffset,
    maxParallelism,
    pagesHandle,
  );
  hashOrder.forEach((index, i) => {
    const key = keys[index]!;
    kernels.tableKey(handle, i, key.storage, key.offset, key.nullOffset, key.nullBit, output.words[index]!);
  });
  bytesOffsets.forEach((offset, i) => {
    kernels.tableBytesField(handle, i, offset);
  });
  return handle;
}

function misfit(message: string): StateError {
  return new StateError('MS4004', message, { hint: 'restore with the statement and maxParallelism that wrote the state' });
}
