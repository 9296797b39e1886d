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

/** Control characters as escapes, so that a message is one line and leaves a terminal as it is. */
const escaped = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The array or object that a text begins with, to its closing bracket. */
function nestedIn(text: string): string {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[{]|[\]}]/gs)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    if (depth <= 0) return text.slice(0, depth < 0 ? index : index + token.length);
  }
  return text;
}

/** The value's text up to the next comma, bracket or line end, cut. */
function valueAt(record: Uint8Array, offset: number): string {
  const text = decoder.decode(record.subarray(offset, offset + SHOWN_CHARACTERS * 4));
  const [value] = /^"(?:[^"\\]|\\.)*"?|^[^,[\]{}\r\n]+/s.exec(text) ?? [nestedIn(text)];
  return value.length > SHOWN_CHARACTERS ? `${escaped(value.slice(0, SHOWN_CHARACTERS))}...` : escaped(value);
}
