import type { Descriptor, Expression, FunctionCall, SymbolArgument } from '../ast/expressions.ts';
import type { Token } from '../token.ts';
import { unexpected } from './errors.ts';
import { expression, expressionItem } from './expressions.ts';
import { identifierOf, qualifiedName } from './names.ts';
import { atom } from './primary.ts';
import { isQueryStart } from './queries.ts';
import type { TokenStream } from './token-stream.ts';

type ArgumentReader = (stream: TokenStream) => Expression[];

/** Functions whose arguments are not, or not only, a list of values. Each entry reads what stands between the parentheses. */
const readers: ReadonlyMap<string, ArgumentReader> = new Map<string, ArgumentReader>([
  ['EXTRACT', extract],
  ['TRIM', trim],
  ['SUBSTRING', substring],
  ['POSITION', position],
  ['OVERLAY', overlay],
  ['CEIL', toUnit],
  ['CEILING', toUnit],
  ['FLOOR', toUnit],
  ['TIMESTAMPADD', unitFirst],
  ['TIMESTAMPDIFF', unitFirst],
  ['CONVERT', transcode],
  ['TRANSLATE', transcode],
]);

/** The call with a syntax of its own that starts here, or undefined. */
export function specialCall(stream: TokenStream): FunctionCall | Descriptor | undefined {
  const { token } = stream;
  if (stream.peek(1).code !== '(') return undefined;
  if (token.code === 'DESCRIPTOR') return descriptor(stream);
  const read = readers.get(token.code);
  return read === undefined ? undefined : call(stream, read);
}

function call(stream: TokenStream, read: ArgumentReader): FunctionCall {
  const start = stream.next();
  const name = identifierOf(stream, start);
  stream.expect('(');
  const args = read(stream);
  stream.close(')');
  return {
    kind: 'call',
    name: { kind: 'qualifiedName', parts: [name], span: name.span },
    bare: false,
    distinct: false,
    args,
    orderBy: [],
    nulls: undefined,
    withinGroup: undefined,
    filter: undefined,
    over: undefined,
    span: stream.spanFrom(start),
  };
}

function descriptor(stream: TokenStream): Descriptor {
  const start = stream.next();
  return { kind: 'descriptor', columns: stream.parenthesized(qualifiedName), span: stream.spanFrom(start) };
}

function symbol(stream: TokenStream): SymbolArgument {
  const token = stream.next();
  return { kind: 'symbol', name: stream.textOf(token).toUpperCase(), span: stream.spanFrom(token) };
}

const reservedUnits: ReadonlySet<string> = new Set(['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']);

const isUnit = (token: Token): boolean => token.type === 'name' || token.type === 'keyword' || reservedUnits.has(token.code);

/** A unit of time; whether it is one that exists is for the binder. */
function unit(stream: TokenStream): SymbolArgument {
  if (!isUnit(stream.token)) throw unexpected(stream, ['a unit such as DAY, HOUR, MINUTE or SECOND']);
  return symbol(stream);
}

function extract(stream: TokenStream): Expression[] {
  const from = unit(stream);
  stream.expect('FROM');
  return [from, expression(stream)];
}

function trim(stream: TokenStream): Expression[] {
  const side = stream.is('BOTH') || stream.is('LEADING') || stream.is('TRAILING') ? symbol(stream) : undefined;
  if (side !== undefined && stream.accept('FROM')) return [side, expression(stream)];
  const first = expression(stream);
  if (side !== undefined) {
    stream.expect('FROM');
    return [side, first, expression(stream)];
  }
  if (stream.is('FROM')) {
    const both: SymbolArgument = { kind: 'symbol', name: 'BOTH', span: first.span };
    stream.next();
    return [both, first, expression(stream)];
  }
  return [first];
}

function substring(stream: TokenStream): Expression[] {
  const args = [expression(stream)];
  const words = stream.accept('FROM');
  if (!words && !stream.is(',')) throw unexpected(stream, [',', 'FROM']);
  if (!words) stream.next();
  args.push(expression(stream));
  if (stream.accept(words ? 'FOR' : ',') || stream.accept(words ? ',' : 'FOR')) args.push(expression(stream));
  return args;
}

/** The IN of POSITION would be read as the operator, so the first operand has no operators at all. */
function position(stream: TokenStream): Expression[] {
  const args = [atom(stream)];
  stream.expect('IN');
  args.push(expression(stream));
  if (stream.accept('FROM')) args.push(expression(stream));
  return args;
}

function overlay(stream: TokenStream): Expression[] {
  const args = [expression(stream)];
  stream.expect('PLACING');
  args.push(expression(stream));
  stream.expect('FROM');
  args.push(expression(stream));
  if (stream.accept('FOR')) args.push(expression(stream));
  return args;
}

function toUnit(stream: TokenStream): Expression[] {
  const first = expression(stream);
  if (stream.accept('TO')) return [first, unit(stream)];
  const args = [first];
  while (stream.accept(',')) args.push(expression(stream));
  return args;
}

function unitFirst(stream: TokenStream): Expression[] {
  const args: Expression[] = [unit(stream)];
  while (stream.accept(',')) args.push(expression(stream));
  return args;
}

/** `TRANSLATE(a, b, c)` or `TRANSLATE(a USING charset)`. */
function transcode(stream: TokenStream): Expression[] {
  if (isQueryStart(stream.token)) throw unexpected(stream, ['an expression']);
  const first = expression(stream);
  if (stream.accept('USING')) {
    if (!isUnit(stream.token)) throw unexpected(stream, ['the name of a character set']);
    return [first, symbol(stream)];
  }
  const args = [first];
  while (stream.accept(',')) args.push(expressionItem(stream));
  return args;
}
