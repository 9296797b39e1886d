import { types } from '../../../data/types/sql-type.ts';
import { callPlain, define } from '../../plain-function.ts';
import { compileRegex } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

/** The replacement stands for itself: Flink quotes it, so that $1 is no group. */
function replaceMatches(text: string, pattern: string, replacement: string): string | null {
  const compiled = compileRegex(pattern);
  return compiled === undefined ? null : text.replace(compiled.regex, () => replacement);
}

export const regexpReplace = define({
  name: 'REGEXP_REPLACE',
  family: 'string',
  signatures: [signature([param.text, param.text, param.text], types.string())],
  nullable: true,
  emit(e, args, returns) {
    const pattern = args[1]!.constant;
    if (typeof pattern === 'string') compileRegex(pattern);
    return callPlain(e, 'REGEXP_REPLACE', replaceMatches, args, returns, true);
  },
  doc: "A text in which every match of a regular expression in Java's syntax is replaced by another text. NULL for an invalid pattern.",
  examples: [
    { sql: "REGEXP_REPLACE('foobar', 'oo|ar', '')", result: 'fb' },
    { sql: "REGEXP_REPLACE('foobar', '(o)(o)', '$2x$1')", result: 'f$2x$1bar' },
    { sql: "REGEXP_REPLACE('foobar', '', 'x')", result: 'xfxoxoxbxaxrx' },
    { sql: "REGEXP_REPLACE(CAST('foobar' AS STRING), '(o', 'x')", result: null },
  ],
});
