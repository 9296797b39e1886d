import { types } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { symbolOf } from '../symbols.ts';
import { atPath, isScalar, pathArgument, refuseResult, scalarText } from './at-path.ts';
import type { JsonPath } from './path/json-path.ts';
import type { JsonNode } from './read-json.ts';
import { writeJson } from './write-json.ts';

export type JsonWrapper = 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL';
export type QueryBehavior = 'NULL' | 'ERROR' | 'EMPTY ARRAY' | 'EMPTY OBJECT';

/** The words of a call, as the binder hands them over: `WITHOUT, NULL, EMPTY ARRAY, STRING`. */
interface QueryWords {
  readonly wrapper: JsonWrapper;
  readonly onEmpty: QueryBehavior;
  readonly onError: QueryBehavior;
  readonly returns: 'STRING' | 'ARRAY';
}

function wordsOf(text: string): QueryWords {
  const [wrapper, onEmpty, onError, returns] = text.split(', ');
  return { wrapper, onEmpty, onError, returns } as QueryWords;
}

function wrapped(node: JsonNode, wrapper: JsonWrapper): JsonNode {
  const isBare = wrapper === 'WITHOUT' || (wrapper === 'CONDITIONAL' && node.kind === 'array');
  return isBare ? node : { kind: 'array', items: [node] };
}

/** Elements of an array as texts: scalars bare, the rest as JSON. */
const elementTexts = (items: readonly JsonNode[]): Value =>
  items.map((item) => (item.kind === 'null' ? null : isScalar(item) ? scalarText(item) : writeJson(item)));

function queryAt(text: string, path: JsonPath, { wrapper, onEmpty, onError, returns }: QueryWords): Value {
  const otherwise = (what: 'empty' | 'error'): Value => {
    const behavior = what === 'empty' ? onEmpty : onError;
    if (behavior === 'ERROR') return refuseResult('JSON_QUERY', what, path.text);
    if (behavior === 'NULL') return null;
    return returns === 'ARRAY' ? [] : behavior === 'EMPTY ARRAY' ? '[]' : '{}';
  };
  const found = atPath(text, path);
  if (typeof found === 'string') return otherwise(found);
  const node = wrapped(found, wrapper);
  if (isScalar(node)) return otherwise(path.isLax ? 'empty' : 'error');
  if (returns === 'STRING') return writeJson(node);
  return node.kind === 'array' ? elementTexts(node.items) : otherwise('error');
}

const query: Signature = {
  text: '(STRING, STRING [RETURNING {STRING | ARRAY<STRING>}] [{WITHOUT | WITH [CONDITIONAL | UNCONDITIONAL]} [ARRAY] WRAPPER] [{NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR} ON EMPTY] [{NULL | EMPTY ARRAY | EMPTY OBJECT | ERROR} ON ERROR])',
  resolve([text, path, words, ...rest]) {
    if (text === undefined || path === undefined || typeof words?.literal !== 'string' || rest.length > 0) return undefined;
    if (![text, path].every(({ type }) => type.root === 'CHAR' || type.root === 'VARCHAR')) return undefined;
    const returns = wordsOf(words.literal).returns === 'ARRAY' ? types.array(types.string()) : types.string();
    return { args: [text.type, path.type, words.type], returns };
  },
};

/** The third argument has the words of the call. */
export const jsonQuery = define({
  name: 'JSON_QUERY',
  family: 'json',
  signatures: [query],
  nullable: true,
  emit(e, [text, path, words], returns) {
    const given = e.helper('json_query_words', wordsOf(symbolOf(words)));
    return e.unbox('json_query', returns, `${e.helper('jsonQueryAt', queryAt)}(${e.box(text!)}, ${pathArgument(e, path!)}, ${given})`);
  },
  flink([text, path, words]) {
    const { wrapper, onEmpty, onError, returns } = wordsOf((words ?? '').slice(1, -1));
    const type = returns === 'ARRAY' ? ' RETURNING ARRAY<STRING>' : '';
    const wrap = wrapper === 'WITHOUT' ? 'WITHOUT' : `WITH ${wrapper}`;
    return `JSON_QUERY(${text}, ${path}${type} ${wrap} ARRAY WRAPPER ${onEmpty} ON EMPTY ${onError} ON ERROR)`;
  },
  doc: 'The object or array at a path, as JSON text. A scalar must be wrapped; without that it is an error of a strict path, and nothing in a lax one. Members come in the order of their names, without spaces.',
  examples: [
    { sql: `JSON_QUERY('{"a": {"c": 1, "b": [2, 3]}}', '$.a')`, result: '{"b":[2,3],"c":1}' },
    { sql: `JSON_QUERY('{"a": 1}', '$.a')`, result: null },
    { sql: `JSON_QUERY('{"a": 1}', '$.a' WITH CONDITIONAL ARRAY WRAPPER)`, result: '[1]' },
    { sql: `JSON_QUERY('{"a": [1]}', '$.a' WITH CONDITIONAL WRAPPER)`, result: '[1]' },
    { sql: `JSON_QUERY('{"a": [1]}', '$.a' WITH UNCONDITIONAL WRAPPER)`, result: '[[1]]' },
    { sql: `JSON_QUERY('{"a": [1]}', '$.a' WITH WRAPPER)`, result: '[[1]]' },
    { sql: `JSON_QUERY('{}', 'lax $.x' EMPTY OBJECT ON EMPTY)`, result: '{}' },
    { sql: `JSON_QUERY('{}', 'strict $.x' EMPTY OBJECT ON EMPTY EMPTY ARRAY ON ERROR)`, result: '[]' },
    { sql: `JSON_QUERY('{"a": [{"c": "c1"}, {"c": "c2"}, {}]}', 'lax $.a[*].c')`, result: '["c1","c2"]' },
    { sql: `JSON_QUERY('{"a": {"b": 1, "c": {"b": 2.50}}}', '$..b')`, result: '[1,2.50]' },
    { sql: `JSON_QUERY('[1, 2, 3, 4]', '$[1:3]')`, result: '[2,3]' },
    { sql: `JSON_QUERY('[1, 2, 3, 4]', '$[-1]' WITH WRAPPER)`, result: '[4]' },
    { sql: `JSON_QUERY('[{"p": 5}, {"p": 12}, {}]', '$[?(@.p > 10)]')`, result: '[{"p":12}]' },
    { sql: `JSON_QUERY('[{"p": "x1"}, {"p": "y"}]', '$[?(@.p =~ /x.*/ || @.p == 1)].p')`, result: '["x1"]' },
    { sql: `JSON_QUERY('{"a": [1, null, "x", {"b": true}]}', '$.a' RETURNING ARRAY<STRING>)`, result: '[1, NULL, x, {"b":true}]' },
    { sql: `JSON_QUERY('{"a": 1}', 'lax $.x' RETURNING ARRAY<STRING> EMPTY ARRAY ON EMPTY)`, result: '[]' },
    { sql: `JSON_QUERY('x', '$')`, result: null },
  ],
});
