import type { Options } from '../catalog/option-spec.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** What a bad record does: end the job, be counted and skipped, or be handed to the dead-letter table. */
export type BadRecordPolicy = 'fail' | 'skip' | 'dead-letter';

/** A record that could not be read, with the place a person can look at. */
export interface BadRecord {
  /** What the record came from: the path of a file. */
  readonly source: string;
  readonly reason: string;
  /** Offset of the record's first byte in what the source called its start (a file); of a message in a log its number there. */
  readonly byteOffset: bigint;
  /** Line number from 1 where the format has lines. */
  readonly line: bigint;
  /** Offset within the record where reading stopped. */
  readonly recordOffset: number;
  /** The record's bytes: whole under the policy dead-letter, as far as it could be held; else cut to 4 KB. */
  readonly record: Uint8Array;
}

export interface DecoderContext {
  readonly kernels: Kernels;
  /** The columns to fill, already pruned to what the query reads (ROW types too). */
  readonly schema: Schema;
  /** The table's whole physical schema, for formats whose columns have positions (csv). */
  readonly tableSchema: Schema;
  readonly options: Options;
  /** IANA name of the session's time zone. */
  readonly timeZone: string;
  readonly badRecords: BadRecordPolicy;
  /** Called for every record that is skipped. */
  readonly onBadRecord: (bad: BadRecord) => void;
}

/** Messages of a log, each of which holds one record: values of a broker's records. */
export interface Messages {
  /** Linear address of the first message's address and byte size (u32 each); those of the others follow every `stride` bytes. */
  readonly address: number;
  readonly stride: number;
  readonly count: number;
  /** Linear address of a u32 per row of a batch, where the index of each row's message goes. */
  readonly rows: number;
  /** What errors say of a message: what it came from, and its number there. */
  placeOf(index: number): MessagePlace;
}

export interface MessagePlace {
  readonly source: string;
  readonly offset: bigint;
}

/** The byte size of a message that is not there: it makes a row of nulls. */
export const NO_MESSAGE = 0xffff_ffff;

/**
 * Turns bytes in linear memory into rows of a batch whose columns are those of `schema`, in order. Strings refer to the given
 * bytes where they can, else to the decoder's arena; both stay valid until the next call of decode or beginBatch.
 */
export interface Decoder {
  /**
   * Told when a new file or message begins: places of errors count from here. `name` is shown in errors. `byteOffset` is set when
   * reading resumes amid the input, at the beginning of a record: a header has passed, and lines are counted from there.
   */
  beginInput(name: string, byteOffset?: bigint): void;
  /** Told before a batch is filled anew (batch.rowCount = 0): the arena is reset, null flags are cleared. */
  beginBatch(batch: Batch): void;
  /**
   * Decodes records from [address, address + byteSize) and appends them to `batch` until it is full or the bytes are used up.
   * A record that is not ended is left for the next call, unless `last`. A call ends early after many bad records. Returns the
   * number of bytes consumed.
   * Throws DataError (file, line, byte offset) under the policy `fail`.
   */
  decode(address: number, byteSize: number, last: boolean, batch: Batch): number;
  /**
   * Decodes messages from the `first` on and appends their rows to `batch` until it is full or all are used up; returns the index of the
   * message where it stopped. A line feed must stand behind each message. Bad ones are reported with their places. Formats without it are
   * given messages one by one, as inputs of their own.
   */
  decodeMessages?(messages: Messages, first: number, batch: Batch): number;
  /**
   * Told that the record at `address`, where decode stopped, is longer than a source can hold: these are its first bytes. Returns false
   * where that is to fail the job; else the record is reported, and the source hands its bytes to passOver.
   */
  passLong?(address: number, byteSize: number): boolean;
  /** Passes over bytes that are not to be decoded. */
  passOver?(address: number, byteSize: number): void;
  /** Gives the decoder's memory back; the decoder, and strings it made itself, must not be used again. */
  close?(): void;
}
