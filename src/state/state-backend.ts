import type { Batch } from '../data/batch.ts';
import type { KeyedTable, KeyedTableOptions } from './keyed-table.ts';
import type { RowStore, RowStoreOptions } from './row-store.ts';
import type { StateSnapshot } from './state-snapshot.ts';
import type { TimerState, TimerStateOptions } from './timer-state.ts';
import type { ValueState, ValueStateOptions } from './value-state.ts';

/** Key groups a state is divided into unless a job says otherwise: the unit of snapshot and of rescaling. */
export const DEFAULT_MAX_PARALLELISM = 128;

/**
 * Where operators keep what outlives a batch. Operators see this contract and never a layout (invariant 5); an implementation is
 * one folder below src/state that passes test/conformance/state.ts.
 */
export interface StateBackend {
  /**
   * Opens an empty table. `name` tells the states of one operator apart and stays the same from run to run; it names the table in
   * snapshots. Throws MS4002 for a key type that cannot be a key.
   */
  keyedTable(name: string, options: KeyedTableOptions): KeyedTable;
  /** Opens an empty state of values by key. Throws MS4002, and MS4006 for a type that cannot be kept. */
  valueState(name: string, options: ValueStateOptions): ValueState;
  /** Opens an empty store of whole rows. Throws MS4002, and MS4006 for a type that cannot be kept. */
  rowStore(name: string, options: RowStoreOptions): RowStore;
  /** Opens an empty set of timers. Throws MS4002. */
  timers(name: string, options: TimerStateOptions): TimerState;
  /**
   * Begins a snapshot of these tables as they are now, which is between two epochs; what is done from here on is not in it. One at a time:
   * the one before has been copied or abandoned.
   */
  beginSnapshot(tables: readonly KeyedTable[]): StateSnapshot;
  /** Bytes of state now held by all tables of this backend, rows, index and variable-length values. */
  readonly byteSize: number;
  /** Drops all tables. */
  close(): void;
}

/** What a table writes its key groups to; the operator contract's SnapshotWriter is one. */
export interface GroupWriter {
  writeGroup(name: string, keyGroup: number, bytes: Uint8Array): void;
  /** Takes a table over as it is, in place of its key groups: whoever has it begins a snapshot of it before anything changes. */
  writeTable?(table: KeyedTable): void;
}

/** What a table reads its key groups from, each in any number of parts; the operator contract's SnapshotReader is one. */
export interface GroupReader {
  readGroups(name: string, take: (keyGroup: number, bytes: Uint8Array) => void): void;
}

/** The part of a batch a lookup needs: which row indexes count. */
export type RowSet = Pick<Batch, 'rowCount' | 'selection' | 'selectedCount'>;
