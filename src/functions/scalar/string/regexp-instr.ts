import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { compileRegex, firstMatch } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

function placeOfMatch(text: string, pattern: string): number | null {
  const compiled = compileRegex(pattern);
  if (compiled === undefined) return null;
  const match = firstMatch(compiled, text);
  return match === null ? 0 : match.index + 1;
}

export const regexpInstr = define({
  name: 'REGEXP_INSTR',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.int())],
  nullable: true,
  emit(e, args, returns) {
    const pattern = args[1]!.constant;
    if (typeof pattern === 'string') compileRegex(pattern);
    return callPlain(e, 'REGEXP_INSTR', placeOfMatch, args, returns, true);
  },
  doc: "Where a regular expression in Java's syntax matches first in a text, from 1, in UTF-16 units; 0 where it does not. NULL for an invalid pattern.",
  examples: [
    { sql: "REGEXP_INSTR('hello', 'l+')", result: '3' },
    { sql: "REGEXP_INSTR('hello', 'z')", result: '0' },
    { sql: "REGEXP_INSTR('a🐟b', 'b')", result: '4' },
    { sql: "REGEXP_INSTR('hello', '(')", result: null },
  ],
});
