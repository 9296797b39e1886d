/** What a backslash means in a Java pattern, as the source of a JavaScript pattern with the flag `u`. */

/** Java's own sets, which are those of ASCII. JavaScript's \s has more. */
const SETS: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'a-zA-Z_0-9',
  s: ' \\t\\n\\x0B\\f\\r',
  h: ' \\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000',
  v: '\\n\\x0B\\f\\r\\x85\\u2028\\u2029',
};

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** POSIX classes and Unicode properties by Java's names. */
const PROPERTIES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0B\\f\\r',
  IsAlphabetic: '\\p{Alphabetic}',
  IsIdeographic: '\\p{Ideographic}',
  IsLetter: '\\p{L}',
  IsLowercase: '\\p{Lowercase}',
  IsUppercase: '\\p{Uppercase}',
  IsWhite_Space: '\\p{White_Space}',
  IsDigit: '\\p{Nd}',
  IsPunctuation: '\\p{P}',
};

/** A set of characters as it stands inside brackets, or its complement. */
export interface CharacterSet {
  readonly inside: string;
  readonly negated: boolean;
}

/** One character, as pattern source that is right inside and outside of brackets. */
export function literalSource(point: number): string {
  const char = String.fromCodePoint(point);
  return /^[A-Za-z0-9 _]$/.test(char) ? char : point > 0x7f && !/\s/.test(char) ? char : `\\u{${point.toString(16)}}`;
}

export type Escape =
  | { readonly kind: 'char'; readonly point: number; readonly length: number }
  | { readonly kind: 'set'; readonly set: CharacterSet; readonly length: number }
  | { readonly kind: 'other'; readonly letter: string; readonly length: number }
  | { readonly kind: 'unsupported'; readonly what: string }
  | { readonly kind: 'invalid' };

/** Reads the escape at `at` (the backslash). `length` counts from the backslash. */
export function readEscape(source: string, at: number): Escape {
  const letter = source[at + 1];
  if (letter === undefined) return { kind: 'invalid' };
  const control = CONTROLS[letter];
  if (control !== undefined) return { kind: 'char', point: control, length: 2 };
  const set = SETS[letter.toLowerCase()];
  if (set !== undefined) return { kind: 'set', set: { inside: set, negated: letter < 'a' }, length: 2 };
  if (letter === 'p' || letter === 'P') return readProperty(source, at, letter === 'P');
  if (letter === 'x' || letter === 'u' || letter === '0' || letter === 'c') return readCode(source, at, letter);
  if (/[A-Za-z0-9]/.test(letter)) return { kind: 'other', letter, length: 2 };
  const point = source.codePointAt(at + 1)!;
  return { kind: 'char', point, length: point > 0xffff ? 3 : 2 };
}

/** \x41 \x{1F600} é \077 \cA */
function readCode(source: string, at: number, letter: string): Escape {
  const rest = source.slice(at + 2, at + 14);
  const hex = letter === 'x' ? (/^([0-9a-fA-F]{2})|^\{([0-9a-fA-F]{1,6})\}/.exec(rest) ?? null) : /^([0-9a-fA-F]{4})/.exec(rest);
  if (letter === 'x' || letter === 'u') {
    const point = Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16);
    return hex === null || !(point <= 0x10ffff) ? { kind: 'invalid' } : { kind: 'char', point, length: 2 + hex[0].length };
  }
  if (letter === 'c') return rest === '' ? { kind: 'invalid' } : { kind: 'char', point: rest.charCodeAt(0) ^ 64, length: 3 };
  const octal = /^(?:[0-3][0-7]{2}|[0-7]{1,2})/.exec(rest);
  return octal === null ? { kind: 'invalid' } : { kind: 'char', point: Number.parseInt(octal[0], 8), length: 2 + octal[0].length };
}

/** \p{Alpha} \p{L} \pL \p{IsLatin} \p{Lu} */
function readProperty(source: string, at: number, negated: boolean): Escape {
  const match = /^(?:\{(\^?)([A-Za-z_=]+)\}|([A-Z]))/.exec(source.slice(at + 2, at + 60));
  if (match === null) return { kind: 'invalid' };
  const name = match[2] ?? match[3]!;
  const length = 2 + match[0].length;
  const inside = PROPERTIES[name] ?? unicodeProperty(name);
  if (inside === undefined) return { kind: 'unsupported', what: `\\p{${name}}` };
  return { kind: 'set', set: { inside, negated: negated !== (match[1] === '^') }, length };
}

function unicodeProperty(name: string): string | undefined {
  if (/^(?:L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfosn]?)$/.test(name)) return `\\p{${name}}`;
  const script = /^(?:Is|script=|sc=)([A-Z][A-Za-z_]+)$/.exec(name)?.[1];
  if (script === undefined) return undefined;
  const property = `\\p{Script=${script}}`;
  try {
    new RegExp(property, 'u');
    return property;
  } catch {
    return undefined;
  }
}
