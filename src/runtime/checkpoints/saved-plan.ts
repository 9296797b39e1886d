import type { SqlType } from '../../data/types/sql-type.ts';
import type { KeyedTableOptions, SlotType } from '../../state/keyed-table.ts';

/** What a checkpoint says of the plan that its state belongs to. Plain JSON. */
export interface SavedPlan {
  /** The plan as EXPLAIN prints it, with what its tables are: two plans of one text are the same. */
  readonly text: string;
  readonly sources: readonly SavedTable[];
  /** All operators in topological order, those of sources and sinks among them. */
  readonly operators: readonly SavedOperator[];
  readonly sinks: readonly SavedTable[];
}

/** The table of a source or a sink. */
export interface SavedTable {
  readonly id: string;
  readonly table: string;
  readonly connector: string;
  /** Options that say which data the table stands for, as shown: secrets are masked. */
  readonly options: Readonly<Record<string, string>>;
}

export interface SavedOperator {
  /** Made of what the operator is, so that it stays the same while other parts of the query change. */
  readonly id: string;
  /** As a person knows it: `GROUP BY city`. */
  readonly label: string;
  /** Ids of the operators before it. */
  readonly inputs: readonly string[];
  /** Whether what it keeps besides tables comes back by itself with the next rows. */
  readonly rebuilds?: boolean;
  /** Empty for an operator that keeps no rows. */
  readonly states: readonly SavedState[];
}

/** A keyed table of an operator: what its key groups' bytes hold, in order. */
export interface SavedState {
  readonly name: string;
  /** What the state is about, where its name is only a number. */
  readonly about?: string;
  readonly keys: readonly SavedColumn[];
  /** Indexes of the keys that choose the key group; all by default. */
  readonly groupKeys?: readonly number[];
  readonly slots: readonly SavedSlot[];
  /** Whether a slot that is added may start at zero for keys that are there: not where rows are taken back. */
  readonly grows: boolean;
}

export interface SavedColumn {
  readonly name: string;
  readonly type: SqlType;
}

export interface SavedSlot {
  readonly name: string;
  readonly slot: SlotType;
  /** The SQL type of the values, where the slot holds such. */
  readonly type?: SqlType;
  /** What is kept there, whatever the query calls it. */
  readonly about: string;
}

/** What the table was opened with. */
export function tableOptions({ keys, slots, groupKeys }: SavedState): KeyedTableOptions {
  return { keyTypes: keys.map(({ type }) => type), slots: slots.map(({ slot }) => slot), ...(groupKeys && { groupKeys }) };
}
