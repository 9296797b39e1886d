import type { Kernels } from '../../../kernels/kernels.ts';

/** Bytes of a PartitionBuffer in src/kernels/assembly/kafka-append.ts. */
const BUFFER_BYTES = 32;
/** Word offsets in it. */
const WORD = { address: 4, capacity: 5, used: 6, count: 7 } as const;

/** What has been written to one partition since its buffer was emptied. */
export interface BufferedRecords {
  readonly recordCount: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  /** A view that is valid until the memory grows, or the buffer is written to. */
  readonly records: Uint8Array;
}

/** The records of each partition's next batch, in linear memory. A partition gets room when it is first written to. */
export class PartitionBuffers {
  /** Address of the first buffer's description. */
  readonly address: number;
  readonly #kernels: Kernels;
  readonly #count: number;
  readonly #batchBytes: number;

  constructor(kernels: Kernels, count: number, batchBytes: number) {
    this.#kernels = kernels;
    this.#count = count;
    this.#batchBytes = Math.max(batchBytes, 256);
    this.address = kernels.memory.alloc(count * BUFFER_BYTES);
    kernels.memory.u8.fill(0, this.address, this.address + count * BUFFER_BYTES);
  }

  isEmpty(partition: number): boolean {
    return this.#words(partition)[WORD.count] === 0;
  }

  /** Makes room for a record of so many bytes in an empty buffer. */
  reserve(partition: number, byteSize: number): void {
    const capacity = Math.max(byteSize, this.#batchBytes);
    this.#free(partition);
    const address = this.#kernels.memory.alloc(capacity);
    this.#words(partition).set([address, capacity, 0, 0], WORD.address);
  }

  take(partition: number): BufferedRecords {
    const words = this.#words(partition);
    const { i64, u8 } = this.#kernels.memory;
    const first = (this.address + partition * BUFFER_BYTES) >>> 3;
    const recordCount = words[WORD.count]!;
    const address = words[WORD.address]!;
    const records = u8.subarray(address, address + words[WORD.used]!);
    words[WORD.count] = 0;
    words[WORD.used] = 0;
    return { recordCount, firstTimestamp: i64[first]!, maxTimestamp: i64[first + 1]!, records };
  }

  free(): void {
    for (let partition = 0; partition < this.#count; partition++) this.#free(partition);
    this.#kernels.memory.free(this.address, this.#count * BUFFER_BYTES);
  }

  #free(partition: number): void {
    const words = this.#words(partition);
    if (words[WORD.capacity]! > 0) this.#kernels.memory.free(words[WORD.address]!, words[WORD.capacity]!);
    words[WORD.capacity] = 0;
  }

  #words(partition: number): Uint32Array {
    const at = (this.address + partition * BUFFER_BYTES) >>> 2;
    return this.#kernels.memory.u32.subarray(at, at + BUFFER_BYTES / 4);
  }
}
