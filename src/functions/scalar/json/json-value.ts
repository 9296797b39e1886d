import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { javaNumberText } from './json-number.ts';
import { followPath, parseJsonPath } from './json-path.ts';
import { type JsonNode, readJson } from './read-json.ts';

/** The text of a scalar; undefined for objects and arrays. */
function scalarText(node: JsonNode): string | undefined {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'number':
      return javaNumberText(node.text);
    case 'boolean':
      return String(node.value);
    default:
      return undefined;
  }
}

function valueAt(text: string | null, pathText: string, onEmpty: string | null, onError: string | null): string | null {
  if (text === null) return null;
  const path = parseJsonPath(pathText);
  const root = readJson(text);
  if (root === undefined || root.kind === 'null') return onError;
  const node = followPath(root, path);
  return (node && scalarText(node)) ?? (path.isLax ? onEmpty : onError);
}

/** The third and fourth arguments are what nothing and what an error comes to. */
export const jsonValue = define({
  name: 'JSON_VALUE',
  family: 'json',
  signatures: [signature([param.text, param.text, param.text, param.text], types.string())],
  nulls: 'own',
  nullable: true,
  emit(e, args, returns) {
    const boxed = args.map((arg) => (arg.isNull === null ? e.box(arg) : `${arg.isNull} ? null : ${e.box(arg)}`));
    return e.unbox('json_value', returns, `${e.helper('jsonValueAt', valueAt)}(${boxed.join(', ')})`);
  },
  flink: ([text, path, onEmpty, onError]) => `JSON_VALUE(${text}, ${path} DEFAULT ${onEmpty} ON EMPTY DEFAULT ${onError} ON ERROR)`,
  doc: 'The scalar at a path, as text: `JSON_VALUE(text, path [{NULL | DEFAULT value} ON EMPTY] [{NULL | DEFAULT value} ON ERROR])`. Numbers keep their digits. A strict path, which is the default, is an error where it leads nowhere or to an object or array; in a lax one there is nothing then. The same goes for a null.',
  examples: [
    { sql: `JSON_VALUE('{"a": 1.50}', '$.a')`, result: '1.50' },
    { sql: `JSON_VALUE('{"a": 1e2}', '$.a')`, result: '1E+2' },
    { sql: `JSON_VALUE('{"a": 1E-7}', '$.a')`, result: '1E-7' },
    { sql: `JSON_VALUE('{"a": -0.0}', '$.a')`, result: '0.0' },
    { sql: `JSON_VALUE('{"a": 12345678901234567890123}', '$.a')`, result: '12345678901234567890123' },
    { sql: `JSON_VALUE('{"a": {"b": [true, "q"]}}', '$.a.b[1]')`, result: 'q' },
    { sql: `JSON_VALUE('{"a b": 1}', '$[''a b'']')`, result: '1' },
    { sql: `JSON_VALUE('{"a": [1]}', '$.a')`, result: null },
    { sql: `JSON_VALUE('x', '$.a')`, result: null },
    { sql: `JSON_VALUE('x', '$.a' DEFAULT 'bad' ON ERROR)`, result: 'bad' },
    { sql: `JSON_VALUE('{}', 'lax $.a' DEFAULT 'none' ON EMPTY)`, result: 'none' },
    { sql: `JSON_VALUE('{}', '$.a' DEFAULT 'none' ON EMPTY)`, result: null },
    { sql: `JSON_VALUE('{"a": null}', 'lax $.a' DEFAULT 'none' ON EMPTY)`, result: 'none' },
    { sql: `JSON_VALUE('{"a": null}', '$.a' DEFAULT 'none' ON EMPTY DEFAULT 'bad' ON ERROR)`, result: 'bad' },
    { sql: `JSON_VALUE('null', 'lax $' DEFAULT 'none' ON EMPTY DEFAULT 'bad' ON ERROR)`, result: 'bad' },
    { sql: `JSON_VALUE('{"a": [1]}', 'lax $.a' DEFAULT 'none' ON EMPTY DEFAULT 'bad' ON ERROR)`, result: 'none' },
  ],
});
