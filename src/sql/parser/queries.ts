import type { Expression } from '../ast/expressions.ts';
import type { CommonTable, OrderItem, Query, QueryBody, SetOperation, Values } from '../ast/queries.ts';
import type { Token } from '../token.ts';
import { argument } from './calls.ts';
import { syntaxError, unexpected } from './errors.ts';
import { expressionItem } from './expressions.ts';
import { numberLiteral } from './literals.ts';
import { identifier, identifierList, qualifiedName } from './names.ts';
import { orderItem } from './order.ts';
import { select } from './select.ts';
import type { TokenStream } from './token-stream.ts';

export function isQueryStart(token: Token): boolean {
  const { code } = token;
  return code === 'SELECT' || code === 'WITH' || code === 'VALUES' || code === 'TABLE';
}

/** `[WITH ...] body [ORDER BY ...] [LIMIT ...]` */
export function query(stream: TokenStream): Query {
  const start = stream.token;
  const outer = stream.enter();
  const recursive = stream.follows('WITH', 'RECURSIVE');
  const common = stream.accept('WITH') ? commonTables(stream) : [];
  const body = setOperations(stream, setOperand(stream), 0);
  const whole = withTail(stream, start, recursive, common, body);
  stream.leave(outer);
  return whole;
}

export function parenthesizedQuery(stream: TokenStream): Query {
  stream.expect('(');
  const inner = query(stream);
  if (!stream.is(')')) throw unexpected(stream, [')']);
  stream.next();
  return inner;
}

/**
 * Goes on from a query that was read in parentheses: `(SELECT 1) UNION SELECT 2 ORDER BY 1`. Answers undefined when nothing of a query
 * follows, so that the parentheses may have meant a value.
 */
export function queryBehind(stream: TokenStream, first: Query): Query | undefined {
  if (!continuesQuery(stream.token)) return undefined;
  return withTail(stream, first.span, false, [], setOperations(stream, unwrap(first), 0));
}

const queryContinuations: ReadonlySet<string> = new Set(['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH']);

export function continuesQuery(token: Token): boolean {
  return queryContinuations.has(token.code);
}

/** A query without WITH, order and limit is its body. */
export function unwrap(inner: Query): QueryBody {
  const plain = inner.with.length === 0 && inner.orderBy.length === 0 && inner.offset === undefined && inner.fetch === undefined;
  return plain ? inner.body : inner;
}

function commonTables(stream: TokenStream): CommonTable[] {
  stream.accept('RECURSIVE');
  return stream.list(commonTable);
}

function commonTable(stream: TokenStream): CommonTable {
  const start = stream.token;
  const name = identifier(stream);
  const columns = stream.is('(') ? identifierList(stream) : [];
  stream.expect('AS');
  const inner = parenthesizedQuery(stream);
  return { kind: 'commonTable', name, columns, query: inner, span: stream.spanFrom(start) };
}

const setPower: Readonly<Record<string, number>> = { UNION: 1, EXCEPT: 1, MINUS: 1, INTERSECT: 2 };

/** Reads `left UNION right ...`; operators of one kind in a row become one node. INTERSECT binds tighter than the others. */
function setOperations(stream: TokenStream, first: QueryBody, powerMin: number): QueryBody {
  let left = first;
  for (;;) {
    const code = stream.token.code;
    const next = setPower[code];
    if (next === undefined || next <= powerMin) return left;
    left = setOperation(stream, left, next);
    stream.grow();
  }
}

function setOperation(stream: TokenStream, left: QueryBody, next: number): SetOperation {
  const operator = setOperator(stream);
  const all = quantifier(stream);
  const inputs = [left];
  do inputs.push(setOperations(stream, setOperand(stream), next));
  while (takesSame(stream, operator, all));
  return { kind: 'setOperation', operator, all, inputs, span: stream.spanFrom(left.span) };
}

function setOperator(stream: TokenStream): 'UNION' | 'INTERSECT' | 'EXCEPT' {
  if (stream.is('MINUS')) throw syntaxError(stream, stream.token, 'MINUS is not supported between queries', 'write EXCEPT');
  return stream.expectOneOf(['UNION', 'INTERSECT', 'EXCEPT'] as const);
}

function quantifier(stream: TokenStream): boolean {
  if (stream.accept('ALL')) return true;
  stream.accept('DISTINCT');
  return false;
}

/** Takes the next operator if it is the same with the same quantifier. */
function takesSame(stream: TokenStream, operator: string, all: boolean): boolean {
  if (!stream.is(operator) || (stream.peek(1).code === 'ALL') !== all) return false;
  stream.next();
  quantifier(stream);
  return true;
}

function setOperand(stream: TokenStream): QueryBody {
  const { token } = stream;
  switch (token.code) {
    case 'SELECT':
      return select(stream);
    case 'VALUES':
      return values(stream);
    case 'TABLE':
      stream.next();
      return { kind: 'explicitTable', name: qualifiedName(stream), span: stream.spanFrom(token) };
    case '(':
      return unwrap(parenthesizedQuery(stream));
    default:
      throw unexpected(stream, ['SELECT', 'VALUES', 'a query in parentheses']);
  }
}

function values(stream: TokenStream): Values {
  const start = stream.expect('VALUES');
  const rows = stream.list(valuesRow);
  return { kind: 'values', rows, span: stream.spanFrom(start) };
}

/** Parentheses in VALUES make a row, also around one value. */
function valuesRow(stream: TokenStream): Expression {
  const start = stream.token;
  if (start.code !== '(') return expressionItem(stream);
  stream.next();
  const items = stream.list(argument);
  stream.close(')');
  return { kind: 'row', explicit: false, items, span: stream.spanFrom(start) };
}

function withTail(stream: TokenStream, start: Query['span'], recursive: boolean, common: CommonTable[], body: QueryBody): Query {
  const orderBy: OrderItem[] = stream.is('ORDER') ? orderClause(stream) : [];
  const limit = stream.accept('LIMIT') ? limitCount(stream) : undefined;
  const offset = stream.accept('OFFSET') ? offsetCount(stream) : undefined;
  const fetch = stream.is('FETCH') && limit === undefined ? fetchClause(stream) : limit;
  if (offset !== undefined && stream.is('LIMIT'))
    throw syntaxError(stream, stream.token, 'OFFSET stands before LIMIT', 'write LIMIT before OFFSET');
  return { kind: 'query', recursive, with: common, body, orderBy, offset, fetch, span: stream.spanFrom(start) };
}

function orderClause(stream: TokenStream): OrderItem[] {
  stream.expectAll('ORDER', 'BY');
  return stream.list(orderItem);
}

/** A number, or ALL for none. */
function limitCount(stream: TokenStream): Expression | undefined {
  if (stream.accept('ALL')) return undefined;
  const count = numberLiteral(stream);
  if (stream.is(',')) throw syntaxError(stream, stream.token, 'LIMIT takes one number', 'write LIMIT count OFFSET start');
  return count;
}

function offsetCount(stream: TokenStream): Expression {
  const count = numberLiteral(stream);
  if (!stream.accept('ROW')) stream.accept('ROWS');
  return count;
}

function fetchClause(stream: TokenStream): Expression {
  stream.expect('FETCH');
  stream.expectOneOf(['FIRST', 'NEXT']);
  const count = numberLiteral(stream);
  stream.expectOneOf(['ROW', 'ROWS']);
  stream.expect('ONLY');
  return count;
}
