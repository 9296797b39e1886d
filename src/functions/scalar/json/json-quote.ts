import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const SHORT: Readonly<Record<string, string>> = { '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** As Flink: other control characters stay, what is beyond ASCII is escaped. */
function quoted(text: string): string {
  const sign = (found: string): string =>
    found > '\u007f' ? `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}` : (SHORT[found] ?? `\\${found}`);
  return `"${text.replace(/["\\/\b\f\n\r\t]|[^\0-\u007f]/g, sign)}"`;
}

export const jsonQuote = plainFunction({
  name: 'JSON_QUOTE',
  family: 'json',
  signatures: [signature([param.text], types.string())],
  call: quoted,
  doc: 'A text in quotes, with escapes for quotes, backslashes, slashes, line ends and characters beyond ASCII.',
  examples: [
    { sql: "JSON_QUOTE('a\"b/c')", result: '"a\\"b\\/c"' },
    { sql: "JSON_QUOTE('é')", result: '"\\u00e9"' },
    { sql: 'JSON_QUOTE(CAST(NULL AS STRING))', result: null },
  ],
});
