import type { Options } from '../catalog/option-spec.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';

export interface EncoderContext {
  readonly kernels: Kernels;
  readonly schema: Schema;
  readonly options: Options;
  readonly timeZone: string;
}

/** Turns rows into bytes. */
export interface Encoder {
  /** Bytes written before the first record of a file (a header), if any. */
  header(): Uint8Array | undefined;
  /**
   * Appends the rows of `batch` (those that count, in order) from the `start`-th on at `address`, as long as whole records fit
   * into `capacity` bytes. Returns how many rows were written; `bytesWritten` says how many bytes. Returns 0 when the next record
   * alone does not fit: the caller comes again with more room.
   */
  encode(batch: Batch, start: number, address: number, capacity: number): number;
  readonly bytesWritten: number;
  /**
   * Asks that encode() also tells where each row's record ends: its offset from `address`, without the one byte that ends a line, goes to
   * the u32 array at `endsAddress`. For sinks whose messages are records.
   */
  setRecordEnds(endsAddress: number): void;
  /** Gives the encoder's memory back; it must not be used again. */
  close?(): void;
}
