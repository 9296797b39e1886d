import { distance } from 'fastest-levenshtein';
import type { ErrorCode } from '../../common/error-codes.ts';
import { type Span, SqlError } from '../../common/errors.ts';
import type { Token } from '../token.ts';
import type { TokenStream } from './token-stream.ts';

export function syntaxError(stream: TokenStream, at: Span, message: string, hint?: string, code: ErrorCode = 'MS1001'): SqlError {
  const span = { start: at.start, end: at.end, line: at.line, column: at.column };
  return new SqlError(code, message, { span, source: stream.source, hint });
}

/** The next token cannot stand where it stands. `expected` are keywords, signs, or phrases such as 'a table name'. */
export function unexpected(stream: TokenStream, expected: readonly string[]): SqlError {
  const { token } = stream;
  if (token.type === 'invalid') return lexicalError(stream, token);
  if (expected.includes('a name') && token.type === 'reserved') return reservedWord(stream, token);
  const message = `expected ${phrase(expected)}, found ${describe(stream, token)}`;
  return syntaxError(stream, token, message, hintFor(stream, token, expected));
}

export function reservedWord(stream: TokenStream, token: Token): SqlError {
  const word = stream.textOf(token);
  const message = `expected a name, found the reserved word ${word}`;
  return syntaxError(stream, token, message, `write it in backquotes: \`${word}\``, 'MS1005');
}

export function tooDeep(stream: TokenStream): SqlError {
  return syntaxError(stream, stream.token, 'the statement nests too deeply', 'split it into views', 'MS1006');
}

export function describe(stream: TokenStream, token: Token): string {
  if (token.type === 'end') return 'the end of the text';
  const text = stream.textOf(token);
  const short = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return token.type === 'string' || token.type === 'quoted' ? short : `"${short}"`;
}

const isCode = (item: string): boolean => /^[A-Z_]+( [A-Z_]+)*$/.test(item) || !/[a-z]/.test(item);

function phrase(expected: readonly string[]): string {
  const parts = expected.map((item) => (isCode(item) && !/[A-Z]/.test(item) ? `"${item}"` : item));
  const last = parts.at(-1) ?? 'something else';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} or ${last}` : last;
}

function hintFor(stream: TokenStream, token: Token, expected: readonly string[]): string | undefined {
  if (token.type === 'name' || token.type === 'keyword') {
    const word = stream.textOf(token).toUpperCase();
    const near = nearest(
      word,
      expected.filter(isCode).flatMap((item) => item.split(' ')),
    );
    if (near !== undefined) return `did you mean ${near}?`;
  }
  const previous = stream.source[stream.previousEnd - 1];
  if (token.code === ')' && previous === ',') return 'remove the comma before ")"';
  if (token.code === '=' && previous === '=') return 'equality is written with one =';
  if (token.code === '?') return 'parameters are not supported; write the value itself';
  if (token.code === '"') return 'text is written in single quotes, names in backquotes';
  return undefined;
}

/** The candidate that is closest to a misspelled word, if one is close. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = word.length <= 4 ? 2 : 3;
  for (const candidate of candidates) {
    const d = distance(word, candidate);
    if (d < bestDistance && d > 0) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

const unclosed: Readonly<Record<string, string>> = {
  "unclosed '": 'the text that starts here is not closed',
  'unclosed `': 'the name that starts here is not closed on its line',
  'unclosed /*': 'the comment that starts here is not closed',
};

function lexicalError(stream: TokenStream, token: Token): SqlError {
  const open = unclosed[token.code];
  if (open !== undefined) {
    const start = {
      start: token.start,
      end: Math.min(token.start + token.code.length - 'unclosed '.length, token.end),
      line: token.line,
      column: token.column,
    };
    return syntaxError(stream, start, open, `close it with ${token.code === 'unclosed /*' ? '*/' : token.code.at(-1)}`, 'MS1002');
  }
  if (token.code === 'empty name') return syntaxError(stream, token, 'a name in backquotes cannot be empty', undefined, 'MS1003');
  return strayCharacter(stream, token);
}

function strayCharacter(stream: TokenStream, token: Token): SqlError {
  const text = stream.textOf(token);
  const hint = text === '"' ? 'text is written in single quotes, names in backquotes' : undefined;
  const code = `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) ? `"${text}"` : code;
  return syntaxError(stream, token, `unexpected character ${visible}`, hint, 'MS1003');
}
