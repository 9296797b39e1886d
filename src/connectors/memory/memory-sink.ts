import { type Batch, ROW_KIND_TEXT } from '../../data/batch.ts';
import type { Schema } from '../../data/schema.ts';
import type { TypeDescriptor } from '../../data/types/descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { Value } from '../../data/values/value.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import { callbackFailed, type MemoryTable } from './memory-table.ts';

/** Writes changes to a memory table, or to the callbacks it was made with. */
export class MemorySink implements SinkWriter {
  readonly bytesWritten = 0;
  readonly #table: MemoryTable;
  readonly #schema: Schema;
  readonly #descriptors: readonly TypeDescriptor[];
  /** The callback's promise, while it has not resolved. */
  #pending: Promise<void> | undefined;
  #failure: unknown;

  constructor(table: MemoryTable, schema: Schema) {
    this.#table = table;
    this.#schema = schema;
    this.#descriptors = schema.fields.map((field) => descriptorOf(field.type));
  }

  write(batch: Batch): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending !== undefined || this.#table.full) return false;
    if (batch.size === 0) return true;
    const { onBatch, onChanges } = this.#table.options;
    if (onBatch !== undefined) this.#call(() => onBatch(batch, this.#schema));
    if (onChanges !== undefined) this.#call(() => onChanges(this.#changesOf(batch)));
    if (onBatch === undefined && onChanges === undefined) this.#append(batch);
    return true;
  }

  watermark(time: bigint): void {
    this.#table.watermark = time;
  }

  async ready(): Promise<void> {
    await this.#pending;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#table.drained();
  }

  async flush(): Promise<void> {
    await this.#pending;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(cause?: unknown): Promise<void> {
    await this.#pending;
    if (cause === undefined && this.#failure !== undefined) throw this.#failure;
  }

  #append(batch: Batch): void {
    for (let n = 0; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      this.#table.append(batch.kind(row), this.#valuesAt(batch, row));
    }
    this.#table.wake();
  }

  #changesOf(batch: Batch) {
    return Array.from({ length: batch.size }, (_, n) => {
      const row = batch.rowIndex(n);
      return { kind: ROW_KIND_TEXT[batch.kind(row)], values: this.#valuesAt(batch, row) };
    });
  }

  #valuesAt(batch: Batch, row: number): Value[] {
    const values = new Array<Value>(this.#descriptors.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#descriptors[i]!.read(batch.columns[i]!, row);
    return values;
  }

  #call(callback: () => void | Promise<void>): void {
    try {
      const answer = callback();
      if (answer instanceof Promise) this.#pending = this.#settle(answer);
    } catch (cause) {
      this.#failure = callbackFailed(cause);
      throw this.#failure;
    }
  }

  /** Never rejects: a failure is thrown at the next call. */
  async #settle(answer: Promise<void>): Promise<void> {
    try {
      await answer;
    } catch (cause) {
      this.#failure = callbackFailed(cause);
    }
    this.#pending = undefined;
  }
}
