import type { ChangelogMode } from '../../catalog/connector-descriptor.ts';
import type { Clock } from '../../common/clock.ts';
import { DataError } from '../../common/errors.ts';
import { Batch, ByteVector, ROW_KIND_TEXT, RowKind } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { gone, type MemoryTable } from './memory-table.ts';
import type { LogReader } from './row-log.ts';
import { RowWriter } from './row-writer.ts';

/** What a poll may take, in milliseconds, as long as rows are alike. */
const POLL_MS = 1;
const MIN_ROWS = 64;

interface MemoryPosition {
  readonly next: number;
}

/** Reads a memory table: what is there makes a batch at once, so that a row waits for no other. */
export class MemorySource implements SourceReader {
  readonly split = 0;
  readonly bytesRead = 0;
  readonly #table: MemoryTable;
  readonly #reader: LogReader;
  readonly #changelog: ChangelogMode;
  readonly #tableName: string;
  readonly #clock: Clock;
  readonly #batch: Batch;
  readonly #kinds: ByteVector;
  readonly #writer: RowWriter;
  readonly #activeSplits = new Set([0]);
  /** Rows of the next batch at most: fewer than a batch holds when rows are slow to write. */
  #rowLimit = BATCH_ROWS;
  #closed = false;

  constructor(context: SourceContext, table: MemoryTable, changelog: ChangelogMode) {
    const { memory } = context.kernels;
    const columns = context.schema.fields.map((field) => new Column(memory, field.type));
    this.#table = table;
    this.#reader = table.open();
    this.#changelog = changelog;
    this.#tableName = context.tableName;
    this.#clock = context.clock;
    this.#batch = new Batch(columns);
    this.#kinds = new ByteVector(memory);
    this.#writer = new RowWriter(memory, context.tableName, context.tableSchema, context.schema, columns);
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#activeSplits;
  }

  poll(): PollResult {
    const reader = this.#reader;
    const start = this.#clock.monotonic();
    this.#table.pull(reader, this.#rowLimit);
    const count = Math.min(this.#table.log.end - reader.next, this.#rowLimit);
    if (count > 0) return this.#fill(count, start);
    if (!this.#table.isAtEnd(reader)) return 'idle';
    this.#activeSplits.clear();
    return 'end';
  }

  async wait(signal: AbortSignal): Promise<void> {
    const { log, ended } = this.#table;
    if (this.#reader.next === log.end && !ended) await this.#table.woken(signal);
  }

  position(): MemoryPosition {
    return { next: this.#reader.next };
  }

  /** Throws MS3053 when the rows after the position are not kept. */
  restore(position: unknown): void {
    const { next } = position as MemoryPosition;
    this.#table.pull({ next: 0 }, next);
    const { base, end } = this.#table.log;
    if (next < base) throw gone(`row ${next + 1} is to be read again, and rows are kept from ${base + 1} on`);
    if (next > end) throw gone(`row ${next + 1} is to be read next, and there are ${end}`);
    this.#reader.next = next;
  }

  progress(): Progress | undefined {
    return this.#table.ended ? { done: this.#reader.next, total: this.#table.log.end } : undefined;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#table.close(this.#reader);
    this.#writer.free();
    this.#kinds.free();
    for (const column of this.#batch.columns) column.free();
    return Promise.resolve();
  }

  #fill(count: number, start: number): Batch {
    const { next } = this.#reader;
    this.#writer.write(this.#table.log, next, count);
    this.#writeKinds(next, count);
    this.#batch.rowCount = count;
    this.#reader.next = next + count;
    this.#table.advanced();
    this.#adapt(count, this.#clock.monotonic() - start);
    return this.#batch;
  }

  #writeKinds(from: number, count: number): void {
    const { log } = this.#table;
    const { view } = this.#kinds;
    let isInsertOnly = true;
    for (let i = 0; i < count; i++) {
      const kind = log.kind(from + i);
      view[i] = kind;
      if (kind !== RowKind.insert) isInsertOnly = false;
      if (!allows(this.#changelog, kind)) throw this.#refused(ROW_KIND_TEXT[kind], from + i);
    }
    this.#batch.kinds = isInsertOnly ? null : this.#kinds;
  }

  #refused(kind: string, number: number): DataError {
    const message = `row ${number + 1} of memory table ${this.#tableName} is ${kind}, and its changelog is '${this.#changelog}'`;
    return new DataError('MS3052', message, { hint: `declare the table with 'changelog' = 'all'` });
  }

  #adapt(count: number, elapsedMs: number): void {
    const fitting = elapsedMs > POLL_MS ? Math.floor((count * POLL_MS) / elapsedMs) : this.#rowLimit * 2;
    this.#rowLimit = Math.min(BATCH_ROWS, Math.max(MIN_ROWS, fitting));
  }
}

function allows(changelog: ChangelogMode, kind: number): boolean {
  if (changelog === 'all' || kind === RowKind.insert) return true;
  return changelog === 'upsert' && kind !== RowKind.updateBefore;
}
