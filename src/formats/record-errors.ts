import { DataError } from '../common/errors.ts';
import type { BadRecord, BadRecordPolicy } from './format.ts';

const RECORD_BYTES = 4096;
const SHOWN_BYTES = 200;
const decoder = new TextDecoder();

/** Where a decoder is in its input, for errors: byte offset and line of what it decodes next. */
export class InputPlace {
  name = '';
  byteOffset = 0n;
  line = 1n;

  begin(name: string, byteOffset: bigint): void {
    this.name = name;
    this.byteOffset = byteOffset;
    this.line = 1n;
  }
}

export interface BadRecordContext {
  readonly badRecords: BadRecordPolicy;
  readonly onBadRecord: (bad: BadRecord) => void;
}

/** Cuts a record to what a BadRecord holds. */
export const cutRecord = (record: Uint8Array): Uint8Array => record.slice(0, RECORD_BYTES);

/** Follows the policy: throws MS2101 with the place, or hands the record over. `ignored` is set where the format's options say to skip it. */
export function reportBadRecord(context: BadRecordContext, input: string, bad: BadRecord, ignored: boolean, hint: string): void {
  if (!ignored && context.badRecords === 'fail') throw badRecordError(input, bad, hint);
  context.onBadRecord(bad);
}

function badRecordError(input: string, bad: BadRecord, hint: string): DataError {
  const place = `byte ${bad.byteOffset + BigInt(bad.recordOffset)}`;
  const shown = decoder.decode(bad.record.subarray(0, SHOWN_BYTES));
  const cut = bad.record.length > SHOWN_BYTES ? '...' : '';
  return new DataError('MS2101', `${input === '' ? 'record' : input}:${bad.line}: ${bad.reason} (${place})`, {
    detail: `${shown}${cut}`,
    hint,
  });
}
