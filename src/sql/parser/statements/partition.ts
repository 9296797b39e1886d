import type { Expression } from '../../ast/expressions.ts';
import type { PartitionSpec, PartitionValue } from '../../ast/statements.ts';
import { syntaxError } from '../errors.ts';
import { expression } from '../expressions.ts';
import { identifier } from '../names.ts';
import type { TokenStream } from '../token-stream.ts';

/** `PARTITION (a = 1, b = 'x')` */
export function partitionSpec(stream: TokenStream): PartitionSpec {
  return partition(stream, partitionValue);
}

/** `PARTITION (a = 1, b)`, where a column may stand without a value. */
export function partitionPattern(stream: TokenStream): PartitionSpec {
  return partition(stream, optionalPartitionValue);
}

function partition(stream: TokenStream, read: (stream: TokenStream) => PartitionValue): PartitionSpec {
  const start = stream.expect('PARTITION');
  return { kind: 'partition', values: stream.parenthesized(read), span: stream.spanFrom(start) };
}

function partitionValue(stream: TokenStream): PartitionValue {
  const start = stream.token;
  const column = identifier(stream);
  stream.expect('=');
  return { kind: 'partitionValue', column, value: literal(stream), span: stream.spanFrom(start) };
}

function optionalPartitionValue(stream: TokenStream): PartitionValue {
  const start = stream.token;
  const column = identifier(stream);
  const value = stream.accept('=') ? literal(stream) : undefined;
  return { kind: 'partitionValue', column, value, span: stream.spanFrom(start) };
}

const literalKinds: ReadonlySet<string> = new Set(['string', 'number', 'bytes', 'boolean', 'null', 'datetime', 'interval']);

function literal(stream: TokenStream): Expression {
  const value = expression(stream);
  const bare = value.kind === 'unary' && value.operator !== 'NOT' ? value.operand : value;
  if (literalKinds.has(bare.kind)) return value;
  throw syntaxError(stream, value.span, 'the value of a partition must be a literal');
}
