import { type BytesType, MAX_LENGTH, type SqlType, types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** Counts UTF-16 units, as Flink does. What is left of a character cut in two becomes U+FFFD. */
function overlayOf(text: string, other: string, start: number, count = other.length): string {
  if (start <= 0 || start > text.length) return text;
  const tail = count > 0 && start + count <= text.length ? text.slice(start - 1 + count) : '';
  return text.slice(0, start - 1) + other + tail;
}

function joined([left, right]: readonly SqlType[]): SqlType {
  return types.varchar(Math.min((left as BytesType).length + (right as BytesType).length, MAX_LENGTH));
}

export const overlay = plainFunction({
  name: 'OVERLAY',
  family: 'string',
  signatures: [signature([param.text, param.text, param.int, param.int], joined, { optional: 1 })],
  call: overlayOf,
  flink: ([text, other, start, count]) => `OVERLAY(${text} PLACING ${other} FROM ${start}${count === undefined ? '' : ` FOR ${count}`})`,
  doc: 'A text in which characters from a position on (as many as the other text has, or as FOR says) are replaced.',
  examples: [
    { sql: "OVERLAY('hello' PLACING 'XX' FROM 2)", result: 'hXXlo' },
    { sql: "OVERLAY('hello' PLACING 'XX' FROM 2 FOR 1)", result: 'hXXllo' },
    { sql: "OVERLAY('hello' PLACING 'XX' FROM 0)", result: 'hello' },
    { sql: "OVERLAY('hello' PLACING 'XX' FROM 10)", result: 'hello' },
    { sql: "OVERLAY('hello' PLACING 'XX' FROM 2 FOR -1)", result: 'hXX' },
    { sql: "OVERLAY('hello' PLACING 'XXXX' FROM 2 FOR 100)", result: 'hXXXX' },
  ],
});
