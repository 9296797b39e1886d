import { Batch } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import { clearNullsDeep } from '../data/nulls.ts';
import type { Schema } from '../data/schema.ts';
import { StringArena } from '../data/string-arena.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { PollResult, Progress, SourceReader } from './source.ts';

/** Reads constant rows. Rows are exact values in the order of the schema, made when they are first read: making them may fail. */
export class ValuesReader implements SourceReader {
  readonly split = 0;
  readonly bytesRead = 0;
  readonly #schema: Schema;
  readonly #makeRows: () => readonly (readonly unknown[])[];
  readonly #rowCount: number;
  #rows: readonly (readonly unknown[])[] | undefined;
  readonly #batch: Batch;
  readonly #arena: StringArena;
  #next = 0;

  constructor(kernels: Kernels, schema: Schema, rowCount: number, makeRows: () => readonly (readonly unknown[])[]) {
    this.#schema = schema;
    this.#rowCount = rowCount;
    this.#makeRows = makeRows;
    this.#arena = new StringArena(kernels.memory);
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#next < this.#rowCount ? new Set([0]) : new Set();
  }

  poll(): PollResult {
    if (this.#next >= this.#rowCount) return 'end';
    this.#rows ??= this.#makeRows();
    const rows = this.#rows.slice(this.#next, this.#next + BATCH_ROWS);
    this.#arena.reset();
    for (const [c, { type }] of this.#schema.fields.entries()) {
      const column = this.#batch.columns[c]!;
      const descriptor = descriptorOf(type);
      clearNullsDeep(column);
      for (const [i, row] of rows.entries()) descriptor.write(column, i, row[c], this.#arena);
    }
    this.#batch.rowCount = rows.length;
    this.#next += rows.length;
    return this.#batch;
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  position(): unknown {
    return this.#next;
  }

  restore(position: unknown): void {
    this.#next = Number(position);
  }

  progress(): Progress {
    return { done: this.#next, total: this.#rowCount };
  }

  async close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
  }
}
