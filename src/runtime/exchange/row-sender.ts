import type { Batch } from '../../data/batch.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { BatchPacker } from './batch-packer.ts';
import { MESSAGE } from './message-kind.ts';
import type { Ring } from './ring.ts';

/** Sends rows of batches through rings; those that are longer than a message may be go in pieces. */
export class RowSender {
  readonly #packer: BatchPacker;
  /** Bytes of the rows in hand that went before as parts. */
  #sentBytes = 0;

  constructor(kernels: Kernels) {
    this.#packer = new BatchPacker(kernels);
  }

  /** Sends `count` rows, whose indexes lie at `indexes`. False when the ring is full: called again then with the same rows. */
  send(ring: Ring, batch: Batch, indexes: number, count: number): boolean {
    // Rows that were refused are packed again: what was packed may not outlive another's turn.
    const bytes = this.#packer.pack(batch, indexes, count);
    while (bytes.length - this.#sentBytes > ring.longestBytes) {
      const part = bytes.subarray(this.#sentBytes, this.#sentBytes + ring.longestBytes);
      if (!ring.write(MESSAGE.part, part)) return false;
      this.#sentBytes += part.length;
    }
    if (!ring.write(MESSAGE.batch, bytes.subarray(this.#sentBytes))) return false;
    this.#sentBytes = 0;
    return true;
  }

  free(): void {
    this.#packer.free();
  }
}
