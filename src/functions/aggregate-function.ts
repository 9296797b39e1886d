import type { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { StringArena } from '../data/string-arena.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { KeptList } from './aggregate/kept/kept-list.ts';
import type { MadeAggregate } from './aggregate/made-aggregate.ts';
import type { Code, Emitter } from './code.ts';
import type { Argument, Example } from './scalar-function.ts';

/** How a slot of an accumulator lies in a state row. 'bytes16' holds text or bytes of any length. */
export type SlotKind = 'i8' | 'i32' | 'i64' | 'f64' | 'i128' | 'ts96' | 'bytes16';

/** A slot of an accumulator in generated code. */
export interface Slot {
  readonly kind: SlotKind;
  /** JavaScript of the slot's value, readable and assignable: `I64[(row + 24) >>> 3]`. For i128 the low half, for ts96 the milliseconds; for bytes16 the address, not assignable. */
  readonly value: string;
  /** The high half of an i128, the nanoseconds of a ts96, the byte length of bytes16. */
  readonly aux: string;
  /** Name of the state row's address; empty for a slot that is not in a state row. */
  readonly row: string;
  /** A statement that stores bytes into a bytes16 slot. */
  store(address: string, byteLength: string): string;
}

/** Writes the results of one call into its column. The memory may grow meanwhile. */
export interface KeptWriter {
  /** Begins a batch: its rows, which may be written in any order and several times, have no values yet. */
  begin(): void;
  /** Makes row `to` the result of a list of entries; `isNull` of the column at it is false before. */
  write(list: KeptList, to: number): void;
}

/** How results are made of the entries that an aggregate has kept. */
export interface KeptResults {
  /** Texts may stay where the entries are, or be written to the arena. */
  writer(column: Column, arena: StringArena): KeptWriter;
  /** Whether two lists whose entries differ come to the same result all the same; without it they do not. The memory must not grow. */
  readonly isSame?: (memory: LinearMemory) => (one: KeptList, other: KeptList) => boolean;
}

/** What a function that is made for its call needs to know of it. */
export interface AggregateSite {
  readonly args: readonly Argument[];
  /** RESPECT NULLS or IGNORE NULLS, where it stands. */
  readonly nulls: 'RESPECT' | 'IGNORE' | undefined;
  readonly distinct: boolean;
}

/**
 * An aggregate function: slots in a state row that generated code updates. Slots start as zero bytes.
 * `accumulate` and `retract` see arguments that are not null (COUNT(*) none); rows that FILTER or DISTINCT rule out do not come.
 */
export interface AggregateFunction {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Type of the result, nullability included; undefined where the argument does not fit. */
  result(argument: SqlType | undefined): SqlType | undefined;
  /** Whether it may be NULL although there are values and none of them is; false by default. */
  readonly nullable?: boolean;
  /** `retracts`: whether rows may be taken back, so that counts must be kept where else it is enough to know that a row came. */
  slots(argument: SqlType | undefined, retracts: boolean): readonly SlotKind[];
  accumulate(e: Emitter, slots: readonly Slot[], argument: Code | undefined): void;
  /** Takes a row back; undefined where that needs more than the slots. */
  readonly retract?: (e: Emitter, slots: readonly Slot[], argument: Code | undefined) => void;
  /**
   * For MIN and MAX, which without `retract` are over rows that may be taken back all the same: all values are then kept in order, and `assign`
   * gets the one at this end whenever they have changed, or a NULL.
   */
  readonly ordered?: {
    readonly end: 'first' | 'last';
    assign(e: Emitter, slots: readonly Slot[], value: Code): void;
  };
  /** Makes the function of a call with these arguments, where one of a single argument does not do; undefined where they do not fit. */
  readonly make?: (site: AggregateSite) => MadeAggregate | undefined;
  /** The arguments that `make` takes, as an error tells them. */
  readonly takes?: string;
  /** What is used in its place over rows that may be taken back. */
  readonly overUpdates?: (argument: SqlType) => MadeAggregate;
  /** Of a function that keeps an entry for each row, in one slot of bytes: `value` is not called then. */
  readonly kept?: KeptResults;
  /** What a plan shows behind the argument: constants of the call. */
  readonly parameters?: string;
  /** Adds the slots of another accumulator, for windows made of slices. */
  merge(e: Emitter, slots: readonly Slot[], others: readonly Slot[], argument: SqlType | undefined): void;
  /** The aggregate's value; isNull where no row came. */
  value(e: Emitter, slots: readonly Slot[], returns: SqlType, argument: SqlType | undefined): Code;
  /** Of a function of the program: the type of its argument, none for one without, and whether accumulators can be put together. */
  readonly user?: { readonly parameter: SqlType | undefined; readonly merges: boolean };
  /** Whether it is code of the program in this thread, which other threads do not have. */
  readonly program?: boolean;
  readonly flink: string;
  readonly doc: string;
  readonly examples: readonly Example[];
}
