import type { LinearMemory } from '../../data/memory.ts';

/**
 * A block of linear memory between a file and its decoder. Bytes are appended at the end and taken from the front; what is left
 * of a block, the beginning of a record, is moved to the front before the next bytes come.
 */
export class RecordBuffer {
  readonly memory: LinearMemory;
  #base: number;
  #capacity: number;
  #start = 0;
  #end = 0;

  constructor(memory: LinearMemory, capacity: number) {
    this.memory = memory;
    this.#capacity = capacity;
    this.#base = memory.alloc(capacity);
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Bytes appended and not yet taken. */
  get byteSize(): number {
    return this.#end - this.#start;
  }

  /** Address of the first byte not yet taken. */
  get address(): number {
    return this.#base + this.#start;
  }

  /** Where bytes are appended, and how many may be. */
  get freeAddress(): number {
    return this.#base + this.#end;
  }

  get freeBytes(): number {
    return this.#capacity - this.#end;
  }

  append(byteCount: number): void {
    this.#end += byteCount;
  }

  take(byteCount: number): void {
    this.#start += byteCount;
  }

  clear(): void {
    this.#start = 0;
    this.#end = 0;
  }

  /** Moves what is left to the front. */
  compact(): void {
    if (this.#start === 0) return;
    this.memory.u8.copyWithin(this.#base, this.address, this.freeAddress);
    this.#end -= this.#start;
    this.#start = 0;
  }

  /** Doubles the capacity; what is left goes to the front. May grow the memory. */
  grow(): void {
    const { byteSize, address } = this;
    const base = this.memory.alloc(this.#capacity * 2);
    this.memory.u8.copyWithin(base, address, address + byteSize);
    this.free();
    this.#base = base;
    this.#capacity *= 2;
    this.#start = 0;
    this.#end = byteSize;
  }

  free(): void {
    this.memory.free(this.#base, this.#capacity);
  }
}
