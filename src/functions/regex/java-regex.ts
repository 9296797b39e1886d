import { type CharacterSet, literalSource, readEscape } from './java-escapes.ts';

/** A Java pattern that JavaScript can run, or why it cannot. */
export type Translation =
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string; readonly groups: number; readonly groupsMayReset: boolean }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

class Refusal extends Error {
  readonly kind: 'invalid' | 'unsupported';

  constructor(kind: 'invalid' | 'unsupported', message: string) {
    super(message);
    this.kind = kind;
  }
}

const invalid = (reason: string): never => {
  throw new Refusal('invalid', reason);
};
const unsupported = (reason: string): never => {
  throw new Refusal('unsupported', reason);
};

/** What is known of a piece of a pattern, to tell whether repeating it can take exponential time. */
interface Piece {
  readonly source: string;
  /** Matches exactly one character: the source of a set or a character. */
  readonly single: boolean;
  /** The piece can match in very many ways or lengths: it has an unbounded repetition inside. */
  readonly unbounded: boolean;
  /** Matches the empty text. */
  readonly optional: boolean;
  readonly alternatives: readonly Sequence[];
  readonly hasGroup: boolean;
  readonly hasChoice: boolean;
}

type Sequence = readonly Piece[];

const LINE_END = '\\n\\r\\u0085\\u2028\\u2029';
/** Java's `$` also matches before a line terminator that ends the text. */
const END = `(?:$|(?=\\r\\n$)|(?=[\\r\\u0085\\u2028\\u2029]$)|(?<!\\r)(?=\\n$))`;

/** Java's \b goes by Unicode's letters and digits, although its \w does not. */
const WORD = '[\\p{L}\\p{Nd}_]';
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;

/**
 * Translates a pattern of java.util.regex to JavaScript. What means something else in JavaScript is rewritten; what JavaScript
 * does not have, and what may take exponential time, is 'unsupported'; what Java refuses is 'invalid'.
 */
export function translateJavaRegex(pattern: string): Translation {
  try {
    const translator = new Translator(pattern);
    const source = translator.translate();
    new RegExp(source, translator.flags);
    return { kind: 'regex', source, flags: translator.flags, groups: translator.groups, groupsMayReset: translator.groupsMayReset };
  } catch (error) {
    if (error instanceof Refusal) return { kind: error.kind, reason: error.message };
    if (error instanceof SyntaxError) return { kind: 'invalid', reason: error.message };
    throw error;
  }
}

class Translator {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #dotAll = false;
  #multiline = false;
  #ignoreCase = false;
  groups = 0;
  /** A group stands inside a repetition with a choice: Java keeps its last match, JavaScript forgets it. */
  groupsMayReset = false;

  constructor(text: string) {
    this.#text = text;
  }

  get flags(): string {
    return `u${this.#ignoreCase ? 'i' : ''}${this.#multiline ? 'm' : ''}`;
  }

  translate(): string {
    this.#leadingFlags();
    const all = this.#alternation();
    if (this.#at < this.#text.length) invalid(`an unmatched ) at ${this.#at}`);
    return all.map(sourceOf).join('|');
  }

  #leadingFlags(): void {
    const match = /^\(\?([a-zA-Z]+)\)/.exec(this.#text);
    if (match === null) return;
    for (const flag of match[1]!) {
      if (flag === 'i') this.#ignoreCase = true;
      else if (flag === 's') this.#dotAll = true;
      else if (flag === 'm') this.#multiline = true;
      else if (flag !== 'u') unsupported(`the flag (?${flag})`);
    }
    this.#at = match[0].length;
  }

  #alternation(): Sequence[] {
    if (++this.#depth > 200) unsupported('groups nested this deeply');
    const alternatives: Sequence[] = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      alternatives.push(this.#sequence());
    }
    this.#depth--;
    return alternatives;
  }

  #sequence(): Sequence {
    const pieces: Piece[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      const piece = this.#piece();
      if (piece !== undefined) pieces.push(piece);
    }
    return pieces;
  }

  #piece(): Piece | undefined {
    const char = this.#text[this.#at]!;
    switch (char) {
      case '(':
        return this.#quantified(this.#group());
      case '[':
        return this.#quantified(single(this.#class()));
      case '.':
        this.#at++;
        return this.#quantified(single(this.#dotAll ? '[^]' : `[^${LINE_END}]`));
      case '^':
        this.#at++;
        return this.#quantified(assertion('^'));
      case '$':
        this.#at++;
        return this.#quantified(assertion(this.#multiline ? '$' : END));
      case '\\':
        return this.#escaped();
      case '*':
      case '+':
      case '?':
        return invalid(`${char} at ${this.#at} has nothing to repeat`);
      case '{':
        return invalid(`{ at ${this.#at} has nothing to repeat`);
      default: {
        const point = this.#text.codePointAt(this.#at)!;
        this.#at += point > 0xffff ? 2 : 1;
        return this.#quantified(single(literalSource(point)));
      }
    }
  }

  #escaped(): Piece | undefined {
    if (this.#text.startsWith('\\Q', this.#at)) return this.#quoted();
    const escaped = readEscape(this.#text, this.#at);
    switch (escaped.kind) {
      case 'char':
        this.#at += escaped.length;
        return this.#quantified(single(literalSource(escaped.point)));
      case 'set':
        this.#at += escaped.length;
        return this.#quantified(single(bracket(escaped.set)));
      case 'unsupported':
        return unsupported(escaped.what);
      case 'invalid':
        return invalid(`a bad escape at ${this.#at}`);
      default: {
        this.#at += escaped.length;
        return this.#quantified(this.#anchor(escaped.letter));
      }
    }
  }

  #anchor(letter: string): Piece {
    if (letter === 'A') return assertion(this.#multiline ? '(?<![^])' : '^');
    if (letter === 'z') return assertion(this.#multiline ? '(?![^])' : '$');
    if (letter === 'Z') return this.#multiline ? unsupported('\\Z with (?m)') : assertion(END);
    if (letter === 'b') return assertion(BOUNDARY);
    if (letter === 'B') return assertion(`(?!${BOUNDARY})`);
    if (letter === 'R') return { ...group([[single('[^]')]], `(?:\\r\\n|[${LINE_END}\\x0B\\f])`), hasChoice: true };
    return /[1-9kGXN]/.test(letter) ? unsupported(`\\${letter}`) : invalid(`the unknown escape \\${letter}`);
  }

  /** \Q...\E: everything between stands for itself. A quantifier after it applies to the last character. */
  #quoted(): Piece | undefined {
    const end = this.#text.indexOf('\\E', this.#at + 2);
    const quoted = this.#text.slice(this.#at + 2, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#text.length : end + 2;
    const points = [...quoted].map((char) => single(literalSource(char.codePointAt(0)!)));
    const last = points.pop();
    if (last === undefined) return undefined;
    const tail = this.#quantified(last);
    return points.length === 0 ? tail : group([[...points, tail]], points.map((p) => p.source).join('') + tail.source);
  }

  #group(): Piece {
    const open = /^\((?:\?(?:<[A-Za-z][A-Za-z0-9]*>|:|=|!|<=|<!|))?/.exec(this.#text.slice(this.#at))![0];
    if (open === '(?')
      return unsupported(this.#text.startsWith('(?>', this.#at) ? 'the atomic group (?>' : 'flags in the middle of a pattern');
    const captures = open === '(' || /<[A-Za-z]/.test(open);
    if (captures) this.groups++;
    this.#at += open.length;
    const alternatives = this.#alternation();
    if (this.#text[this.#at] !== ')') invalid('an unclosed group');
    this.#at++;
    const source = `${open}${alternatives.map(sourceOf).join('|')})`;
    if (/[=!]$/.test(open)) return assertion(source);
    const piece = group(alternatives, source);
    return captures ? { ...piece, hasGroup: true } : piece;
  }

  #class(): string {
    this.#at++;
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at++;
    const start = this.#at;
    let inside = '';
    while (this.#text[this.#at] !== ']' || this.#at === start) {
      if (this.#at >= this.#text.length) invalid('an unclosed [');
      inside += this.#classItem();
    }
    this.#at++;
    return `[${negated ? '^' : ''}${inside}]`;
  }

  #classItem(): string {
    const first = this.#classChar();
    if (typeof first !== 'number') return first.negated ? complement(first) : first.inside;
    const next = this.#text[this.#at + 1];
    if (this.#text[this.#at] !== '-' || next === undefined || next === ']') return literalSource(first);
    if (next === '[') return unsupported('a set inside a set');
    this.#at++;
    const last = this.#classChar();
    if (typeof last !== 'number') return invalid('a range that ends in a set');
    if (last < first) invalid('a range that runs backwards');
    return `${literalSource(first)}-${literalSource(last)}`;
  }

  #classChar(): number | CharacterSet {
    const text = this.#text;
    if (text[this.#at] === '[') unsupported('a set inside a set');
    if (text.startsWith('&&', this.#at)) unsupported('an intersection of sets');
    if (text[this.#at] !== '\\') {
      const point = text.codePointAt(this.#at)!;
      this.#at += point > 0xffff ? 2 : 1;
      return point;
    }
    const escaped = readEscape(text, this.#at);
    if (escaped.kind === 'unsupported') return unsupported(escaped.what);
    if (escaped.kind === 'invalid' || escaped.kind === 'other')
      return escaped.kind === 'other' && escaped.letter === 'Q' ? unsupported('\\Q in a set') : invalid('a bad escape in a set');
    this.#at += escaped.length;
    return escaped.kind === 'char' ? escaped.point : escaped.set;
  }

  #quantified(piece: Piece): Piece {
    const match = /^(?:([*+?])|\{(\d{1,9})(?:(,)(\d{0,9}))?\})([?+]?)/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (match === null) return this.#text[this.#at] === '{' ? invalid('a bad {n,m}') : piece;
    if (match[5] === '+') unsupported('possessive repetition');
    const [least, most] = boundsOf(match);
    if (least > most) invalid('a repetition whose bounds are swapped');
    if (Math.max(least, most === Number.POSITIVE_INFINITY ? 0 : most) > 1000) unsupported('more than 1000 repetitions');
    this.#at += match[0].length;
    if (most > 1) this.#checkRepeat(piece, most);
    const source = `${piece.source.startsWith('(?=') || piece.source.startsWith('(?!') || piece.source === '^' || piece.source === '$' ? `(?:${piece.source})` : piece.source}${match[0]}`;
    return {
      source,
      single: false,
      unbounded: piece.unbounded || most > 8,
      optional: least === 0 || piece.optional,
      alternatives: [[{ ...piece, optional: least === 0 || piece.optional, unbounded: piece.unbounded || most > 8 }]],
      hasGroup: piece.hasGroup,
      hasChoice: piece.hasChoice || least !== most,
    };
  }

  /** A few repetitions cannot multiply to much; more of what can be read in several ways can. */
  #checkRepeat(piece: Piece, most: number): void {
    if (piece.hasGroup && piece.hasChoice && piece.alternatives.some((sequence) => sequence.some(({ hasGroup }) => hasGroup)))
      this.groupsMayReset = true;
    if (most > 4 && !piece.single && !isUnambiguous(piece.alternatives))
      unsupported('a repetition of something that itself can be read in many ways');
  }
}

function boundsOf(match: RegExpExecArray): [number, number] {
  if (match[1] === '*') return [0, Number.POSITIVE_INFINITY];
  if (match[1] === '+') return [1, Number.POSITIVE_INFINITY];
  if (match[1] === '?') return [0, 1];
  const least = Number(match[2]);
  return [least, match[3] === undefined ? least : match[4] === '' ? Number.POSITIVE_INFINITY : Number(match[4])];
}

const sourceOf = (sequence: Sequence): string => sequence.map(({ source }) => source).join('');
const single = (source: string): Piece => ({
  source,
  single: true,
  unbounded: false,
  optional: false,
  alternatives: [],
  hasGroup: false,
  hasChoice: false,
});
const assertion = (source: string): Piece => ({ ...single(source), single: false, optional: true, alternatives: [[]] });

function group(alternatives: readonly Sequence[], source: string): Piece {
  const any = (test: (piece: Piece) => boolean) => alternatives.some((sequence) => sequence.some(test));
  return {
    source,
    single: false,
    unbounded: any(({ unbounded }) => unbounded),
    optional: alternatives.some((sequence) => sequence.every(({ optional }) => optional)),
    alternatives,
    hasGroup: any(({ hasGroup }) => hasGroup),
    hasChoice: alternatives.length > 1 || any(({ hasChoice }) => hasChoice),
  };
}

const bracket = ({ inside, negated }: CharacterSet): string => `[${negated ? '^' : ''}${inside}]`;

/** A negated set inside a set. */
function complement({ inside }: CharacterSet): string {
  if (inside.startsWith('\\p{') && !inside.includes('}', inside.indexOf('}') + 1)) return `\\P${inside.slice(2)}`;
  const word = { 'a-zA-Z_0-9': '\\W', '0-9': '\\D' }[inside];
  return word ?? unsupported('a negated set inside a set');
}

/**
 * Whether a repeated group can be read in one way only, so that matching cannot take exponential time: each of its alternatives
 * begins with another character, and has at most one part of unbounded length, ended by a character that the part cannot contain.
 */
function isUnambiguous(alternatives: readonly Sequence[]): boolean {
  if (alternatives.length === 1 && alternatives[0]!.length === 1 && alternatives[0]![0]!.alternatives.length > 0) {
    const inner = alternatives[0]![0]!;
    if (!inner.optional && !inner.unbounded) return isUnambiguous(inner.alternatives);
  }
  const firsts = alternatives.map((sequence) => firstCharacters(sequence[0]));
  if (alternatives.length > 1 && firsts.some((first) => first === undefined)) return false;
  for (let i = 0; i < firsts.length; i++) {
    for (let j = i + 1; j < firsts.length; j++) if (overlap(firsts[i]!, firsts[j]!)) return false;
  }
  return alternatives.every(isDelimited);
}

/** A part that is not repeated itself is one way to read if it is no choice, or a choice by the first character. */
function isUnambiguousInside(alternatives: readonly Sequence[]): boolean {
  return alternatives.length === 1
    ? alternatives[0]!.every((piece) => piece.single || isUnambiguousInside(piece.alternatives))
    : isUnambiguous(alternatives);
}

const SAMPLE = Array.from({ length: 0x250 }, (_, i) => String.fromCodePoint(i));

/** With which characters of a sample a piece that is not optional can begin; undefined where that is not known. */
function firstCharacters(piece: Piece | undefined): ReadonlySet<string> | undefined {
  if (piece === undefined || piece.optional) return undefined;
  if (piece.single) {
    const regex = new RegExp(`^${piece.source}$`, 'u');
    return new Set(SAMPLE.filter((char) => regex.test(char)));
  }
  const firsts = piece.alternatives.map((sequence) => firstCharacters(sequence[0]));
  if (firsts.length === 0 || firsts.some((first) => first === undefined)) return undefined;
  return new Set(firsts.flatMap((first) => [...first!]));
}

const overlap = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((char) => b.has(char));

function isDelimited(sequence: Sequence): boolean {
  const hasAmbiguousPart = sequence.some(
    ({ single, alternatives }) => !single && alternatives.length > 0 && !isUnambiguousInside(alternatives),
  );
  if (hasAmbiguousPart) return false;
  const loose = sequence.filter(({ optional, unbounded }) => optional || unbounded);
  if (loose.length === 0) return true;
  if (loose.length > 1) return false;
  const inner = loose[0]!.alternatives[0];
  if (loose[0]!.alternatives.length !== 1 || inner?.length !== 1 || !inner[0]!.single) return false;
  const repeated = firstCharacters({ ...inner[0]!, optional: false })!;
  return sequence.some((piece) => piece.single && !piece.optional && !piece.unbounded && !overlap(firstCharacters(piece)!, repeated));
}
