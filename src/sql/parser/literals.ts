import type { BytesLiteral, DateTimeLiteral, IntervalLiteral, NumberLiteral, StringLiteral } from '../ast/expressions.ts';
import type { Token } from '../token.ts';
import { syntaxError, unexpected } from './errors.ts';
import { intervalQualifier } from './interval-qualifier.ts';
import type { TokenStream } from './token-stream.ts';

/** `'text'`, with the pieces that follow on further lines. */
export function stringLiteral(stream: TokenStream, what = 'a text in single quotes'): StringLiteral {
  const start = stream.token;
  if (start.type !== 'string') throw unexpected(stream, [what]);
  stream.next();
  let value = stringValue(stream, start);
  for (let token = stream.token; token.type === 'string' && token.code === ''; token = stream.token) {
    checkContinuation(stream, token);
    stream.next();
    value += stringValue(stream, token);
  }
  const charset = start.code === 'N' ? 'ISO-8859-1' : start.code.startsWith('_') ? start.code.slice(1) : undefined;
  return { kind: 'string', value: escapedValue(stream, start, value), charset, span: stream.spanFrom(start) };
}

export function isPlainString(token: Token): boolean {
  return token.type === 'string' && token.code === '';
}

/** The text of a literal with a type before it: one string, without a prefix and not continued. */
function plainString(stream: TokenStream, what: string): string {
  const { token } = stream;
  if (!isPlainString(token)) throw unexpected(stream, [what]);
  stream.next();
  return stringValue(stream, token);
}

/** The SQL standard joins neighbouring strings only when a line ends between them; on one line a comma is missing. */
function checkContinuation(stream: TokenStream, token: Token): void {
  if (stream.source.slice(stream.previousEnd, token.start).includes('\n')) return;
  throw syntaxError(
    stream,
    token,
    'two texts stand next to each other',
    'put a comma or || between them; a text is continued only on a new line',
  );
}

function stringValue(stream: TokenStream, token: Token): string {
  const open = token.start + token.code.length + 1;
  const text = stream.source.slice(open, token.end - 1);
  return text.includes("'") ? text.replaceAll("''", "'") : text;
}

/** Decodes what U& and E allow in a text; other texts know no escapes. */
function escapedValue(stream: TokenStream, start: Token, value: string): string {
  if (start.code === 'U&') return unicodeValue(stream, start, value, unicodeEscape(stream));
  return start.code === 'E' ? cStyleValue(stream, start, value) : value;
}

function unicodeEscape(stream: TokenStream): string {
  if (!stream.accept('UESCAPE')) return '\\';
  const { token } = stream;
  const mark = stringLiteral(stream).value;
  if (mark.length === 1 && !/[0-9a-fA-F+'"\s]/.test(mark)) return mark;
  throw syntaxError(
    stream,
    token,
    'the escape character is one character, not a hex digit, a quote, a plus or a space',
    undefined,
    'MS1004',
  );
}

function unicodeValue(stream: TokenStream, at: Token, value: string, mark: string): string {
  let decoded = '';
  for (let i = 0; i < value.length; i++) {
    if (value[i] !== mark) decoded += value[i];
    else if (value[i + 1] === mark) decoded += value[++i];
    else {
      const hex = value.slice(i + 1, i + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw syntaxError(stream, at, `${mark} must be followed by four hex digits`, undefined, 'MS1004');
      decoded += String.fromCharCode(Number.parseInt(hex, 16));
      i += 4;
    }
  }
  return decoded;
}

const cEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function cStyleValue(stream: TokenStream, at: Token, value: string): string {
  return value.replace(/\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S]|$)/g, (_all, body: string) => {
    if (/^[uUx]./.test(body)) return codePoint(stream, at, Number.parseInt(body.slice(1), 16));
    if (/^[0-7]/.test(body)) return codePoint(stream, at, Number.parseInt(body, 8));
    if (body === '' || body === 'u' || body === 'U') throw syntaxError(stream, at, `\\${body} is not complete`, undefined, 'MS1004');
    return cEscapes[body] ?? body;
  });
}

function codePoint(stream: TokenStream, at: Token, code: number): string {
  if (code <= 0x10ffff) return String.fromCodePoint(code);
  throw syntaxError(stream, at, 'there is no such character', undefined, 'MS1004');
}

export function numberLiteral(stream: TokenStream): NumberLiteral {
  const { token } = stream;
  if (token.type !== 'number') throw unexpected(stream, ['a number']);
  stream.next();
  const text = stream.textOf(token);
  const form = /[eE]/.test(text) ? 'approximate' : text.includes('.') ? 'decimal' : 'integer';
  return { kind: 'number', form, text, span: stream.spanFrom(token) };
}

/** An integer without a sign, as in LIMIT 10 or VARCHAR(10). */
export function integerLiteral(stream: TokenStream): NumberLiteral {
  const { token } = stream;
  if (token.type !== 'number' || !/^\d+$/.test(stream.textOf(token))) throw unexpected(stream, ['a whole number']);
  return numberLiteral(stream);
}

/** The value of a small integer such as a length, a precision or a count. */
export function smallInteger(stream: TokenStream): number {
  const { token } = stream;
  const value = Number(integerLiteral(stream).text);
  if (value > 2147483647) throw syntaxError(stream, token, `${stream.textOf(token)} is too large here`, undefined, 'MS1004');
  return value;
}

/** `X'00ff'`, with the pieces that follow on further lines. */
export function bytesLiteral(stream: TokenStream): BytesLiteral {
  const start = stream.next();
  let hex = stringValue(stream, start);
  for (let token = stream.token; token.type === 'string' && token.code === ''; token = stream.token) {
    checkContinuation(stream, token);
    stream.next();
    hex += stringValue(stream, token);
  }
  const span = stream.spanFrom(start);
  if (!/^[0-9a-fA-F]*$/.test(hex)) throw syntaxError(stream, span, 'bytes are written in hex digits', undefined, 'MS1004');
  if (hex.length % 2 === 1) throw syntaxError(stream, span, 'bytes are written in pairs of hex digits', undefined, 'MS1004');
  return { kind: 'bytes', hex: hex.toUpperCase(), span };
}

const date = '\\d{1,4}-\\d{1,2}-\\d{1,2}';
const time = '\\d{1,2}:\\d{1,2}:\\d{1,2}(\\.\\d*)?';

/** What Flink reads in each literal. The time of a timestamp may be missing, and is then midnight. */
const shapes = {
  DATE: new RegExp(`^${date}$`),
  TIME: new RegExp(`^${time}$`),
  TIMESTAMP: new RegExp(`^${date}( ${time})?$`),
} as const;
const examples = { DATE: "DATE '2024-01-31'", TIME: "TIME '23:59:59'", TIMESTAMP: "TIMESTAMP '2024-01-31 23:59:59.999'" } as const;

/** `DATE 'text'` and its kin; the next token is the type. */
export function dateTimeLiteral(stream: TokenStream, type: 'DATE' | 'TIME' | 'TIMESTAMP'): DateTimeLiteral {
  const start = stream.next();
  const local = type === 'TIMESTAMP' && stream.acceptAll('WITH', 'LOCAL', 'TIME', 'ZONE');
  const { token } = stream;
  const text = plainString(stream, `a text as in ${examples[type]}`);
  if (!shapes[type].test(text)) {
    throw syntaxError(stream, token, `'${text}' is not a ${type}`, `write it like ${examples[type]}`, 'MS1004');
  }
  return { kind: 'datetime', type: local ? 'TIMESTAMP_LTZ' : type, text, span: stream.spanFrom(start) };
}

/** `INTERVAL [-] 'text' DAY TO SECOND`; the next token is INTERVAL. */
export function intervalLiteral(stream: TokenStream): IntervalLiteral {
  const start = stream.expect('INTERVAL');
  const negative = stream.accept('-');
  if (!negative) stream.accept('+');
  const text = plainString(stream, "a text as in INTERVAL '1' DAY");
  const qualifier = intervalQualifier(stream);
  return { kind: 'interval', negative, text, qualifier, span: stream.spanFrom(start) };
}
