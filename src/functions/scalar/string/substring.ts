import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { emitSlice, partOf, TO_END } from './slice.ts';

/** Positions count from 1, or back from the end where they are negative; 0 is as 1. As in Flink, and unlike the standard. */
export const substring = define({
  name: 'SUBSTRING',
  aliases: ['SUBSTR'],
  family: 'string',
  signatures: [signature([param.text, param.int, param.int], ([text]) => partOf(text), { optional: 1 })],
  nullable: true,
  emit(e, [text, position, count], returns) {
    if (count === undefined) return emitSlice(e, text!, position!.value, TO_END, returns);
    const isNegative = e.bind('is_negative', `${count.value} < 0`);
    return emitSlice(e, text!, position!.value, `${isNegative} ? 0 : ${count.value}`, returns, isNegative);
  },
  flink: ([text, position, count]) => `SUBSTRING(${text} FROM ${position}${count === undefined ? '' : ` FOR ${count}`})`,
  doc: 'A part of a text, from a position (from 1; negative: from the end), of at most a number of characters. NULL for a negative number.',
  examples: [
    { sql: "SUBSTRING('hello' FROM 2)", result: 'ello' },
    { sql: "SUBSTRING('hello' FROM 0 FOR 2)", result: 'he' },
    { sql: "SUBSTRING('hello' FROM -3 FOR 2)", result: 'll' },
    { sql: "SUBSTRING('hello', -6, 2)", result: '' },
    { sql: "SUBSTR('h😀llo', 2, 1)", result: '😀' },
    { sql: "SUBSTRING('hello', 2, -1)", result: null },
    { sql: "SUBSTRING('hello', 10)", result: '' },
  ],
});
