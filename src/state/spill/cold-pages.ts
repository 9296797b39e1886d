import type { LinearMemory } from '../../data/memory.ts';
import { PageLog } from './page-log.ts';
import type { SpillFile } from './spill-file.ts';

const HASHES = 2 ** 32;
/** 2^24 pages: 64 GB. */
const MAX_DEPTH = 24;
/** A page whose hashes have so many more bits in common than is usual is not divided further. */
const UNUSUAL_BITS = 6;
/** Of a page: u32 rows, u32 bytes. */
const HEADER_BYTES = 8;

/** The hashes whose rows lie in one page, both inclusive. */
export interface HashRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Which page has the rows of a hash: a directory by the upper bits of the hash, of which a full page uses one bit more and becomes two. It takes
 * some 14 bytes a page of memory.
 */
export class ColdPages {
  readonly #memory: LinearMemory;
  readonly #log: PageLog;
  #depth: number;
  /** By directory entry: the page's place in the log, 0 for a page without rows, which has none, and its bytes. */
  #places: Uint32Array<ArrayBuffer>;
  #sizes: Uint32Array<ArrayBuffer>;
  /** By directory entry: how many upper bits the hashes of its page have in common. */
  #depths: Uint8Array<ArrayBuffer>;
  /** How many ranges there are. */
  #count: number;

  /** Begins with 2^depth empty ranges. */
  constructor(memory: LinearMemory, file: SpillFile, depth: number) {
    this.#memory = memory;
    this.#log = new PageLog(memory, file, (place, page) => this.#rescue(place, page));
    this.#depth = Math.min(MAX_DEPTH, depth);
    this.#count = 2 ** this.#depth;
    this.#places = new Uint32Array(this.#count);
    this.#sizes = new Uint32Array(this.#count);
    this.#depths = new Uint8Array(this.#count).fill(this.#depth);
  }

  /** Ranges of hashes, with rows and without. */
  get count(): number {
    return this.#count;
  }

  rangeOf(hash: number): HashRange {
    const width = HASHES / 2 ** this.#depths[this.#entryOf(hash)]!;
    const low = Math.floor(hash / width) * width;
    return { low, high: low + width - 1 };
  }

  /** The last hash of the page of a hash. */
  endOf(hash: number): number {
    const shift = 32 - this.#depths[this.#entryOf(hash)]!;
    return shift === 32 ? HASHES - 1 : (hash | (2 ** shift - 1)) >>> 0;
  }

  hasRows(hash: number): boolean {
    return this.#places[this.#entryOf(hash)] !== 0;
  }

  /** Reads the page of a hash to an address; an empty one where there is none. `next`: the pages of the hashes behind it are wanted next. */
  read(hash: number, address: number, next = false): void {
    const entry = this.#entryOf(hash);
    const place = this.#places[entry]!;
    if (place !== 0) return this.#log.read(place, this.#sizes[entry]!, address, next);
    this.#memory.u32[address >>> 2] = 0;
    this.#memory.u32[(address >>> 2) + 1] = HEADER_BYTES;
  }

  write(hash: number, address: number): void {
    const entry = this.#entryOf(hash);
    const old = this.#places[entry]!;
    if (old !== 0) this.#log.release(old, this.#sizes[entry]!);
    // Nothing may be found at the old place while pages move.
    this.#fill(hash, this.#depths[entry]!, 0, 0);
    const byteSize = this.#memory.u32[(address >>> 2) + 1]!;
    if (this.#memory.u32[address >>> 2] !== 0) {
      this.#fill(hash, this.#depths[entry]!, this.#log.append(address, byteSize), byteSize);
    }
  }

  /** Divides the range of a hash in two; returns the number of the bit that tells them apart, undefined where it should not be. The upper half is empty. */
  divide(hash: number): number | undefined {
    const depth = this.#depths[this.#entryOf(hash)]!;
    if (depth >= Math.min(MAX_DEPTH, Math.log2(this.#count) + UNUSUAL_BITS)) return undefined;
    if (depth === this.#depth) this.#double();
    const { low, high } = this.rangeOf(hash);
    const entry = this.#entryOf(hash);
    this.#fill(low, depth + 1, this.#places[entry]!, this.#sizes[entry]!);
    this.#fill(high, depth + 1, 0, 0);
    this.#count++;
    return 31 - depth;
  }

  clear(): void {
    this.#places.fill(0);
    this.#log.clear();
  }

  close(): void {
    this.#log.close();
  }

  /** Bytes of the file. */
  get byteSize(): number {
    return this.#log.byteSize;
  }

  /** Bytes of memory this takes. */
  get memoryBytes(): number {
    return this.#log.memoryBytes + this.#places.length * 9;
  }

  #entryOf(hash: number): number {
    return this.#depth === 0 ? 0 : hash >>> (32 - this.#depth);
  }

  /** Has the entries of `depth` upper bits of a hash lead to a place. */
  #fill(hash: number, depth: number, place: number, byteSize: number): void {
    const count = 2 ** (this.#depth - depth);
    const first = Math.floor(this.#entryOf(hash) / count) * count;
    for (let entry = first; entry < first + count; entry++) {
      this.#places[entry] = place;
      this.#sizes[entry] = byteSize;
      this.#depths[entry] = depth;
    }
  }

  /** The hash of a page's first row tells whose it is. */
  #rescue(place: number, page: Uint8Array): boolean {
    const [hash] = new Uint32Array(page.buffer, page.byteOffset + HEADER_BYTES + 4, 1);
    const entry = this.#entryOf(hash!);
    if (this.#places[entry] !== place) return false;
    this.#log.release(place, page.length);
    this.#fill(hash!, this.#depths[entry]!, this.#log.keep(page), page.length);
    return true;
  }

  #double(): void {
    const twice = <T extends Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(from: T, to: T): T => {
      for (let i = 0; i < from.length; i++) to.fill(from[i]!, i * 2, i * 2 + 2);
      return to;
    };
    const { length } = this.#places;
    this.#places = twice(this.#places, new Uint32Array(length * 2));
    this.#sizes = twice(this.#sizes, new Uint32Array(length * 2));
    this.#depths = twice(this.#depths, new Uint8Array(length * 2));
    this.#depth++;
  }
}
