import type { Span } from '../common/errors.ts';

/**
 * What a token is: a plain name, a word that can be a name (`keyword`) or not (`reserved`), a name in backquotes, a literal, a sign,
 * a piece of text that no token starts with or that is not closed (`invalid`), or the end of the text.
 */
export type TokenType = 'name' | 'keyword' | 'reserved' | 'quoted' | 'string' | 'bytes' | 'number' | 'symbol' | 'invalid' | 'end';

/** A token is its place in the text; what it says is read from there when a node needs it. */
export interface Token extends Span {
  readonly type: TokenType;
  /** The word in upper case for keywords, the sign for symbols, the prefix in upper case for strings, the reason for invalid text. */
  readonly code: string;
}
