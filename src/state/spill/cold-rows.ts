import { BATCH_ROWS } from '../../data/column.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { ColdPages, type HashRange } from './cold-pages.ts';
import { SEGMENT_BYTES } from './page-log.ts';
import type { SpillFile } from './spill-file.ts';
import { SpillSweep } from './spill-sweep.ts';

const PAGE_HEADER = 8;
const PAGE_BYTES = 4096;
/** A page has room for so many rows without long values at least. */
const ROWS_PER_PAGE_MIN = 16;
/** Rows whose long values make them larger stay in memory. */
const IMAGE_BYTES_MAX = 64 * 1024;
/** The scratch that spillMissing() asks for: 512 entries of 16 bytes. */
const SCRATCH_BYTES = 512 * 16;

/** What of a table its pages must know. */
export interface ColdTable {
  readonly handle: number;
  readonly rowBytes: number;
  /** Where the key ends in a row. */
  readonly keysEnd: number;
  /** Whether rows have values of any length. */
  readonly hasTexts: boolean;
  /** Key groups that are ranges of hashes; 1 where the hash does not tell the key group. */
  readonly hashGroups: number;
}

/** Rows in saved form: fixed parts, and the long values they refer to. */
export interface SavedRows {
  readonly rows: Uint8Array;
  readonly heap: Uint8Array;
}

/** The rows of one table that lie in a file. Those that came back into memory stay there, hidden, until they leave memory again. */
export class ColdRows {
  /** Rows in the file, and how many of them are hidden by rows in memory. */
  imageCount = 0;
  hiddenCount = 0;
  readonly #kernels: Kernels;
  readonly #table: ColdTable;
  readonly #pages: ColdPages;
  readonly #sweep: SpillSweep;
  readonly #capacity: number;
  readonly #bufferBytes: number;
  /** Room for three pages. */
  readonly #page: number;
  readonly #other: number;
  readonly #third: number;
  readonly #list: number;
  readonly #scratch: number;

  /** `rowCount`: how many rows memory holds, some of which are about to leave it. */
  constructor(kernels: Kernels, table: ColdTable, file: SpillFile, rowCount: number) {
    const { memory } = kernels;
    const pageBytes = Math.min(
      SEGMENT_BYTES,
      2 ** Math.ceil(Math.log2(Math.max(PAGE_BYTES, table.rowBytes * ROWS_PER_PAGE_MIN + PAGE_HEADER))),
    );
    this.#kernels = kernels;
    this.#table = table;
    this.#pages = new ColdPages(memory, file, Math.max(0, Math.ceil(Math.log2((rowCount * table.rowBytes) / pageBytes))));
    this.#sweep = new SpillSweep(table.hashGroups);
    this.#capacity = pageBytes;
    this.#bufferBytes = table.hasTexts ? Math.max(pageBytes, IMAGE_BYTES_MAX) + PAGE_HEADER : pageBytes;
    this.#page = memory.alloc(this.#bufferBytes);
    this.#other = memory.alloc(this.#bufferBytes);
    this.#third = memory.alloc(this.#bufferBytes);
    this.#list = memory.alloc((BATCH_ROWS + 1) * 4);
    this.#scratch = memory.alloc(SCRATCH_BYTES);
  }

  /** Rows that are in the file only. */
  get size(): number {
    return this.imageCount - this.hiddenCount;
  }

  get fileBytes(): number {
    return this.#pages.byteSize;
  }

  /** What is in memory for the sake of the file. */
  get memoryBytes(): number {
    return this.#pages.memoryBytes + 3 * this.#bufferBytes;
  }

  /** Takes the rows of the keys into memory that find() has just not found, and that lie in the file; returns how many rows came. */
  takeMissing(selection: number, count: number): number {
    const kernels = this.#kernels;
    const missing = kernels.spillMissing(this.#table.handle, selection, count, this.#scratch, this.#list);
    // A copy, because memory may grow; in order, so that a page is read once.
    const hashes = kernels.memory.u32.slice(this.#list >>> 2, (this.#list >>> 2) + missing).sort();
    const pages = this.#pages;
    const { handle } = this.#table;
    let taken = 0;
    let readTo = -1;
    for (let n = 0; n < missing; n++) {
      const hash = hashes[n]!;
      if (!pages.hasRows(hash) || hash === hashes[n - 1]) continue;
      if (hash > readTo) {
        pages.read(hash, this.#page);
        readTo = pages.endOf(hash);
      }
      taken += this.#take(hash, hash, handle);
    }
    this.hiddenCount += taken;
    return taken;
  }

  /** Copies all rows of a range of hashes that are in the file only into an empty table of the same layout. */
  copyInto(target: number, range: HashRange): void {
    this.#eachPage(range, () => {
      this.#take(range.low, range.high, target);
    });
  }

  /** The rows of a range of hashes, and of a key group if one is named, that are in the file only; `heapBytes` of long values come before theirs. */
  copyRange(range: HashRange, group: number, heapBytes: number): SavedRows[] {
    const kernels = this.#kernels;
    const { handle, rowBytes, keysEnd } = this.#table;
    const parts: SavedRows[] = [];
    let used = heapBytes;
    this.#eachPage(range, () => {
      const count = kernels.spillCopy(handle, this.#page, range.low, range.high, group, keysEnd, this.#other, this.#third, used);
      const heap = kernels.memory.u32[kernels.secondResult() >>> 2]!;
      if (count > 0)
        parts.push({ rows: kernels.memory.bytes(this.#other, count * rowBytes), heap: kernels.memory.bytes(this.#third, heap) });
      used += heap;
    });
    return parts;
  }

  /** Moves the rows of the next range of hashes from memory to the file; returns how many. */
  evict(): number {
    const kernels = this.#kernels;
    const { handle } = this.#table;
    const { low, high } = this.#sweep.next(this.#pages.count, kernels.tableSize(handle) >>> 0);
    const listed = kernels.spillList(handle, low, high, IMAGE_BYTES_MAX, BATCH_ROWS, this.#list);
    const count = Math.min(listed, BATCH_ROWS);
    if (count === 0) return 0;
    const before = this.imageCount;
    let dropped = 0;
    for (let hash = low; hash <= high; hash = this.#pages.endOf(hash) + 1) dropped += this.#merge(hash, count);
    this.hiddenCount -= count - dropped - (this.imageCount - before);
    kernels.tableRemove(handle, this.#list, count);
    return count - dropped;
  }

  /** Steps after which evict() has met every row once. */
  get steps(): number {
    return this.#sweep.stepsOf(this.#pages.count, this.#kernels.tableSize(this.#table.handle) >>> 0);
  }

  /** Forgets the image of a row that is about to be removed: from memory, where it is `hidden`, or a copy of it. */
  forget(row: number, hidden: boolean): void {
    const hash = this.#hashOf(row);
    if (hash === undefined || !this.#pages.hasRows(hash)) return;
    this.#pages.read(hash, this.#page);
    if (this.#delete(row, hidden)) this.#pages.write(hash, this.#page);
  }

  /** Forgets the images of rows that are about to be removed, page by page; `copies` has the addresses of those that are not in memory. */
  forgetAll(rows: Int32Array, copies: ReadonlySet<number>): void {
    const found: { readonly row: number; readonly hash: number }[] = [];
    for (const row of rows) {
      const hash = this.#hashOf(row);
      if (hash !== undefined && this.#pages.hasRows(hash)) found.push({ row, hash });
    }
    found.sort((a, b) => a.hash - b.hash);
    for (let n = 0; n < found.length; ) {
      const { hash } = found[n]!;
      const end = this.#pages.endOf(hash);
      this.#pages.read(hash, this.#page);
      let isChanged = false;
      for (; n < found.length && found[n]!.hash <= end; n++) {
        const { row } = found[n]!;
        if (this.#delete(row, !copies.has(row >>> 0))) isChanged = true;
      }
      if (isChanged) this.#pages.write(hash, this.#page);
    }
  }

  /** A live row's hash. */
  #hashOf(row: number): number | undefined {
    const { u32 } = this.#kernels.memory;
    return (u32[row >>> 2]! & 0xffff) === 0 ? undefined : u32[(row + 4) >>> 2]!;
  }

  /** Takes a row's image out of the page in hand; whether it was there. */
  #delete(row: number, hidden: boolean): boolean {
    if (this.#kernels.spillDelete(this.#table.handle, this.#page, row, this.#table.keysEnd) === 0) return false;
    this.imageCount--;
    if (hidden) this.hiddenCount--;
    return true;
  }

  clear(): void {
    this.#pages.clear();
    this.imageCount = 0;
    this.hiddenCount = 0;
  }

  close(): void {
    const { memory } = this.#kernels;
    this.#pages.close();
    for (const buffer of [this.#page, this.#other, this.#third]) memory.free(buffer, this.#bufferBytes);
    memory.free(this.#list, (BATCH_ROWS + 1) * 4);
    memory.free(this.#scratch, SCRATCH_BYTES);
  }

  /** Reads one page after the other of those that have rows of a range. */
  #eachPage({ low, high }: HashRange, work: () => void): void {
    for (let hash = low; hash <= high; hash = this.#pages.endOf(hash) + 1) {
      if (!this.#pages.hasRows(hash)) continue;
      this.#pages.read(hash, this.#page);
      work();
    }
  }

  /** Takes rows out of the page in hand. */
  #take(low: number, high: number, target: number): number {
    const kernels = this.#kernels;
    const { handle, keysEnd } = this.#table;
    let total = 0;
    for (;;) {
      const taken = kernels.spillTake(handle, target, this.#page, low, high, keysEnd);
      total += taken < 0 ? kernels.memory.u32[kernels.secondResult() >>> 2]! : taken;
      if (taken >= 0) return total;
      kernels.memory.ensureHeadroom(kernels.tableWanted(target) >>> 0);
    }
  }

  /** Writes the listed rows of the page that a hash belongs to into it. It is divided where it is full; returns how many rows have no room even so. */
  #merge(hash: number, count: number): number {
    const kernels = this.#kernels;
    const { handle, keysEnd } = this.#table;
    this.#pages.read(hash, this.#page, true);
    let counted = this.#count(this.#page);
    for (let isLast = false; ; ) {
      const { low, high } = this.#pages.rangeOf(hash);
      const capacity = isLast ? this.#bufferBytes : this.#capacity;
      const isWhole = kernels.spillMerge(handle, this.#page, capacity, isLast, this.#list, count, low, high, keysEnd) === 1;
      const now = this.#count(this.#page);
      this.imageCount += now - counted;
      counted = now;
      if (isWhole) {
        const dropped = kernels.memory.u32[kernels.secondResult() >>> 2]!;
        this.#pages.write(hash, this.#page);
        return dropped;
      }
      const bit = this.#pages.divide(hash);
      // The other half is written as it is: it gets the rest of its listed rows when its turn comes.
      if (bit === undefined) isLast = true;
      else counted -= this.#split(hash, low, bit);
    }
  }

  /** Divides the page in hand by a bit of the hashes, and writes the half that `hash` is not in; returns how many rows that has. */
  #split(hash: number, low: number, bit: number): number {
    const kernels = this.#kernels;
    kernels.spillSplit(this.#table.handle, this.#page, this.#other, bit);
    const middle = low + 2 ** bit;
    const [mine, theirs, theirHash] = hash >= middle ? [this.#other, this.#page, low] : [this.#page, this.#other, middle];
    const moved = this.#count(theirs);
    this.#pages.write(theirHash, theirs);
    if (mine !== this.#page) kernels.memory.u8.copyWithin(this.#page, mine, mine + kernels.memory.u32[(mine >>> 2) + 1]!);
    return moved;
  }

  #count(page: number): number {
    return this.#kernels.memory.u32[page >>> 2]!;
  }
}
