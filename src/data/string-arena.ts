import type { LinearMemory } from './memory.ts';

const FIRST_CHUNK = 64 * 1024;
const encoder = new TextEncoder();

interface Chunk {
  readonly address: number;
  readonly byteSize: number;
}

/**
 * Room for the strings and bytes of one batch: a bump allocator over chunks of linear memory. `reset` forgets the bytes and
 * keeps the room, so that after a few batches nothing is allocated any more. Several chunks of a batch become one at reset.
 *
 * Addresses are byte offsets and may exceed 2^31; an i32 column keeps them modulo 2^32 (`address | 0`, read back with `>>> 0`).
 */
export class StringArena {
  readonly memory: LinearMemory;
  #chunks: Chunk[] = [];
  #at = 0;
  #end = 0;
  /** Bytes of the value that `put` stored last. */
  byteLength = 0;
  /** Changes when values are forgotten: what was put under another generation must not be referred to any more. */
  generation = 0;

  constructor(memory: LinearMemory) {
    this.memory = memory;
  }

  /** Bytes reserved for this arena. */
  get capacity(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.byteSize, 0);
  }

  /**
   * Makes room for `byteSize` bytes in a row and returns their address, without taking them: write there, then call `take`.
   * May grow the memory, which replaces its views. Throws MS4001 when there is no memory.
   */
  ensure(byteSize: number): number {
    if (this.#end - this.#at < byteSize) this.#addChunk(byteSize);
    return this.#at;
  }

  /** Takes the first `byteSize` of the bytes that `ensure` made room for. */
  take(byteSize: number): number {
    const address = this.#at;
    this.#at += byteSize;
    return address;
  }

  /** Copies text (as UTF-8; a lone surrogate becomes U+FFFD) or bytes; returns the address, and the size in `byteLength`. */
  put(value: string | Uint8Array): number {
    return typeof value === 'string' ? this.#putText(value) : this.#putBytes(value);
  }

  /** Forgets all values; their bytes may be overwritten from now on. */
  reset(): void {
    this.generation++;
    if (this.#chunks.length > 1) {
      const total = this.capacity;
      this.free();
      this.#addChunk(total);
    }
    const chunk = this.#chunks[0];
    if (chunk !== undefined) this.#at = chunk.address;
  }

  /** Gives the memory back. The arena can be used again. */
  free(): void {
    this.generation++;
    for (const { address, byteSize } of this.#chunks) this.memory.free(address, byteSize);
    this.#chunks = [];
    this.#at = 0;
    this.#end = 0;
  }

  #putText(text: string): number {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const address = this.ensure(text.length * 3);
    const { u8 } = this.memory;
    this.byteLength = isShortAscii(text, u8, address)
      ? text.length
      : encoder.encodeInto(text, u8.subarray(address, address + text.length * 3)).written;
    return this.take(this.byteLength);
  }

  #putBytes(bytes: Uint8Array): number {
    const address = this.ensure(bytes.length);
    this.memory.u8.set(bytes, address);
    this.byteLength = bytes.length;
    return this.take(bytes.length);
  }

  #addChunk(byteSize: number): void {
    const last = this.#chunks.at(-1)?.byteSize ?? FIRST_CHUNK / 2;
    const size = Math.max(byteSize, last * 2);
    const address = this.memory.alloc(size);
    this.#chunks.push({ address, byteSize: size });
    this.#at = address;
    this.#end = address + size;
  }
}

/** Copies a short ASCII text byte by byte, which beats a call of the encoder; false when it is neither (nothing is taken then). */
function isShortAscii(text: string, u8: Uint8Array, address: number): boolean {
  const { length } = text;
  if (length > 24) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return false;
    u8[address + i] = code;
  }
  return true;
}
