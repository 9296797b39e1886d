// Random text of the NEXMark events: runs of letters 16 at a time, words with blanks, and what is copied from constants.
// Writers may write up to 80 bytes beyond what they report; the next value overwrites these.
import { belowHigh, mix } from "./nexmark-model";

// Vectors are loaded from here and not written as constants, because V8 makes a constant from two general registers each time.
const VECTORS: usize = memory.data<u32>([
  0x7feb352d, 0x7feb352d, 0x7feb352d, 0x7feb352d,
  0x846ca68b, 0x846ca68b, 0x846ca68b, 0x846ca68b,
  0x3c6ef373, 0x3c6ef373, 0x3c6ef373, 0x3c6ef373,
  0x78dde6e5, 0x78dde6e5, 0x78dde6e5, 0x78dde6e5,
  0x1b873593, 0x1b873593, 0x1b873593, 0x1b873593,
  0x510e527f, 0x510e527f, 0x510e527f, 0x510e527f,
  0x2c1b3c6d, 0x2c1b3c6d, 0x2c1b3c6d, 0x2c1b3c6d,
  0x3f3f3f3f, 0x3f3f3f3f, 0x3f3f3f3f, 0x3f3f3f3f,
  0x1f1f1f1f, 0x1f1f1f1f, 0x1f1f1f1f, 0x1f1f1f1f,
  0x61616161, 0x61616161, 0x61616161, 0x61616161,
  0, 0, 0x4c957f2d, 0x5851f42d,
  0x13141414, 0x13141413, 0x14141314, 0x13141414,
], 16);
const MIX_1: usize = 0;
const MIX_2: usize = 16;
const GROW: usize = 32;
const LOW_6_BITS: usize = 112;
const LOW_5_BITS: usize = 128;
const LETTER_A: usize = 144;
const LANES: usize = 160;
// Bytes below 19 or 20 are gaps: 1/13 of all, on average over the 16.
const GAPS: usize = 176;

// For each of 96 letters (six vectors) the sign it takes: letters come in groups of six that run from `a` either up or down.
const SIGN_OF: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2,
  2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5,
  5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7,
  8, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9, 9, 10, 10, 10, 10,
  10, 10, 11, 11, 11, 11, 11, 11, 12, 12, 12, 12, 12, 12, 13, 13,
  13, 13, 13, 13, 14, 14, 14, 14, 14, 14, 15, 15, 15, 15, 15, 15,
], 16);

// @ts-ignore: decorator
@inline
function vector(at: usize): v128 {
  return v128.load(VECTORS + at);
}

// Four bijections of 32 bits side by side.
// @ts-ignore: decorator
@inline
function mix4(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), vector(MIX_1));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), vector(MIX_2));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

// Sixteen integers below 26 from sixteen random bytes: 26 / 256 of them, from averages, which take fewer instructions than
// products of 16 bits. Each integer comes from 9 or 10 of the 256 bytes.
// @ts-ignore: decorator
@inline
function below26(random: v128): v128 {
  const quarter = v128.and(i16x8.shr_u(random, 2), vector(LOW_6_BITS));
  const scaled = i8x16.avgr_u(random, i8x16.avgr_u(random, quarter));
  return v128.and(i16x8.shr_u(scaled, 3), vector(LOW_5_BITS));
}

// Sixteen letters from H to z, which lie from `place` on in a row of 96: up from `a` where the sign is 0, down where it is -1.
// @ts-ignore: decorator
@inline
function letters(random: v128, signs: v128, place: usize): v128 {
  const sign = i8x16.swizzle(signs, v128.load(SIGN_OF + place));
  return i8x16.sub(v128.xor(below26(random), sign), i8x16.sub(sign, vector(LETTER_A)));
}

// The n-th vector of random bytes that grows from a well-mixed one: a product by an odd factor, its halves folded.
// @ts-ignore: decorator
@inline
function grow(mixed: v128, n: usize): v128 {
  const product = i32x4.mul(mixed, vector(GROW + (n << 4)));
  return v128.xor(product, i32x4.shr_u(product, 15));
}

// Hot: bench/nexmark-generator.ts (bid.extra). Writes `length` letters. Without a branch up to 80, which most texts are below:
// the lengths are random, and each mispredicted end of a loop costs as much as 16 letters.
// @ts-ignore: decorator
@inline
export function writeLetters(to: usize, length: i32, hash: u64): void {
  const mixed = mix4(i64x2.add(i64x2.splat(hash), vector(LANES)));
  const signs = i8x16.lt_s(mixed, i64x2.splat(0));
  v128.store(to, letters(grow(mixed, 0), signs, 0));
  v128.store(to, letters(grow(mixed, 1), signs, 16), 16);
  v128.store(to, letters(grow(mixed, 2), signs, 32), 32);
  v128.store(to, letters(grow(mixed, 3), signs, 48), 48);
  v128.store(to, letters(grow(mixed, 4), signs, 64), 64);
  if (length > 80) writeMoreLetters(to, length, hash);
}

// The letters from the 81st on.
function writeMoreLetters(to: usize, length: i32, hash: u64): void {
  let state = i64x2.add(i64x2.splat(hash), vector(LANES));
  let signs = i8x16.lt_s(mix4(state), i64x2.splat(0));
  state = v128.not(state);
  let place = 80;
  for (let written = 80; written < length; written += 16) {
    state = i32x4.add(state, vector(GROW));
    v128.store(to + written, letters(mix4(state), signs, place));
    place += 16;
    if (place == 96) {
      place = 0;
      signs = i8x16.lt_s(mix4(v128.not(state)), i64x2.splat(0));
    }
  }
}

// `extra` is as long as what an event lacks of its average size, give or take a fifth; empty when it lacks nothing. The least
// length of extra, and how many lengths there are from there on.
// @ts-ignore: decorator
@inline
export function leastExtra(lacking: i32): i32 {
  return max(lacking, 0) - (extraLengths(lacking) >> 1);
}

// @ts-ignore: decorator
@inline
export function extraLengths(lacking: i32): i32 {
  return 2 * <i32>floor(<f64>max(lacking, 0) * 0.2 + 0.5);
}

// @ts-ignore: decorator
@inline
export function extraLength(hash: u64, lacking: i32): i32 {
  return leastExtra(lacking) + <i32>belowHigh(hash, extraLengths(lacking));
}

// Writes 3 to maxLength - 1 characters, each a letter or, one in 13, `gap`; blanks at both ends are cut. Returns the length.
export function writeWords(to: usize, maxLength: i32, gap: i32, hash: u64): i32 {
  const length = 3 + <i32>belowHigh(hash, maxLength - 3);
  let state = i64x2.add(i64x2.splat(hash), vector(LANES));
  for (let written = 0; written < length; written += 16) {
    state = i32x4.add(state, vector(GROW));
    const mixed = mix4(state);
    const isGap = i8x16.lt_u(grow(mixed, 1), vector(GAPS));
    const text = i8x16.add(below26(grow(mixed, 0)), vector(LETTER_A));
    v128.store(to + written, v128.bitselect(i8x16.splat(<i8>gap), text, isGap));
  }
  return gap == 32 ? trim(to, length) : length;
}

function trim(to: usize, length: i32): i32 {
  while (length > 0 && load<u8>(to + length - 1) == 32) length--;
  let blanks = 0;
  while (blanks < length && load<u8>(to + blanks) == 32) blanks++;
  if (blanks > 0) memory.copy(to, to + blanks, length - blanks);
  return length - blanks;
}

export function writeText(to: usize, text: string): i32 {
  const length = text.length;
  for (let i = 0; i < length; i++) store<u8>(to + i, text.charCodeAt(i));
  return length;
}

// Writes an integer; returns the number of characters.
export function writeInteger(to: usize, value: i64): i32 {
  let length = 0;
  let rest: u64 = value < 0 ? -value : value;
  if (value < 0) store<u8>(to + length++, 45);
  let digits = 1;
  for (let limit: u64 = 10; rest >= limit; limit *= 10) digits++;
  for (let i = digits - 1; i >= 0; i--) {
    store<u8>(to + length + i, 48 + <u32>(rest % 10));
    rest /= 10;
  }
  return length + digits;
}
