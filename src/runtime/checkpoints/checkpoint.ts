import type { CapturedOperator, CapturedSource } from './captured.ts';

/** A complete checkpoint, as it is stored and read again. */
export interface Checkpoint {
  readonly id: number;
  /** When it was made, milliseconds since the epoch. */
  readonly time: number;
  /** The plan that the job ran, as EXPLAIN prints it. */
  readonly plan: string;
  /** All sources had ended and all rows had reached the sinks: there is nothing to go on with. */
  readonly finished: boolean;
  readonly sources: readonly CapturedSource[];
  readonly operators: readonly CapturedOperator[];
  readonly sinks: readonly PreparedSink[];
}

export interface PreparedSink {
  readonly id: string;
  /** What its `prepareCommit` gave for this checkpoint and, before that, for those that were given up since the last complete one. */
  readonly prepared: readonly unknown[];
}
