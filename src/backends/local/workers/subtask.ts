import type { SubtaskHead } from '../../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointParticipant, SubtaskCheckpoint } from '../../../runtime/checkpoints/participant.ts';
import type { NodeMetrics } from '../../../runtime/operator-node.ts';
import type { Progress } from '../../../runtime/source.ts';

/** What one worker can tell of itself. Plain data. */
export interface SubtaskMetrics {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly lateRows: number;
  readonly badRecords: number;
  readonly stateBytes: number;
  readonly busyMs: number;
  /** Event time reached; undefined before the first watermark and after the last. */
  readonly watermark: bigint | undefined;
  readonly progress: Progress | undefined;
  readonly operators: readonly ({ readonly name: string } & Readonly<NodeMetrics>)[];
}

/** One worker's part of a job, in this thread or another. */
export interface Subtask extends CheckpointParticipant {
  /** Resolves when all that it had to read has been processed, or it was stopped; rejects with what made it fail. */
  run(): Promise<void>;
  capture(checkpoint: number, halts: boolean): Promise<SubtaskCheckpoint | undefined>;
  commit(checkpoint: number, head: SubtaskHead): Promise<void>;
  /** Ends the sources; what they had delivered is processed. */
  drain(): void;
  /** Ends at once. */
  stop(reason: unknown): void;
  /** Ends sinks, which give up unfinished output where there is a cause, and frees everything. Rejects with the first failure. */
  close(cause: unknown): Promise<void>;
  readonly metrics: SubtaskMetrics;
}
