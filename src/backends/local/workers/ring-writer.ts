import { type Batch, IntVector } from '../../../data/batch.ts';
import { BATCH_ROWS } from '../../../data/column.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { BatchPacker } from '../../../runtime/exchange/batch-packer.ts';
import { MESSAGE } from '../../../runtime/exchange/message-kind.ts';
import type { Ring } from '../../../runtime/exchange/ring.ts';
import type { SinkWriter } from '../../../runtime/sink.ts';

/** Sends a query's rows from a worker to the thread of the program. */
export class RingWriter implements SinkWriter {
  readonly bytesWritten = 0;
  readonly #ring: Ring;
  readonly #packer: BatchPacker;
  /** 0, 1, 2, ...: the rows of a batch that is not a selection. */
  readonly #all: IntVector;
  #sentBytes = 0;

  constructor(ring: Ring, kernels: Kernels) {
    this.#ring = ring;
    this.#packer = new BatchPacker(kernels);
    this.#all = new IntVector(kernels.memory);
    for (let i = 0; i < BATCH_ROWS; i++) this.#all.view[i] = i;
  }

  write(batch: Batch): boolean {
    if (batch.size === 0) return true;
    const bytes = this.#packer.pack(batch, batch.selection?.address ?? this.#all.address, batch.size);
    while (bytes.length - this.#sentBytes > this.#ring.longestBytes) {
      const part = bytes.subarray(this.#sentBytes, this.#sentBytes + this.#ring.longestBytes);
      if (!this.#ring.write(MESSAGE.part, part)) return false;
      this.#sentBytes += part.length;
    }
    if (!this.#ring.write(MESSAGE.batch, bytes.subarray(this.#sentBytes))) return false;
    this.#sentBytes = 0;
    return true;
  }

  ready(): Promise<void> {
    return this.#ring.writable();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The program's thread reads until it is told of the end, unless there is a cause. */
  async close(cause?: unknown): Promise<void> {
    if (cause === undefined) while (!this.#ring.write(MESSAGE.end, new Uint8Array(0))) await this.#ring.writable();
    this.#packer.free();
    this.#all.free();
  }
}
