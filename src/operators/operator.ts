import type { Clock } from '../common/clock.ts';
import type { Batch } from '../data/batch.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { KeyedTable } from '../state/keyed-table.ts';
import type { StateBackend } from '../state/state-backend.ts';

/** Where an operator puts its batches. */
export interface Outlet {
  /**
   * Hands a batch downstream. False means not taken: the operator keeps its place, returns false from the method it is in, and
   * offers the same batch again when the runtime calls that method again.
   */
  offer(batch: Batch): boolean;
  /**
   * Moves event time on, for operators that make watermarks of rows. Called after all rows before it were taken; refused and called
   * again as offer is. Other operators leave it alone: the runtime forwards what they received.
   */
  advance(time: bigint): boolean;
  /** Says that no rows are expected for now, and event time need not wait for them, or that they are again. Refused as advance is. */
  idle(isIdle: boolean): boolean;
}

export interface OperatorContext {
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly out: Outlet;
  readonly state: StateBackend;
  /** The operator's stable name, for errors, metrics and generated code. */
  readonly name: string;
  readonly metrics: OperatorMetrics;
  /** Names the split that the batch in hand came from, for operators that keep time per split. */
  readonly splits: SplitTracker;
}

/** Which split the rows in hand come from, and which splits may still deliver. */
export interface SplitTracker {
  readonly current: number;
  readonly active: ReadonlySet<number>;
}

/** Counters an operator may add to; the runtime reads them. */
export interface OperatorMetrics {
  lateRows: number;
}

/** Why an operator is to hand on what it holds back: the task's turn is over or nothing else is to be done, or a checkpoint is due. */
export type SettleReason = 'turn' | 'checkpoint';

/**
 * A physical operator: synchronous and resumable (invariant 6). Every method that can emit returns true when it is done, and false
 * when the outlet refused; the runtime then calls the same method with the same arguments again before anything else.
 * The runtime aligns watermarks over the ports and forwards them downstream itself after watermark() returned true.
 */
export interface Operator {
  open(context: OperatorContext): void;
  process(port: number, batch: Batch): boolean;
  /** Event time has reached `time` (milliseconds since the epoch) on all ports. */
  watermark(time: bigint): boolean;
  /** No port expects rows for now, or one does again. The runtime forwards it after this returned true. */
  idle(isIdle: boolean): boolean;
  /** Processing time has reached what nextTimer() asked for. */
  timer(nowMs: number): boolean;
  /** When timer() wants to be called, in the clock's milliseconds; undefined for never. */
  nextTimer(): number | undefined;
  /** The input of `port` is at its end. A watermark at the end of time was delivered before on event-time inputs. */
  endOfInput(port: number): boolean;
  /**
   * By how many milliseconds event time is behind for what follows it: rows come out that are so much older than what it was told. None
   * where it is absent.
   */
  readonly delayMs?: bigint;
  /** Of an operator that has refused a batch until something outside has come: that. It never rejects. */
  readonly awaits?: Promise<unknown> | undefined;
  /** Whether rows wait in it for others to go on with: settle() sends them. No operator that does not say so is asked to settle. */
  readonly holdsBack: boolean;
  /** Hands on what it holds back, all of it at a checkpoint. */
  settle(reason: SettleReason): boolean;
  /** Writes all state by key group; called only when the operator has emitted all it had to (its methods returned true). */
  snapshot(writer: SnapshotWriter): void;
  /** Takes state back, between open() and the first other call; group by group, from any number of writers. */
  restore(reader: SnapshotReader): void;
  close(): void;
}

/** Collects an operator's state. `name` tells the states of one operator apart. */
export interface SnapshotWriter {
  /** State that belongs to keys: the bytes of one key group, in the format of the state's own version. */
  writeGroup(name: string, keyGroup: number, bytes: Uint8Array): void;
  /** Takes a table as it is, in place of its key groups, where there is a snapshot in slices. Tables call it, operators do not. */
  writeTable?(table: KeyedTable): void;
  /** State that belongs to the operator as a whole: plain JSON. At another parallelism every instance reads all of them. */
  writeOperator(name: string, value: unknown): void;
}

export interface SnapshotReader {
  /** Calls `take` for each key group this instance is responsible for, as often as there are parts of it. */
  readGroups(name: string, take: (keyGroup: number, bytes: Uint8Array) => void): void;
  readOperator(name: string): readonly unknown[];
}
