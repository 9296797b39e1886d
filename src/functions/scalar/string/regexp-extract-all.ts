import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { compileRegex } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

function extractAll(text: string, pattern: string, group = 1): readonly (string | null)[] {
  const compiled =
    compileRegex(pattern, group > 0) ?? badValue(`REGEXP_EXTRACT_ALL: ${JSON.stringify(pattern.slice(0, 100))} is no pattern`);
  if (group < 0 || group > compiled.groups) {
    badValue(`REGEXP_EXTRACT_ALL: there is no group ${group} in ${JSON.stringify(pattern.slice(0, 100))}`, 'group 0 is the whole match');
  }
  compiled.regex.lastIndex = 0;
  return Array.from(text.matchAll(compiled.regex), (match) => match[group] ?? null);
}

export const regexpExtractAll = plainFunction({
  name: 'REGEXP_EXTRACT_ALL',
  family: 'string',
  nullable: true,
  signatures: [signature([param.text, param.text, param.int], types.array(types.string()), { optional: 1 })],
  call: extractAll,
  doc: "All parts of a text that match a regular expression in Java's syntax, or one of its groups: the first, unless said otherwise (0 is all of a match). A pattern that is none, or has no such group, is an error.",
  examples: [
    { sql: "REGEXP_EXTRACT_ALL('100-200, 300-400', '(\\d+)-(\\d+)')", result: '[100, 300]' },
    { sql: "REGEXP_EXTRACT_ALL('100-200, 300-400', '(\\d+)-(\\d+)', 2)", result: '[200, 400]' },
    { sql: "REGEXP_EXTRACT_ALL('100-200, 300-400', '\\d+-\\d+', 0)", result: '[100-200, 300-400]' },
    { sql: "REGEXP_EXTRACT_ALL('abc', '(x)')", result: '[]' },
    { sql: "REGEXP_EXTRACT_ALL(CAST(NULL AS STRING), '(x)')", result: null },
  ],
});
