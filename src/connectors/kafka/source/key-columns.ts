import { Batch } from '../../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../../data/column.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { type Decoder, type MessagePlace, NO_MESSAGE } from '../../../runtime/decoder.ts';
import { decodeMessages } from './decode-messages.ts';
import type { MessageTable } from './message-table.ts';

const PAIR_BYTES = 8;

/** Fills the columns that lie in the records' keys, row by row as the values gave them. */
export class KeyColumns {
  readonly #kernels: Kernels;
  readonly #decoder: Decoder;
  readonly #batch: Batch;
  /** Address and size of each row's key. */
  readonly #pairs: number;
  /** The row that each decoded row is for. */
  readonly #rows: number;

  constructor(kernels: Kernels, decoder: Decoder, columns: readonly Column[]) {
    this.#kernels = kernels;
    this.#decoder = decoder;
    this.#batch = new Batch(columns);
    this.#pairs = kernels.memory.alloc(BATCH_ROWS * PAIR_BYTES);
    this.#rows = kernels.memory.alloc(BATCH_ROWS * 4);
  }

  /** Returns which rows have a key that cannot be read: their columns are NULL, and the bad records have been reported. */
  fill(table: MessageTable, messages: Uint32Array, rowCount: number, placeOf: (row: number) => MessagePlace): ReadonlySet<number> {
    this.#point(table, messages, rowCount);
    const bad = new Set<number>();
    // Every key gives one row, but for those at fault: the second time they stand for nulls, and are not reported again.
    while (!this.#decode(rowCount, placeOf)) this.#passBad(rowCount, bad);
    return bad;
  }

  #point(table: MessageTable, messages: Uint32Array, rowCount: number): void {
    const { u32 } = this.#kernels.memory;
    for (let row = 0; row < rowCount; row++) {
      const { address, byteSize } = table.key(messages[row]!);
      u32[(this.#pairs >>> 2) + row * 2] = address;
      u32[(this.#pairs >>> 2) + row * 2 + 1] = byteSize;
    }
  }

  /** Whether there is one row for each key. */
  #decode(rowCount: number, placeOf: (row: number) => MessagePlace): boolean {
    const batch = this.#batch;
    batch.rowCount = 0;
    this.#decoder.beginBatch(batch);
    const messages = { address: this.#pairs, stride: PAIR_BYTES, count: rowCount, rows: this.#rows, placeOf };
    let next = 0;
    while (next < rowCount && batch.rowCount < BATCH_ROWS)
      next = decodeMessages(this.#decoder, this.#kernels.memory, messages, next, batch);
    return batch.rowCount === rowCount && this.#decodedRows.every((row, i) => row === i);
  }

  get #decodedRows(): Uint32Array {
    return this.#kernels.memory.u32.subarray(this.#rows >>> 2, (this.#rows >>> 2) + this.#batch.rowCount);
  }

  #passBad(rowCount: number, bad: Set<number>): void {
    const counts = new Uint32Array(rowCount);
    for (const row of this.#decodedRows) counts[row]!++;
    for (let row = 0; row < rowCount; row++) {
      if (counts[row] === 1) continue;
      this.#kernels.memory.u32[(this.#pairs >>> 2) + row * 2 + 1] = NO_MESSAGE;
      bad.add(row);
    }
  }

  free(): void {
    this.#decoder.close?.();
    this.#kernels.memory.free(this.#pairs, BATCH_ROWS * PAIR_BYTES);
    this.#kernels.memory.free(this.#rows, BATCH_ROWS * 4);
  }
}
