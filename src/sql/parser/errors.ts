import { distance } from 'fastest-levenshtein';
import type { ErrorCode } from '../../common/error-codes.ts';
import { type Span, SqlError } from '../../common/errors.ts';
import type { Token } from '../token.ts';
import type { TokenStream } from './token-stream.ts';

export function syntaxError(stream: TokenStream, at: Span, message: string, hint?: string, code: ErrorCode = 'MS1001'): SqlError {
  const span = { start: at.start, end: at.end, line: at.line, column: at.column };
  return new SqlError(code, message, { span, source: stream.source, hint });
}

/** Words that begin or join clauses: where one of them stands, it is not meant as a name. */
export const clauseWords: ReadonlySet<string> = new Set(
  'FROM WHERE GROUP HAVING ORDER LIMIT UNION INTERSECT EXCEPT JOIN ON USING AND OR AS THEN END ELSE WHEN INTO SET BY IN IS NOT'.split(' '),
);

/** The next token cannot stand where it stands. `expected` are keywords, signs, or phrases such as 'a table name'. */
export function unexpected(stream: TokenStream, expected: readonly string[]): SqlError {
  const { token } = stream;
  if (token.type === 'invalid') return lexicalError(stream, token);
  if (expected.includes('a name') && token.type === 'reserved' && !clauseWords.has(token.code)) return reservedWord(stream, token);
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
  return spellingHint(stream, token, expected) ?? signHint(stream, token) ?? missingHint(token, expected);
}

const endPhrase = 'the end of the statement';

/** The word here, or the one before it, may be a misspelled keyword: in `SELECT a FORM t` the error is found at t. */
function spellingHint(stream: TokenStream, token: Token, expected: readonly string[]): string | undefined {
  const keywords = expected.filter(isCode).flatMap((item) => item.split(' '));
  const candidates = expected.includes(endPhrase) ? [...keywords, ...clauseWords] : keywords;
  const here = misspelled(stream, token, candidates);
  if (here !== undefined) return `did you mean ${here}?`;
  const { previous } = stream;
  const before = previous === undefined ? undefined : misspelled(stream, previous, [...clauseWords]);
  return before === undefined || previous === undefined ? undefined : `did you mean ${before} instead of ${stream.textOf(previous)}?`;
}

function misspelled(stream: TokenStream, token: Token, candidates: readonly string[]): string | undefined {
  if (token.type !== 'name' && token.type !== 'keyword') return undefined;
  return nearestKeyword(stream.textOf(token).toUpperCase(), candidates);
}

function signHint(stream: TokenStream, token: Token): string | undefined {
  const previous = stream.previous?.code;
  if (previous === ',' && (token.code === ')' || clauseWords.has(token.code))) return 'remove the comma before it';
  if (token.code === '=' && previous === '=') return 'equality is written with one =';
  if (token.code === '!=') return 'inequality is written with <>';
  if (token.code === ':' && stream.peek(1).code === ':') return 'write CAST(value AS type)';
  return token.code === '?' ? 'parameters are not supported; write the value itself' : undefined;
}

function missingHint(token: Token, expected: readonly string[]): string | undefined {
  const value = token.type === 'name' || token.type === 'quoted' || token.type === 'string' || token.type === 'number';
  return value && expected.includes(endPhrase) ? 'is a comma or an operator missing before it?' : undefined;
}

/** The keyword that a word most likely misspells. Stricter than for other names, because what stands here may well be no keyword at all. */
export function nearestKeyword(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  let best: string | undefined;
  let bestDistance = 3;
  for (const candidate of candidates) {
    const d = distance(word, candidate);
    if (d < bestDistance && d > 0 && d * 2 <= candidate.length) {
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
