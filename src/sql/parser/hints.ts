import type { Hint, HintArgument } from '../ast/queries.ts';
import { unexpected } from './errors.ts';
import { numberLiteral, stringLiteral } from './literals.ts';
import { identifier, isName } from './names.ts';
import type { TokenStream } from './token-stream.ts';

/** The hints of a comment that starts with a plus, if there is one here. */
export function optionalHints(stream: TokenStream): Hint[] {
  if (!stream.accept('/*+')) return [];
  const hints = stream.list(hint);
  stream.close('*/');
  return hints;
}

function hint(stream: TokenStream): Hint {
  const start = stream.token;
  const name = identifier(stream);
  const args = stream.is('(') && stream.peek(1).code !== ')' ? stream.parenthesized(hintArgument) : noArguments(stream);
  return { kind: 'hint', name, args, span: stream.spanFrom(start) };
}

function noArguments(stream: TokenStream): HintArgument[] {
  stream.acceptAll('(', ')');
  return [];
}

function hintArgument(stream: TokenStream): HintArgument {
  const start = stream.token;
  const first = hintValue(stream);
  if (first.kind === 'number' || !stream.accept('=')) {
    return { kind: 'hintArgument', key: undefined, value: first, span: stream.spanFrom(start) };
  }
  return { kind: 'hintArgument', key: first, value: stringLiteral(stream), span: stream.spanFrom(start) };
}

function hintValue(stream: TokenStream) {
  if (stream.token.type === 'string') return stringLiteral(stream);
  if (stream.token.type === 'number') return numberLiteral(stream);
  if (isName(stream.token)) return identifier(stream);
  throw unexpected(stream, ["'key' = 'value'", 'a name']);
}
