import type { Kernels } from '../../../kernels/kernels.ts';

const TABLE_BYTES = 32 * 1024;

/** CRC-32C, which each batch carries. Bytes elsewhere are copied to linear memory, where a kernel is faster than JavaScript and native modules. */
export class Checksum {
  readonly #kernels: Kernels;
  readonly #tables: number;
  #scratch = 0;
  #capacity = 0;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#tables = kernels.memory.alloc(TABLE_BYTES);
    kernels.crc32cPrepare(this.#tables);
  }

  /** The sum of bytes that lie in linear memory. */
  ofMemory(address: number, byteSize: number): number {
    return this.#kernels.crc32c(this.#tables, address, byteSize) >>> 0;
  }

  of(bytes: Uint8Array): number {
    const { memory } = this.#kernels;
    if (bytes.length > this.#capacity) {
      if (this.#capacity > 0) memory.free(this.#scratch, this.#capacity);
      this.#capacity = Math.max(bytes.length, 64 * 1024);
      this.#scratch = memory.alloc(this.#capacity);
    }
    memory.u8.set(bytes, this.#scratch);
    return this.ofMemory(this.#scratch, bytes.length);
  }

  free(): void {
    const { memory } = this.#kernels;
    memory.free(this.#tables, TABLE_BYTES);
    if (this.#capacity > 0) memory.free(this.#scratch, this.#capacity);
  }
}
