import type { CapturedOperator, CapturedSource } from './captured.ts';
import type { SavedPlan } from './saved-plan.ts';

/** A complete checkpoint, as it is stored and read again. */
export interface Checkpoint extends Omit<CheckpointHead, 'subtasks'> {
  /** Whether its tables are read from files only when an operator asks for them (`CapturedOperator.readTables`): it serves to restore. */
  readonly isPartial?: boolean;
  readonly subtasks: readonly CheckpointSubtask[];
}

/** What is known of a checkpoint beside its state. */
export interface CheckpointHead {
  readonly id: number;
  /** When it was made, milliseconds since the epoch. */
  readonly time: number;
  /** The plan that the job ran. */
  readonly plan: SavedPlan;
  /** All sources had ended and all rows had reached the sinks: there is nothing to go on with. */
  readonly finished: boolean;
  readonly subtasks: readonly SubtaskHead[];
}

/** The ends of the graph that one worker runs. */
export interface SubtaskHead {
  /** The worker's number, from 0 on. */
  readonly subtask: number;
  readonly sources: readonly CapturedSource[];
  readonly sinks: readonly PreparedSink[];
}

/** What one worker had at the barrier. */
export interface CheckpointSubtask extends SubtaskHead {
  readonly operators: readonly CapturedOperator[];
}

export interface PreparedSink {
  readonly id: string;
  /** What its `prepareCommit` gave for this checkpoint and, before that, for those that were given up since the last complete one. */
  readonly prepared: readonly unknown[];
}
