import { DataError } from '../../../common/errors.ts';
import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { compileRegex } from '../../regex/regex.ts';
import { param, signature } from '../../signatures.ts';

/** The parts of a text between matches of a pattern, at most `most`, as Java cuts it: no empty part before a match of nothing. */
function parts(text: string, pattern: string, most: number): string[] {
  const compiled = compileRegex(pattern);
  if (compiled === undefined) throw new DataError('MS1251', `STR_TO_MAP: ${JSON.stringify(pattern)} is no regular expression`);
  const found: string[] = [];
  let from = 0;
  for (const match of text.matchAll(compiled.regex)) {
    if (found.length === most - 1) break;
    const end = match.index + match[0].length;
    if (end === 0 || (match[0] === '' && match.index === text.length)) continue;
    found.push(text.slice(from, match.index));
    from = end;
  }
  return [...found, text.slice(from)];
}

function withoutEmptyEnd(texts: string[]): string[] {
  while (texts.length > 1 && texts.at(-1) === '') texts.pop();
  return texts;
}

export const strToMap = plainFunction({
  name: 'STR_TO_MAP',
  family: 'collection',
  signatures: [
    signature([param.text], types.map(types.string(), types.string())),
    signature([param.text, param.text, param.text], types.map(types.string(), types.string())),
  ],
  nullable: 'by-type',
  call: (text: string, entries = ',', values = '=') => {
    const pairs = text === '' ? [] : withoutEmptyEnd(parts(text, entries, Number.POSITIVE_INFINITY));
    return new Map(
      pairs.map((pair) => {
        const [key, value] = parts(pair, values, 2);
        return [key!, value ?? null] as const;
      }),
    );
  },
  doc: 'A map of a text of entries: the second argument, a regular expression, parts entries (a comma), the third a key from its value (an equals sign).',
  examples: [
    { sql: "STR_TO_MAP('a=1,b=2')", result: '{a=1, b=2}' },
    { sql: "STR_TO_MAP('a:1;b:2', ';', ':')", result: '{a=1, b=2}' },
    { sql: "STR_TO_MAP('a=1=2,b')['a']", result: '1=2' },
    { sql: "STR_TO_MAP('a=1,b')['b']", result: null },
    { sql: "STR_TO_MAP('')", result: '{}' },
  ],
});
