import type { Expression, FunctionCall, ModelArgument, NamedArgument, TableArgument } from '../ast/expressions.ts';
import type { QualifiedName } from '../ast/node.ts';
import type { OrderItem } from '../ast/queries.ts';
import type { Token } from '../token.ts';
import { syntaxError } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { identifier, isName, qualifiedName } from './names.ts';
import { orderItem } from './order.ts';
import { isQueryStart, query } from './queries.ts';
import type { TokenStream } from './token-stream.ts';
import { windowReference } from './windows.ts';

/** Reads the arguments of a call, from the parenthesis, and what may follow it. `start` is the first token of its name. */
export function functionCall(stream: TokenStream, start: Token, name: QualifiedName): FunctionCall {
  stream.expect('(');
  const distinct = stream.accept('DISTINCT');
  if (!distinct && stream.is('ALL') && stream.peek(1).code !== '(') stream.accept('ALL');
  const args = distinct ? stream.list(argumentValue) : argumentList(stream);
  const nulls = stream.is('IGNORE') || stream.is('RESPECT') ? innerNulls(stream, name) : undefined;
  const orderBy = stream.is('ORDER') ? innerOrder(stream, name) : [];
  stream.close(')');
  return callSuffix(stream, {
    kind: 'call',
    name,
    bare: false,
    distinct,
    args,
    orderBy,
    nulls,
    withinGroup: undefined,
    filter: undefined,
    over: undefined,
    span: stream.spanFrom(start),
  });
}

/** Of all aggregates, only ARRAY_AGG takes an order and NULLS among its arguments. */
const isArrayAgg = ({ parts }: QualifiedName): boolean => parts.length === 1 && parts[0]!.name.toUpperCase() === 'ARRAY_AGG';

function innerNulls(stream: TokenStream, name: QualifiedName): FunctionCall['nulls'] {
  const word = stream.token;
  const nulls = nullTreatment(stream);
  if (nulls !== undefined && !isArrayAgg(name))
    throw syntaxError(stream, word, `${word.code} NULLS cannot stand here`, `write it behind the call: (...) ${word.code} NULLS`);
  return nulls;
}

function innerOrder(stream: TokenStream, name: QualifiedName): OrderItem[] {
  if (!isArrayAgg(name)) {
    throw syntaxError(stream, stream.token, 'ORDER BY cannot stand here', 'write it behind the call: WITHIN GROUP (ORDER BY ...)');
  }
  stream.expectAll('ORDER', 'BY');
  return stream.list(orderItem);
}

/** A query is an argument without parentheses of its own when it is the only one. */
function argumentList(stream: TokenStream): Expression[] {
  if (stream.is(')')) return [];
  if (isQueryStart(stream.token) && !stream.is('TABLE')) return [queryArgument(stream)];
  return stream.list(argument);
}

/** `WITHIN GROUP (...) RESPECT NULLS FILTER (...) OVER w`, each of them optional. */
export function callSuffix<Call extends Expression>(stream: TokenStream, call: Call): Call {
  if (call.kind !== 'call') return call;
  const { code } = stream.token;
  if (code !== 'WITHIN' && code !== 'IGNORE' && code !== 'RESPECT' && code !== 'FILTER' && code !== 'OVER') return call;
  const nulls = nullTreatment(stream) ?? call.nulls;
  const withinGroup = stream.is('WITHIN') ? withinGroupOrder(stream) : undefined;
  const filter = stream.is('FILTER') ? filterCondition(stream) : undefined;
  const over = stream.accept('OVER') ? windowReference(stream) : undefined;
  return { ...call, nulls, withinGroup, filter, over, span: stream.spanFrom(call.span) };
}

function nullTreatment(stream: TokenStream): 'RESPECT' | 'IGNORE' | undefined {
  if (stream.peek(1).code !== 'NULLS') return undefined;
  const treatment = stream.acceptOneOf(['RESPECT', 'IGNORE'] as const);
  if (treatment !== undefined) stream.expect('NULLS');
  return treatment;
}

function withinGroupOrder(stream: TokenStream): OrderItem[] {
  stream.expectAll('WITHIN', 'GROUP', '(', 'ORDER', 'BY');
  const items = stream.list(orderItem);
  stream.close(')');
  return items;
}

/** `FILTER (WHERE condition)` */
export function filterCondition(stream: TokenStream): Expression {
  stream.expectAll('FILTER', '(', 'WHERE');
  const condition = expression(stream);
  stream.expect(')');
  return condition;
}

/** One argument: a value, `name => value`, DEFAULT, `TABLE t ...`, `MODEL m`, or a query. */
export function argument(stream: TokenStream): Expression {
  const { token } = stream;
  if (token.code === '*') {
    stream.next();
    return { kind: 'star', qualifier: [], span: stream.spanFrom(token) };
  }
  if (stream.peek(1).code === '=>' && isName(token)) return namedArgument(stream);
  return argumentValue(stream);
}

function namedArgument(stream: TokenStream): NamedArgument {
  const start = stream.token;
  const name = identifier(stream);
  stream.expect('=>');
  return { kind: 'namedArgument', name, value: argumentValue(stream), span: stream.spanFrom(start) };
}

function argumentValue(stream: TokenStream): Expression {
  const { token } = stream;
  if (token.code === 'DEFAULT') {
    stream.next();
    return { kind: 'default', span: stream.spanFrom(token) };
  }
  if (token.code === 'TABLE') return tableArgument(stream);
  if (token.code === 'MODEL' && isName(stream.peek(1))) return modelArgument(stream);
  const value = expression(stream);
  return value.kind === 'subquery' && (stream.is('PARTITION') || stream.is('ORDER')) ? partitioned(stream, value) : value;
}

function modelArgument(stream: TokenStream): ModelArgument {
  const start = stream.expect('MODEL');
  return { kind: 'modelArgument', name: qualifiedName(stream), span: stream.spanFrom(start) };
}

function queryArgument(stream: TokenStream): Expression {
  const start = stream.token;
  return { kind: 'subquery', query: query(stream), span: stream.spanFrom(start) };
}

function partitioned(stream: TokenStream, value: Expression & { kind: 'subquery' }): TableArgument {
  const { partitionBy, orderBy } = partitioning(stream);
  return { kind: 'tableArgument', name: undefined, query: value.query, partitionBy, orderBy, span: stream.spanFrom(value.span) };
}

/** `TABLE t`, with PARTITION BY and ORDER BY. */
function tableArgument(stream: TokenStream): TableArgument {
  const start = stream.expect('TABLE');
  const name = qualifiedName(stream);
  const { partitionBy, orderBy } = partitioning(stream);
  return { kind: 'tableArgument', name, query: undefined, partitionBy, orderBy, span: stream.spanFrom(start) };
}

function partitioning(stream: TokenStream): { partitionBy: Expression[]; orderBy: OrderItem[] } {
  let partitionBy: Expression[] = [];
  if (stream.acceptAll('PARTITION', 'BY')) {
    partitionBy = stream.is('(') ? stream.parenthesized(expressionItem) : [expression(stream)];
  }
  let orderBy: OrderItem[] = [];
  if (stream.acceptAll('ORDER', 'BY')) orderBy = stream.is('(') ? stream.parenthesized(orderItem) : [orderItem(stream)];
  return { partitionBy, orderBy };
}
