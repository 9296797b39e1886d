import type { LinearMemory } from '../../data/memory.ts';

/** A block of linear memory that an encoder fills and a file takes. */
export class WriteBuffer {
  readonly memory: LinearMemory;
  #base: number;
  #capacity: number;
  /** Bytes in it. */
  byteSize = 0;

  constructor(memory: LinearMemory, capacity: number) {
    this.memory = memory;
    this.#capacity = capacity;
    this.#base = memory.alloc(capacity);
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
    this.memory.free(this.#base, this.#capacity);
  }
}
