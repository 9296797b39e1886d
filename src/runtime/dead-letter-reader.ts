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
  #waiting: BadRecord[] = [];
  #next = 0;

  /** `schema` has the columns of catalog/dead-letters.ts, by any names. */
  constructor(kernels: Kernels, schema: Schema) {
    this.#arena = new StringArena(kernels.memory);
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  }

  add(bad: BadRecord): void {
    this.#waiting.push(bad);
  }

  /** Whether there are records that have not been handed out. Readers are not polled meanwhile, so that they do not pile up. */
  get hasMore(): boolean {
    return this.#waiting.length > 0;
  }

  poll(): PollResult {
    if (!this.hasMore) return 'idle';
    this.#arena.reset();
    let byteSize = 0;
    let rowCount = 0;
    for (; this.#next < this.#waiting.length && rowCount < BATCH_ROWS && byteSize < BATCH_BYTES; rowCount++) {
      const bad = this.#waiting[this.#next++]!;
      this.#write(rowCount, bad);
      byteSize += bad.record.length;
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    this.bytesRead += byteSize;
    this.#batch.rowCount = rowCount;
    return this.#batch;
  }

  #write(row: number, { source, line, byteOffset, reason, record }: BadRecord): void {
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
    this.#waiting = [];
    this.#next = 0;
  }

  progress(): undefined {
    return undefined;
  }

  close(): Promise<void> {
    this.#waiting = [];
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
    return Promise.resolve();
  }
}
