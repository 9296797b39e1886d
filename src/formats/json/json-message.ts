const LF = 10;
const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;
const SMALL_N = 110;

/**
 * A JSON text of the same meaning without a line feed: between tokens it becomes a space, in a string, where Flink takes it although JSON
 * does not, `\n`. Undefined for a text that has none.
 */
export function withoutLineFeeds(text: Uint8Array): Uint8Array | undefined {
  const count = countOf(text, LF);
  if (count === 0) return undefined;
  const flat = new Uint8Array(text.length + count);
  let length = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (byte === LF && isInString) {
      flat[length++] = BACKSLASH;
      flat[length++] = SMALL_N;
      continue;
    }
    flat[length++] = byte === LF ? SPACE : byte;
    if (byte === QUOTE) isInString = !isInString;
    else if (byte === BACKSLASH && isInString && text[i + 1] !== LF && i + 1 < text.length) flat[length++] = text[++i]!;
  }
  return flat.subarray(0, length);
}

function countOf(bytes: Uint8Array, wanted: number): number {
  let count = 0;
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) count++;
  return count;
}
