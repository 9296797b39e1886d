import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { compileRegex } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

function countMatches(text: string, pattern: string): number | null {
  const compiled = compileRegex(pattern);
  if (compiled === undefined) return null;
  let count = 0;
  compiled.regex.lastIndex = 0;
  for (const _ of text.matchAll(compiled.regex)) count++;
  return count;
}

export const regexpCount = define({
  name: 'REGEXP_COUNT',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.int())],
  nullable: true,
  emit(e, args, returns) {
    const pattern = args[1]!.constant;
    if (typeof pattern === 'string') compileRegex(pattern);
    return callPlain(e, 'REGEXP_COUNT', countMatches, args, returns, true);
  },
  doc: "How often a regular expression in Java's syntax matches in a text. NULL for an invalid pattern.",
  examples: [
    { sql: "REGEXP_COUNT('abcabc', 'b')", result: '2' },
    { sql: "REGEXP_COUNT('abcabc', '')", result: '7' },
    { sql: "REGEXP_COUNT('abcabc', '(')", result: null },
  ],
});
