// Kernels over UTF-8 text and bytes: (address, byte length) in, a number out. Nothing is read outside the given range, because
// a value may lie at the very end of the memory. "ASCII" kernels leave other text to JavaScript and say so by their result.

import { secondResult } from "./memory";

/** 1 where both have the same bytes. */
export function bytesEqual(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  if (aLength != bLength) return 0;
  return sameBytes(a, b, aLength) ? 1 : 0;
}

// @ts-ignore: decorator
@inline
function sameBytes(a: usize, b: usize, length: u32): bool {
  if (length >= 8) return sameWords(a, b, length);
  if (length >= 4) {
    const last = length - 4;
    return ((load<u32>(a) ^ load<u32>(b)) | (load<u32>(a + last) ^ load<u32>(b + last))) == 0;
  }
  if (length == 0) return true;
  const middle = length >> 1;
  const last = length - 1;
  return load<u8>(a) == load<u8>(b) && load<u8>(a + middle) == load<u8>(b + middle) && load<u8>(a + last) == load<u8>(b + last);
}

/** Eight bytes at a time; the last eight may overlap those before. */
function sameWords(a: usize, b: usize, length: u32): bool {
  const last: usize = length - 8;
  for (let i: usize = 0; i < last; i += 8) {
    if (load<u64>(a + i) != load<u64>(b + i)) return false;
  }
  return load<u64>(a + last) == load<u64>(b + last);
}

/** Less than 0, 0 or more than 0 as the first value is less than, equal to or more than the second, by unsigned bytes. */
export function bytesCompare(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const length: usize = min(aLength, bLength);
  let i: usize = 0;
  for (; i + 8 <= length; i += 8) {
    const x = load<u64>(a + i);
    const y = load<u64>(b + i);
    if (x != y) return bswap(x) < bswap(y) ? -1 : 1;
  }
  for (; i < length; i++) {
    const difference = <i32>load<u8>(a + i) - <i32>load<u8>(b + i);
    if (difference != 0) return difference;
  }
  return aLength < bLength ? -1 : aLength > bLength ? 1 : 0;
}

/** Copies bytes; the ranges may overlap. */
export function bytesCopy(to: usize, from: usize, length: u32): void {
  memory.copy(to, from, length);
}

/** Bit i of the result is set where byte `from + i` is `byte`, for the `length` (at most 16) bytes from `from` on. */
// @ts-ignore: decorator
@inline
export function matches(from: usize, length: usize, start: usize, byte: v128): u32 {
  if (length >= 16) return i8x16.bitmask(i8x16.eq(v128.load(from), byte));
  // A range of at least 16 bytes before the end: load the last 16 and shift the ones before `from` out.
  if (from + length - 16 >= start && from + length >= 16) {
    return <u32>i8x16.bitmask(i8x16.eq(v128.load(from + length - 16), byte)) >> <u32>(16 - length);
  }
  const wanted = i8x16.extract_lane_u(byte, 0);
  let mask: u32 = 0;
  for (let i: usize = 0; i < length; i++) mask |= <u32>(load<u8>(from + i) == wanted) << <u32>i;
  return mask;
}

/** Offset of the first `needle` at or after offset `from`, or -1. An empty needle is found at `from`. */
export function bytesIndexOf(text: usize, length: u32, needle: usize, needleLength: u32, from: u32): i32 {
  if (from + needleLength > length) return -1;
  if (needleLength == 0) return from;
  const first = i8x16.splat(load<u8>(needle));
  const end = text + (length - needleLength) + 1;
  for (let at = text + from; at < end; at += 16) {
    let mask = matches(at, min<usize>(16, end - at), text, first);
    while (mask != 0) {
      const found = at + ctz(mask);
      if (needleLength == 1 || sameBytes(found + 1, needle + 1, needleLength - 1)) return <i32>(found - text);
      mask &= mask - 1;
    }
  }
  return -1;
}

/** Offset of the occurrence of `byte` that has `skip` others before it, at or after offset `from`, or -1. */
function indexOfByte(text: usize, length: u32, byte: u8, from: u32, skip: u32): i32 {
  const wanted = i8x16.splat(byte);
  const end = text + length;
  let left = skip;
  for (let at = text + from; at < end; at += 16) {
    let mask = matches(at, min<usize>(16, end - at), text, wanted);
    const count = <u32>popcnt(mask);
    if (count <= left) {
      left -= count;
      continue;
    }
    for (; left > 0; left--) mask &= mask - 1;
    return <i32>(at - text + ctz(mask));
  }
  return -1;
}

/**
 * Offset of part `index` (from 0) of a text cut at every separator, or -1 where there are fewer parts; the part's byte length is
 * the second result. The separator has at least one byte.
 */
export function bytesSplitPart(text: usize, length: u32, separator: usize, separatorLength: u32, index: i32): i32 {
  if (index < 0) return -1;
  const start = index == 0 ? 0 : startOfPart(text, length, separator, separatorLength, index);
  if (start < 0) return -1;
  const end =
    separatorLength == 1
      ? indexOfByte(text, length, load<u8>(separator), start, 0)
      : bytesIndexOf(text, length, separator, separatorLength, start);
  store<i32>(secondResult(), (end < 0 ? <i32>length : end) - start);
  return start;
}

function startOfPart(text: usize, length: u32, separator: usize, separatorLength: u32, index: i32): i32 {
  if (separatorLength == 1) return indexOfByte(text, length, load<u8>(separator), 0, index - 1) + 1 || -1;
  let start: i32 = 0;
  for (let i = 0; i < index; i++) {
    const at = bytesIndexOf(text, length, separator, separatorLength, start);
    if (at < 0) return -1;
    start = at + separatorLength;
  }
  return start;
}

/** Writes ASCII text in lower case to `to`. 0 where a byte is not ASCII; what was written is then of no use. */
export function textLower(text: usize, length: u32, to: usize): i32 {
  return changeCase(text, length, to, 0x41);
}

/** As textLower, in upper case. */
export function textUpper(text: usize, length: u32, to: usize): i32 {
  return changeCase(text, length, to, 0x61);
}

// @ts-ignore: decorator
@inline
function changeCase(text: usize, length: u32, to: usize, first: u8): i32 {
  let i: usize = 0;
  let seen: u32 = 0;
  for (; i + 16 <= length; i += 16) {
    const bytes = v128.load(text + i);
    const isLetter = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(first)), i8x16.splat(26));
    seen |= i8x16.bitmask(bytes);
    v128.store(to + i, v128.xor(bytes, v128.and(isLetter, i8x16.splat(0x20))));
  }
  for (; i < length; i++) {
    const byte = load<u8>(text + i);
    seen |= byte & 0x80;
    store<u8>(to + i, byte ^ (<u8>(byte - first) < 26 ? 0x20 : 0));
  }
  return seen == 0 ? 1 : 0;
}

/** Number of code points of well-formed UTF-8. */
export function textLength(text: usize, length: u32): i32 {
  let tails: i32 = 0;
  let i: usize = 0;
  // A tail byte, 0x80 to 0xbf, is less than -64 as a signed byte.
  for (; i + 16 <= length; i += 16) {
    tails += popcnt(i8x16.bitmask(i8x16.lt_s(v128.load(text + i), i8x16.splat(-64))));
  }
  for (; i < length; i++) tails += <i32>(load<i8>(text + i) < -64);
  return <i32>length - tails;
}

/** Byte offset of code point number `count` (from 0), or the byte length where there are fewer. */
export function textOffset(text: usize, length: u32, count: i32): i32 {
  let left = count;
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    const heads = 16 - popcnt(i8x16.bitmask(i8x16.lt_s(v128.load(text + i), i8x16.splat(-64))));
    if (heads > left) break;
    left -= heads;
  }
  for (; i < length; i++) {
    if (load<i8>(text + i) < -64) continue;
    if (left == 0) return <i32>i;
    left--;
  }
  return <i32>length;
}

/**
 * SUBSTRING: byte offset of at most `count` (not negative) code points from number `position` on, counted from 1, or back from the
 * end where it is negative; their byte length is the second result. A position outside the text gives no bytes.
 */
export function textSlice(text: usize, length: u32, position: i32, count: i32): i32 {
  let start = position > 0 ? position - 1 : 0;
  if (position < 0) {
    start = textLength(text, length) + position;
    if (start < 0) {
      store<i32>(secondResult(), 0);
      return 0;
    }
  }
  const offset = textOffset(text, length, start);
  store<i32>(secondResult(), textOffset(text + offset, length - offset, count));
  return offset;
}

/**
 * Offset of what follows a key, up to the next `stop` byte or the end; its byte length is the second result; -1 without the key.
 * With `lead` >= 0 the text may also begin with the key without its first `lead` bytes: `(&|^)key=([^&]*)`.
 */
export function bytesAfterKey(text: usize, length: u32, key: usize, keyLength: u32, lead: i32, stop: i32): i32 {
  const start = endOfKey(text, length, key, keyLength, lead);
  if (start < 0) return -1;
  const end = indexOfByte(text, length, <u8>stop, start, 0);
  store<i32>(secondResult(), (end < 0 ? <i32>length : end) - start);
  return start;
}

function endOfKey(text: usize, length: u32, key: usize, keyLength: u32, lead: i32): i32 {
  if (lead >= 0) {
    const bare = keyLength - lead;
    if (bare <= length && sameBytes(text, key + lead, bare)) return bare;
  }
  const at = bytesIndexOf(text, length, key, keyLength, 0);
  return at < 0 ? -1 : at + keyLength;
}

// In a compiled LIKE pattern, two bytes that UTF-8 does not use stand for `_` and `%`.
const ONE: u8 = 0xfe;
const ANY: u8 = 0xff;

// @ts-ignore: decorator
@inline
function nextPoint(at: usize): usize {
  const lead = load<u8>(at);
  return at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
}

/**
 * 1 where the text matches a compiled LIKE pattern: bytes for themselves, 0xfe for one code point, 0xff for any number of them.
 * Where it cannot go on it gives the last 0xff one more code point, so it takes at most text x pattern steps and no memory.
 */
export function likeMatch(text: usize, length: u32, pattern: usize, patternLength: u32): i32 {
  const end = text + length;
  const patternEnd = pattern + patternLength;
  let t = text;
  let p = pattern;
  let retryText: usize = 0;
  let retryPattern: usize = 0;
  while (t < end) {
    const wanted: u8 = p < patternEnd ? load<u8>(p) : 0x80;
    if (p < patternEnd && wanted == ANY) {
      retryPattern = ++p;
      retryText = t;
    } else if (p < patternEnd && wanted == ONE) {
      t = nextPoint(t);
      p++;
    } else if (p < patternEnd && wanted == load<u8>(t)) {
      t++;
      p++;
    } else if (retryPattern != 0) {
      retryText = nextPoint(retryText);
      t = retryText;
      p = retryPattern;
    } else return 0;
  }
  while (p < patternEnd && load<u8>(p) == ANY) p++;
  return p == patternEnd ? 1 : 0;
}

/** 1 where `value` lies in the range of two i64 at `range`: from the first up to, not including, the second. */
export function timeInRange(range: usize, value: i64): i32 {
  return value >= load<i64>(range) && value < load<i64>(range, 8) ? 1 : 0;
}

/** How many whole `unit`s (positive) lie before `value`, rounded down, modulo `modulus`: hours of a day, minutes of an hour. */
export function timePart(value: i64, unit: i64, modulus: i64): i32 {
  const whole = value / unit - i64(value % unit < 0);
  const rest = whole % modulus;
  return <i32>(rest < 0 ? rest + modulus : rest);
}

/** Days since 1970-01-01 of a time in units of which a day has `perDay`. */
export function timeDay(value: i64, perDay: i64): i32 {
  return <i32>(value / perDay - i64(value % perDay < 0));
}
