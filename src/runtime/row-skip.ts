import { Batch, IntVector } from '../data/batch.ts';
import type { PollResult, SourceReader } from './source.ts';

/** Passes over the first rows of a source: those that were handed out before a restart. */
export class RowSkip {
  readonly #reader: SourceReader;
  #left: number;
  #rest: Batch | undefined;

  constructor(reader: SourceReader, rows: number) {
    this.#reader = reader;
    this.#left = rows;
  }

  /** Rows that are still to be passed over. */
  get left(): number {
    return this.#left;
  }

  poll(): PollResult {
    for (;;) {
      const result = this.#reader.poll();
      if (this.#left === 0 || typeof result === 'string') return result;
      const passed = Math.min(this.#left, result.size);
      this.#left -= passed;
      if (passed < result.size) return this.#behind(result, passed);
    }
  }

  #behind(batch: Batch, passed: number): Batch {
    const rows = Array.from({ length: batch.size - passed }, (_, n) => batch.rowIndex(passed + n));
    this.#rest ??= new Batch(batch.columns);
    const rest = this.#rest;
    rest.columns = batch.columns;
    rest.kinds = batch.kinds;
    // Rows without columns are only counted.
    rest.rowCount = batch.columns.length === 0 ? rows.length : batch.rowCount;
    if (batch.columns.length === 0) return rest;
    rest.selection ??= new IntVector(batch.columns[0]!.memory);
    rest.selection.view.set(rows);
    rest.selectedCount = rows.length;
    return rest;
  }

  free(): void {
    this.#rest?.selection?.free();
  }
}
