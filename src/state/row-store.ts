import type { Batch, IntVector } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { StoredField } from '../data/stored-field.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { KeyedTableOptions, ScanCursor } from './keyed-table.ts';
import type { GroupReader, GroupWriter } from './state-backend.ts';
import { valueSlots } from './value-slots.ts';

export interface RowStoreOptions {
  /** Types of a row's columns; any but ROW, ARRAY and MAP. */
  readonly types: readonly SqlType[];
  /** The columns whose key group a row belongs to, as the rows are partitioned among workers. */
  readonly groupColumns: readonly number[];
  /** The columns that, with the group columns, tell rows apart. Absent: rows are not told apart, and place() makes one for each it is given. */
  readonly identity?: readonly number[] | undefined;
  /** Slots of 32 bits that the operator uses as it likes. */
  readonly links: number;
}

/**
 * Whole rows, named by addresses that stay the same while they live: what joins and rankings are made of. Which rows belong together is the
 * operator's business: it keeps addresses in links (through the memory's i32 view, at `address + linkOffsets[i]`). Links that hold addresses are of
 * no use after a restore, and are made anew from a scan.
 */
export interface RowStore {
  readonly name: string;
  readonly size: number;
  readonly byteSize: number;
  /** After place(), by row index of the batch. */
  readonly rows: IntVector;
  readonly linkOffsets: readonly number[];
  /** By column, for generated code that compares rows. */
  readonly fields: readonly StoredField[];
  /** Begins a unit of work, mostly a batch. What rows removed since the last unit held can be read until then. */
  begin(): void;
  /** Finds or makes a row for every counting row of a batch. The links and values of a new one are zero. May grow the memory. At most BATCH_ROWS rows in a unit. */
  place(batch: Batch): void;
  /** Copies the counting rows' columns into the rows of place(); of equal rows the last counts. May grow the memory. */
  write(batch: Batch): void;
  /** Must come before links of rows are written for good that this unit did not place(). Addresses may be 0. */
  touch(rows: IntVector, count: number): void;
  /**
   * Writes the first `count` rows of a vector into columns at 0 to count - 1; the address 0 stands for a row of nulls. A column that is undefined
   * is left out. Texts refer into the state.
   */
  read(rows: IntVector, count: number, out: readonly (Column | undefined)[]): void;
  /** Forgets rows; those whose address is 0 are passed over. */
  remove(rows: IntVector, count: number): void;
  /** As a keyed table's. */
  scan(cursor: ScanCursor, limit: number, out: IntVector): number;
  snapshot(writer: GroupWriter): void;
  restore(reader: GroupReader): void;
  drop(): void;
}

/** The columns of a store's keys, in order: first those that choose the key group. */
export function rowStoreKeys({ groupColumns, identity }: Pick<RowStoreOptions, 'groupColumns' | 'identity'>): readonly number[] {
  return [...groupColumns, ...(identity ?? []).filter((column) => !groupColumns.includes(column))];
}

/** The columns that are not keys. */
export function rowStoreValues(options: RowStoreOptions): readonly number[] {
  const keys = rowStoreKeys(options);
  return [...options.types.keys()].filter((column) => !keys.includes(column));
}

/** The keyed table that a store is: keys, then a slot for each value, a byte for each that says whether it is null, and the links. */
export function rowStoreTable(options: RowStoreOptions): KeyedTableOptions {
  const { types, groupColumns, identity, links } = options;
  const keys = rowStoreKeys(options);
  return {
    keyTypes: keys.map((column) => types[column]!),
    slots: [...valueSlots(rowStoreValues(options).map((column) => types[column]!)), ...new Array<'i32'>(links).fill('i32')],
    ...(keys.length > groupColumns.length && { groupKeys: groupColumns.map((_, i) => i) }),
    many: identity === undefined,
  };
}
