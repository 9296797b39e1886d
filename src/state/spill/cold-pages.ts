import type { LinearMemory } from '../../data/memory.ts';
import type { SpillFile } from './spill-file.ts';

const HASHES = 2 ** 32;
/** 2^24 pages: 64 GB. */
const MAX_DEPTH = 24;

/** The hashes whose rows lie in one page, both inclusive. */
export interface HashRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Which page has the rows of a hash: a directory by the upper bits of the hash, of which a full page uses one bit more and becomes two. It takes
 * some five bytes a page of memory.
 */
export class ColdPages {
  readonly pageBytes: number;
  readonly #memory: LinearMemory;
  readonly #file: SpillFile;
  #depth = 0;
  /** By directory entry: the page's place in the file, from 1 on; 0 for a page without rows, which is not in the file. */
  #places = new Uint32Array(1);
  /** By directory entry: how many upper bits the hashes of its page have in common. */
  #depths = new Uint8Array(1);
  #used = 0;

  constructor(memory: LinearMemory, file: SpillFile, pageBytes: number) {
    this.#memory = memory;
    this.#file = file;
    this.pageBytes = pageBytes;
  }

  rangeOf(hash: number): HashRange {
    const depth = this.#depths[this.#entryOf(hash)]!;
    const width = HASHES / 2 ** depth;
    const low = Math.floor(hash / width) * width;
    return { low, high: low + width - 1 };
  }

  hasRows(hash: number): boolean {
    return this.#places[this.#entryOf(hash)] !== 0;
  }

  /** Reads the page of a hash to an address; an empty one where there is none. */
  read(hash: number, address: number): void {
    const place = this.#places[this.#entryOf(hash)]!;
    if (place === 0) this.#memory.u32[address >>> 2] = 0;
    else this.#file.read(this.#memory.u8, address, this.pageBytes, (place - 1) * this.pageBytes);
  }

  write(hash: number, address: number): void {
    const entry = this.#entryOf(hash);
    if (this.#places[entry] === 0) this.#fill(hash, this.#depths[entry]!, ++this.#used);
    this.#file.write(this.#memory.u8, address, this.pageBytes, (this.#places[entry]! - 1) * this.pageBytes);
  }

  /** Divides the range of a hash in two; returns the number of the bit that tells them apart, undefined where there is none left. The upper half is empty. */
  divide(hash: number): number | undefined {
    const entry = this.#entryOf(hash);
    const depth = this.#depths[entry]!;
    if (depth === MAX_DEPTH) return undefined;
    if (depth === this.#depth) this.#double();
    const { low, high } = this.rangeOf(hash);
    const place = this.#places[this.#entryOf(hash)]!;
    this.#fill(low, depth + 1, place);
    this.#fill(high, depth + 1, 0);
    return 31 - depth;
  }

  clear(): void {
    this.#depth = 0;
    this.#places = new Uint32Array(1);
    this.#depths = new Uint8Array(1);
    this.#used = 0;
  }

  close(): void {
    this.#file.close();
  }

  /** Bytes of the file. */
  get byteSize(): number {
    return this.#used * this.pageBytes;
  }

  #entryOf(hash: number): number {
    return this.#depth === 0 ? 0 : hash >>> (32 - this.#depth);
  }

  /** Has the entries of `depth` upper bits of a hash lead to a place. */
  #fill(hash: number, depth: number, place: number): void {
    const count = 2 ** (this.#depth - depth);
    const first = Math.floor(this.#entryOf(hash) / count) * count;
    this.#places.fill(place, first, first + count);
    this.#depths.fill(depth, first, first + count);
  }

  #double(): void {
    const [places, depths] = [this.#places, this.#depths];
    this.#places = new Uint32Array(places.length * 2);
    this.#depths = new Uint8Array(places.length * 2);
    for (let i = 0; i < places.length; i++) {
      this.#places.fill(places[i]!, i * 2, i * 2 + 2);
      this.#depths.fill(depths[i]!, i * 2, i * 2 + 2);
    }
    this.#depth++;
  }
}
