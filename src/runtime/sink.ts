import type { Options } from '../catalog/option-spec.ts';
import type { Clock } from '../common/clock.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Encoder } from './encoder.ts';
import type { RecordPart } from './source.ts';

/** Number of a checkpoint of a job, from 1 on. */
export type CheckpointId = number;

/**
 * Writes one sink table in one worker. write() is synchronous: it copies what it keeps. It may take part of a batch only by
 * keeping its place: it then returns false and is called again with the same batch once ready() has resolved.
 */
export interface SinkWriter {
  write(batch: Batch): boolean;
  /** The watermark of all that was written so far, for sinks that act on it. */
  watermark?(time: bigint): void;
  /** Resolves when write() may be called again after it returned false; rejects when the sink has failed. */
  ready(): Promise<void>;
  /** Hands out what is buffered although not full: called when the sources have nothing more at once. */
  flush(): Promise<void>;
  /**
   * A checkpoint's barrier: the rows so far belong to the checkpoint, the next ones do not. What the checkpoint needs is settled before
   * the call returns; the promise resolves when those rows are safe from a crash, though not visible, with plain JSON from which
   * `commit` makes them visible, perhaps in another process. Rejects when the sink has failed. Sinks without it promise at-least-once.
   * What has `lasting: true` is needed after its commit, too: a job that starts from a savepoint gets it, and nothing else that was committed.
   */
  prepareCommit?(checkpoint: CheckpointId): Promise<unknown>;
  /**
   * The checkpoint for which `prepareCommit` gave this is complete: makes its rows visible. Called in the order of the checkpoints; what
   * was prepared for one that was given up is committed with the next one that is complete. Doing it twice is doing it once.
   */
  commit?(prepared: unknown): Promise<void>;
  /**
   * Before the first write of a job that goes on from a checkpoint: all that `prepareCommit` gave for it, in the order of the checkpoints.
   * Commits that, and gives up what the writers before had begun after it. Nothing is handed where no checkpoint was made: the job
   * begins anew, perhaps in the place of one that was killed. `jobFinished` is whether all rows had been written: only close() follows.
   */
  restore?(prepared: readonly unknown[], jobFinished?: boolean): Promise<void>;
  /** All rows have been written: makes them visible. `cause` is set when the job failed or was cancelled: unfinished output is given up. */
  close(cause?: unknown): Promise<void>;
  readonly bytesWritten: number;
}

export interface SinkContext {
  readonly kernels: Kernels;
  readonly clock: Clock;
  readonly schema: Schema;
  readonly tableName: string;
  readonly options: Options;
  /** Whether the job makes checkpoints: rows become visible with them. */
  readonly checkpointed: boolean;
  /** How often it makes them; undefined where it makes none. */
  readonly checkpointIntervalMs?: number | undefined;
  /** A name that this sink of this job keeps over restarts, and no other sink has: letters, digits and '-'. */
  readonly uid: string;
  /** Indexes of the primary key's columns; empty without one. */
  readonly primaryKey: readonly number[];
  readonly insertOnly: boolean;
  readonly bounded: boolean;
  readonly timeZone: string;
  readonly subtask: { readonly index: number; readonly count: number };
  /** Set where the table is partitioned: indexes in `schema` of the columns of PARTITIONED BY, which encoders are not to write. */
  readonly partitionedBy?: readonly number[] | undefined;
  /**
   * Set for INSERT OVERWRITE: what was there before goes when all rows have been written; of a partitioned table, that of the partitions
   * which get rows. The texts by column (undefined for NULL) are those that all rows have.
   */
  readonly overwrite?: { readonly partition: ReadonlyMap<string, string | undefined> } | undefined;
  /** Metadata key of a column by its index in `schema`, where it is one. */
  readonly metadata: ReadonlyMap<number, string>;
  /** Makes the encoder of the table's format: of all columns, or of a part of the record. */
  createEncoder(part?: RecordPart): Encoder;
  /** Where connectors that print (print, console) write: the process's standard output, or a test's list. */
  readonly print: (text: string) => void;
  /** Told what a person should know of the table while it is written. */
  readonly onNote?: ((text: string) => void) | undefined;
}
