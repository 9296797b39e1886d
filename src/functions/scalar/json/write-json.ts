import { javaNumberText } from './json-number.ts';
import type { JsonNode } from './read-json.ts';

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
const ESCAPED = /["\\\u0000-\u001f]/g;

/** A text in quotes, escaped as Flink's library does: all but quotes, backslashes and control characters stays as it is. */
export function quoteJson(text: string): string {
  const escaped = (sign: string): string => SHORT[sign] ?? `\\u${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  return `"${text.replace(ESCAPED, escaped)}"`;
}

/** An object of members whose values are JSON; they come in the order of their names. */
export function objectText(entries: Iterable<readonly [string, string]>): string {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([name, value]) => `${quoteJson(name)}:${value}`).join(',')}}`;
}

/** The text of a JSON value as Flink writes it: without spaces, members in the order of their names, numbers as Java prints them. */
export function writeJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return objectText([...node.entries].map(([name, value]) => [name, writeJson(value)] as const));
    case 'array':
      return `[${node.items.map(writeJson).join(',')}]`;
    case 'string':
      return quoteJson(node.text);
    case 'number':
      return javaNumberText(node.text);
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}
