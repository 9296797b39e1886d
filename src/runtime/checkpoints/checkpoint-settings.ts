/** How a job makes checkpoints. Times in milliseconds. */
export interface CheckpointSettings {
  readonly intervalMs: number;
  /** Between the end of one and the begin of the next. */
  readonly minPauseMs: number;
  /** A checkpoint that takes longer is given up. */
  readonly timeoutMs: number;
  /** How many in a row may fail before the job fails. */
  readonly tolerableFailures: number;
}
