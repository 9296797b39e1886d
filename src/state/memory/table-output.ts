import { ByteVector, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { RowLayout } from './row-layout.ts';

/** Rows whose strings a lookup has in hand at a time, as BLOCK of the kernels, and the bytes of each. */
const WORDS_BYTES = 512 * 16;

/** What tables of one layout share: the vectors a lookup writes. Freed with the last of them. */
export class TableOutput {
  readonly kernels: Kernels;
  readonly layout: RowLayout;
  readonly rows: IntVector;
  readonly touched: IntVector;
  readonly touchedNew: ByteVector;
  readonly touchedFirst: IntVector;
  readonly beforeStride: number;
  /** Where saved value parts lie; 0 when they are not saved. */
  readonly valuesBefore: number;
  /** Three u32 for the scan kernel. */
  readonly cursor: number;
  /** Scratch for the strings of each key column, 0 for keys of other types. */
  readonly words: readonly number[];
  readonly handle: number;
  #users = 0;
  #epoch = 0;
  #touchedCount = 0;

  constructor(kernels: Kernels, layout: RowLayout, saveBefore: boolean) {
    const { memory } = kernels;
    this.kernels = kernels;
    this.layout = layout;
    this.rows = new IntVector(memory);
    this.touched = new IntVector(memory);
    this.touchedNew = new ByteVector(memory);
    this.touchedFirst = new IntVector(memory);
    this.beforeStride = layout.rowBytes - layout.savedOffset;
    this.valuesBefore = saveBefore && this.beforeStride > 0 ? allocate(kernels, BATCH_ROWS * this.beforeStride) : 0;
    this.cursor = memory.alloc(12);
    this.words = layout.keys.map((key) => (layout.bytesOffsets.includes(key.offset) ? memory.alloc(WORDS_BYTES) : 0));
    memory.ensureHeadroom(65_536);
    const { rows, touched, touchedNew, touchedFirst, valuesBefore } = this;
    this.handle = kernels.tableOutput(rows.address, touched.address, touchedNew.address, touchedFirst.address, valuesBefore);
  }

  /** The saved values' address as if they were the value parts of rows. */
  get beforeAddress(): number {
    return this.valuesBefore === 0 ? 0 : this.valuesBefore - this.layout.savedOffset;
  }

  /** Whether the list of touched rows can take `rowCount` more. */
  hasRoom(epoch: number, rowCount: number): boolean {
    return (epoch === this.#epoch ? this.#touchedCount : 0) + rowCount <= BATCH_ROWS;
  }

  /** Notes what a lookup did. */
  finish(epoch: number, touchedCount: number): number {
    this.#epoch = epoch;
    this.#touchedCount = touchedCount;
    return touchedCount;
  }

  retain(): void {
    this.#users++;
  }

  release(): void {
    if (--this.#users > 0) return;
    const { memory } = this.kernels;
    for (const vector of [this.rows, this.touched, this.touchedNew, this.touchedFirst]) vector.free();
    if (this.valuesBefore !== 0) memory.free(this.valuesBefore, BATCH_ROWS * this.beforeStride);
    memory.free(this.cursor, 12);
    for (const address of this.words) if (address !== 0) memory.free(address, WORDS_BYTES);
    this.kernels.tableOutputClose(this.handle);
  }
}

/** Allocates a large block; the allocator rounds up to a power of two. */
export function allocate({ memory }: Kernels, byteSize: number): number {
  memory.ensureHeadroom(byteSize * 2);
  return memory.alloc(byteSize);
}
