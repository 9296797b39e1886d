import type { Column } from '../data/column.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { GroupReader, GroupWriter, RowSet } from './state-backend.ts';

export interface TimerStateOptions {
  /** As a keyed table's. */
  readonly keyTypes: readonly SqlType[];
  readonly maxParallelism?: number;
}

/**
 * Times at which a key wants to be called. A key has at most one timer for each time, as in Flink's TimerService. Times are 64-bit
 * integers in a unit of the operator's choice.
 */
export interface TimerState {
  readonly name: string;
  /** Timers that are set. */
  readonly size: number;
  readonly byteSize: number;
  /** The earliest time set; undefined when there is none. */
  readonly nextTime: bigint | undefined;
  /** Sets a timer for every counting row's key at its time in `times`, an i64 column without nulls. */
  set(batch: RowSet, keyColumns: readonly Column[], times: Column): void;
  /** Takes back the timers of every counting row's key and time, where they are set. */
  cancel(batch: RowSet, keyColumns: readonly Column[], times: Column): void;
  /**
   * Takes up to `limit` (at most BATCH_ROWS) timers whose time has come, earliest first, and writes their keys and times into
   * columns at 0 to the returned count - 1. Strings refer into the state and are valid until the next set() or cancel().
   */
  takeDue(now: bigint, limit: number, keys: readonly Column[], times: Column): number;
  snapshot(writer: GroupWriter): void;
  restore(reader: GroupReader): void;
  clear(): void;
  drop(): void;
}
