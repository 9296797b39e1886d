import type { Batch, IntVector } from '../../../data/batch.ts';
import { identityRows } from '../../../data/identity-rows.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { MESSAGE } from '../../../runtime/exchange/message-kind.ts';
import type { Ring } from '../../../runtime/exchange/ring.ts';
import { RowSender } from '../../../runtime/exchange/row-sender.ts';
import type { SinkWriter } from '../../../runtime/sink.ts';

/** Sends a query's rows from a worker to the thread of the program. */
export class RingWriter implements SinkWriter {
  readonly bytesWritten = 0;
  readonly #ring: Ring;
  readonly #sender: RowSender;
  /** 0, 1, 2, ...: the rows of a batch that is not a selection. */
  readonly #all: IntVector;

  constructor(ring: Ring, kernels: Kernels) {
    this.#ring = ring;
    this.#sender = new RowSender(kernels);
    this.#all = identityRows(kernels.memory);
  }

  write(batch: Batch): boolean {
    if (batch.size === 0) return true;
    return this.#sender.send(this.#ring, batch, batch.selection?.address ?? this.#all.address, batch.size);
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
    this.#sender.free();
    this.#all.free();
  }
}
