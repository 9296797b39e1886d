import type { FunctionCall } from '../ast/expressions.ts';
import type { QualifiedName } from '../ast/node.ts';
import type { Alias, DerivedTable, Join, TableExpression, TableFunction, TableSample, Unnest } from '../ast/queries.ts';
import type { Token } from '../token.ts';
import { functionCall } from './calls.ts';
import { syntaxError, unexpected } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { optionalHints } from './hints.ts';
import { integerLiteral, numberLiteral, stringLiteral } from './literals.ts';
import { matchRecognize } from './match-recognize.ts';
import { identifier, identifierList, isName, qualifiedName } from './names.ts';
import { continuesQuery, isQueryStart, parenthesizedQuery, query, queryBehind } from './queries.ts';
import type { TokenStream } from './token-stream.ts';

/** What stands behind FROM: tables, joined by words or by commas. */
export function fromClause(stream: TokenStream): TableExpression {
  const outer = stream.enter();
  let left = joins(stream, tableFactor(stream));
  while (stream.accept(',')) {
    const right = joins(stream, tableFactor(stream));
    const span = stream.spanFrom(left.span);
    left = { kind: 'join', type: 'COMMA', natural: false, left, right, on: undefined, using: undefined, span };
    stream.grow();
  }
  stream.leave(outer);
  return left;
}

/** Reads every JOIN that follows a table. */
function joins(stream: TokenStream, first: TableExpression): TableExpression {
  let left = first;
  for (;;) {
    const natural = stream.is('NATURAL') && isJoinWord(stream.peek(1));
    if (natural) stream.next();
    else if (!isJoinWord(stream.token)) return left;
    left = join(stream, left, natural);
    stream.grow();
  }
}

const joinWords: ReadonlySet<string> = new Set(['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS']);
const isJoinWord = (token: Token): boolean => joinWords.has(token.code);

function join(stream: TokenStream, left: TableExpression, natural: boolean): Join {
  const type = joinType(stream);
  const right = tableFactor(stream);
  const on = stream.accept('ON') ? expression(stream) : undefined;
  const using = on === undefined && stream.accept('USING') ? identifierList(stream) : undefined;
  return { kind: 'join', type, natural, left, right, on, using, span: stream.spanFrom(left.span) };
}

function joinType(stream: TokenStream): Join['type'] {
  if (stream.accept('JOIN')) return 'INNER';
  const type = stream.expectOneOf(['INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS'] as const);
  if (type !== 'INNER' && type !== 'CROSS') stream.accept('OUTER');
  stream.expect('JOIN');
  return type;
}

/** One table with what belongs to it alone. */
function tableFactor(stream: TokenStream): TableExpression {
  const outer = stream.enter();
  let table = tablePrimary(stream);
  if (stream.is('MATCH_RECOGNIZE')) table = matchRecognize(stream, table, optionalTableAlias);
  if (stream.is('TABLESAMPLE')) table = tableSample(stream, table);
  stream.leave(outer);
  return table;
}

function tablePrimary(stream: TokenStream): TableExpression {
  const start = stream.token;
  const lateral = stream.accept('LATERAL');
  const { code } = stream.token;
  if (code === '(') return parenthesis(stream, start, lateral);
  if (code === 'UNNEST') return unnest(stream, start, lateral);
  if (code === 'TABLE') return wrappedFunction(stream, start, lateral);
  if (lateral) throw unexpected(stream, ['TABLE', 'UNNEST', '(']);
  if (isQueryStart(stream.token)) {
    throw syntaxError(stream, stream.token, `${stream.textOf(stream.token)} needs parentheses here`, 'write FROM (SELECT ...) AS name');
  }
  if (!isName(stream.token)) throw unexpected(stream, stream.token.type === 'reserved' ? ['a name'] : ['a table name']);
  return namedTable(stream, start);
}

function namedTable(stream: TokenStream, start: Token): TableExpression {
  const name = qualifiedName(stream);
  if (stream.is('(')) return plainFunction(stream, start, name);
  const hints = optionalHints(stream);
  const systemTime = stream.acceptAll('FOR', 'SYSTEM_TIME') ? asOf(stream) : undefined;
  const alias = optionalTableAlias(stream);
  return { kind: 'table', name, hints, systemTime, alias, span: stream.spanFrom(start) };
}

function asOf(stream: TokenStream) {
  stream.expectAll('AS', 'OF');
  return expression(stream);
}

/** `[AS] name [(column, ...)]` */
export function optionalTableAlias(stream: TokenStream): Alias | undefined {
  const start = stream.token;
  if (!stream.accept('AS') && !isName(start)) return undefined;
  const name = identifier(stream);
  const columns = stream.is('(') ? identifierList(stream) : [];
  return { kind: 'alias', name, columns, span: stream.spanFrom(name.span) };
}

function plainFunction(stream: TokenStream, start: Token, name: QualifiedName): TableFunction {
  const call = functionCall(stream, start, name);
  return { kind: 'tableFunction', lateral: false, wrapped: false, call, alias: optionalTableAlias(stream), span: stream.spanFrom(start) };
}

/** `TABLE(f(...))` */
function wrappedFunction(stream: TokenStream, start: Token, lateral: boolean): TableFunction {
  stream.expect('TABLE');
  stream.expect('(');
  const call = expression(stream);
  if (call.kind !== 'call')
    throw syntaxError(stream, call.span, 'TABLE( ) takes the call of a table function', 'a table stands in FROM without TABLE');
  stream.expect(')');
  const alias = optionalTableAlias(stream);
  return { kind: 'tableFunction', lateral, wrapped: true, call: call satisfies FunctionCall, alias, span: stream.spanFrom(start) };
}

function unnest(stream: TokenStream, start: Token, lateral: boolean): Unnest {
  stream.expect('UNNEST');
  stream.expect('(');
  const expressions = isQueryStart(stream.token) ? [unnestQuery(stream)] : stream.list(expressionItem);
  stream.close(')');
  const ordinality = stream.acceptAll('WITH', 'ORDINALITY');
  return { kind: 'unnest', lateral, expressions, ordinality, alias: optionalTableAlias(stream), span: stream.spanFrom(start) };
}

function unnestQuery(stream: TokenStream) {
  const start = stream.token;
  return { kind: 'subquery', query: query(stream), span: stream.spanFrom(start) } as const;
}

/** A query, or a join, in parentheses. */
function parenthesis(stream: TokenStream, start: Token, lateral: boolean): TableExpression {
  if (isQueryStart(stream.peek(1))) return derivedTable(stream, start, lateral, parenthesizedQuery(stream));
  stream.next();
  const first = tableFactor(stream);
  if (first.kind === 'derivedTable' && first.alias === undefined && !first.lateral) {
    const whole = continuesQuery(stream.token) ? queryBehind(stream, first.query) : stream.is(')') ? first.query : undefined;
    if (whole !== undefined) {
      stream.expect(')');
      return derivedTable(stream, start, lateral, whole);
    }
  }
  const inner = joins(stream, first);
  if (inner.kind !== 'join') throw notAJoin(stream, inner);
  stream.close(')');
  return inner;
}

function notAJoin(stream: TokenStream, inner: TableExpression): Error {
  if (!stream.is(')')) return unexpected(stream, [')', 'JOIN']);
  return syntaxError(stream, inner.span, 'expected a query or a join in the parentheses', 'a single table needs no parentheses');
}

function derivedTable(stream: TokenStream, start: Token, lateral: boolean, inner: DerivedTable['query']): DerivedTable {
  return { kind: 'derivedTable', lateral, query: inner, alias: optionalTableAlias(stream), span: stream.spanFrom(start) };
}

function tableSample(stream: TokenStream, input: TableExpression): TableSample {
  stream.expect('TABLESAMPLE');
  const method = stream.expectOneOf(['BERNOULLI', 'SYSTEM', 'SUBSTITUTE'] as const);
  stream.expect('(');
  const argument = method === 'SUBSTITUTE' ? stringLiteral(stream) : numberLiteral(stream);
  stream.expect(')');
  let seed: TableSample['seed'];
  if (method !== 'SUBSTITUTE' && stream.accept('REPEATABLE')) {
    stream.expect('(');
    seed = integerLiteral(stream);
    stream.expect(')');
  }
  return { kind: 'tableSample', input, method, argument, seed, span: stream.spanFrom(input.span) };
}
