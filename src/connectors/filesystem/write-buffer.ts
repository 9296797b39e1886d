import type { LinearMemory } from '../../data/memory.ts';

/** A block of linear memory that an encoder fills and a file takes. It is there from the first reserve() on, until free(). */
export class WriteBuffer {
  readonly memory: LinearMemory;
  #base = 0;
  #capacity = 0;
  /** Bytes in it. */
  byteSize = 0;

  constructor(memory: LinearMemory) {
    this.memory = memory;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get freeAddress(): number {
    return this.#base + this.byteSize;
  }

  get freeBytes(): number {
    return this.#capacity - this.byteSize;
  }

  /** The bytes in it: a view that is valid until the memory grows. */
  get bytes(): Uint8Array {
    return this.memory.u8.subarray(this.#base, this.#base + this.byteSize);
  }

  /** Makes an empty buffer at least `capacity` bytes big. */
  reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    const base = this.memory.alloc(capacity);
    this.free();
    this.#base = base;
    this.#capacity = capacity;
  }

  free(): void {
    if (this.#capacity > 0) this.memory.free(this.#base, this.#capacity);
    this.#capacity = 0;
    this.byteSize = 0;
  }
}
