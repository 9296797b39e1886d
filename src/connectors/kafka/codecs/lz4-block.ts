// Blocks of LZ4: sequences of literals, then a copy of earlier bytes. Small blocks only, as Kafka's frames have them.

const MIN_MATCH = 4;
/** The last bytes of a block are literals, and the last copy begins before these. */
const LAST_LITERALS = 5;
const LAST_MATCH_START = 12;
const HASH_BITS = 14;
const MAX_DISTANCE = 65_535;

/** Decompresses [start, end) of `from` to `to` from `at` on, where earlier bytes may be copied from; the place after what was written. */
export function decompressLz4Block(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  let s = start;
  let d = at;
  const readLength = (first: number): number => {
    let length = first;
    if (first === 15) {
      let byte = 255;
      while (byte === 255) {
        if (s >= end) throw new Error('a length is cut off');
        byte = from[s++]!;
        length += byte;
      }
    }
    return length;
  };
  while (s < end) {
    const token = from[s++]!;
    const literals = readLength(token >> 4);
    if (literals > end - s || literals > to.length - d) throw new Error('literals do not fit');
    for (const stop = d + literals; d < stop; ) to[d++] = from[s++]!;
    if (s === end) return d;
    if (end - s < 2) throw new Error('a copy is cut off');
    const distance = from[s]! | (from[s + 1]! << 8);
    s += 2;
    const length = readLength(token & 15) + MIN_MATCH;
    if (distance === 0 || distance > d || length > to.length - d) throw new Error('a copy does not fit');
    // Byte by byte: a copy may reach into what it writes.
    for (const stop = d + length; d < stop; d++) to[d] = to[d - distance]!;
  }
  return d;
}

/** Bytes that a block of so many may take at most. */
export const lz4Bound = (byteSize: number): number => byteSize + Math.ceil(byteSize / 255) + 16;

/** Compresses a block to `to`, which has room for lz4Bound bytes; the number of bytes written. */
export function compressLz4Block(from: Uint8Array, to: Uint8Array): number {
  const places = new Int32Array(1 << HASH_BITS).fill(-1);
  const { length } = from;
  let d = 0;
  let anchor = 0;
  for (let s = 0; s < length - LAST_MATCH_START; ) {
    const word = read32(from, s);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = places[slot]!;
    places[slot] = s;
    if (candidate < 0 || s - candidate > MAX_DISTANCE || read32(from, candidate) !== word) {
      // The longer nothing was found, the less carefully it is looked.
      s += 1 + ((s - anchor) >> 6);
      continue;
    }
    let matched = MIN_MATCH;
    while (s + matched < length - LAST_LITERALS && from[candidate + matched] === from[s + matched]) matched++;
    d = writeSequence(from, anchor, s, to, d, matched - MIN_MATCH);
    to[d++] = (s - candidate) & 255;
    to[d++] = (s - candidate) >> 8;
    d = writeRest(matched - MIN_MATCH, to, d);
    s += matched;
    anchor = s;
  }
  return writeSequence(from, anchor, length, to, d, 0);
}

/** A token, and the literals [start, end). */
function writeSequence(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number, match: number): number {
  const literals = end - start;
  let d = at;
  to[d++] = (Math.min(literals, 15) << 4) | Math.min(match, 15);
  d = writeRest(literals, to, d);
  to.set(from.subarray(start, end), d);
  return d + literals;
}

/** What of a length did not go into the token. */
function writeRest(length: number, to: Uint8Array, at: number): number {
  let d = at;
  if (length < 15) return d;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) to[d++] = 255;
  to[d++] = rest;
  return d;
}

const read32 = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
