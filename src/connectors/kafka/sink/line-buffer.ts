import { DataError } from '../../../common/errors.ts';
import { Batch } from '../../../data/batch.ts';
import { BATCH_ROWS } from '../../../data/column.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import type { Encoder } from '../../../runtime/encoder.ts';

const FIRST_BYTES = 1024 * 1024;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** The values, or the keys, of some rows as an encoder writes them, and where each one ends. */
export class LineBuffer {
  readonly ends: number;
  address: number;
  readonly #memory: LinearMemory;
  readonly #encoder: Encoder;
  readonly #columns: readonly number[];
  #capacity = FIRST_BYTES;

  /** `columns` are the indexes in the table's batches of those that the encoder writes. */
  constructor(memory: LinearMemory, encoder: Encoder, columns: readonly number[]) {
    this.#memory = memory;
    this.#encoder = encoder;
    this.#columns = columns;
    this.address = memory.alloc(this.#capacity);
    this.ends = memory.alloc(BATCH_ROWS * 4);
    encoder.setRecordEnds(this.ends);
  }

  /** Encodes rows from the `start`-th on; returns how many there was room for, at least one. Throws MS3034 for a record beyond 64 MB. */
  encode(batch: Batch, start: number): number {
    const part = new Batch(this.#columns.map((index) => batch.columns[index]!));
    part.rowCount = batch.rowCount;
    part.selection = batch.selection;
    part.selectedCount = batch.selectedCount;
    for (;;) {
      const count = this.#encoder.encode(part, start, this.address, this.#capacity);
      if (count > 0) return count;
      this.#grow();
    }
  }

  #grow(): void {
    if (this.#capacity * 2 > MAX_RECORD_BYTES) {
      throw new DataError('MS3034', `a row takes more than ${this.#capacity} bytes as a record`);
    }
    this.#memory.free(this.address, this.#capacity);
    this.#capacity *= 2;
    this.address = this.#memory.alloc(this.#capacity);
  }

  free(): void {
    this.#encoder.close?.();
    this.#memory.free(this.address, this.#capacity);
    this.#memory.free(this.ends, BATCH_ROWS * 4);
  }
}
