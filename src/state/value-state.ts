import type { IntVector } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { KeyedTable } from './keyed-table.ts';
import type { GroupReader, GroupWriter, RowSet } from './state-backend.ts';

export interface ValueStateOptions {
  /** As a keyed table's. */
  readonly keyTypes: readonly SqlType[];
  /** Any types but ROW, ARRAY and MAP. */
  readonly valueTypes: readonly SqlType[];
  readonly maxParallelism?: number;
  /** As a keyed table's; what `rows` has then holds until the next put() or get(). */
  readonly spills?: boolean;
}

/** The last values given for each key, a batch at a time: for operators that keep rows rather than compute on them. */
export interface ValueState {
  readonly name: string;
  /** Keys that have values. */
  readonly size: number;
  readonly byteSize: number;
  /** After get(), by row index: 0 where the key has no values. */
  readonly rows: IntVector;
  /** The table behind it: a slot for each value, then one of a byte for each that says whether it is null. */
  readonly table: KeyedTable;
  /** Keeps a copy of every counting row's values under its key, in place of what was there; of equal keys the last row counts. */
  put(batch: RowSet, keyColumns: readonly Column[], values: readonly Column[]): void;
  /**
   * Writes the values of every counting row's key into `out` at its row index, null where there are none. Strings refer into the
   * state and are valid until the next put() or remove().
   */
  get(batch: RowSet, keyColumns: readonly Column[], out: readonly Column[]): void;
  /** Forgets the values of every counting row's key. */
  remove(batch: RowSet, keyColumns: readonly Column[]): void;
  snapshot(writer: GroupWriter): void;
  restore(reader: GroupReader): void;
  clear(): void;
  drop(): void;
}
