import { parse, sep } from 'node:path';
import { SqlError } from '../../common/errors.ts';

const MAGIC = /[*?[\]{}]/;
const MAX_ALTERNATIVES = 1000;

/** Whether a path holds a character with a meaning in a pattern. */
export const hasMagic = (path: string): boolean => MAGIC.test(path);

/** A pattern of paths: the folder to begin in, and what each name below must match. `**` stands for any number of folders. */
export interface Glob {
  readonly base: string;
  readonly segments: readonly string[];
}

/**
 * Reads an absolute pattern. `*` is any characters of a name, `?` one, `[a-z]` or `[!a-z]` one of a set, `{a,b}` either text.
 * Braces make several patterns. Throws SqlError MS3032 for more than 1,000 of them.
 */
export function parseGlobs(pattern: string): Glob[] {
  return expandBraces(pattern).map(splitBase);
}

function splitBase(pattern: string): Glob {
  const { root } = parse(pattern);
  const parts = pattern.slice(root.length).split(sep);
  const first = parts.findIndex(hasMagic);
  const count = first < 0 ? parts.length : first;
  return { base: root + parts.slice(0, count).join(sep), segments: parts.slice(count).filter((part) => part !== '') };
}

/** `a{b,c}d` -> `abd`, `acd`; a brace without its partner stands for itself. */
function expandBraces(pattern: string): string[] {
  const open = pattern.indexOf('{');
  const close = open < 0 ? -1 : closingBrace(pattern, open);
  if (close < 0) return [pattern];
  const before = pattern.slice(0, open);
  const after = pattern.slice(close + 1);
  const expanded = alternatives(pattern.slice(open + 1, close)).flatMap((part) => expandBraces(part + after).map((rest) => before + rest));
  if (expanded.length > MAX_ALTERNATIVES) {
    throw new SqlError('MS3032', `the braces of 'path' stand for more than ${MAX_ALTERNATIVES} paths`, {
      hint: `use * and 'source.path.regex-pattern'`,
    });
  }
  return expanded;
}

function closingBrace(pattern: string, open: number): number {
  let depth = 0;
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '{') depth++;
    if (pattern[i] === '}' && --depth === 0) return i;
  }
  return -1;
}

/** Splits at the commas that are not inside inner braces. */
function alternatives(inner: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '{') depth++;
    if (inner[i] === '}') depth--;
    if (inner[i] !== ',' || depth > 0) continue;
    parts.push(inner.slice(from, i));
    from = i + 1;
  }
  return [...parts, inner.slice(from)];
}

/**
 * Whether a name matches one segment. Works in time proportional to both lengths: on a mismatch only the last `*` takes one more
 * character, which suffices because the segments between stars are found at their first place.
 */
export function matchesSegment(name: string, segment: string): boolean {
  const tokens = tokenize(segment);
  const chars = [...name];
  let at = 0;
  let token = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < chars.length) {
    const current = tokens[token];
    if (current === 'any') {
      starToken = token++;
      starAt = at;
    } else if (current?.(chars[at]!)) {
      at++;
      token++;
    } else if (starToken >= 0) {
      token = starToken + 1;
      at = ++starAt;
    } else return false;
  }
  while (tokens[token] === 'any') token++;
  return token === tokens.length;
}

type Token = 'any' | ((char: string) => boolean);

function tokenize(segment: string): Token[] {
  const chars = [...segment];
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    const close = char === '[' ? chars.indexOf(']', i + 2) : -1;
    if (char === '*') tokens.push('any');
    else if (char === '?') tokens.push(() => true);
    else if (close > 0) {
      tokens.push(charSet(chars.slice(i + 1, close)));
      i = close;
    } else tokens.push((other) => other === char);
  }
  return tokens;
}

/** The inside of `[...]`: characters and ranges, negated by a leading `!` or `^`. */
function charSet(inner: readonly string[]): (char: string) => boolean {
  const negated = inner[0] === '!' || inner[0] === '^';
  const set = negated ? inner.slice(1) : inner;
  const ranges: (readonly [string, string])[] = [];
  for (let i = 0; i < set.length; i++) {
    const isRange = set[i + 1] === '-' && i + 2 < set.length;
    ranges.push([set[i]!, set[isRange ? i + 2 : i]!]);
    if (isRange) i += 2;
  }
  return (char) => ranges.some(([low, high]) => low <= char && char <= high) !== negated;
}
