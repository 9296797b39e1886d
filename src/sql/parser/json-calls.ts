import type {
  Expression,
  JsonArrayExpression,
  JsonBehavior,
  JsonEntry,
  JsonExistsExpression,
  JsonItem,
  JsonNulls,
  JsonObjectExpression,
  JsonQueryExpression,
  JsonValueExpression,
} from '../ast/expressions.ts';
import { filterCondition } from './calls.ts';
import { unexpected } from './errors.ts';
import { expression } from './expressions.ts';
import { orderItem } from './order.ts';
import type { TokenStream } from './token-stream.ts';
import { valueTypeName } from './types.ts';

/** The call of a JSON function that starts here, or undefined. */
export function jsonCall(stream: TokenStream): Expression | undefined {
  switch (stream.token.code) {
    case 'JSON_VALUE':
      return jsonValue(stream);
    case 'JSON_QUERY':
      return jsonQuery(stream);
    case 'JSON_EXISTS':
      return jsonExists(stream);
    case 'JSON_OBJECT':
      return jsonObject(stream);
    case 'JSON_OBJECTAGG':
      return jsonObjectAggregate(stream);
    case 'JSON_ARRAY':
      return jsonArray(stream);
    case 'JSON_ARRAYAGG':
      return jsonArrayAggregate(stream);
    default:
      return undefined;
  }
}

/** `input, path`; the parenthesis stays open. */
function inputAndPath(stream: TokenStream): [Expression, Expression] {
  stream.next();
  stream.expect('(');
  const input = expression(stream);
  stream.expect(',');
  return [input, expression(stream)];
}

function jsonValue(stream: TokenStream): JsonValueExpression {
  const start = stream.token;
  const [input, path] = inputAndPath(stream);
  const returning = stream.accept('RETURNING') ? valueTypeName(stream) : undefined;
  const [onEmpty, onError] = behaviors(stream);
  stream.expect(')');
  return { kind: 'jsonValue', input, path, returning, onEmpty, onError, span: stream.spanFrom(start) };
}

function jsonQuery(stream: TokenStream): JsonQueryExpression {
  const start = stream.token;
  const [input, path] = inputAndPath(stream);
  const returning = stream.accept('RETURNING') ? valueTypeName(stream) : undefined;
  const wrapper = wrapperClause(stream);
  const [onEmpty, onError] = behaviors(stream);
  stream.expect(')');
  return { kind: 'jsonQuery', input, path, returning, wrapper, onEmpty, onError, span: stream.spanFrom(start) };
}

function wrapperClause(stream: TokenStream): JsonQueryExpression['wrapper'] {
  let wrapper: JsonQueryExpression['wrapper'];
  if (stream.accept('WITHOUT')) wrapper = 'WITHOUT';
  else if (stream.accept('WITH')) wrapper = stream.acceptOneOf(['CONDITIONAL', 'UNCONDITIONAL'] as const) ?? 'UNCONDITIONAL';
  else return undefined;
  stream.accept('ARRAY');
  stream.expect('WRAPPER');
  return wrapper;
}

/** `... ON EMPTY` and `... ON ERROR`, in any order; the last of each counts. */
function behaviors(stream: TokenStream): [JsonBehavior | undefined, JsonBehavior | undefined] {
  let onEmpty: JsonBehavior | undefined;
  let onError: JsonBehavior | undefined;
  for (let next = behavior(stream); next !== undefined; next = behavior(stream)) {
    stream.expect('ON');
    if (stream.expectOneOf(['EMPTY', 'ERROR'] as const) === 'EMPTY') onEmpty = next;
    else onError = next;
  }
  return [onEmpty, onError];
}

function behavior(stream: TokenStream): JsonBehavior | undefined {
  const start = stream.token;
  const simple = stream.acceptOneOf(['ERROR', 'NULL', 'DEFAULT', 'EMPTY'] as const);
  if (simple === undefined) return undefined;
  const value = simple === 'DEFAULT' ? expression(stream) : undefined;
  const name = simple === 'EMPTY' ? (`EMPTY ${stream.expectOneOf(['ARRAY', 'OBJECT'] as const)}` as const) : simple;
  return { kind: 'jsonBehavior', behavior: name, value, span: stream.spanFrom(start) };
}

function jsonExists(stream: TokenStream): JsonExistsExpression {
  const start = stream.token;
  const [input, path] = inputAndPath(stream);
  const onError = stream.acceptOneOf(['TRUE', 'FALSE', 'UNKNOWN', 'ERROR'] as const);
  if (onError !== undefined) stream.expectAll('ON', 'ERROR');
  stream.expect(')');
  return { kind: 'jsonExists', input, path, onError, span: stream.spanFrom(start) };
}

function nullClause(stream: TokenStream): JsonNulls | undefined {
  if (stream.acceptAll('NULL', 'ON', 'NULL')) return 'NULL ON NULL';
  return stream.acceptAll('ABSENT', 'ON', 'NULL') ? 'ABSENT ON NULL' : undefined;
}

const isNullClause = (stream: TokenStream): boolean =>
  (stream.is('NULL') || stream.is('ABSENT')) && stream.peek(1).code === 'ON' && stream.peek(2).code === 'NULL';

function jsonObject(stream: TokenStream): JsonObjectExpression {
  const start = stream.next();
  stream.expect('(');
  const entries = stream.is(')') || isNullClause(stream) ? [] : stream.list(jsonEntry);
  const onNull = nullClause(stream);
  stream.close(')');
  return { kind: 'jsonObject', aggregate: false, entries, onNull, filter: undefined, span: stream.spanFrom(start) };
}

function jsonObjectAggregate(stream: TokenStream): JsonObjectExpression {
  const start = stream.next();
  stream.expect('(');
  const entries = [jsonEntry(stream)];
  const onNull = nullClause(stream);
  stream.expect(')');
  const filter = stream.is('FILTER') ? filterCondition(stream) : undefined;
  return { kind: 'jsonObject', aggregate: true, entries, onNull, filter, span: stream.spanFrom(start) };
}

/** `KEY k VALUE v`, `k VALUE v`, `k: v`, each with FORMAT JSON. */
function jsonEntry(stream: TokenStream): JsonEntry {
  const start = stream.token;
  const word = stream.is('KEY') && startsValue(stream) && stream.accept('KEY');
  const key = expression(stream);
  if (word) stream.expect('VALUE');
  else if (!stream.accept(':') && !stream.accept('VALUE')) throw unexpected(stream, ['VALUE', ':']);
  const value = expression(stream);
  return { kind: 'jsonEntry', key, value, formatJson: stream.acceptAll('FORMAT', 'JSON'), span: stream.spanFrom(start) };
}

/** KEY is a word of the syntax unless it is itself the key. */
function startsValue(stream: TokenStream): boolean {
  const after = stream.peek(1);
  return after.type !== 'symbol' || after.code === '(' ? after.code !== 'VALUE' : false;
}

function jsonItem(stream: TokenStream): JsonItem {
  const start = stream.token;
  const value = expression(stream);
  return { kind: 'jsonItem', value, formatJson: stream.acceptAll('FORMAT', 'JSON'), span: stream.spanFrom(start) };
}

function jsonArray(stream: TokenStream): JsonArrayExpression {
  const start = stream.next();
  stream.expect('(');
  const items = stream.is(')') || isNullClause(stream) ? [] : stream.list(jsonItem);
  const onNull = nullClause(stream);
  stream.close(')');
  return { kind: 'jsonArray', aggregate: false, items, orderBy: [], onNull, filter: undefined, span: stream.spanFrom(start) };
}

function jsonArrayAggregate(stream: TokenStream): JsonArrayExpression {
  const start = stream.next();
  stream.expect('(');
  const items = [jsonItem(stream)];
  const orderBy = stream.acceptAll('ORDER', 'BY') ? stream.list(orderItem) : [];
  const onNull = nullClause(stream);
  stream.expect(')');
  const filter = stream.is('FILTER') ? filterCondition(stream) : undefined;
  return { kind: 'jsonArray', aggregate: true, items, orderBy, onNull, filter, span: stream.spanFrom(start) };
}
