import type { BooleanLiteral, Expression, NullLiteral } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import { bareFunctions, callableReservedWords } from '../keywords.ts';
import type { Token } from '../token.ts';
import { callableWords } from './callable.ts';
import { callSuffix, functionCall } from './calls.ts';
import { clauseWords, syntaxError, unexpected } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { intervalQualifier } from './interval-qualifier.ts';
import { jsonCall } from './json-calls.ts';
import { bytesLiteral, dateTimeLiteral, intervalLiteral, isPlainString, numberLiteral, stringLiteral } from './literals.ts';
import { identifierOf, isName, qualifiedName } from './names.ts';
import { isQueryStart, parenthesizedQuery, queryBehind } from './queries.ts';
import { specialCall } from './special-calls.ts';
import type { TokenStream } from './token-stream.ts';
import { castTypeName } from './types.ts';

/** Reads one operand with what hangs on it: `a.b`, `f(x)[1].c`. */
export function primary(stream: TokenStream): Expression {
  let operand = atom(stream);
  for (;;) {
    if (stream.is('[')) operand = elementAccess(stream, operand);
    else if (stream.is('.')) operand = fieldAccess(stream, operand);
    else return operand;
    stream.grow();
  }
}

function elementAccess(stream: TokenStream, operand: Expression): Expression {
  stream.expect('[');
  const index = expression(stream);
  stream.expect(']');
  return { kind: 'element', operand, index, span: stream.spanFrom(operand.span) };
}

function fieldAccess(stream: TokenStream, operand: Expression): Expression {
  stream.expect('.');
  const { token } = stream;
  if (!isName(token)) throw unexpected(stream, ['a name']);
  stream.next();
  const field = identifierOf(stream, token);
  return { kind: 'field', operand, field, span: stream.spanFrom(operand.span) };
}

/** Reads one operand without an operator, an index or a field. */
export function atom(stream: TokenStream): Expression {
  const { token } = stream;
  switch (token.type) {
    case 'number':
      return numberLiteral(stream);
    case 'string':
      return stringLiteral(stream);
    case 'bytes':
      return bytesLiteral(stream);
    case 'quoted':
    case 'name':
      return nameOrCall(stream);
    case 'keyword':
      return keyword(stream);
    case 'reserved':
      return reserved(stream);
    default:
      if (token.code === '(') return parenthesis(stream);
      throw unexpected(stream, ['an expression']);
  }
}

/** A column, `a.b.c`, or the call that a name is the start of. */
function nameOrCall(stream: TokenStream): Expression {
  const start = stream.token;
  const parts: Identifier[] = [identifierOf(stream, stream.next())];
  while (stream.is('.') && isName(stream.peek(1))) {
    stream.next();
    parts.push(identifierOf(stream, stream.next()));
  }
  if (stream.is('(')) {
    return functionCall(stream, start, { kind: 'qualifiedName', parts, span: stream.spanFrom(start) });
  }
  return { kind: 'column', parts, span: stream.spanFrom(start) };
}

/** Words that are names unless what follows gives them a meaning. */
function keyword(stream: TokenStream): Expression {
  const { token } = stream;
  const after = stream.peek(1).code;
  switch (token.code) {
    case 'MAP':
      if (after === '[') return bracketConstructor(stream);
      if (after === '(' && isQueryStart(stream.peek(2))) return queryConstructor(stream, 'MAP');
      break;
    case 'FINAL':
      if (stream.peek(1).type !== 'symbol' && isCallStart(stream, 1)) return matchCall(stream, 'FINAL');
      break;
    case 'TIMESTAMPADD':
    case 'TIMESTAMPDIFF':
    case 'DESCRIPTOR':
      if (after === '(') return callSuffix(stream, specialCall(stream)!);
      break;
    default:
  }
  return nameOrCall(stream);
}

function isCallStart(stream: TokenStream, offset: number): boolean {
  return stream.peek(offset + 1).code === '(';
}

function reserved(stream: TokenStream): Expression {
  const { token } = stream;
  switch (token.code) {
    case 'NULL':
      stream.next();
      return { kind: 'null', span: stream.spanFrom(token) } satisfies NullLiteral;
    case 'TRUE':
    case 'FALSE':
    case 'UNKNOWN':
      return booleanLiteral(stream);
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return dateTime(stream, token.code);
    case 'INTERVAL':
      return interval(stream);
    case 'CASE':
      return caseExpression(stream);
    case 'CAST':
    case 'TRY_CAST':
      return cast(stream);
    case 'EXISTS':
    case 'UNIQUE':
      return queryTest(stream);
    case 'ROW':
      return row(stream);
    case 'ARRAY':
    case 'MULTISET':
      return bracketConstructor(stream);
    case 'RUNNING':
      return matchCall(stream, 'RUNNING');
    default:
      return reservedCall(stream);
  }
}

/** Reserved words that call something, with their own syntax or with the usual one. */
function reservedCall(stream: TokenStream): Expression {
  const { token } = stream;
  const json = jsonCall(stream);
  if (json !== undefined) return json;
  const special = specialCall(stream);
  if (special !== undefined) return callSuffix(stream, special);
  const opens = stream.peek(1).code === '(';
  if (opens && (callableReservedWords.has(token.code) || callableWords.has(token.code))) return wordCall(stream);
  if (bareFunctions.has(token.code)) return bareCall(stream);
  throw notAnExpression(stream, token);
}

function notAnExpression(stream: TokenStream, token: Token): Error {
  const word = stream.textOf(token);
  if (clauseWords.has(token.code)) return unexpected(stream, ['an expression']);
  const hint = isQueryStart(token) ? 'put the query in parentheses' : `if it is a name, write it in backquotes: \`${word}\``;
  const code = isQueryStart(token) ? 'MS1001' : 'MS1005';
  return syntaxError(stream, token, `expected an expression, found the reserved word ${word}`, hint, code);
}

function wordCall(stream: TokenStream): Expression {
  const start = stream.next();
  const name = identifierOf(stream, start);
  return functionCall(stream, start, { kind: 'qualifiedName', parts: [name], span: name.span });
}

function bareCall(stream: TokenStream): Expression {
  const start = stream.next();
  const name = identifierOf(stream, start);
  return {
    kind: 'call',
    name: { kind: 'qualifiedName', parts: [name], span: name.span },
    bare: true,
    distinct: false,
    args: [],
    orderBy: [],
    nulls: undefined,
    withinGroup: undefined,
    filter: undefined,
    over: undefined,
    span: stream.spanFrom(start),
  };
}

function matchCall(stream: TokenStream, semantics: 'RUNNING' | 'FINAL'): Expression {
  const start = stream.next();
  const call = primary(stream);
  if (call.kind !== 'call') throw syntaxError(stream, call.span, `${semantics} stands before a function`);
  return { kind: 'matchCall', semantics, call, span: stream.spanFrom(start) };
}

function booleanLiteral(stream: TokenStream): BooleanLiteral {
  const start = stream.next();
  const value = start.code === 'UNKNOWN' ? undefined : start.code === 'TRUE';
  return { kind: 'boolean', value, span: stream.spanFrom(start) };
}

function dateTime(stream: TokenStream, type: 'DATE' | 'TIME' | 'TIMESTAMP'): Expression {
  const after = stream.peek(1);
  if (after.code === '(') return wordCall(stream);
  if (!isPlainString(after) && !(type === 'TIMESTAMP' && after.code === 'WITH')) throw notAnExpression(stream, stream.token);
  return dateTimeLiteral(stream, type);
}

/** `INTERVAL '1' DAY` is a literal, `INTERVAL n DAY` a computation. */
function interval(stream: TokenStream): Expression {
  const after = stream.peek(1);
  const signed = after.code === '-' || after.code === '+';
  if (isPlainString(signed ? stream.peek(2) : after)) return intervalLiteral(stream);
  const start = stream.next();
  stream.accept('+');
  const operand = intervalOperand(stream);
  const qualifier = intervalQualifier(stream);
  return { kind: 'intervalValue', operand, qualifier, span: stream.spanFrom(start) };
}

/** A number, a column, or a value in parentheses, with a minus at most before it. */
function intervalOperand(stream: TokenStream): Expression {
  const start = stream.token;
  if (start.code === '-') {
    stream.next();
    const operand = intervalAmount(stream);
    return { kind: 'unary', operator: '-', operand, span: stream.spanFrom(start) };
  }
  return intervalAmount(stream);
}

function intervalAmount(stream: TokenStream): Expression {
  const { token } = stream;
  if (token.type === 'number') return numberLiteral(stream);
  if (isName(token)) return { kind: 'column', parts: qualifiedName(stream).parts, span: stream.spanFrom(token) };
  if (token.code !== '(') throw unexpected(stream, ["a text as in INTERVAL '1' DAY", 'a value in parentheses']);
  stream.next();
  const operand = expression(stream);
  stream.expect(')');
  return operand;
}

function caseExpression(stream: TokenStream): Expression {
  const start = stream.expect('CASE');
  const operand = stream.is('WHEN') ? undefined : expression(stream);
  const branches = [];
  do {
    const when = stream.expect('WHEN');
    const conditions = operand === undefined ? [expression(stream)] : stream.list(expressionItem);
    stream.expect('THEN');
    const result = expression(stream);
    branches.push({ kind: 'when', conditions, result, span: stream.spanFrom(when) } as const);
  } while (stream.is('WHEN'));
  const otherwise = stream.accept('ELSE') ? expression(stream) : undefined;
  if (!stream.is('END')) throw unexpected(stream, otherwise === undefined ? ['WHEN', 'ELSE', 'END'] : ['END']);
  stream.next();
  return { kind: 'case', operand, branches, otherwise, span: stream.spanFrom(start) };
}

function cast(stream: TokenStream): Expression {
  const start = stream.next();
  stream.expect('(');
  const operand = expression(stream);
  stream.expect('AS');
  const type = castTypeName(stream);
  stream.expect(')');
  return { kind: 'cast', tryCast: start.code === 'TRY_CAST', operand, type, span: stream.spanFrom(start) };
}

function queryTest(stream: TokenStream): Expression {
  const start = stream.next();
  const inner = parenthesizedQuery(stream);
  return { kind: start.code === 'EXISTS' ? 'exists' : 'unique', query: inner, span: stream.spanFrom(start) };
}

function row(stream: TokenStream): Expression {
  const start = stream.expect('ROW');
  stream.expect('(');
  const items = stream.is(')') ? [] : stream.list(expressionItem);
  stream.close(')');
  return { kind: 'row', explicit: true, items, span: stream.spanFrom(start) };
}

/** `ARRAY[...]`, `MAP[...]`, `MULTISET[...]`, and ARRAY(...) with a query or, as a function, with values. */
function bracketConstructor(stream: TokenStream): Expression {
  const start = stream.token;
  const type = start.code as 'ARRAY' | 'MAP' | 'MULTISET';
  if (stream.peek(1).code === '(') {
    return isQueryStart(stream.peek(2)) ? queryConstructor(stream, type) : wordCall(stream);
  }
  stream.next();
  stream.expect('[');
  const items = stream.is(']') ? [] : stream.list(expressionItem);
  stream.close(']');
  const span = stream.spanFrom(start);
  return type === 'MAP' ? { kind: 'map', items, span } : { kind: 'collection', type, items, span };
}

function queryConstructor(stream: TokenStream, type: 'ARRAY' | 'MAP' | 'MULTISET'): Expression {
  const start = stream.next();
  const inner = parenthesizedQuery(stream);
  return { kind: 'queryConstructor', type, query: inner, span: stream.spanFrom(start) };
}

/**
 * `(a)`, `(a, b)` or `(query)`. What opens with two parentheses shows only behind the second whether it is a query; it is read as a
 * value, and when a set operation or an order follows, the query goes on from there.
 */
function parenthesis(stream: TokenStream): Expression {
  const start = stream.token;
  if (isQueryStart(stream.peek(1))) {
    return { kind: 'subquery', query: parenthesizedQuery(stream), span: stream.spanFrom(start) };
  }
  stream.next();
  const first = expression(stream);
  const whole = first.kind === 'subquery' ? queryBehind(stream, first.query) : undefined;
  if (whole !== undefined) {
    stream.expect(')');
    return { kind: 'subquery', query: whole, span: stream.spanFrom(start) };
  }
  const items = [first];
  while (stream.accept(',')) items.push(expression(stream));
  stream.close(')');
  if (items.length === 1) return first;
  return { kind: 'row', explicit: false, items, span: stream.spanFrom(start) };
}
