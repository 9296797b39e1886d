import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { compileRegex, firstMatch } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

function matchIn(text: string, pattern: string): string | null {
  const compiled = compileRegex(pattern);
  return compiled === undefined ? null : (firstMatch(compiled, text)?.[0] ?? null);
}

export const regexpSubstr = define({
  name: 'REGEXP_SUBSTR',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.string())],
  nullable: true,
  emit(e, args, returns) {
    const pattern = args[1]!.constant;
    if (typeof pattern === 'string') compileRegex(pattern);
    return callPlain(e, 'REGEXP_SUBSTR', matchIn, args, returns, true);
  },
  doc: "The first part of a text that matches a regular expression in Java's syntax. NULL where nothing matches, and for an invalid pattern.",
  examples: [
    { sql: "REGEXP_SUBSTR('hello', 'l+')", result: 'll' },
    { sql: "REGEXP_SUBSTR('hello', 'z')", result: null },
    { sql: "REGEXP_SUBSTR('hello', '(')", result: null },
  ],
});
