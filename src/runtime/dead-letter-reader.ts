import { Batch } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { StringArena } from '../data/string-arena.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { BadRecord } from './decoder.ts';
import type { PollResult, SourceReader } from './source.ts';

/** Bytes of records that one batch carries, unless a single record is larger. */
const BATCH_BYTES = 1024 * 1024;

/** The bad records of one reader that have not been handed out. */
export class DeadLetterQueue {
  #records: BadRecord[] = [];
  #next = 0;

  add(bad: BadRecord): void {
    this.#records.push(bad);
  }

  /** While there are any, the reader is not polled, so that they do not pile up. */
  get hasMore(): boolean {
    return this.#records.length > 0;
  }

  take(): BadRecord | undefined {
    const bad = this.#records[this.#next++];
    if (this.#next >= this.#records.length) this.clear();
    return bad;
  }

  clear(): void {
    this.#records = [];
    this.#next = 0;
  }
}

/**
 * The bad records of other readers as rows of (source, line, byte_offset, reason, record). It never ends by itself and wakes nobody:
 * it has something only after a reader was polled, and it is done when those readers are.
 */
export class DeadLetterReader implements SourceReader {
  readonly split = 0;
  readonly activeSplits: ReadonlySet<number> = new Set([0]);
  bytesRead = 0;
  readonly #batch: Batch;
  readonly #arena: StringArena;
  readonly #queues: DeadLetterQueue[] = [];

  /** `schema` has the columns of catalog/dead-letters.ts, by any names. */
  constructor(kernels: Kernels, schema: Schema) {
    this.#arena = new StringArena(kernels.memory);
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  }

  /** The queue of one more reader. */
  open(): DeadLetterQueue {
    const queue = new DeadLetterQueue();
    this.#queues.push(queue);
    return queue;
  }

  poll(): PollResult {
    const start = this.bytesRead;
    this.#arena.reset();
    this.#batch.rowCount = 0;
    // Another queue comes first each time, so that none waits for one that is always full.
    this.#queues.push(...this.#queues.splice(0, 1));
    for (const queue of this.#queues) {
      while (queue.hasMore && this.#batch.rowCount < BATCH_ROWS && this.bytesRead - start < BATCH_BYTES) this.#write(queue.take()!);
    }
    return this.#batch.rowCount === 0 ? 'idle' : this.#batch;
  }

  #write({ source, line, byteOffset, reason, record }: BadRecord): void {
    const row = this.#batch.rowCount++;
    this.bytesRead += record.length;
    for (const [i, value] of [source, line, byteOffset, reason, record].entries()) {
      const column = this.#batch.columns[i]!;
      descriptorOf(column.type).write(column, row, value, this.#arena);
    }
  }

  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  /** Nothing of its own: after a restore the readers meet the bad records behind their positions again. */
  position(): unknown {
    return null;
  }

  restore(): void {
    for (const queue of this.#queues) queue.clear();
  }

  progress(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    for (const queue of this.#queues) queue.clear();
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
    return Promise.resolve();
  }
}
