/** JSON with every digit of its numbers and every key of its objects, in order: what the rows of test files are compared as. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** A number as it is spelled. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The members of an object in order, repeated keys included. */
export class JsonObject {
  readonly members: readonly (readonly [string, JsonValue])[];

  constructor(members: readonly (readonly [string, JsonValue])[]) {
    this.members = members;
  }

  get(name: string): JsonValue | undefined {
    return this.members.find(([key]) => key === name)?.[1];
  }
}

const TOKEN = /\s*([[\]{},:]|"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** Throws a SyntaxError that shows the place. */
export function parseJson(text: string): JsonValue {
  const reader = new TokenReader(text);
  const value = reader.value();
  reader.expectEnd();
  return value;
}

class TokenReader {
  readonly #text: string;
  #offset = 0;
  #token = '';

  constructor(text: string) {
    this.#text = text;
    this.#advance();
  }

  value(): JsonValue {
    const token = this.#token;
    if (token === '[') return this.#list(']', () => this.value());
    if (token === '{') return new JsonObject(this.#list('}', () => this.#member()));
    if (token === '' || /^[\]},:]/.test(token)) this.#fail('a value');
    this.#advance();
    if (token.startsWith('"')) return JSON.parse(token);
    if (token === 'null') return null;
    return token === 'true' || token === 'false' ? token === 'true' : new JsonNumber(token);
  }

  expectEnd(): void {
    if (this.#token !== '') this.#fail('the end');
  }

  #member(): readonly [string, JsonValue] {
    const key = this.value();
    if (typeof key !== 'string') return this.#fail('a key');
    this.#take(':');
    return [key, this.value()];
  }

  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    this.#advance();
    while (this.#token !== close) {
      if (items.length > 0) this.#take(',');
      items.push(item());
    }
    this.#advance();
    return items;
  }

  #take(token: string): void {
    if (this.#token !== token) this.#fail(token);
    this.#advance();
  }

  #advance(): void {
    TOKEN.lastIndex = this.#offset;
    const match = TOKEN.exec(this.#text);
    if (match === null && this.#text.slice(this.#offset).trim() !== '') this.#fail('JSON');
    this.#token = match?.[1] ?? '';
    this.#offset = match === null ? this.#text.length : TOKEN.lastIndex;
  }

  #fail(expected: string): never {
    throw new SyntaxError(`expected ${expected} at offset ${this.#offset - this.#token.length} of ${this.#text}`);
  }
}

/** Prints numbers as they were spelled. */
export const printJson = (value: JsonValue): string => print(value, ({ text }) => text);

/** The same text for the same value: numbers that differ only in spelling (1.50, 1.5, 15e-1) become one, exactly. */
export const canonicalJson = (text: string): string => print(parseJson(text), ({ text }) => canonicalNumber(text));

function print(value: JsonValue, printNumber: (value: JsonNumber) => string): string {
  if (value instanceof JsonNumber) return printNumber(value);
  if (value instanceof JsonObject) {
    return `{${value.members.map(([key, member]) => `${JSON.stringify(key)}: ${print(member, printNumber)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => print(item, printNumber)).join(', ')}]`;
  return JSON.stringify(value);
}

function canonicalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (digits === '') return `${sign}0`;
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return power >= 0 && power < 40 ? sign + significant + '0'.repeat(power) : `${sign}${significant}e${power}`;
}
