import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { readJson } from './read-json.ts';

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Only what begins as JSON, and stands in quotes, loses them; all else stays as it is. */
function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"') || readJson(text) === undefined) return text;
  return text.slice(1, -1).replace(/\\(?:u([0-9a-fA-F]{4})|(.)?)/gs, (found, hex: string | undefined, sign: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return ESCAPES[sign ?? ''] ?? badValue(`JSON_UNQUOTE: ${found} is no escape`);
  });
}

export const jsonUnquote = plainFunction({
  name: 'JSON_UNQUOTE',
  family: 'json',
  signatures: [signature([param.text], types.string())],
  call: unquoted,
  doc: 'The text of a JSON text, without its quotes and escapes. What is no JSON stays as it is.',
  examples: [
    { sql: `JSON_UNQUOTE('"a\\"b\\u0041"')`, result: 'a"bA' },
    { sql: `JSON_UNQUOTE('"abc')`, result: '"abc' },
    { sql: "JSON_UNQUOTE('[1]')", result: '[1]' },
    { sql: 'JSON_UNQUOTE(CAST(NULL AS STRING))', result: null },
  ],
});
