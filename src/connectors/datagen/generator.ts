import type { Column } from '../../data/column.ts';
import type { StringArena } from '../../data/string-arena.ts';
import type { Kernels } from '../../kernels/kernels.ts';

/** The rows of one batch: numbers `first`, `first + step`, ... `rowCount` of them, whose numbers differ in their low 32 bits only. */
export interface RowRange {
  readonly seed: bigint;
  readonly first: number;
  readonly step: number;
  readonly rowCount: number;
  /** The clock's time, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly arena: StringArena;
  readonly kernels: Kernels;
}

/** Fills one column, or one field of a ROW, of a datagen table. */
export interface Generator {
  fill(column: Column, range: RowRange): void;
  /** Rows it can make: the length of a sequence, otherwise Infinity. */
  readonly rowLimit: number;
  /** Most bytes of text per row. */
  readonly textBytes: number;
}

export const rowHighOf = (range: RowRange): number => Math.floor(range.first / 4_294_967_296);
