import { setImmediate } from 'node:timers';
import { ConnectorError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import { type Batch, ROW_KIND_TEXT, RowKind, type RowKindCode } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Value } from '../../data/values/value.ts';
import { type LogReader, type RowInput, RowLog } from './row-log.ts';

export type RowKindText = (typeof ROW_KIND_TEXT)[number];

/** One change that a query wrote: what happens, and the row's values in the order of the columns. */
export interface MemoryChange {
  readonly kind: RowKindText;
  readonly values: readonly Value[];
}

export interface MemoryTableOptions {
  /** Keeps rows after they have been read, for later readers and for jobs that resume. Default false: a stream needs no memory. */
  readonly retain?: boolean;
  /** Whether the planner may count on an end before it is there. Default: whether end() has been called. */
  readonly bounded?: boolean;
  /** Gets the changes that queries write, a batch at a time, instead of the table. A promise holds the query up until it resolves. */
  readonly onChanges?: (changes: readonly MemoryChange[]) => void | Promise<void>;
  /** Gets the batches themselves, valid during the call, instead of the table. */
  readonly onBatch?: (batch: Batch, schema: Schema) => void;
}

/** Unread rows above which a producer that asks is told to wait. */
const HIGH_ROWS = 2 * BATCH_ROWS;

type Rows = Iterable<RowInput> | AsyncIterable<RowInput>;

/**
 * A table in the program's own memory, for `'connector' = 'memory'`. The program pushes rows and queries read them; queries write
 * changes and the program reads them; or one query writes what another reads. Values are those of the types' JavaScript classes.
 *
 * Rows are kept by reference until all queries that are reading have read them, and all while none is; they must not be changed
 * meanwhile. Errors in a row show where it is read, with the column's name.
 */
export class MemoryTable {
  readonly options: MemoryTableOptions;
  /** The watermark that the last query to write has reached, in the unit of its time attribute. */
  watermark: bigint | undefined;
  readonly #log: RowLog;
  #iterator: Iterator<RowInput> | undefined;
  #asyncRows: AsyncIterable<RowInput> | undefined;
  #isSingleUse = false;
  #isAbandoned = false;
  #ended = false;
  #failure: unknown;
  #wakeups: (() => void)[] = [];
  /** Signals that wake who waits. */
  readonly #watched = new WeakSet<AbortSignal>();
  #wakeScheduled = false;

  constructor(options: MemoryTableOptions = {}) {
    this.options = options;
    this.#log = new RowLog(options.retain ?? false);
  }

  /** A table of these rows, which every query reads from the first to the last. */
  static of(rows: Iterable<RowInput>): MemoryTable {
    const table = new MemoryTable({ retain: true });
    table.push(rows);
    table.end();
    return table;
  }

  /**
   * A table of what an iterable yields, taken as a query reads it: a synchronous one is bounded, an asynchronous one is not unless
   * the options say so. It can be read by one query, once, unless it retains its rows.
   */
  static from(rows: Rows, options: MemoryTableOptions = {}): MemoryTable {
    const isSync = Symbol.iterator in rows;
    const table = new MemoryTable({ bounded: isSync, ...options });
    if (isSync) table.#iterator = rows[Symbol.iterator]();
    else table.#asyncRows = rows;
    table.#isSingleUse = !(options.retain ?? false);
    return table;
  }

  get bounded(): boolean {
    return this.options.bounded ?? this.#ended;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the slowest query that reads is so far behind that a producer should await drained(). */
  get full(): boolean {
    return this.#log.unreadCount >= HIGH_ROWS;
  }

  /** The rows that are kept, as changes. */
  get changes(): MemoryChange[] {
    return Array.from({ length: this.#log.end - this.#log.base }, (_, i) => this.#changeAt(this.#log.base + i));
  }

  /** The rows that are kept, as changes; they are given up. */
  takeChanges(): MemoryChange[] {
    const { changes } = this;
    this.#log.drop(changes.length);
    return changes;
  }

  /** Adds rows as inserts. */
  push(rows: Iterable<RowInput>): void {
    for (const row of rows) this.#log.append(row);
    this.#wake();
  }

  /** Adds one change. What reads it must have `'changelog' = 'all'` or `'upsert'`, unless it is an insert. */
  change(kind: RowKindText, row: RowInput): void {
    this.append(ROW_KIND_TEXT.indexOf(kind) as RowKindCode, row);
    this.#wake();
  }

  /** No more rows will come: queries that have read all end. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Queries that have read all rows fail with this error. */
  fail(cause: unknown): void {
    this.#failure = cause;
    this.end();
  }

  /** Resolves when the table is not full (any more). */
  async drained(): Promise<void> {
    while (this.full) await this.woken();
  }

  /** The changes as they come, from those that are kept; ends with the table. Holds back queries that write to the table. */
  async *read(): AsyncGenerator<MemoryChange, void, void> {
    const reader = this.open();
    try {
      for (;;) {
        while (reader.next < this.#log.end) {
          const change = this.#changeAt(reader.next++);
          this.advanced();
          yield change;
        }
        if (this.isAtEnd(reader)) return;
        await this.woken();
      }
    } finally {
      this.close(reader);
    }
  }

  // What the connector uses.

  get log(): RowLog {
    return this.#log;
  }

  /** Begins to read. Throws MS3053 when the rows of an iterable have been read. */
  open(): LogReader {
    if (this.#isSingleUse && (this.#log.base > 0 || this.#isAbandoned)) throw gone('its iterable can be read once, and has been');
    if (this.#asyncRows !== undefined) void this.#pump(this.#asyncRows);
    this.#asyncRows = undefined;
    return this.#log.open();
  }

  /** Ends reading. An iterable that nobody reads any more is told so. */
  close(reader: LogReader): void {
    this.#log.close(reader);
    if (this.#log.readerCount === 0) this.#abandon();
    this.#wake();
  }

  /** Adds a change without telling who waits: wake() does. */
  append(kind: RowKindCode, row: RowInput): void {
    this.#log.append(row, kind);
  }

  /** Tells who waits for rows, or for room. */
  wake(): void {
    this.#wake();
  }

  /** Takes rows from a synchronous iterable until `count` are there to be read. */
  pull(reader: LogReader, count: number): void {
    while (this.#iterator !== undefined && !this.#ended && this.#log.end - reader.next < count) {
      try {
        const { done, value } = this.#iterator.next();
        if (done) this.#ended = true;
        else this.#log.append(value);
      } catch (cause) {
        this.fail(producerFailed(cause));
      }
    }
  }

  /** A reader has gone on. */
  advanced(): void {
    const wasFull = this.#log.end - this.#log.base >= HIGH_ROWS;
    this.#log.trim();
    if (wasFull && !this.full) this.#wake();
  }

  /** Whether a reader has read all there will be. Throws what the table failed with. */
  isAtEnd(reader: LogReader): boolean {
    if (reader.next < this.#log.end || !this.#ended) return false;
    if (this.#failure !== undefined) throw this.#failure;
    return true;
  }

  /** Resolves at the next change of the table, or when the signal is aborted; perhaps earlier. */
  woken(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    if (signal !== undefined && !this.#watched.has(signal)) {
      this.#watched.add(signal);
      signal.addEventListener('abort', () => this.#wake(), { once: true });
    }
    return new Promise((resolve) => {
      this.#wakeups.push(resolve);
    });
  }

  /** Nobody reads any more: an iterable need not go on. */
  #abandon(): void {
    this.#isAbandoned = true;
    if (!this.#ended) this.#iterator?.return?.();
    this.#iterator = undefined;
  }

  #changeAt(number: number): MemoryChange {
    const row = this.#log.row(number);
    return { kind: ROW_KIND_TEXT[this.#log.kind(number)], values: (Array.isArray(row) ? row : Object.values(row)) as Value[] };
  }

  #wake(): void {
    if (this.#wakeups.length === 0) return;
    const wakeups = this.#wakeups;
    this.#wakeups = [];
    for (const wakeup of wakeups) wakeup();
  }

  /** Wakes once for all rows that come in one turn of the event loop, so that they make one batch. */
  #wakeSoon(): void {
    if (this.#wakeScheduled) return;
    this.#wakeScheduled = true;
    setImmediate(() => {
      this.#wakeScheduled = false;
      this.#wake();
    });
  }

  async #pump(rows: AsyncIterable<RowInput>): Promise<void> {
    try {
      for await (const row of rows) {
        this.append(RowKind.insert, row);
        this.#wakeSoon();
        if (this.full) await this.drained();
        if (this.#ended || this.#isAbandoned) break;
      }
      this.end();
    } catch (cause) {
      this.fail(producerFailed(cause));
    }
  }
}

/** MS3053: rows are asked for again that are not kept. */
export function gone(why: string): ConnectorError {
  return new ConnectorError('MS3053', `rows of a memory table are gone: ${why}`, { hint: 'make the table with { retain: true }' });
}

/** MS3054: the program's callback threw. */
export function callbackFailed(cause: unknown): ConnectorError {
  return new ConnectorError('MS3054', `the callback of a memory table failed: ${messageOf(cause)}`, { cause });
}

function producerFailed(cause: unknown): ConnectorError {
  return new ConnectorError('MS3054', `the iterable of a memory table failed: ${messageOf(cause)}`, { cause });
}
