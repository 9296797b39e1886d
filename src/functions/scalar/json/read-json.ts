/**
 * A JSON value whose numbers keep their digits: `number` is the text as it stands. Keys of an object are in the order in which they come; of
 * equal keys the last counts.
 */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, JsonNode> }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' };

/** As Flink's parser, which refuses what nests deeper. */
const DEPTH_MAX = 1000;
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z0-9_$.]*/y;
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** The first JSON value of a text, whatever stands behind it, as Flink reads it. Undefined where there is none. */
export function readJson(text: string): JsonNode | undefined {
  return new JsonReader(text).read();
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): JsonNode | undefined {
    return this.#value(0);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Whether the next sign, behind white space, is this one; then it is passed. */
  #next(sign: string): boolean {
    this.#match(SPACE);
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #value(depth: number): JsonNode | undefined {
    if (depth > DEPTH_MAX) return undefined;
    if (this.#next('{')) return this.#object(depth);
    if (this.#next('[')) return this.#array(depth);
    if (this.#text[this.#at] === '"') {
      const text = this.#string();
      return text === undefined ? undefined : { kind: 'string', text };
    }
    return this.#scalar();
  }

  #scalar(): JsonNode | undefined {
    const number = this.#match(NUMBER);
    const word = this.#match(WORD);
    if (number !== undefined) return word === '' ? { kind: 'number', text: number } : undefined;
    if (word === 'null') return { kind: 'null' };
    return word === 'true' || word === 'false' ? { kind: 'boolean', value: word === 'true' } : undefined;
  }

  #string(): string | undefined {
    const quoted = this.#match(STRING);
    return quoted === undefined ? undefined : (JSON.parse(quoted) as string);
  }

  #object(depth: number): JsonNode | undefined {
    const entries = new Map<string, JsonNode>();
    if (this.#next('}')) return { kind: 'object', entries };
    do {
      this.#match(SPACE);
      const key = this.#string();
      if (key === undefined || !this.#next(':')) return undefined;
      const value = this.#value(depth + 1);
      if (value === undefined) return undefined;
      entries.set(key, value);
    } while (this.#next(','));
    return this.#next('}') ? { kind: 'object', entries } : undefined;
  }

  #array(depth: number): JsonNode | undefined {
    const items: JsonNode[] = [];
    if (this.#next(']')) return { kind: 'array', items };
    do {
      const value = this.#value(depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
    } while (this.#next(','));
    return this.#next(']') ? { kind: 'array', items } : undefined;
  }
}
