import type { Identifier, QualifiedName } from '../ast/node.ts';
import type { Token } from '../token.ts';
import { unexpected } from './errors.ts';
import type { TokenStream } from './token-stream.ts';

/** Whether a token can be a name: a plain word, a keyword that is not reserved, or anything in backquotes. */
export function isName(token: Token): boolean {
  return token.type === 'name' || token.type === 'keyword' || token.type === 'quoted';
}

export function identifier(stream: TokenStream): Identifier {
  const { token } = stream;
  if (!isName(token)) throw unexpected(stream, ['a name']);
  stream.next();
  return identifierOf(stream, token);
}

/** The identifier that a consumed token spells. */
export function identifierOf(stream: TokenStream, token: Token): Identifier {
  const quoted = token.type === 'quoted';
  const name = quoted ? unquote(stream, token) : stream.source.slice(token.start, token.end);
  return { kind: 'identifier', name, quoted, span: { start: token.start, end: token.end, line: token.line, column: token.column } };
}

function unquote(stream: TokenStream, token: Token): string {
  const text = stream.source.slice(token.start + 1, token.end - 1);
  return text.includes('`') ? text.replaceAll('``', '`') : text;
}

/** `a.b.c` */
export function qualifiedName(stream: TokenStream): QualifiedName {
  const start = stream.token;
  const parts = [identifier(stream)];
  while (stream.accept('.')) parts.push(identifier(stream));
  return { kind: 'qualifiedName', parts, span: stream.spanFrom(start) };
}

export function identifierList(stream: TokenStream): Identifier[] {
  return stream.parenthesized(identifier);
}
