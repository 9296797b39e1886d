import type { Options } from '../catalog/option-spec.ts';
import type { Clock } from '../common/clock.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { Encoder } from './encoder.ts';

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
  /** Indexes of the primary key's columns; empty without one. */
  readonly primaryKey: readonly number[];
  readonly insertOnly: boolean;
  readonly bounded: boolean;
  readonly timeZone: string;
  readonly subtask: { readonly index: number; readonly count: number };
  createEncoder(): Encoder;
  /** Where connectors that print (print, console) write: the process's standard output, or a test's list. */
  readonly print: (text: string) => void;
}
