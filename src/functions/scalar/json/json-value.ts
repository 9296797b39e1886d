import { DataError } from '../../../common/errors.ts';
import { printType } from '../../../data/types/print-type.ts';
import { isText, type SqlType } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { boxedOrNull } from '../boxed.ts';
import { symbolOf } from '../symbols.ts';
import { atPath, isScalar, pathArgument, refuseResult, scalarText } from './at-path.ts';
import type { JsonPath } from './path/json-path.ts';
import type { JsonNode } from './read-json.ts';
import { writeJson } from './write-json.ts';

const INTEGER = /^-?[0-9]+$/;

/** A scalar that is not null, as the type of the result; undefined where it is none. */
function scalarAs(node: JsonNode, type: SqlType): Value | undefined {
  if (isText(type)) return scalarText(node);
  if (type.root === 'BOOLEAN') return node.kind === 'boolean' ? node.value : undefined;
  if (node.kind !== 'number') return undefined;
  const number = Number(node.text);
  if (type.root === 'DOUBLE') return number;
  return INTEGER.test(node.text) && (number | 0) === number ? number | 0 : undefined;
}

/** `words` say what nothing and what an error comes to: NULL, DEFAULT or ERROR each. */
function valueReader(words: readonly string[], type: SqlType) {
  return (text: string | null, path: JsonPath, onEmpty: Value, onError: Value): Value => {
    if (text === null) return null;
    const otherwise = (what: 'empty' | 'error'): Value => {
      if (words[what === 'empty' ? 0 : 1] === 'ERROR') return refuseResult('JSON_VALUE', what, path.text);
      return what === 'empty' ? onEmpty : onError;
    };
    const found = atPath(text, path);
    if (typeof found === 'string') return otherwise(found);
    if (!isScalar(found)) return otherwise(path.isLax ? 'empty' : 'error');
    return scalarAs(found, type) ?? refuseType(found, type, path.text);
  };
}

function refuseType(node: JsonNode, type: SqlType, path: string): never {
  const message = `JSON_VALUE found ${writeJson(node).slice(0, 100)} at ${JSON.stringify(path.slice(0, 100))}, which is no ${type.root}`;
  throw new DataError('MS2052', message, {
    hint: `leave RETURNING out, and TRY_CAST the text AS ${printType({ ...type, nullable: true })}`,
  });
}

const scalar: Signature = {
  text: '(STRING, STRING [RETURNING {STRING | BOOLEAN | INTEGER | DOUBLE}] [{NULL | ERROR | DEFAULT value} ON EMPTY] [{NULL | ERROR | DEFAULT value} ON ERROR])',
  resolve([text, path, words, type, onEmpty, onError]) {
    if (text === undefined || path === undefined || type === undefined || onEmpty === undefined || onError === undefined) return undefined;
    if (typeof words?.literal !== 'string' || !isText(text.type) || !isText(path.type)) return undefined;
    return { args: [text.type, path.type, words.type, type.type, type.type, type.type], returns: type.type };
  },
};

/** The third argument has the words of the call, the fourth only a type: that of the result. */
export const jsonValue = define({
  name: 'JSON_VALUE',
  family: 'json',
  signatures: [scalar],
  nulls: 'own',
  nullable: true,
  emit(e, [text, path, words, _type, onEmpty, onError], returns) {
    const [given, empty, error] = [text!, onEmpty!, onError!].map((arg) => boxedOrNull(e, arg));
    const read = e.helper('jsonValueAt', valueReader(symbolOf(words).split(' '), returns));
    return e.unbox('json_value', returns, `${read}(${given}, ${pathArgument(e, path!)}, ${empty}, ${error})`);
  },
  flink: ([text, path, _words, _type, onEmpty, onError]) =>
    `JSON_VALUE(${text}, ${path} DEFAULT ${onEmpty} ON EMPTY DEFAULT ${onError} ON ERROR)`,
  doc: 'The scalar at a path, as text. Numbers keep their digits. A strict path, which is the default, is an error where it leads nowhere or to an object or array; in a lax one there is nothing then. The same goes for a null.',
  examples: [
    { sql: `JSON_VALUE('{"a": 1.50}', '$.a')`, result: '1.50' },
    { sql: `JSON_VALUE('{"a": 1e2}', '$.a')`, result: '1E+2' },
    { sql: `JSON_VALUE('{"a": 1E-7}', '$.a')`, result: '1E-7' },
    { sql: `JSON_VALUE('{"a": -0.0}', '$.a')`, result: '0.0' },
    { sql: `JSON_VALUE('{"a": 12345678901234567890123}', '$.a')`, result: '12345678901234567890123' },
    { sql: `JSON_VALUE('{"a": {"b": [true, "q"]}}', '$.a.b[1]')`, result: 'q' },
    { sql: `JSON_VALUE('{"a b": 1}', '$[''a b'']')`, result: '1' },
    { sql: `JSON_VALUE('{"a": 1}', '$.a' RETURNING INTEGER)`, result: '1' },
    { sql: `JSON_VALUE('{"a": true}', '$.a' RETURNING BOOLEAN)`, result: 'TRUE' },
    { sql: `JSON_VALUE('{"a": 1.5}', '$.a' RETURNING DOUBLE)`, result: '1.5' },
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
