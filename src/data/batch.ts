import { BATCH_ROWS, type Column } from './column.ts';
import type { LinearMemory } from './memory.ts';

/** What a row of a changelog does; the numbers are Flink's RowKind bytes. */
export const RowKind = { insert: 0, updateBefore: 1, updateAfter: 2, delete: 3 } as const;
export type RowKindCode = (typeof RowKind)[keyof typeof RowKind];
/** How kinds are printed, by code. */
export const ROW_KIND_TEXT = ['+I', '-U', '+U', '-D'] as const;

/** A vector of BATCH_ROWS bytes (row kinds) in linear memory. */
export class ByteVector {
  readonly memory: LinearMemory;
  readonly address: number;
  #epoch = -1;
  #view!: Uint8Array;

  constructor(memory: LinearMemory) {
    this.memory = memory;
    this.address = memory.alloc(BATCH_ROWS);
  }

  get view(): Uint8Array {
    if (this.#epoch !== this.memory.epoch) {
      this.#view = new Uint8Array(this.memory.wasm.buffer, this.address, BATCH_ROWS);
      this.#epoch = this.memory.epoch;
    }
    return this.#view;
  }

  free(): void {
    this.memory.free(this.address, BATCH_ROWS);
  }
}

/** A vector of BATCH_ROWS 32-bit integers (selected row indexes, state addresses) in linear memory. */
export class IntVector {
  readonly memory: LinearMemory;
  readonly address: number;
  #epoch = -1;
  #view!: Int32Array;

  constructor(memory: LinearMemory) {
    this.memory = memory;
    this.address = memory.alloc(BATCH_ROWS * 4);
  }

  get view(): Int32Array {
    if (this.#epoch !== this.memory.epoch) {
      this.#view = new Int32Array(this.memory.wasm.buffer, this.address, BATCH_ROWS);
      this.#epoch = this.memory.epoch;
    }
    return this.#view;
  }

  free(): void {
    this.memory.free(this.address, BATCH_ROWS * 4);
  }
}

/**
 * Up to BATCH_ROWS rows of columns. Batches are reused: a batch, and the bytes its strings refer to, are valid during the call
 * that hands it over; who keeps a value copies it.
 */
export class Batch {
  columns: readonly Column[];
  /** Rows that lie in the columns, selected or not. */
  rowCount = 0;
  /** Indexes of the rows that count, ascending; null when all do. */
  selection: IntVector | null = null;
  /** How many entries of `selection` are in use; unused when it is null. */
  selectedCount = 0;
  /** The rows' kinds by row index; null when all are inserts. */
  kinds: ByteVector | null = null;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
  }

  /** Rows that count. */
  get size(): number {
    return this.selection === null ? this.rowCount : this.selectedCount;
  }

  /** The index in the columns of the `n`-th row that counts. */
  rowIndex(n: number): number {
    return this.selection === null ? n : this.selection.view[n]!;
  }

  kind(rowIndex: number): RowKindCode {
    return this.kinds === null ? RowKind.insert : (this.kinds.view[rowIndex] as RowKindCode);
  }
}
