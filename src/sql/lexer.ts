import { findKeyword } from './keyword-table.ts';
import type { Token, TokenType } from './token.ts';

/** Classes of the ASCII characters. */
const other = 0;
const space = 1;
const letter = 2;
const digit = 3;

const classes = new Uint8Array(128);
for (const c of ' \t\n\r\f') classes[c.charCodeAt(0)] = space;
for (const c of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$') classes[c.charCodeAt(0)] = letter;
for (const c of '0123456789') classes[c.charCodeAt(0)] = digit;

/** The signs of one character by their code; the empty string where a character is none. */
const signs: readonly string[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return '()[]{},.;:+-*/%=<>|^?@'.includes(character) ? character : '';
});

/** The sign that two characters make, or the empty string; an exclamation mark is none alone. */
function pairSign(first: number, second: number): string {
  switch (first) {
    case 0x21:
      return second === 0x3d ? '!=' : '';
    case 0x2a:
      return second === 0x2f ? '*/' : '';
    case 0x3c:
      return second === 0x3d ? '<=' : second === 0x3e ? '<>' : '';
    case 0x3d:
      return second === 0x3e ? '=>' : '';
    case 0x3e:
      return second === 0x3d ? '>=' : '';
    case 0x7c:
      return second === 0x7c ? '||' : '';
    default:
      return '';
  }
}

// Made by a function, because V8 takes more than a millisecond for the tables of such a class, and most texts are ASCII.
const wordLetter = (character: string): boolean => /[\p{L}\p{Nl}\p{Sc}\p{Pc}]/u.test(character);
const wordPart = (character: string): boolean => /[\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{M}]/u.test(character);

const tick = 0x27;
const backquote = 0x60;
const newline = 0x0a;
const dash = 0x2d;
const slash = 0x2f;
const star = 0x2a;
const plus = 0x2b;
const dot = 0x2e;

/**
 * Cuts SQL text into tokens, in time linear in its length; the last token is of type `end`. Never throws: what cannot be read becomes
 * a token of type `invalid`, so that an error further up in the text is reported first.
 */
export function tokenize(text: string): Token[] {
  return new Lexer(text).run();
}

class Lexer {
  private readonly text: string;
  private readonly tokens: Token[] = [];
  private position = 0;
  private line = 1;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): Token[] {
    const { text } = this;
    while (this.position < text.length) {
      const code = text.charCodeAt(this.position);
      const kind = code < 128 ? classes[code] : this.classOfUnicode();
      if (kind === letter) this.word(code);
      else if (kind === space) this.blank(code);
      else if (kind === digit) this.number();
      else this.sign(code);
    }
    this.push('end', '', this.position);
    return this.tokens;
  }

  private classOfUnicode(): number {
    const character = String.fromCodePoint(this.text.codePointAt(this.position) ?? 0);
    if (wordLetter(character)) return letter;
    return /\s/u.test(character) ? space : other;
  }

  /** How many UTF-16 units the character at an offset has: 2 for a whole surrogate pair. */
  private widthAt(offset: number): number {
    return (this.text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }

  /** Adds a token from the current position to `end`, counts the lines inside it, and goes on behind it. */
  private push(type: TokenType, code: string, end: number): void {
    const start = this.position;
    this.tokens.push({ type, code, start, end, line: this.line, column: start - this.lineStart + 1 });
    this.position = end;
  }

  private pushLines(type: TokenType, code: string, end: number): void {
    const start = this.position;
    this.push(type, code, end);
    this.countLines(start, end);
  }

  private countLines(start: number, end: number): void {
    for (let i = start; i < end; i++) {
      if (this.text.charCodeAt(i) === newline) {
        this.line++;
        this.lineStart = i + 1;
      }
    }
  }

  private blank(code: number): void {
    this.position++;
    if (code !== newline) return;
    this.line++;
    this.lineStart = this.position;
  }

  private word(first: number): void {
    const { text } = this;
    let end = this.position;
    let code = first;
    while (code < 128 ? classes[code]! >= letter : wordPart(String.fromCodePoint(text.codePointAt(end)!))) {
      end += code < 0xd800 ? 1 : this.widthAt(end);
      if (end >= text.length) break;
      code = text.charCodeAt(end);
    }
    if (code === tick && end < text.length && this.prefixedString(end)) return;
    if (code === 0x26 && end === this.position + 1 && text.charCodeAt(end + 1) === tick && (first | 0x20) === 0x75) {
      this.string('U&', end + 1);
      return;
    }
    const keyword = findKeyword(text, this.position, end);
    if (keyword === undefined) this.push('name', '', end);
    else this.push(keyword.type, keyword.word, end);
  }

  /** X'..', N'..', E'..' and _CHARSET'..'; any other word before a quote is a word of its own. */
  private prefixedString(end: number): boolean {
    const prefix = this.text.slice(this.position, end).toUpperCase();
    if (prefix === 'X') this.quoted('bytes', 'X', end, "'");
    else if (prefix === 'N' || prefix === 'E' || (prefix.startsWith('_') && prefix.length > 1)) this.string(prefix, end);
    else return false;
    return true;
  }

  private string(prefix: string, open: number): void {
    this.quoted('string', prefix, open, "'");
  }

  /** Reads to the closing quote; a doubled quote is part of the text. */
  private quoted(type: TokenType, code: string, open: number, quote: string): void {
    const { text } = this;
    let close = text.indexOf(quote, open + 1);
    while (close >= 0 && text[close + 1] === quote) close = text.indexOf(quote, close + 2);
    if (close < 0) this.pushLines('invalid', `unclosed ${quote}`, text.length);
    else this.pushLines(type, code, close + 1);
  }

  /** `1`, `1.`, `1.5`, `1e3`; an `e` without digits behind it starts the next word. */
  private number(): void {
    let end = this.digits(this.position);
    if (this.text.charCodeAt(end) === dot) end = this.digits(end + 1);
    this.push('number', '', this.exponent(end));
  }

  private digits(from: number): number {
    let end = from;
    while (classes[this.text.charCodeAt(end)] === digit) end++;
    return end;
  }

  private exponent(from: number): number {
    const { text } = this;
    if ((text.charCodeAt(from) | 0x20) !== 0x65) return from;
    const next = text.charCodeAt(from + 1);
    const start = next === plus || next === dash ? from + 2 : from + 1;
    const end = this.digits(start);
    return end > start ? end : from;
  }

  private sign(code: number): void {
    const { text, position } = this;
    const next = text.charCodeAt(position + 1);
    if (code === tick) this.string('', position);
    else if (code === backquote) this.backquoted();
    else if ((code === dash && next === dash) || (code === slash && next === slash)) this.skipTo(text.indexOf('\n', position), text.length);
    else if (code === slash && next === star && text.charCodeAt(position + 2) !== plus) this.comment();
    else if (code === slash && next === star) this.push('symbol', '/*+', position + 3);
    else if (code === dot && classes[next] === digit) this.push('number', '', this.exponent(this.digits(position + 1)));
    else this.symbol(code, next);
  }

  private symbol(code: number, next: number): void {
    const pair = pairSign(code, next);
    const single = code < 0x80 ? signs[code]! : '';
    if (pair !== '') this.push('symbol', pair, this.position + 2);
    else if (single !== '') this.push('symbol', single, this.position + 1);
    else this.push('invalid', 'character', this.position + this.widthAt(this.position));
  }

  /** Names in backquotes end on their line, as in Flink; a doubled backquote is part of the name. */
  private backquoted(): void {
    const { text, position } = this;
    let end = position + 1;
    for (let code = text.charCodeAt(end); end < text.length && code !== newline; code = text.charCodeAt(end)) {
      if (code === backquote && text.charCodeAt(end + 1) !== backquote) break;
      end += code === backquote ? 2 : 1;
    }
    if (text.charCodeAt(end) !== backquote) this.push('invalid', 'unclosed `', end);
    else if (end === position + 1) this.push('invalid', 'empty name', end + 1);
    else this.push('quoted', '', end + 1);
  }

  private skipTo(end: number, otherwise: number): void {
    this.position = end < 0 ? otherwise : end;
  }

  private comment(): void {
    const close = this.text.indexOf('*/', this.position + 2);
    if (close < 0) this.pushLines('invalid', 'unclosed /*', this.text.length);
    else {
      this.countLines(this.position, close);
      this.position = close + 2;
    }
  }
}
