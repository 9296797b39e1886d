import { printNullableType } from '../data/types/print-type.ts';
import { Fault, faultReason } from './bad-text.ts';
import type { TextField } from './text-program.ts';

const SHOWN_CHARACTERS = 40;
const decoder = new TextDecoder();

/** A fault in words, with the column concerned: `column "price": "abc" is no BIGINT`. */
export function describeFault(fault: number, record: Uint8Array, recordOffset: number, field: TextField | undefined): string {
  if (field === undefined) return faultReason(fault, record[recordOffset] ?? 0x0a);
  if (fault === Fault.missing) return `field "${field.path}" is missing`;
  return `column "${field.path}": ${valueAt(record, recordOffset)} is no ${printNullableType(field.type)}`;
}

/** The value's text up to the next comma or bracket, cut. */
function valueAt(record: Uint8Array, offset: number): string {
  const text = decoder.decode(record.subarray(offset, offset + SHOWN_CHARACTERS * 4));
  const [value] = /^"(?:[^"\\]|\\.)*"?|^[[{].*|^[^,\]}]*/s.exec(text) ?? [text];
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value;
}
