import type { ByteVector, IntVector } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { RouteLists } from './route-lists.ts';
import type { GroupReader, GroupWriter, RowSet } from './state-backend.ts';

/**
 * What a slot of a row's value part holds. `i128` is two i64 (low, then high, signed); `ts96` an i64 (milliseconds) and an i32
 * (nanoseconds of the millisecond); `bytes16` a variable-length value that only setBytes writes.
 */
export type SlotType = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'i128' | 'ts96' | 'bytes16';

export interface KeyedTableOptions {
  /** Any mix of types but ROW, ARRAY and MAP; empty for the one row of a global aggregate. A NOT NULL key is never null. */
  readonly keyTypes: readonly SqlType[];
  readonly slots: readonly SlotType[];
  /**
   * Indexes of the key columns that choose the key group, in order; all by default. State that belongs to a key of the stream but has
   * more key columns (a window's start, a DISTINCT argument) names the stream's key here, so that it moves with the key.
   */
  readonly groupKeys?: readonly number[];
  /** Whether lookup() keeps a copy of the value part of every row it touches, as it was before the batch. */
  readonly saveBefore?: boolean;
  /** Whether rows may leave memory between two epochs, where there is a budget: an address then holds for its epoch, or until the next scan() only. */
  readonly spills?: boolean;
  /** Whether any number of rows may have a key: append() makes them, and lookup() and find() must not be called. */
  readonly many?: boolean;
  /** Number of key groups, 1 to 32,768; 128 by default. It must be the same on restore. */
  readonly maxParallelism?: number;
}

/**
 * Rows by key in linear memory. A row is named by its address, which stays the same until the row is removed, so generated code
 * reads and updates slots through whole-memory views:
 *
 * ```js
 * const row = rows[i];
 * I64[(row + 24) >>> 3] += 1n; // 24 = table.slotOffsets[0]
 * ```
 *
 * Addresses may exceed 2^31: they are negative in an IntVector, so `>>>` is a must. lookup(), restore() and reserveBytes() may grow
 * the memory, which replaces its views; nothing else here does.
 *
 * Keys compare by value: null equals null, NaN equals NaN (one NaN is stored for all), -0.0 differs from 0.0, as in Flink.
 */
export interface KeyedTable {
  readonly name: string;
  readonly keyTypes: readonly SqlType[];
  readonly slots: readonly SlotType[];
  readonly maxParallelism: number;
  /** Whether a row stays where it is until it is removed; else an address holds for its epoch, or until the next scan() only. */
  readonly rowsStay: boolean;
  /** Byte offset of each slot from the row's address; aligned to the slot's element (8 for i64, i128, ts96 and bytes16). */
  readonly slotOffsets: readonly number[];

  /** Row addresses by row index of the batch, written by lookup() and find() at the indexes that count. Shared by siblings. */
  readonly rows: IntVector;
  /** Addresses of the rows touched in this epoch, each once, in order of first touch. Shared by siblings. */
  readonly touched: IntVector;
  /** 1 where the row at this place of `touched` was made in this epoch, else 0. Shared by siblings. */
  readonly touchedNew: ByteVector;
  /** The row of its batch that touched the row at this place of `touched` first. Shared by siblings. */
  readonly touchedFirst: IntVector;
  /**
   * With saveBefore: `beforeAddress + t * beforeStride` stands for row `touched[t]` as it was before the epoch. It is used as a row
   * address is, with the same slotOffsets, but has no key; the slots of a new row are zero. Bytes it refers to live until the next epoch.
   */
  readonly beforeAddress: number;
  readonly beforeStride: number;

  /** Live rows. */
  readonly size: number;
  /** Bytes of linear memory this table holds: rows, index, variable-length values, and what is free for reuse among them. */
  readonly byteSize: number;

  /**
   * Finds or makes the row of every counting row of `batch` and writes its address into `rows`. The slots of a new row are zero.
   * Returns how many entries of `touched` are in use: the list starts anew when `epoch` differs from that of the last call to this
   * table or a sibling, and goes on when it is the same (its list and the new batch's rows together must not exceed BATCH_ROWS).
   * `epoch` is a non-zero 32-bit integer that counts batches and may wrap. Throws MS4001 when memory ends.
   * `from` and `to` say which of the counting rows, all by default: a batch may be looked up in parts, one after the other.
   */
  lookup(batch: RowSet, keyColumns: readonly Column[], epoch: number, from?: number, to?: number): number;
  /** As lookup() of keys that are all new, for a table of `many` rows of a key. */
  append(batch: RowSet, keyColumns: readonly Column[], epoch: number): number;
  /** Must come before slots of live rows are written that were not looked up or made in this epoch; addresses may be 0. */
  touch(rows: IntVector, count: number, epoch: number): void;
  /** Writes the address of every counting row's state row into `rows`, 0 where there is none. Such rows are for reading only. */
  find(batch: RowSet, keyColumns: readonly Column[]): void;

  /**
   * Lists every counting row of `batch` under the worker that has its key group, in order: worker = group * workers / maxParallelism, as
   * Flink spreads them. The keys need not be in the table.
   */
  route(batch: RowSet, keyColumns: readonly Column[], lists: RouteLists): void;

  /**
   * Makes room for one setBytes() of every counting row's value of `column`, so that no growth happens in a loop that calls it.
   */
  reserveBytes(batch: RowSet, column: Column): void;
  /** As reserveBytes(), for `count` values of `byteLength` bytes in total. */
  reserveByteSize(count: number, byteLength: number): void;
  /** Stores a copy of the bytes in a `bytes16` slot. Room was made by reserveBytes(), else it may throw MS4001. */
  setBytes(row: number, slotOffset: number, address: number, byteLength: number): void;
  /**
   * Where the bytes of a `bytes16` slot lie; they stay there until the epoch after the one that changes them.
   * The slot is an i32 length, then 12 bytes: the value when it is that short, else its first 4 bytes and an i32 address.
   */
  bytesAddress(row: number, slotOffset: number): number;
  bytesLength(row: number, slotOffset: number): number;

  /** Forgets a live row. Its key, slots and bytes stay readable until the next lookup(). */
  remove(row: number): void;
  /** Forgets the first `count` rows of a vector. */
  removeAll(rows: IntVector, count: number): void;

  /**
   * Writes the addresses of up to `limit` (at most BATCH_ROWS) further live rows into `out` and returns how many; 0 at the end. Rows may be removed
   * between calls; rows made between calls may or may not be seen. clear() ends a scan.
   */
  scan(cursor: ScanCursor, limit: number, out: IntVector): number;
  /** Writes the keys of the first `count` rows of a vector into columns at 0 to count - 1; strings refer into the state. */
  readKeys(rows: IntVector, count: number, out: readonly Column[]): void;
  /**
   * As readKeys() of rows that this batch touched, whose first rows are `indexes`: from the batch, which is nearer than the state,
   * where the form of the keys allows it.
   */
  readTouchedKeys(rows: IntVector, indexes: IntVector, count: number, keyColumns: readonly Column[], out: readonly Column[]): void;
  /** As readKeys(), for the slots `slots[i]` -> `out[i]`, whose storage fits the slot. Also reads saved rows. Sets no nulls. */
  readSlots(rows: IntVector, count: number, slots: readonly number[], out: readonly Column[]): void;

  /** The rows of one key group as self-contained bytes; empty when it has none. */
  snapshotGroup(keyGroup: number): Uint8Array;
  /** Adds the rows of snapshotGroup(). Their keys must not be in the table. Throws MS4003 to MS4005 for bytes that do not fit. */
  restoreGroup(keyGroup: number, bytes: Uint8Array): void;
  /** Writes all key groups that have rows, under this table's name. */
  snapshot(writer: GroupWriter): void;
  /** Adds all key groups the reader has under this table's name. */
  restore(reader: GroupReader): void;

  /**
   * An empty table of the same layout that shares `rows`, `touched`, `touchedNew`, the saved rows and the epoch with this one: for
   * state that comes and goes, as a window's. A batch may be looked up in several siblings, each with its own selection.
   */
  sibling(name: string): KeyedTable;
  /** Removes all rows and gives their memory back. */
  clear(): void;
  /** Gives all memory back; the table must not be used again. Its siblings remain. */
  drop(): void;
}

/** The place of a scan. A fresh one is before the first row. */
export class ScanCursor {
  keyGroup = 0;
  chunk = 0;
  row = 0;
}
