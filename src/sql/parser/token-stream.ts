import type { Span } from '../../common/errors.ts';
import { tokenize } from '../lexer.ts';
import type { Token } from '../token.ts';
import { tooDeep, unexpected } from './errors.ts';

/** How many levels a text may nest, small enough for the stack of any thread; a query in FROM counts for three. */
const depthMax = 500;

/** How high a tree may grow. A chain such as `a + b + c` nests nowhere in the text, but adds a level to the tree with every link. */
const heightMax = 1000;

/** The place in the tokens of one text, and the small steps that every rule of the grammar is made of. */
export class TokenStream {
  readonly source: string;
  private readonly tokens: readonly Token[];
  private index = 0;
  private depth = 0;
  private height = 0;
  /** The next token. */
  token: Token;
  /** Where the last consumed token ended. */
  previousEnd = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
    this.token = this.tokens[0]!;
  }

  /** The token `offset` places behind the next one; the last token stands for all that would come later. */
  peek(offset: number): Token {
    return this.tokens[Math.min(this.index + offset, this.tokens.length - 1)]!;
  }

  /** Whether the next token is this keyword or sign. */
  is(code: string): boolean {
    return this.token.code === code;
  }

  /** Whether the next tokens are these. */
  follows(...codes: readonly string[]): boolean {
    return codes.every((code, offset) => this.peek(offset).code === code);
  }

  /** The last consumed token, or undefined at the start. */
  get previous(): Token | undefined {
    return this.tokens[this.index - 1];
  }

  next(): Token {
    const token = this.token;
    this.previousEnd = token.end;
    if (this.index < this.tokens.length - 1) this.index++;
    this.token = this.tokens[this.index]!;
    return token;
  }

  accept(code: string): boolean {
    if (this.token.code !== code) return false;
    this.next();
    return true;
  }

  /** Takes all of these tokens, or none. */
  acceptAll(...codes: readonly string[]): boolean {
    if (!this.follows(...codes)) return false;
    for (let i = 0; i < codes.length; i++) this.next();
    return true;
  }

  expect(code: string): Token {
    if (this.token.code !== code) throw unexpected(this, [code]);
    return this.next();
  }

  expectAll(...codes: readonly string[]): void {
    for (const code of codes) this.expect(code);
  }

  /** Takes one of these keywords and answers which. */
  expectOneOf<Code extends string>(codes: readonly Code[]): Code {
    const found = codes.find((code) => code === this.token.code);
    if (found === undefined) throw unexpected(this, codes);
    this.next();
    return found;
  }

  acceptOneOf<Code extends string>(codes: readonly Code[]): Code | undefined {
    const found = codes.find((code) => code === this.token.code);
    if (found !== undefined) this.next();
    return found;
  }

  /** What a token says, as it is written. */
  textOf(token: Span): string {
    return this.source.slice(token.start, token.end);
  }

  /** From the start of a token or a node to the end of the last consumed token. */
  spanFrom(start: Span): Span {
    return { start: start.start, end: this.previousEnd, line: start.line, column: start.column };
  }

  /**
   * Goes one level deeper; every rule that can contain itself calls this first and `leave` last. The height of the tree is counted anew
   * from here; `leave` takes the result, which is the height of what was read beside it.
   */
  enter(): number {
    const outer = this.height;
    this.height = 0;
    this.depth++;
    if (this.depth > depthMax) throw tooDeep(this);
    return outer;
  }

  leave(outer: number): void {
    this.depth--;
    this.height = Math.max(outer, this.height + 1);
  }

  /** Notes that a node was put on top of what was read last. */
  grow(): void {
    this.height++;
    if (this.height > heightMax) throw tooDeep(this);
  }

  /** `item, item, ...` */
  list<Item>(item: (stream: TokenStream) => Item): Item[] {
    const items = [item(this)];
    while (this.accept(',')) items.push(item(this));
    return items;
  }

  /** `(item, item, ...)` with at least one item. */
  parenthesized<Item>(item: (stream: TokenStream) => Item): Item[] {
    this.expect('(');
    const items = this.list(item);
    this.close(')');
    return items;
  }

  /** Takes the end of a list; what else may stand there is a comma. */
  close(code: string): void {
    if (this.token.code !== code) throw unexpected(this, [code, ',']);
    this.next();
  }
}
