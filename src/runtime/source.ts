import type { Options } from '../catalog/option-spec.ts';
import type { Clock } from '../common/clock.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { BadRecord, Decoder } from './decoder.ts';

/** What poll() answers: rows, nothing just now, or nothing any more. */
export type PollResult = Batch | 'idle' | 'end';

/** How far a bounded source is, in a unit of its own (bytes, rows). */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/**
 * Reads one source table in one worker. poll() is synchronous and short (at most about a millisecond): it fills the batch it owns
 * and returns it. Asynchrony lives in wait(). The batch is valid until the next poll().
 */
export interface SourceReader {
  poll(): PollResult;
  /** Resolves when poll() may have something, after it said 'idle'; also when `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>;
  /** The split (file, partition) the last batch came from: watermarks are kept by split. */
  readonly split: number;
  /** Splits that may still deliver rows; an ended split no longer holds the watermark back. */
  readonly activeSplits: ReadonlySet<number>;
  /** Plain JSON from which `restore` resumes after the last batch handed out. */
  position(): unknown;
  restore(position: unknown): void;
  /**
   * As restore(), with what position() gave of each reader of a job that had another number of them, in any order: the reader takes what is
   * its own by its place among them now. All readers together go on with every row that none has handed out, and no other; also after
   * some of them, or all, were at their end. A source that several workers read and that has no rescale() keeps its job at one parallelism.
   */
  rescale?(positions: readonly unknown[]): void;
  /** Rows behind position() that were handed out already: who goes on from there passes over them. None where this is absent. */
  readonly rowsAhead?: number;
  /** A checkpoint with this position is complete: other programs may be told how far the job is. Failing is not fatal. */
  checkpointCompleted?(position: unknown): Promise<void>;
  progress(): Progress | undefined;
  readonly bytesRead: number;
  close(): Promise<void>;
}

/** The key or the value of a record, which share a table's columns. */
export interface RecordPart {
  readonly of: 'key' | 'value';
  /** The columns to read or write, in order, with the names that they have in the record. */
  readonly schema: Schema;
  /** All columns of the part; those that are read are among them. Unused by sinks. */
  readonly tableSchema: Schema;
}

/** The columns of a table that are kept beside its records, by a connector that keeps rows apart by them (PARTITIONED BY). */
export interface TablePartitions {
  /** Their names, in the order of PARTITIONED BY. */
  readonly columns: readonly string[];
  /** The value that a text stands for in a column, null for undefined. Throws DataError where the column's type does not take it. */
  valueOf(column: string, text: string | undefined): unknown;
  /** Whether the query may want rows of the partition with these texts. Throws as valueOf does. */
  isWanted(texts: readonly (string | undefined)[]): boolean;
}

export interface SourceContext {
  readonly kernels: Kernels;
  readonly clock: Clock;
  /** The columns to fill, pruned to what the query reads (ROW types too), metadata columns by their declared names. */
  readonly schema: Schema;
  readonly tableSchema: Schema;
  readonly tableName: string;
  /** Names of the primary key's columns; empty without one. */
  readonly primaryKey: readonly string[];
  readonly options: Options;
  /** Metadata key of a column by its index in `schema`, where it is one. */
  readonly metadata: ReadonlyMap<number, string>;
  /** Set where the table is partitioned: the decoder leaves these columns to the source. */
  readonly partitions?: TablePartitions | undefined;
  /** Which part of the splits this worker reads. */
  readonly subtask: { readonly index: number; readonly count: number };
  /** Makes the decoder of the table's format: of the physical columns in `schema`, or of a part of the record. */
  createDecoder(part?: RecordPart): Decoder;
  readonly onBadRecord: (bad: BadRecord) => void;
  /** Told what a person should know of the table while it is read: that its cluster is away. */
  readonly onNote?: ((text: string) => void) | undefined;
}
