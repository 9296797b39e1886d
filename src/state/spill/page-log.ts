import type { LinearMemory } from '../../data/memory.ts';
import type { SpillFile } from './spill-file.ts';

/** What is written at once, and a page's most. A write costs some 15 us however small it is, so pages are gathered. */
export const SEGMENT_BYTES = 256 * 1024;
/** What is read at once of pages that are wanted one behind the other. */
const AHEAD_BYTES = 128 * 1024;
/** Pages begin at multiples of it, and their places count it. */
const UNIT = 64;
/** Segments that need not hold anything. */
const SLACK_SEGMENTS = 8;

/** Keeps a page whose segment is emptied, where it is not dead; returns whether it was not. */
export type Rescue = (place: number, page: Uint8Array) => boolean;

/**
 * Pages of any size in a file that is written in segments, each at once: a page gets another place whenever it is written, and its old one is
 * dead. A segment without live pages is written anew. When more than half of the file is dead, the emptiest segment's pages are written again.
 */
export class PageLog {
  readonly #memory: LinearMemory;
  readonly #file: SpillFile;
  readonly #rescue: Rescue;
  /** The segment that is being filled, and how far. */
  readonly #buffer = new Uint8Array(SEGMENT_BYTES);
  #current = 0;
  #used = 0;
  /** Bytes of live pages by segment. */
  readonly #live: number[] = [0];
  #liveBytes = 0;
  #free: number[] = [];
  /** What was read ahead: bytes of the file from #aheadFrom to #aheadTo. */
  #ahead: Uint8Array | undefined;
  #aheadFrom = 0;
  #aheadTo = 0;

  constructor(memory: LinearMemory, file: SpillFile, rescue: Rescue) {
    this.#memory = memory;
    this.#file = file;
    this.#rescue = rescue;
  }

  /** Bytes of the file. */
  get byteSize(): number {
    return this.#live.length * SEGMENT_BYTES;
  }

  /** Bytes of memory this takes. */
  get memoryBytes(): number {
    return SEGMENT_BYTES + (this.#ahead?.length ?? 0);
  }

  /** Takes a copy of a page, SEGMENT_BYTES at most; returns its place, from 1 on. */
  append(address: number, byteSize: number): number {
    return this.#append(this.#memory.u8, address, byteSize);
  }

  /** Reads a page to an address. `next`: the pages behind it are wanted next. */
  read(place: number, byteSize: number, address: number, next: boolean): void {
    const position = (place - 1) * UNIT;
    const end = position + byteSize;
    const { u8 } = this.#memory;
    const start = this.#current * SEGMENT_BYTES;
    if (position >= start && position < start + SEGMENT_BYTES) {
      u8.set(this.#buffer.subarray(position - start, end - start), address);
      return;
    }
    if (next && (position < this.#aheadFrom || end > this.#aheadTo)) this.#readAhead(position, byteSize);
    if (position >= this.#aheadFrom && end <= this.#aheadTo) {
      u8.set(this.#ahead!.subarray(position - this.#aheadFrom, end - this.#aheadFrom), address);
    } else this.#file.read(u8, address, byteSize, position);
  }

  /** A page's place is dead. */
  release(place: number, byteSize: number): void {
    const segment = Math.floor(((place - 1) * UNIT) / SEGMENT_BYTES);
    const bytes = rounded(byteSize);
    this.#live[segment]! -= bytes;
    this.#liveBytes -= bytes;
    if (this.#live[segment] === 0 && segment !== this.#current) this.#free.push(segment);
  }

  clear(): void {
    this.#live.length = 1;
    this.#live[0] = 0;
    this.#liveBytes = 0;
    this.#free = [];
    this.#current = 0;
    this.#used = 0;
    this.#aheadTo = 0;
    this.#aheadFrom = 0;
  }

  close(): void {
    this.#file.close();
  }

  #append(bytes: Uint8Array, from: number, byteSize: number): number {
    const size = rounded(byteSize);
    if (this.#used + size > SEGMENT_BYTES) this.#nextSegment();
    if (this.#used + size > SEGMENT_BYTES) this.#flush();
    this.#buffer.set(bytes.subarray(from, from + byteSize), this.#used);
    const place = (this.#current * SEGMENT_BYTES + this.#used) / UNIT + 1;
    this.#used += size;
    this.#live[this.#current]! += size;
    this.#liveBytes += size;
    return place;
  }

  /** Segments are read whole, so they are written whole. */
  #nextSegment(): void {
    this.#flush();
    const held = (this.#live.length - this.#free.length) * SEGMENT_BYTES;
    if (held > this.#liveBytes * 2 + SLACK_SEGMENTS * SEGMENT_BYTES) this.#empty();
  }

  #flush(): void {
    const start = this.#current * SEGMENT_BYTES;
    if (start < this.#aheadTo && start + SEGMENT_BYTES > this.#aheadFrom) this.#aheadTo = this.#aheadFrom;
    this.#file.write(this.#buffer, 0, SEGMENT_BYTES, start);
    if (this.#live[this.#current] === 0) this.#free.push(this.#current);
    this.#current = this.#free.pop() ?? this.#live.push(0) - 1;
    this.#used = 0;
  }

  /** Writes the live pages of the segment that has the fewest bytes of them again. */
  #empty(): void {
    let victim = -1;
    for (let i = 0; i < this.#live.length; i++) {
      if (i !== this.#current && this.#live[i]! > 0 && (victim === -1 || this.#live[i]! < this.#live[victim]!)) victim = i;
    }
    if (victim === -1) return;
    const bytes = new Uint8Array(SEGMENT_BYTES);
    this.#file.read(bytes, 0, SEGMENT_BYTES, victim * SEGMENT_BYTES);
    const words = new Uint32Array(bytes.buffer);
    // Once its last live page has moved, the segment may be in use again.
    let left = this.#live[victim]!;
    for (let at = 0; left > 0; ) {
      const byteSize = words[at / 4 + 1]!;
      const isLive = this.#rescue((victim * SEGMENT_BYTES + at) / UNIT + 1, bytes.subarray(at, at + byteSize));
      if (isLive) left -= rounded(byteSize);
      at += rounded(byteSize);
    }
  }

  /** Keeps a page of a segment that is emptied; its place from now on. */
  keep(page: Uint8Array): number {
    if (this.#used + rounded(page.length) > SEGMENT_BYTES) this.#flush();
    return this.#append(page, 0, page.length);
  }

  #readAhead(position: number, byteSize: number): void {
    this.#ahead ??= new Uint8Array(SEGMENT_BYTES);
    const segmentEnd = (Math.floor(position / SEGMENT_BYTES) + 1) * SEGMENT_BYTES;
    const count = Math.min(segmentEnd - position, Math.max(AHEAD_BYTES, byteSize));
    this.#file.read(this.#ahead, 0, count, position);
    this.#aheadFrom = position;
    this.#aheadTo = position + count;
  }
}

const rounded = (byteSize: number): number => Math.ceil(byteSize / UNIT) * UNIT;
