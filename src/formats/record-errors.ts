import { DataError } from '../common/errors.ts';
import type { BadRecord, BadRecordPolicy, MessagePlace } from './format.ts';

const RECORD_BYTES = 4096;
const SHOWN_BYTES = 200;
const LF = 10;
/** Bad records that one call of a decoder passes at most: the time of a call is bounded, and so is what is kept of them. */
const REPORTS_PER_CALL = 4096;
const decoder = new TextDecoder();

/** What every table can do about records that cannot be read. */
export const badRecordsHint = "set 'bad-records' = 'skip' on the table to leave such records out, or 'dead-letter' to collect them";

export interface BadRecordContext {
  readonly badRecords: BadRecordPolicy;
  readonly onBadRecord: (bad: BadRecord) => void;
}

/** What a decoder says of a record at fault: the bytes may be a view that is valid during the call only. */
export interface RecordFault {
  readonly reason: string;
  /** Offset within the record where reading stopped. */
  readonly recordOffset: number;
  readonly record: Uint8Array;
  readonly hint: string;
}

/** Where a decoder is in its input, and what becomes of a record that it cannot read. */
export class RecordErrors {
  /** Byte offset and line of what is decoded next. */
  byteOffset = 0n;
  line = 1n;
  readonly #context: BadRecordContext;
  /** Whether the format's options say to go on whatever the table's policy is. */
  readonly #ignored: boolean;
  #name = '';
  #isMessage = false;
  #reports = 0;

  constructor(context: BadRecordContext, ignored: boolean) {
    this.#context = context;
    this.#ignored = ignored;
  }

  beginInput(name: string, byteOffset: bigint): void {
    this.#name = name;
    this.#isMessage = false;
    this.byteOffset = byteOffset;
    this.line = 1n;
  }

  /** What is reported next is a message of a log, which has a number and no lines. */
  beginMessage({ source, offset }: MessagePlace): void {
    this.beginInput(source, offset);
    this.#isMessage = true;
  }

  /** A call of decode begins. */
  beginCall(): void {
    this.#reports = 0;
  }

  /** Whether the call of decode is to end, because it has passed many bad records. */
  get isFull(): boolean {
    return this.#reports >= REPORTS_PER_CALL;
  }

  /** Follows the policy for the record that begins here: throws MS2101 with the place, or hands the record over. */
  report(fault: RecordFault): void {
    const { record, reason, recordOffset } = fault;
    if (this.#fails) throw this.#error(fault);
    this.#reports++;
    const { byteOffset, line } = this;
    // A dead-letter table gets the record whole, so that it can be mended and read again.
    const kept = this.#context.badRecords === 'dead-letter' ? record.slice() : record.slice(0, RECORD_BYTES);
    this.#context.onBadRecord({ source: this.#name, reason, byteOffset, line, recordOffset, record: kept });
  }

  /** Reports a record that is longer than what a source can hold; false where the policy says to fail. */
  reportLong(beginning: Uint8Array): boolean {
    if (this.#fails) return false;
    const record = beginning.subarray(0, RECORD_BYTES);
    this.report({ reason: `the record is longer than ${beginning.length} bytes`, recordOffset: beginning.length, record, hint: '' });
    return true;
  }

  /** Passes over bytes that are not decoded. */
  passOver(bytes: Uint8Array): void {
    this.byteOffset += BigInt(bytes.length);
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) this.line++;
  }

  get #fails(): boolean {
    return !this.#ignored && this.#context.badRecords === 'fail';
  }

  #error({ reason, record, recordOffset, hint }: RecordFault): DataError {
    const start = this.#isMessage ? 0n : this.byteOffset;
    const at = this.#isMessage ? ` offset ${this.byteOffset}` : `:${this.line}`;
    const shown = decoder.decode(record.subarray(0, SHOWN_BYTES));
    const cut = record.length > SHOWN_BYTES ? '...' : '';
    return new DataError('MS2101', `${this.#name === '' ? 'record' : this.#name}${at}: ${reason} (byte ${start + BigInt(recordOffset)})`, {
      detail: `${shown}${cut}`,
      hint,
    });
  }
}
