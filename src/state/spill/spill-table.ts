import { IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { ScanCursor } from '../keyed-table.ts';
import { readHeader, writeHeader } from '../memory/group-bytes.ts';
import { MemoryTable, type TableShape } from '../memory/memory-table.ts';
import type { RowLayout } from '../memory/row-layout.ts';
import { rowCountOf, selectionAddress } from '../memory/row-set.ts';
import type { GroupWriter, RowSet } from '../state-backend.ts';
import { ColdRows } from './cold-rows.ts';
import type { SpillFile } from './spill-file.ts';

const HASHES = 2 ** 32;
const HEADER_BYTES = 8;
/** The part of the budget that a table grows to at first. */
const LEARN_AT = 0.65;

export interface SpillSettings {
  /** Bytes of memory that a table may take: its rows and their index. */
  readonly budgetBytes: number;
  openFile(): SpillFile;
}

/** Whether rows of a layout can lie outside of memory: their hashes must tell their key groups. */
export const canSpill = ({ groupOffset, keys }: RowLayout): boolean => groupOffset === 0 && keys.length > 0;

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

  override get size(): number {
    return super.size + (this.#cold?.size ?? 0);
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
    if (this.#cold === undefined) super.removeAll(rows, count);
    else for (let i = 0; i < count; i++) this.remove(rows.view[i]!);
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
    const count = kernels.spillList(this.handle, low, high, false, 0, limit, list.address);
    if (this.#cold === undefined || count > limit) return count;
    this.#copies ??= new MemoryTable(this.name, this.shape);
    this.#copies.clear();
    this.#cold.copyInto(this.#copies.handle, { low, high });
    const copied = kernels.spillList(this.#copies.handle, low, high, false, 0, limit - count, list.address + count * 4);
    for (let i = 0; i < copied; i++) this.#copied.add(list.view[count + i]! >>> 0);
    return count + copied;
  }

  get #rowList(): IntVector {
    this.#list ??= new IntVector(this.shape.output.kernels.memory);
    return this.#list;
  }

  override snapshotGroup(keyGroup: number): Uint8Array {
    const inMemory = super.snapshotGroup(keyGroup);
    const parts = this.#cold?.copyRange(this.#hashesOf(keyGroup)) ?? [];
    if (parts.length === 0) return inMemory;
    const { maxParallelism } = this;
    const { rowBytes, description } = this.shape.layout;
    const known = inMemory.length === 0 ? undefined : readHeader(inMemory);
    const [rowCount, heapBytes] = [known?.header.rowCount ?? 0, known?.header.heapBytes ?? 0];
    const coldBytes = parts.reduce((sum, part) => sum + part.length, 0);
    const header = { keyGroup, maxParallelism, rowCount: rowCount + coldBytes / rowBytes, heapBytes, description };
    const { bytes, body } = writeHeader(header, rowCount * rowBytes + coldBytes + heapBytes);
    const rows = known === undefined ? inMemory : inMemory.subarray(known.body, known.body + rowCount * rowBytes);
    const heap = known === undefined ? inMemory : inMemory.subarray(known.body + rowCount * rowBytes);
    let at = body;
    for (const part of [rows, ...parts, heap]) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  override restoreGroup(keyGroup: number, bytes: Uint8Array): void {
    const { layout } = this.shape;
    const isFull = super.byteSize > this.#settings.budgetBytes * LEARN_AT;
    // Long values lie in memory only.
    if (!isFull || layout.bytesOffsets.length > 0) return super.restoreGroup(keyGroup, bytes);
    const passing = new MemoryTable(this.name, this.shape);
    try {
      passing.restoreGroup(keyGroup, bytes);
      this.#open().absorb(passing.handle, this.#hashesOf(keyGroup));
    } finally {
      passing.drop();
    }
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
    // Twice through all hashes is each half of them once.
    for (let steps = (2 * super.size) / 512 + 8; super.size > this.#limit && steps > 0; steps--) this.#open().evict();
  }

  /**
   * Freed rows are used again by their own key group, which is half emptied at once and then fills again: memory has room for a good deal more rows
   * than are in it. So the limit is what the table has when a part of the budget is used, and less where that turns out to be too much.
   */
  #learnLimit(): void {
    const { byteSize } = this;
    const { budgetBytes } = this.#settings;
    if (this.#limit === Number.POSITIVE_INFINITY) {
      if (byteSize > budgetBytes * LEARN_AT) this.#limit = super.size;
    } else if (byteSize > budgetBytes && byteSize > this.#bytesMax) this.#limit = Math.floor(this.#limit * 0.95);
    this.#bytesMax = Math.max(this.#bytesMax, byteSize);
  }

  #open(): ColdRows {
    const { layout, output } = this.shape;
    this.#cold ??= new ColdRows(
      output.kernels,
      { handle: this.handle, rowBytes: layout.rowBytes, keysEnd: this.#keysEnd },
      this.#settings.openFile(),
    );
    return this.#cold;
  }

  #hashesOf(keyGroup: number): { low: number; high: number } {
    const first = (group: number): number => Math.ceil((group * HASHES) / this.maxParallelism);
    return { low: first(keyGroup), high: first(keyGroup + 1) - 1 };
  }
}
