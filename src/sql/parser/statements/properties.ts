import type { StringLiteral } from '../../ast/expressions.ts';
import type { Property } from '../../ast/statements.ts';
import { unexpected } from '../errors.ts';
import { stringLiteral } from '../literals.ts';
import type { TokenStream } from '../token-stream.ts';

/** `WITH ('key' = 'value', ...)`, if it is there. */
export function optionalWith(stream: TokenStream): Property[] | undefined {
  return stream.accept('WITH') ? propertyList(stream) : undefined;
}

/** `('key' = 'value', ...)`, possibly empty. */
export function propertyList(stream: TokenStream): Property[] {
  if (stream.acceptAll('(', ')')) return [];
  return stream.parenthesized(property);
}

function property(stream: TokenStream): Property {
  const start = stream.token;
  const key = keyLiteral(stream, "an option as 'key' = 'value'");
  stream.expect('=');
  const value = stringLiteral(stream, 'a value in single quotes');
  return { kind: 'property', key, value, span: stream.spanFrom(start) };
}

/** A text that an equals sign follows; a second text in its place is not a continuation of the first. */
export function keyLiteral(stream: TokenStream, what: string): StringLiteral {
  if (stream.token.type === 'string' && stream.peek(1).type === 'string') {
    stream.next();
    throw unexpected(stream, ['=']);
  }
  return stringLiteral(stream, what);
}

/** `('key', ...)`, possibly empty. */
export function keyList(stream: TokenStream): StringLiteral[] {
  if (stream.acceptAll('(', ')')) return [];
  return stream.parenthesized((inner) => stringLiteral(inner, 'an option key in single quotes'));
}

/** `COMMENT 'text'`, if it is there. */
export function optionalComment(stream: TokenStream): StringLiteral | undefined {
  return stream.accept('COMMENT') ? stringLiteral(stream) : undefined;
}

export function ifExists(stream: TokenStream): boolean {
  return stream.acceptAll('IF', 'EXISTS');
}

export function ifNotExists(stream: TokenStream): boolean {
  return stream.acceptAll('IF', 'NOT', 'EXISTS');
}

/** Nothing may follow a statement but a semicolon. */
export function endOfStatement(stream: TokenStream): void {
  if (!stream.is(';') && stream.token.type !== 'end') throw unexpected(stream, [';', 'the end of the statement']);
}
