import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { characterNumber, offsetOf } from './find-text.ts';

/** The `nth` place of `part`, forwards from character `start`, or backwards from that far before the end. */
function instrOf(text: string, part: string, start = 1, nth = 1): number {
  if (nth <= 0) badValue('INSTR counts occurrences from 1');
  if (start === 0) return 0;
  if (part === '' && start > 0) return 1;
  const length = [...text].length;
  let at = start > 0 ? text.indexOf(part, offsetOf(text, start)) : text.lastIndexOf(part, offsetOf(text, length + start + 1));
  if (start < 0 && part === '') at = text.length;
  if (start < 0 && -start > length) return 0;
  for (let i = 1; i < nth && at >= 0; i++) at = start > 0 ? text.indexOf(part, at + 1) : at === 0 ? -1 : text.lastIndexOf(part, at - 1);
  return characterNumber(text, at);
}

export const instr = plainFunction({
  name: 'INSTR',
  family: 'string',
  signatures: [signature([param.text, param.text, param.int, param.int], types.int(), { optional: 2 })],
  call: instrOf,
  doc: 'Where a text stands in another for the nth time: the number of a character, from 1; 0 for nowhere. A negative start looks backwards from the end.',
  examples: [
    { sql: "INSTR('hello', 'l')", result: '3' },
    { sql: "INSTR('hello', 'l', 1, 2)", result: '4' },
    { sql: "INSTR('hello', 'l', -1)", result: '4' },
    { sql: "INSTR('hello', 'l', -1, 2)", result: '3' },
    { sql: "INSTR('hello', 'ss')", result: '0' },
    { sql: "INSTR('hello', 'l', 0)", result: '0' },
    { sql: "INSTR('a😀b', 'b')", result: '3' },
  ],
});
