import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { compileRegex, firstMatch } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

/** Whether the pattern is found somewhere; an empty or invalid one never is, as in Flink. */
function isFound(text: string, pattern: string): boolean {
  const compiled = pattern === '' ? undefined : compileRegex(pattern);
  return compiled !== undefined && firstMatch(compiled, text) !== null;
}

export const regexp = define({
  name: 'REGEXP',
  aliases: ['RLIKE'],
  family: 'string',
  signatures: [signature([param.text, param.text], types.boolean())],
  emit(e, [text, pattern], returns) {
    if (typeof pattern?.constant === 'string') compileRegex(pattern.constant);
    return code(returns, e.bind('is_found', `${e.helper('isFound', isFound)}(${e.box(text!)}, ${e.box(pattern!)})`));
  },
  doc: "Whether a part of the text matches a regular expression in Java's syntax. FALSE for an empty or invalid one.",
  examples: [
    { sql: "REGEXP('abc', 'b')", result: 'TRUE' },
    { sql: "REGEXP('abc', '^[a-b]+$')", result: 'FALSE' },
    { sql: "REGEXP('abc', '(')", result: 'FALSE' },
    { sql: "REGEXP('abc', '')", result: 'FALSE' },
  ],
});
