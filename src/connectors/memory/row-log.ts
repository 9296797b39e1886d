import { RowKind, type RowKindCode } from '../../data/batch.ts';

/** A row handed over by the program: its columns by name, or in the order of the table's columns. */
export type RowInput = Readonly<Record<string, unknown>> | readonly unknown[];

/** A place in a log. */
export interface LogReader {
  /** Number of the next row, counted from the first that was ever appended. */
  next: number;
}

/** Rows that have been read are given up together, when they are at least this many and half of all, so that it costs little per row. */
const TRIM_ROWS = 4096;

/** Rows in the order they came, with their kinds, kept until every open reader has read them. */
export class RowLog {
  readonly #retain: boolean;
  readonly #readers = new Set<LogReader>();
  #rows: RowInput[] = [];
  #kinds: RowKindCode[] = [];
  #base = 0;

  constructor(retain: boolean) {
    this.#retain = retain;
  }

  /** Number of the first row that is kept. */
  get base(): number {
    return this.#base;
  }

  /** Number of the row that will be appended next. */
  get end(): number {
    return this.#base + this.#rows.length;
  }

  /** Rows that the slowest open reader has not read; 0 when there is none. */
  get unreadCount(): number {
    return this.#readers.size === 0 ? 0 : this.end - this.#slowest();
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  append(row: RowInput, kind: RowKindCode = RowKind.insert): void {
    this.#rows.push(row);
    this.#kinds.push(kind);
  }

  row(number: number): RowInput {
    return this.#rows[number - this.#base]!;
  }

  kind(number: number): RowKindCode {
    return this.#kinds[number - this.#base]!;
  }

  open(): LogReader {
    const reader = { next: this.#base };
    this.#readers.add(reader);
    return reader;
  }

  /** Rows that only this reader had not read stay. */
  close(reader: LogReader): void {
    this.#readers.delete(reader);
  }

  /** Gives up rows that all open readers have read. Called after a reader went on. */
  trim(): void {
    if (this.#retain || this.#readers.size === 0) return;
    const count = this.#slowest() - this.#base;
    const isMost = count >= TRIM_ROWS && count * 2 >= this.#rows.length;
    if (count === this.#rows.length || isMost) this.drop(count);
  }

  /** Gives up the first `count` rows. */
  drop(count: number): void {
    if (count === 0) return;
    this.#base += count;
    this.#rows = this.#rows.slice(count);
    this.#kinds = this.#kinds.slice(count);
    for (const reader of this.#readers) reader.next = Math.max(reader.next, this.#base);
  }

  #slowest(): number {
    let slowest = this.end;
    for (const reader of this.#readers) slowest = Math.min(slowest, reader.next);
    return slowest;
  }
}
