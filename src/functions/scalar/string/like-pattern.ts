/** Stand for `_` and `%` in a compiled pattern: bytes that UTF-8 does not use. The kernel likeMatch knows them. */
export const ONE = 0xfe;
export const ANY = 0xff;

const encoder = new TextEncoder();

/** What a pattern asks for. All but 'general' are done by a comparison or a search. */
export type LikePattern =
  | { readonly kind: 'equal' | 'prefix' | 'suffix' | 'contains'; readonly text: string }
  | { readonly kind: 'anything' }
  | { readonly kind: 'general'; readonly bytes: Uint8Array };

/** Characters and wildcards of a pattern. `fail` is called for a bad escape and does not return. */
function readLike(pattern: string, escaped: string | undefined, fail: (message: string) => never): (string | typeof ONE | typeof ANY)[] {
  if (escaped !== undefined && escaped.length !== 1) fail(`invalid escape character '${escaped}'`);
  const parts: (string | typeof ONE | typeof ANY)[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === escaped) {
      const next = pattern[++i];
      if (next !== '%' && next !== '_' && next !== escaped) fail(`invalid escape sequence '${pattern}', ${i - 1}`);
      parts.push(next!);
    } else parts.push(char === '%' ? ANY : char === '_' ? ONE : char);
  }
  return parts;
}

/** Compiles a LIKE pattern. There is no escape character unless ESCAPE names one, as in Flink. */
export function compileLike(pattern: string, escaped: string | undefined, fail: (message: string) => never): LikePattern {
  const parts = readLike(pattern, escaped, fail);
  const isText = (part: unknown): boolean => typeof part === 'string';
  const first = parts.findIndex(isText);
  const last = parts.findLastIndex(isText);
  const inner = first < 0 ? [] : parts.slice(first, last + 1);
  const outer = first < 0 ? parts : [...parts.slice(0, first), ...parts.slice(last + 1)];
  if (outer.every((part) => part === ANY) && inner.every(isText)) return simple(parts[0] === ANY, parts.at(-1) === ANY, inner.join(''));
  return { kind: 'general', bytes: bytesOf(parts) };
}

function simple(open: boolean, openEnd: boolean, text: string): LikePattern {
  if (text === '') return open ? { kind: 'anything' } : { kind: 'equal', text };
  return { kind: open ? (openEnd ? 'contains' : 'suffix') : openEnd ? 'prefix' : 'equal', text };
}

/** Characters that stand for themselves are encoded together, so that surrogate pairs stay whole. */
function bytesOf(parts: readonly (string | number)[]): Uint8Array {
  const bytes: number[] = [];
  let text = '';
  const flush = () => {
    bytes.push(...encoder.encode(text));
    text = '';
  };
  for (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      flush();
      if (part !== ANY || bytes.at(-1) !== ANY) bytes.push(part);
    }
  }
  flush();
  return Uint8Array.from(bytes);
}
