import { StateError } from '../../common/errors.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { ColdPages, type HashRange } from './cold-pages.ts';
import type { SpillFile } from './spill-file.ts';

const PAGE_HEADER = 8;
const PAGE_BYTES = 4096;
/** A page has room for so many rows at least. */
const ROWS_PER_PAGE_MIN = 16;
/** The scratch that spillMissing() asks for: 512 entries of 16 bytes. */
const SCRATCH_BYTES = 512 * 16;

/** What of a table its pages must know. */
export interface ColdTable {
  readonly handle: number;
  readonly rowBytes: number;
  /** Where the key ends in a row. */
  readonly keysEnd: number;
}

/** The rows of one table that lie in a file. Those that came back into memory stay there, hidden, until they leave memory again. */
export class ColdRows {
  /** Rows in the file, and how many of them are hidden by rows in memory. */
  imageCount = 0;
  hiddenCount = 0;
  readonly #kernels: Kernels;
  readonly #table: ColdTable;
  readonly #pages: ColdPages;
  readonly #capacity: number;
  /** Room for two pages. */
  readonly #page: number;
  readonly #other: number;
  readonly #list: number;
  readonly #scratch: number;
  /** Where evicting goes on, and which half of the hashes it takes this time. */
  #sweep = 0;
  #half = 0;

  constructor(kernels: Kernels, table: ColdTable, file: SpillFile) {
    const { memory } = kernels;
    const pageBytes = 2 ** Math.ceil(Math.log2(Math.max(PAGE_BYTES, table.rowBytes * ROWS_PER_PAGE_MIN + PAGE_HEADER)));
    this.#kernels = kernels;
    this.#table = table;
    this.#pages = new ColdPages(memory, file, pageBytes);
    this.#capacity = Math.floor((pageBytes - PAGE_HEADER) / table.rowBytes);
    this.#page = memory.alloc(pageBytes);
    this.#other = memory.alloc(pageBytes);
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

  /** Takes the rows of the keys into memory that find() has just not found, and that lie in the file; returns how many rows came. */
  takeMissing(selection: number, count: number): number {
    const kernels = this.#kernels;
    const missing = kernels.spillMissing(this.#table.handle, selection, count, this.#scratch, this.#list);
    let taken = 0;
    for (let n = 0; n < missing; n++) {
      const hash = kernels.memory.u32[(this.#list >>> 2) + n]!;
      if (this.#pages.hasRows(hash)) taken += this.#take(hash, { low: hash, high: hash }, this.#table.handle);
    }
    this.hiddenCount += taken;
    return taken;
  }

  /** Copies all rows of a range of hashes that are in the file only into an empty table of the same layout. */
  copyInto(target: number, { low, high }: HashRange): void {
    for (let hash = low; hash <= high; hash = this.#pages.rangeOf(hash).high + 1) {
      if (this.#pages.hasRows(hash)) this.#take(hash, { low, high }, target);
    }
  }

  /** The rows of a range of hashes that are in the file only, as they lie in memory. */
  copyRange({ low, high }: HashRange): Uint8Array[] {
    const kernels = this.#kernels;
    const { handle, rowBytes, keysEnd } = this.#table;
    const parts: Uint8Array[] = [];
    for (let hash = low; hash <= high; hash = this.#pages.rangeOf(hash).high + 1) {
      if (!this.#pages.hasRows(hash)) continue;
      this.#pages.read(hash, this.#page);
      const count = kernels.spillCopy(handle, this.#page, low, high, keysEnd, this.#other);
      if (count > 0) parts.push(kernels.memory.bytes(this.#other, count * rowBytes));
    }
    return parts;
  }

  /** Moves some rows from memory to the file; returns how many. */
  evict(): number {
    const kernels = this.#kernels;
    const { handle } = this.#table;
    // As many hashes as have a fair number of rows in memory.
    const width = Math.max(1, Math.floor((2 ** 32 * 1024) / Math.max(1, kernels.tableSize(handle) >>> 0)));
    const low = this.#sweep;
    const high = Math.min(2 ** 32 - 1, low + width - 1);
    const count = Math.min(BATCH_ROWS, kernels.spillList(handle, low, high, true, this.#half, BATCH_ROWS, this.#list));
    this.#sweep = high + 1;
    if (this.#sweep >= 2 ** 32) {
      this.#sweep = 0;
      this.#half = 1 - this.#half;
    }
    if (count === 0) return 0;
    const before = this.imageCount;
    for (let hash = low; hash <= high; ) hash = this.#merge(hash, count).high + 1;
    this.hiddenCount -= count - (this.imageCount - before);
    kernels.tableRemove(handle, this.#list, count);
    return count;
  }

  /** Takes all rows of another table with the same layout in, whose keys are in a range of hashes and not yet here. It keeps them, too. */
  absorb(handle: number, { low, high }: HashRange): void {
    const most = BATCH_ROWS - 1;
    let width = Math.max(1, Math.floor(((high - low + 1) * most) / (2 * Math.max(1, this.#kernels.tableSize(handle) >>> 0))));
    for (let at = low; at <= high; ) {
      const end = Math.min(high, at + width - 1);
      const count = this.#kernels.spillList(handle, at, end, false, 0, most, this.#list);
      if (count > most && width > 1) {
        width = Math.floor(width / 2);
        continue;
      }
      for (let hash = at; hash <= end && count > 0; ) hash = this.#merge(hash, Math.min(count, BATCH_ROWS)).high + 1;
      at = end + 1;
    }
  }

  /** Forgets the image of a row that is about to be removed: from memory, where it is `hidden`, or a copy of it. */
  forget(row: number, hidden: boolean): void {
    const kernels = this.#kernels;
    const address = row >>> 0;
    if ((kernels.memory.u32[address >>> 2]! & 0xffff) === 0) return;
    const hash = kernels.memory.u32[(address + 4) >>> 2]!;
    if (!this.#pages.hasRows(hash)) return;
    this.#pages.read(hash, this.#page);
    if (kernels.spillDelete(this.#table.handle, this.#page, address, this.#table.keysEnd) === 0) return;
    this.#pages.write(hash, this.#page);
    this.imageCount--;
    if (hidden) this.hiddenCount--;
  }

  clear(): void {
    this.#pages.clear();
    this.imageCount = 0;
    this.hiddenCount = 0;
  }

  close(): void {
    const { memory } = this.#kernels;
    this.#pages.close();
    memory.free(this.#page, this.#pages.pageBytes);
    memory.free(this.#other, this.#pages.pageBytes);
    memory.free(this.#list, (BATCH_ROWS + 1) * 4);
    memory.free(this.#scratch, SCRATCH_BYTES);
  }

  #take(hash: number, { low, high }: HashRange, target: number): number {
    const kernels = this.#kernels;
    const { handle, keysEnd } = this.#table;
    this.#pages.read(hash, this.#page);
    let total = 0;
    for (;;) {
      const taken = kernels.spillTake(handle, target, this.#page, low, high, keysEnd);
      total += taken < 0 ? kernels.spillTaken() : taken;
      if (taken >= 0) break;
      kernels.memory.ensureHeadroom(kernels.tableWanted(target) >>> 0);
    }
    return total;
  }

  /** Writes the listed rows of the range that a hash belongs to into its page, which is divided where it is full; returns the range. */
  #merge(hash: number, count: number): HashRange {
    const kernels = this.#kernels;
    const { handle, keysEnd } = this.#table;
    this.#pages.read(hash, this.#page);
    let counted = this.#count(this.#page);
    for (;;) {
      const range = this.#pages.rangeOf(hash);
      const merged = kernels.spillMerge(handle, this.#page, this.#capacity, this.#list, count, range.low, range.high, keysEnd);
      if (merged >= 0) {
        const now = this.#count(this.#page);
        if (now > 0 || this.#pages.hasRows(hash)) this.#pages.write(hash, this.#page);
        this.imageCount += now - counted;
        return range;
      }
      const now = this.#count(this.#page);
      this.imageCount += now - counted;
      // The other half is written as it is: it gets the rest of its listed rows when its turn comes.
      counted = now - this.#split(hash, range);
    }
  }

  /** Divides the page in hand by a bit of the hashes, and writes the half that `hash` is not in; returns how many rows that has. */
  #split(hash: number, { low }: HashRange): number {
    const kernels = this.#kernels;
    const bit = this.#pages.divide(hash);
    if (bit === undefined) throw new StateError('MS4001', 'too many rows of one hash to keep outside of memory');
    kernels.spillSplit(this.#table.handle, this.#page, this.#other, bit);
    const middle = low + 2 ** bit;
    const [mine, theirs, theirHash] = hash >= middle ? [this.#other, this.#page, low] : [this.#page, this.#other, middle];
    const moved = this.#count(theirs);
    if (moved > 0 || this.#pages.hasRows(theirHash)) this.#pages.write(theirHash, theirs);
    if (mine !== this.#page) kernels.memory.u8.copyWithin(this.#page, mine, mine + this.#pages.pageBytes);
    return moved;
  }

  #count(page: number): number {
    return this.#kernels.memory.u32[page >>> 2]!;
  }
}
