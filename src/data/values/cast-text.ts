import { type BytesType, MAX_LENGTH, type SqlType } from '../types/sql-type.ts';
import type { Value } from './value.ts';
import { valueText } from './value-text.ts';

const utf8 = new TextEncoder();

/** To CHAR, VARCHAR and STRING: cut to the length in code points; CHAR is filled up with spaces. */
export function castToText(value: Value, from: SqlType, to: BytesType, timeZone: string): string {
  const text = valueText(value, from, timeZone);
  const cut = to.length === MAX_LENGTH || text.length <= to.length ? text : cutText(text, to.length);
  return to.root === 'CHAR' ? padText(cut, to.length) : cut;
}

/** The first `count` code points. */
function cutText(text: string, count: number): string {
  let end = 0;
  for (let left = count; left > 0 && end < text.length; left--) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function padText(text: string, count: number): string {
  let points = 0;
  for (const _ of text) points++;
  return text + ' '.repeat(count - points);
}

/** To BINARY, VARBINARY and BYTES: text as UTF-8; cut to the length in bytes; BINARY is filled up with zeros. */
export function castToBytes(value: Value, to: BytesType): Uint8Array {
  const bytes = typeof value === 'string' ? utf8.encode(value) : (value as Uint8Array);
  if (to.root === 'VARBINARY') return bytes.length <= to.length ? bytes : bytes.slice(0, to.length);
  const filled = new Uint8Array(to.length);
  filled.set(bytes.subarray(0, to.length));
  return filled;
}
