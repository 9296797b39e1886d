import { IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { ScanCursor } from '../keyed-table.ts';
import { readHeader, writeHeader } from '../memory/group-bytes.ts';
import { MemoryTable, type TableShape } from '../memory/memory-table.ts';
import type { RowLayout } from '../memory/row-layout.ts';
import { rowCountOf, selectionAddress } from '../memory/row-set.ts';
import type { GroupReader, GroupWriter, RowSet } from '../state-backend.ts';
import type { HashRange } from './cold-pages.ts';
import { ColdRows } from './cold-rows.ts';
import type { SpillFile } from './spill-file.ts';

const HASHES = 2 ** 32;
const HEADER_BYTES = 8;
/** The part of the budget that a table grows to at first, and at least when much of it is for other things than rows. */
const LEARN_AT = 0.9;
const LEARN_AT_LEAST = 0.5;
const SPARE = 0.95;
const MAX_CHUNK_BYTES = 65_536;
/** Growth that takes a part of the limit away again. */
const GROWN = 1.02;
/** What a file takes of memory, as far as it is known before there is one. */
const FILE_BYTES = 512 * 1024;

export interface SpillSettings {
  /** Bytes of memory that a table may take: its rows and their index. */
  readonly budgetBytes: number;
  openFile(): SpillFile;
}

/** Whether rows of a layout can lie outside of memory; where there are no keys there is one row. */
export const canSpill = ({ keys }: RowLayout): boolean => keys.length > 0;

/**
 * A keyed table that holds no more than a budget in memory, and the rest in a file. Before a batch is looked up, what it needs comes into
 * memory; between two epochs rows leave it, range by range of their hashes. So a row's address holds for one epoch only.
 */
export class SpillTable extends MemoryTable {
  readonly #settings: SpillSettings;
  readonly #keysEnd: number;
  #cold: ColdRows | undefined;
  #epoch = 0;
  /** The batch whose rows were brought into memory in this epoch. */
  #batch: RowSet | undefined;
  /** Rows that are in memory when an epoch begins, at most. */
  #limit = Number.POSITIVE_INFINITY;
  /** Bytes of long values that they have then, at most. */
  #heapLimit = Number.POSITIVE_INFINITY;
  #bytesMax = 0;
  #list: IntVector | undefined;
  /** What the last scan has copied from the file. */
  #copies: MemoryTable | undefined;
  readonly #copied = new Set<number>();

  constructor(name: string, shape: TableShape, settings: SpillSettings) {
    super(name, shape);
    this.#settings = settings;
    this.#keysEnd = Math.min(shape.layout.rowBytes, ...shape.layout.slotOffsets.filter((offset) => offset >= HEADER_BYTES));
  }

  override get rowsStay(): boolean {
    return false;
  }

  override get size(): number {
    return super.size + (this.#cold?.size ?? 0);
  }

  override get byteSize(): number {
    return super.byteSize + (this.#cold?.memoryBytes ?? 0);
  }

  /** Bytes in the file. */
  get fileBytes(): number {
    return this.#cold?.fileBytes ?? 0;
  }

  override lookup(batch: RowSet, keyColumns: readonly Column[], epoch: number, from = 0, to = rowCountOf(batch)): number {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#batch = undefined;
      this.#makeRoom();
    }
    if (this.#cold !== undefined && (from === 0 || this.#batch !== batch)) {
      this.#batch = batch;
      super.find(batch, keyColumns);
      this.#cold.takeMissing(selectionAddress(batch), rowCountOf(batch));
    }
    return super.lookup(batch, keyColumns, epoch, from, to);
  }

  override find(batch: RowSet, keyColumns: readonly Column[]): void {
    super.find(batch, keyColumns);
    const taken = this.#cold?.takeMissing(selectionAddress(batch), rowCountOf(batch)) ?? 0;
    if (taken > 0) super.find(batch, keyColumns);
  }

  override remove(row: number): void {
    const isCopy = this.#copied.has(row >>> 0);
    this.#cold?.forget(row, !isCopy);
    if (isCopy) this.#copies!.remove(row);
    else super.remove(row);
  }

  override removeAll(rows: IntVector, count: number): void {
    this.#cold?.forgetAll(rows.view.subarray(0, count), this.#copied);
    if (this.#copied.size === 0) return super.removeAll(rows, count);
    for (let i = 0; i < count; i++) {
      if (this.#copied.has(rows.view[i]! >>> 0)) this.#copies!.remove(rows.view[i]!);
      else super.remove(rows.view[i]!);
    }
  }

  /** Goes through the hashes in order. Of rows that are in the file it returns copies, which are there until the next scan. */
  override scan(cursor: ScanCursor, limit: number, out: IntVector): number {
    const most = Math.min(limit, BATCH_ROWS - 1);
    let width = Math.max(1, Math.floor((HASHES * most) / (2 * Math.max(1, this.size))));
    while (cursor.row < HASHES) {
      const range = { low: cursor.row, high: Math.min(HASHES, cursor.row + width) - 1 };
      const count = this.#listRange(range, most);
      if (count <= most) {
        cursor.row = range.high + 1;
        out.view.set(this.#rowList.view.subarray(0, count));
        if (count > 0) return count;
      } else if (width > 1) width = Math.floor(width / 2);
      else return this.#scanHash(cursor, most, out);
    }
    return 0;
  }

  /** Rows of one hash, more than are wanted at once. */
  #scanHash(cursor: ScanCursor, limit: number, out: IntVector): number {
    const range = { low: cursor.row, high: cursor.row };
    const count = Math.min(BATCH_ROWS, this.#listRange(range, BATCH_ROWS - 1));
    const some = this.#rowList.view.subarray(cursor.chunk, Math.min(count, cursor.chunk + limit));
    out.view.set(some);
    cursor.chunk += some.length;
    if (cursor.chunk >= count) {
      cursor.chunk = 0;
      cursor.row++;
    }
    return some.length;
  }

  /** Lists the rows of some hashes, those of the file as copies; returns how many, or more than `limit`. */
  #listRange({ low, high }: { readonly low: number; readonly high: number }, limit: number): number {
    const { kernels } = this.shape.output;
    const list = this.#rowList;
    this.#copied.clear();
    const count = kernels.spillList(this.handle, low, high, 0, limit, list.address);
    if (this.#cold === undefined || count > limit) return count;
    this.#copies ??= new MemoryTable(this.name, this.shape);
    this.#copies.clear();
    this.#cold.copyInto(this.#copies.handle, { low, high });
    const copied = kernels.spillList(this.#copies.handle, low, high, 0, limit - count, list.address + count * 4);
    for (let i = 0; i < copied; i++) this.#copied.add(list.view[count + i]! >>> 0);
    return count + copied;
  }

  get #rowList(): IntVector {
    this.#list ??= new IntVector(this.shape.output.kernels.memory);
    return this.#list;
  }

  override snapshotGroup(keyGroup: number): Uint8Array {
    const inMemory = super.snapshotGroup(keyGroup);
    const { maxParallelism } = this;
    const { rowBytes, description } = this.shape.layout;
    const known = inMemory.length === 0 ? undefined : readHeader(inMemory);
    const [rowCount, heapBytes] = [known?.header.rowCount ?? 0, known?.header.heapBytes ?? 0];
    const parts = this.#cold?.copyRange(...this.#placeOf(keyGroup), heapBytes) ?? [];
    if (parts.length === 0) return inMemory;
    const body = known?.body ?? 0;
    const all = [
      { rows: inMemory.subarray(body, body + rowCount * rowBytes), heap: inMemory.subarray(body + rowCount * rowBytes) },
      ...parts,
    ];
    const rowsBytes = all.reduce((sum, { rows }) => sum + rows.length, 0);
    const wholeHeap = all.reduce((sum, { heap }) => sum + heap.length, 0);
    const header = { keyGroup, maxParallelism, rowCount: rowsBytes / rowBytes, heapBytes: wholeHeap, description };
    const written = writeHeader(header, rowsBytes + wholeHeap);
    let at = written.body;
    for (const part of [...all.map(({ rows }) => rows), ...all.map(({ heap }) => heap)]) {
      written.bytes.set(part, at);
      at += part.length;
    }
    return written.bytes;
  }

  /** A key group's rows leave memory altogether where there is no room for more: what they leave behind would be of no use to other groups. */
  override restoreGroup(keyGroup: number, bytes: Uint8Array): void {
    super.restoreGroup(keyGroup, bytes);
    this.#learnLimit();
    if (super.size <= this.#limit && this.#heapBytes <= this.#heapLimit) return;
    const cold = this.#open();
    for (let step = cold.steps; step >= 0 && super.size > 0; step--) cold.evict();
    if (super.size === 0) super.clear();
  }

  override restore(reader: GroupReader): void {
    reader.readGroups(this.name, (keyGroup, bytes) => this.restoreGroup(keyGroup, bytes));
  }

  override snapshot(writer: GroupWriter): void {
    for (let keyGroup = 0; keyGroup < this.maxParallelism; keyGroup++) {
      const bytes = this.snapshotGroup(keyGroup);
      if (bytes.length > 0) writer.writeGroup(this.name, keyGroup, bytes);
    }
  }

  override clear(): void {
    this.#cold?.clear();
    super.clear();
  }

  override drop(): void {
    this.#cold?.close();
    this.#cold = undefined;
    this.#copies?.drop();
    this.#copies = undefined;
    this.#list?.free();
    this.#list = undefined;
    super.drop();
  }

  /** Has rows leave memory until it is within its budget again. No row's address holds any more. */
  #makeRoom(): void {
    this.#learnLimit();
    if (super.size <= this.#limit && this.#heapBytes <= this.#heapLimit) return;
    const cold = this.#open();
    for (let step = cold.steps; step >= 0; step--) {
      const evicted = cold.evict();
      if (evicted > 0 && super.size <= this.#limit && this.#heapBytes <= this.#heapLimit) break;
    }
  }

  get #heapBytes(): number {
    const { kernels } = this.shape.output;
    return this.shape.layout.bytesOffsets.length === 0 ? 0 : kernels.spillHeap(this.handle);
  }

  /**
   * When the budget is nearly used, memory does not grow any more: rows that leave make room for as many others, with some to spare in each key
   * group. A batch comes on top of the limit. Where rows are spread less evenly, it turns out to be too much, and becomes less.
   */
  #learnLimit(): void {
    const { byteSize } = this;
    const { budgetBytes } = this.#settings;
    const [rows, heap] = [super.size, this.#heapBytes];
    if (this.#limit === Number.POSITIVE_INFINITY) {
      // Each key group may take one more piece of memory before it has room to spare.
      const growth = this.maxParallelism * Math.min(MAX_CHUNK_BYTES, byteSize / this.maxParallelism / 2);
      if (byteSize <= Math.max(budgetBytes * LEARN_AT - FILE_BYTES - growth, budgetBytes * LEARN_AT_LEAST)) return;
      this.#limit = Math.floor(Math.max(rows / 2, rows * SPARE - 1.2 * BATCH_ROWS));
      this.#heapLimit = heap * SPARE;
    } else if (byteSize > budgetBytes && byteSize > this.#bytesMax * GROWN) {
      this.#limit = Math.floor(this.#limit * SPARE);
      this.#heapLimit *= SPARE;
    } else return;
    this.#bytesMax = byteSize;
  }

  #open(): ColdRows {
    const { layout, output } = this.shape;
    const table = {
      handle: this.handle,
      rowBytes: layout.rowBytes,
      keysEnd: this.#keysEnd,
      hasTexts: layout.bytesOffsets.length > 0,
      hashGroups: layout.groupOffset === 0 ? this.maxParallelism : 1,
    };
    this.#cold ??= new ColdRows(output.kernels, table, this.#settings.openFile(), super.size);
    return this.#cold;
  }

  /** The hashes among which the rows of a key group are, and its number where they are not all of those; else -1. */
  #placeOf(keyGroup: number): [HashRange, number] {
    if (this.shape.layout.groupOffset !== 0) return [{ low: 0, high: HASHES - 1 }, keyGroup];
    const first = (group: number): number => Math.ceil((group * HASHES) / this.maxParallelism);
    return [{ low: first(keyGroup), high: first(keyGroup + 1) - 1 }, -1];
  }
}
