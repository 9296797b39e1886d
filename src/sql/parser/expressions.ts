import type { BinaryOperator, Expression, IsTest, LogicalExpression } from '../ast/expressions.ts';
import type { Query } from '../ast/queries.ts';
import { unexpected } from './errors.ts';
import { power } from './power.ts';
import { primary } from './primary.ts';
import { isQueryStart, parenthesizedQuery, queryBehind } from './queries.ts';
import type { TokenStream } from './token-stream.ts';

/** The power of an operator that starts with a token, by the token's code. NOT and IS lead to several operators. */
const infixPower: ReadonlyMap<string, number> = new Map<string, number>([
  ['OR', power.or],
  ['AND', power.and],
  ['IS', power.is],
  ...[
    '=',
    '<>',
    '<',
    '<=',
    '>',
    '>=',
    'OVERLAPS',
    'CONTAINS',
    'EQUALS',
    'PRECEDES',
    'SUCCEEDS',
    'IMMEDIATELY',
    'MEMBER',
    'SUBMULTISET',
  ].map((code): [string, number] => [code, power.comparison]),
  ...['IN', 'BETWEEN', 'LIKE', 'ILIKE', 'RLIKE', 'SIMILAR', 'NOT'].map((code): [string, number] => [code, power.range]),
  ['+', power.additive],
  ['-', power.additive],
  ['*', power.multiplicative],
  ['/', power.multiplicative],
  ['%', power.multiplicative],
  ['||', power.multiplicative],
  ['MULTISET', power.multisetIntersect],
]);

/** Reads a value; stops before an operator that binds less tightly than `powerMin`. */
export function expression(stream: TokenStream, powerMin = 0): Expression {
  const outer = stream.enter();
  let left = operand(stream);
  for (;;) {
    const next = infixPower.get(stream.token.code);
    if (next === undefined || next < powerMin) break;
    const extended = infix(stream, left, next, powerMin);
    if (extended === undefined) break;
    left = extended;
    stream.grow();
  }
  stream.leave(outer);
  return left;
}

/** A list in parentheses of what `expression` reads. */
export const expressionItem = (stream: TokenStream): Expression => expression(stream);

function operand(stream: TokenStream): Expression {
  const { token } = stream;
  switch (token.code) {
    case 'NOT': {
      stream.next();
      const inner = expression(stream, power.not);
      return { kind: 'unary', operator: 'NOT', operand: inner, span: stream.spanFrom(token) };
    }
    case '+':
    case '-': {
      stream.next();
      const inner = expression(stream, power.sign);
      return { kind: 'unary', operator: token.code, operand: inner, span: stream.spanFrom(token) };
    }
    default:
      return primary(stream);
  }
}

function infix(stream: TokenStream, left: Expression, next: number, powerMin: number): Expression | undefined {
  switch (stream.token.code) {
    case 'AND':
    case 'OR':
      return logical(stream, left, stream.token.code, next);
    case 'IS':
      return isExpression(stream, left);
    case 'NOT':
      return negated(stream, left);
    case 'IN':
    case 'BETWEEN':
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
    case 'SIMILAR':
      return range(stream, left, false);
    case 'IMMEDIATELY':
    case 'MEMBER':
    case 'SUBMULTISET':
      return wordOperator(stream, left);
    case 'MULTISET':
      return multisetOperation(stream, left, powerMin);
    default:
      return binary(stream, left, next);
  }
}

/** Reads all of `a AND b AND c` at once. */
function logical(stream: TokenStream, first: Expression, operator: 'AND' | 'OR', next: number): LogicalExpression {
  const operands = [first];
  while (stream.accept(operator)) operands.push(expression(stream, next + 1));
  return { kind: 'logical', operator, operands, span: stream.spanFrom(first.span) };
}

function binary(stream: TokenStream, left: Expression, next: number): Expression {
  const operator = stream.next().code as BinaryOperator;
  if (next === power.comparison) {
    const quantified = quantifiedComparison(stream, left, operator);
    if (quantified !== undefined) return quantified;
  }
  return finish(stream, left, operator, next);
}

function finish(stream: TokenStream, left: Expression, operator: BinaryOperator, next: number): Expression {
  const right = expression(stream, next + 1);
  return { kind: 'binary', operator, left, right, span: stream.spanFrom(left.span) };
}

type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';
const comparisons: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];

/** `= ANY (...)`, `> ALL (...)`; SOME( otherwise is a function. */
function quantifiedComparison(stream: TokenStream, left: Expression, operator: string): Expression | undefined {
  const word = stream.token.code;
  if (word !== 'ANY' && word !== 'ALL' && word !== 'SOME') return undefined;
  if (!comparisons.includes(operator) || stream.peek(1).code !== '(') return undefined;
  stream.next();
  const { items, query } = listOrQuery(stream);
  const quantifier = word === 'ALL' ? 'ALL' : 'ANY';
  return { kind: 'quantified', operator: operator as Comparison, quantifier, left, items, query, span: stream.spanFrom(left.span) };
}

function negated(stream: TokenStream, left: Expression): Expression {
  const after = stream.peek(1).code;
  if (after === 'SUBMULTISET') {
    const not = stream.next();
    const inner = wordOperator(stream, left);
    return { kind: 'unary', operator: 'NOT', operand: inner, span: { ...inner.span, end: Math.max(inner.span.end, not.end) } };
  }
  stream.next();
  return range(stream, left, true);
}

/** IN, BETWEEN, LIKE and SIMILAR TO, behind an optional NOT. */
function range(stream: TokenStream, left: Expression, not: boolean): Expression {
  const start = left.span;
  switch (stream.token.code) {
    case 'IN': {
      stream.next();
      const { items, query } = listOrQuery(stream);
      return { kind: 'in', operand: left, items, query, negated: not, span: stream.spanFrom(start) };
    }
    case 'BETWEEN':
      return between(stream, left, not);
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
    case 'SIMILAR':
      return like(stream, left, not);
    default:
      throw unexpected(stream, ['IN', 'BETWEEN', 'LIKE', 'SIMILAR']);
  }
}

function listOrQuery(stream: TokenStream): { items: Expression[] | undefined; query: Query | undefined } {
  if (!stream.is('(')) throw unexpected(stream, ['(']);
  if (isQueryStart(stream.peek(1))) return { items: undefined, query: parenthesizedQuery(stream) };
  stream.next();
  const first = expression(stream);
  // Behind ((SELECT 1) may come the rest of a query or the rest of a list.
  const query = first.kind === 'subquery' ? (queryBehind(stream, first.query) ?? (stream.is(')') ? first.query : undefined)) : undefined;
  const items = [first];
  while (query === undefined && stream.accept(',')) items.push(expression(stream));
  stream.close(')');
  return query === undefined ? { items, query } : { items: undefined, query };
}

function between(stream: TokenStream, left: Expression, not: boolean): Expression {
  stream.next();
  const symmetric = stream.accept('SYMMETRIC');
  if (!symmetric) stream.accept('ASYMMETRIC');
  const low = expression(stream, power.and + 1);
  stream.expect('AND');
  const high = expression(stream, power.range + 1);
  return { kind: 'between', operand: left, low, high, negated: not, symmetric, span: stream.spanFrom(left.span) };
}

function like(stream: TokenStream, left: Expression, not: boolean): Expression {
  const word = stream.next().code;
  if (word === 'SIMILAR') stream.expect('TO');
  const operator = word === 'SIMILAR' ? 'SIMILAR TO' : (word as 'LIKE' | 'ILIKE' | 'RLIKE');
  const pattern = expression(stream, power.range);
  const escapeBy = stream.accept('ESCAPE') ? expression(stream, power.range) : undefined;
  return { kind: 'like', operator, operand: left, pattern, escape: escapeBy, negated: not, span: stream.spanFrom(left.span) };
}

function isExpression(stream: TokenStream, left: Expression): Expression {
  stream.next();
  const not = stream.accept('NOT');
  if (stream.is('DISTINCT')) {
    stream.next();
    stream.expect('FROM');
    return finish(stream, left, not ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM', power.comparison);
  }
  const test = isTest(stream);
  if (test === undefined) throw unexpected(stream, not ? isWords : ['NOT', ...isWords]);
  return { kind: 'is', operand: left, test, negated: not, span: stream.spanFrom(left.span) };
}

const isWords = ['NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'DISTINCT', 'JSON'];

function isTest(stream: TokenStream): IsTest | undefined {
  const simple = stream.acceptOneOf(['NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'EMPTY'] as const);
  if (simple !== undefined) return simple;
  if (stream.acceptAll('A', 'SET')) return 'A SET';
  if (!stream.accept('JSON')) return undefined;
  const shape = stream.acceptOneOf(['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'] as const);
  return shape === undefined || shape === 'VALUE' ? 'JSON VALUE' : (`JSON ${shape}` as IsTest);
}

function wordOperator(stream: TokenStream, left: Expression): Expression {
  const first = stream.next();
  if (first.code === 'IMMEDIATELY') {
    const word = stream.expectOneOf(['PRECEDES', 'SUCCEEDS'] as const);
    return finish(stream, left, `IMMEDIATELY ${word}`, power.comparison);
  }
  stream.expect('OF');
  return finish(stream, left, first.code === 'MEMBER' ? 'MEMBER OF' : 'SUBMULTISET OF', power.comparison);
}

/** `MULTISET UNION`, which binds less tightly than OR. */
function multisetOperation(stream: TokenStream, left: Expression, powerMin: number): Expression | undefined {
  const word = stream.peek(1).code;
  const next = word === 'INTERSECT' ? power.multisetIntersect : power.multisetUnion;
  if (next < powerMin) return undefined;
  stream.next();
  const operation = stream.expectOneOf(['UNION', 'INTERSECT', 'EXCEPT'] as const);
  const distinct = stream.accept('DISTINCT');
  if (!distinct) stream.accept('ALL');
  return finish(stream, left, `MULTISET ${operation} ${distinct ? 'DISTINCT' : 'ALL'}`, next);
}
