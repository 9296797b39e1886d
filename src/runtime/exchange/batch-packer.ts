import type { Batch } from '../../data/batch.ts';
import { ELEMENT_BYTES } from '../../data/types/storage.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import { aligned, BATCH_HEAD, COLUMN_HEAD, fixedSizes } from './batch-layout.ts';
import { ElementLists, type Picked } from './element-lists.ts';

/** columnPick's codes for elements of a width. */
const PICK: Readonly<Record<number, number>> = { 1: 0, 2: 1, 4: 2, 8: 3 };
const FIRST_BYTES = 64 * 1024;

/** Makes one run of bytes of rows of a batch (batch-layout.ts): a gather for each part, and one copy from there to another thread. */
export class BatchPacker {
  readonly #kernels: Kernels;
  #address: number;
  #capacity = FIRST_BYTES;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#address = kernels.memory.alloc(FIRST_BYTES);
  }

  /**
   * The bytes of `count` rows, whose indexes lie at `indexes`; valid until the next call or until the memory grows. May grow the memory.
   */
  pack(batch: Batch, indexes: number, count: number): Uint8Array {
    const lists = new ElementLists(this.#kernels.memory);
    try {
      return this.#packColumns(batch, lists.picked(batch.columns, indexes, count), indexes, count);
    } finally {
      lists.free();
    }
  }

  #packColumns(batch: Batch, columns: readonly Picked[], indexes: number, count: number): Uint8Array {
    const fixed = columns.map((picked) => fixedSizes(picked.column, picked.count));
    const head = BATCH_HEAD + COLUMN_HEAD * columns.length;
    const kinds = batch.kinds === null ? 0 : aligned(count);
    const size = fixed.reduce((sum, { nulls, values, aux }) => sum + nulls + values + aux, head + kinds);
    this.#reserve(size, 0);
    let at = head + kinds;
    this.#word(0, count);
    this.#word(4, kinds === 0 ? 0 : 1);
    if (batch.kinds !== null) this.#pick(1, indexes, count, batch.kinds.address, this.#address + head);
    // Bytes of the columns to come without their texts, for which room is to be left behind the texts of one.
    let rest = size - at;
    for (const [i, picked] of columns.entries()) {
      const word = BATCH_HEAD + i * COLUMN_HEAD;
      this.#word(word, picked.column.hasNulls ? 1 : 0);
      this.#word(word + 8, picked.count);
      const { nulls, values, aux } = fixed[i]!;
      rest -= nulls + values + aux;
      at = this.#column(picked, at, fixed[i]!, word + 4, rest);
    }
    return this.#kernels.memory.u8.subarray(this.#address, this.#address + at);
  }

  /** Writes a column's parts from `at` on; returns the offset behind them. */
  #column({ column, indexes, count }: Picked, at: number, sizes: ReturnType<typeof fixedSizes>, textsWord: number, rest: number): number {
    const { nulls, values, aux } = sizes;
    const [width, auxWidth] = ELEMENT_BYTES[column.storage];
    if (nulls > 0) this.#pick(1, indexes, count, column.nullsAddress, this.#address + at);
    if (width > 0) this.#pick(width, indexes, count, column.valuesAddress, this.#address + at + nulls);
    if (auxWidth > 0) this.#pick(auxWidth, indexes, count, column.auxAddress, this.#address + at + nulls + values);
    const end = at + nulls + values + aux;
    if (column.storage === 'array' || column.storage === 'map') this.#restart(at, sizes, count);
    if (column.storage !== 'bytes') {
      this.#word(textsWord, 0);
      return end;
    }
    const kernels = this.#kernels;
    const place = (offset: number): number => this.#address + offset;
    const textBytes = kernels.textsSize(place(at + nulls + values), nulls > 0 ? place(at) : 0, count) >>> 0;
    this.#reserve(end + aligned(textBytes) + rest, end);
    this.#word(textsWord, textBytes);
    kernels.textsPack(place(at + nulls), place(at + nulls + values), nulls > 0 ? place(at) : 0, count, place(end));
    return end + aligned(textBytes);
  }

  /** Elements lie without gaps now: each row's begin behind those of the row before it. */
  #restart(at: number, { nulls, values }: ReturnType<typeof fixedSizes>, count: number): void {
    const { u8, u32 } = this.#kernels.memory;
    const start = (this.#address + at + nulls) >>> 2;
    const length = start + (values >>> 2);
    let next = 0;
    for (let n = 0; n < count; n++) {
      if (nulls > 0 && u8[this.#address + at + n] === 1) u32[length + n] = 0;
      u32[start + n] = next;
      next += u32[length + n]!;
    }
  }

  #pick(width: number, indexes: number, count: number, from: number, to: number): void {
    this.#kernels.columnPick(PICK[width]!, indexes, count, from, 0, 0, to, 0, 0);
  }

  #word(offset: number, value: number): void {
    this.#kernels.memory.u32[(this.#address + offset) >>> 2] = value;
  }

  /** Makes room for `byteSize` bytes, of which the first `kept` are in use. */
  #reserve(byteSize: number, kept: number): void {
    if (byteSize <= this.#capacity) return;
    const { memory } = this.#kernels;
    const capacity = Math.max(byteSize, this.#capacity * 2);
    const address = memory.alloc(capacity);
    memory.u8.copyWithin(address, this.#address, this.#address + kept);
    memory.free(this.#address, this.#capacity);
    this.#address = address;
    this.#capacity = capacity;
  }

  free(): void {
    this.#kernels.memory.free(this.#address, this.#capacity);
  }
}
