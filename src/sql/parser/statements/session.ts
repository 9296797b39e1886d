import type { StringLiteral } from '../../ast/expressions.ts';
import type { ClientCommand, JarStatement, LoadModule, ResetStatement, SetStatement, UnloadModule } from '../../ast/statements.ts';
import { unexpected } from '../errors.ts';
import { stringLiteral } from '../literals.ts';
import { identifier } from '../names.ts';
import type { TokenStream } from '../token-stream.ts';
import { keyLiteral, optionalWith } from './properties.ts';

/** `SET`, `SET 'key' = 'value'`, or the same without quotes, where the value goes on to the end of the statement. */
export function setStatement(stream: TokenStream): SetStatement {
  const start = stream.expect('SET');
  if (atEnd(stream)) return { kind: 'set', key: undefined, value: undefined, span: stream.spanFrom(start) };
  const key = keyText(stream);
  stream.expect('=');
  const value = stream.token.type === 'string' ? stringLiteral(stream) : rawText(stream, undefined);
  return { kind: 'set', key, value, span: stream.spanFrom(start) };
}

export function resetStatement(stream: TokenStream): ResetStatement {
  const start = stream.expect('RESET');
  const key = atEnd(stream) ? undefined : keyText(stream);
  return { kind: 'reset', key, span: stream.spanFrom(start) };
}

const atEnd = (stream: TokenStream): boolean => stream.is(';') || stream.token.type === 'end';

function keyText(stream: TokenStream): StringLiteral {
  return stream.token.type === 'string' ? keyLiteral(stream, 'a key') : rawText(stream, '=');
}

/** The text up to a sign or the end of the statement, as it is written. */
function rawText(stream: TokenStream, stop: string | undefined): StringLiteral {
  const start = stream.token;
  while (!atEnd(stream) && !(stop !== undefined && stream.is(stop))) {
    if (stream.token.type === 'invalid' && stream.token.code.startsWith('unclosed')) throw unexpected(stream, []);
    stream.next();
  }
  if (stream.token === start) throw unexpected(stream, [stop === undefined ? 'a value' : 'a key']);
  const span = stream.spanFrom(start);
  return { kind: 'string', value: stream.textOf(span), charset: undefined, span };
}

/** ADD JAR and REMOVE JAR. */
export function jarStatement(stream: TokenStream): JarStatement {
  const start = stream.next();
  stream.expect('JAR');
  const path = stringLiteral(stream, 'a path in single quotes');
  return { kind: start.code === 'ADD' ? 'addJar' : 'removeJar', path, span: stream.spanFrom(start) };
}

export function loadModule(stream: TokenStream): LoadModule {
  const start = stream.expect('LOAD');
  stream.expect('MODULE');
  const name = identifier(stream);
  return { kind: 'loadModule', name, options: optionalWith(stream), span: stream.spanFrom(start) };
}

export function unloadModule(stream: TokenStream): UnloadModule {
  const start = stream.expect('UNLOAD');
  stream.expect('MODULE');
  return { kind: 'unloadModule', name: identifier(stream), span: stream.spanFrom(start) };
}

export function clientCommand(stream: TokenStream): ClientCommand {
  const start = stream.token;
  const command = stream.expectOneOf(['QUIT', 'EXIT', 'CLEAR', 'HELP'] as const);
  return { kind: 'clientCommand', command, span: stream.spanFrom(start) };
}
