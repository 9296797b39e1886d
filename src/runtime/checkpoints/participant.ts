import type { CapturedSource } from './captured.ts';
import type { SubtaskHead } from './checkpoint.ts';
import type { WrittenState } from './written-state.ts';

/** What one worker has to say of a checkpoint: plain JSON but for the failure. */
export interface SubtaskCheckpoint {
  readonly sources: readonly CapturedSource[];
  /** What each sink prepared: undefined for one that promises nothing. */
  readonly prepared: readonly { readonly id: string; readonly value: unknown }[];
  /** Where its state lies; absent when it could not be written. */
  readonly state?: WrittenState;
  /** Why the state could not be written: the checkpoint fails, and the job may go on. */
  readonly failure?: unknown;
  /** The worker had nothing left to read when it was captured. */
  readonly isOver: boolean;
}

/** One worker's part in checkpoints. A worker in another thread answers through messages. */
export interface CheckpointParticipant {
  readonly subtask: number;
  /**
   * Captures the worker when nothing is on its way in it, brings its state to the disk, and has its sinks prepare. With `halts` it reads
   * and writes nothing afterwards. Resolves with undefined when it was cancelled; rejects when a sink has failed.
   */
  capture(checkpoint: number, halts: boolean): Promise<SubtaskCheckpoint | undefined>;
  /** The checkpoint is given up: what it has not copied yet need not be kept as it was. */
  abandon(checkpoint: number, cause: unknown): void;
  /** The checkpoint is complete: shows the rows that sinks prepared, and tells the sources. Rejects when a sink cannot commit. */
  commit(checkpoint: number, head: SubtaskHead): Promise<void>;
}
