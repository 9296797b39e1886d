import type { LinearMemory } from '../../../data/memory.ts';

const LEAST_BYTES = 1024;
/** Smaller ones go back to the allocator, which is as fast. */
const KEPT_BYTES_LEAST = 64 * 1024;
const KEPT_BYTES_MAX = 32 * 1024 * 1024;

/** Bytes in linear memory with several users, given back when the last one has done with them. */
export class MemoryBlock {
  readonly address: number;
  readonly byteSize: number;
  readonly #blocks: MemoryBlocks;
  #users = 1;

  constructor(address: number, byteSize: number, blocks: MemoryBlocks) {
    this.address = address;
    this.byteSize = byteSize;
    this.#blocks = blocks;
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    if (--this.#users === 0) this.#blocks.takeBack(this);
  }
}

/** Blocks of linear memory for what comes from brokers. Large ones are used again: their pages are there. */
export class MemoryBlocks {
  readonly memory: LinearMemory;
  readonly #inUse = new Set<MemoryBlock>();
  #kept: { readonly address: number; readonly byteSize: number }[] = [];
  #isClosed = false;

  constructor(memory: LinearMemory) {
    this.memory = memory;
  }

  /** A block of at least so many bytes, in the hands of the caller. Throws MS4001 where there is no memory. */
  take(byteSize: number): MemoryBlock {
    // The allocator makes blocks of powers of two.
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(byteSize, LEAST_BYTES)));
    const index = this.#kept.findIndex((each) => each.byteSize === capacity);
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    const block = new MemoryBlock(kept?.address ?? this.memory.alloc(capacity), capacity, this);
    this.#inUse.add(block);
    return block;
  }

  takeBack(block: MemoryBlock): void {
    if (!this.#inUse.delete(block)) return;
    const keptBytes = this.#kept.reduce((sum, { byteSize }) => sum + byteSize, 0);
    const isKept = !this.#isClosed && block.byteSize >= KEPT_BYTES_LEAST && keptBytes + block.byteSize <= KEPT_BYTES_MAX;
    if (isKept) this.#kept.push(block);
    else this.memory.free(block.address, block.byteSize);
  }

  /** Gives all back, used or not: nobody may refer to it any more. */
  close(): void {
    this.#isClosed = true;
    for (const { address, byteSize } of this.#kept) this.memory.free(address, byteSize);
    this.#kept = [];
    for (const block of [...this.#inUse]) this.takeBack(block);
  }
}
