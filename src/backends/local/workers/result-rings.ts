import type { Batch } from '../../../data/batch.ts';
import type { Schema } from '../../../data/schema.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { BatchUnpacker } from '../../../runtime/exchange/batch-unpacker.ts';
import { concatenated } from '../../../runtime/exchange/channel-reader.ts';
import { MESSAGE } from '../../../runtime/exchange/message-kind.ts';
import { Ring, type RingMessage } from '../../../runtime/exchange/ring.ts';
import type { SinkWriter } from '../../../runtime/sink.ts';

const RING_BYTES = 1024 * 1024;
/** Messages of one worker that are read before the next one's. */
const MESSAGES_PER_TURN = 4;

/** Brings a query's rows from the workers to the thread of the program. */
export class ResultRings {
  readonly buffers: readonly SharedArrayBuffer[];
  readonly #writer: SinkWriter;
  readonly #streams: readonly ResultStream[];
  #isStopped = false;
  #run: Promise<void> = Promise.resolve();

  /** `writer` takes the rows in this thread, in memory of `kernels`. */
  constructor(workers: number, schema: Schema, kernels: Kernels, writer: SinkWriter) {
    const rings = Array.from({ length: workers }, () => Ring.create(RING_BYTES));
    this.buffers = rings.map(({ buffer }) => buffer);
    this.#writer = writer;
    this.#streams = rings.map((ring) => new ResultStream(ring, kernels, schema));
  }

  /** Begins to hand the rows over. `onFailure` is told what the program's function has thrown. */
  start(onFailure: (error: unknown) => void): void {
    this.#run = this.#pump();
    this.#run.catch(onFailure);
  }

  async #pump(): Promise<void> {
    while (!this.#isStopped && this.#streams.some(({ hasEnded }) => !hasEnded)) {
      let rows = 0;
      for (const stream of this.#streams) rows += await this.#drain(stream);
      if (rows > 0) continue;
      await this.#writer.flush();
      const open = this.#streams.filter(({ hasEnded }) => !hasEnded);
      if (open.length > 0) await Promise.race(open.map((stream) => stream.readable()));
    }
  }

  async #drain(stream: ResultStream): Promise<number> {
    let rows = 0;
    for (let n = 0; n < MESSAGES_PER_TURN && !this.#isStopped; n++) {
      const batch = stream.next();
      if (batch === undefined) break;
      rows += batch.size;
      while (!this.#writer.write(batch)) await this.#writer.ready();
    }
    return rows;
  }

  /** Resolves when all rows have been handed over; at once where there is a cause, which is why there are no more. */
  async finish(cause: unknown): Promise<void> {
    try {
      if (cause === undefined) await this.#run;
      else this.#isStopped = true;
      await this.#writer.close(cause);
    } finally {
      for (const stream of this.#streams) stream.free();
    }
  }
}

/** The rows of one worker. */
class ResultStream {
  hasEnded = false;
  readonly #ring: Ring;
  readonly #unpacker: BatchUnpacker;
  #parts: Uint8Array[] = [];

  constructor(ring: Ring, kernels: Kernels, schema: Schema) {
    this.#ring = ring;
    this.#unpacker = new BatchUnpacker(
      kernels,
      schema.fields.map(({ type }) => type),
    );
  }

  next(): Batch | undefined {
    for (let message = this.#ring.read(); message !== undefined; message = this.#ring.read()) {
      const batch = this.#open(message);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  #open({ kind, bytes }: RingMessage): Batch | undefined {
    if (kind === MESSAGE.end) this.hasEnded = true;
    if (kind === MESSAGE.part) this.#parts.push(bytes.slice());
    if (kind !== MESSAGE.batch) return undefined;
    const whole = this.#parts.length === 0 ? bytes : concatenated([...this.#parts, bytes]);
    this.#parts = [];
    return this.#unpacker.unpack(whole);
  }

  readable(): Promise<void> {
    return this.#ring.readable();
  }

  free(): void {
    this.#unpacker.free();
  }
}
