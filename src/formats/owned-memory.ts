import type { LinearMemory } from '../data/memory.ts';

/** What a decoder or encoder allocated for as long as it lives. */
export class OwnedMemory {
  readonly memory: LinearMemory;
  #blocks: { readonly address: number; readonly byteSize: number }[] = [];

  constructor(memory: LinearMemory) {
    this.memory = memory;
  }

  alloc(byteSize: number): number {
    const address = this.memory.alloc(byteSize);
    this.#blocks.push({ address, byteSize });
    return address;
  }

  /** A copy of a text as UTF-8. */
  store(text: string): { address: number; byteLength: number } {
    const stored = this.memory.store(text);
    this.#blocks.push({ address: stored.address, byteSize: Math.max(stored.byteLength, 1) });
    return stored;
  }

  /** Gives all of it back. */
  free(): void {
    for (const { address, byteSize } of this.#blocks) this.memory.free(address, byteSize);
    this.#blocks = [];
  }
}
