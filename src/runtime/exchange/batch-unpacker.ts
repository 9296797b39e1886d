import { Batch, ByteVector } from '../../data/batch.ts';
import { Column } from '../../data/column.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { aligned, BATCH_HEAD, COLUMN_HEAD, fixedSizes, flattened } from './batch-layout.ts';

const FIRST_BYTES = 64 * 1024;

/** Makes a batch of bytes that another thread packed: they are copied into linear memory once, and the batch's columns show them there. */
export class BatchUnpacker {
  readonly #kernels: Kernels;
  readonly #batch: Batch;
  readonly #columns: readonly Column[];
  readonly #kinds: ByteVector;
  #address: number;
  #capacity = FIRST_BYTES;

  constructor(kernels: Kernels, types: readonly SqlType[]) {
    this.#kernels = kernels;
    this.#batch = new Batch(types.map((type) => new Column(kernels.memory, type, 1)));
    this.#columns = flattened(this.#batch.columns);
    this.#kinds = new ByteVector(kernels.memory);
    this.#address = kernels.memory.alloc(FIRST_BYTES);
  }

  /** The batch is valid until the next call. May grow the memory. */
  unpack(bytes: Uint8Array): Batch {
    const { memory } = this.#kernels;
    if (bytes.length > this.#capacity) {
      memory.free(this.#address, this.#capacity);
      this.#capacity = Math.max(bytes.length, this.#capacity * 2);
      this.#address = memory.alloc(this.#capacity);
    }
    memory.u8.set(bytes, this.#address);
    const word = (offset: number): number => memory.u32[(this.#address + offset) >>> 2]!;
    const rowCount = word(0);
    const hasKinds = word(4) === 1;
    let at = this.#address + BATCH_HEAD + COLUMN_HEAD * this.#columns.length;
    if (hasKinds) {
      this.#kinds.view.set(memory.u8.subarray(at, at + rowCount));
      at += aligned(rowCount);
    }
    for (const [i, column] of this.#columns.entries()) {
      const head = BATCH_HEAD + i * COLUMN_HEAD;
      column.hasNulls = word(head) === 1;
      at = this.#show(column, at, word(head + 8), word(head + 4));
    }
    this.#batch.rowCount = rowCount;
    this.#batch.kinds = hasKinds ? this.#kinds : null;
    return this.#batch;
  }

  #show(column: Column, at: number, count: number, textBytes: number): number {
    const { nulls, values, aux } = fixedSizes(column, count);
    column.show(at + nulls, at + nulls + values, at, count);
    const end = at + nulls + values + aux;
    if (column.storage === 'bytes') this.#kernels.textsUnpack(at + nulls, count, end);
    return end + aligned(textBytes);
  }

  free(): void {
    for (const column of this.#batch.columns) column.free();
    this.#kinds.free();
    this.#kernels.memory.free(this.#address, this.#capacity);
  }
}
