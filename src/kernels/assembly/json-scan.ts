// Passing over JSON without decoding it. What Jackson refuses in a value that nobody reads is refused here too: the form of numbers
// and literals, escapes, brackets, UTF-8. A line feed always ends the record, so no scan leaves a record that ends in one.
import { digitRun } from "./number-read";
import { Fault, fail } from "./text-error";
import { skipUtf8 } from "./text-utf8";

export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
export const LF: u8 = 0x0a;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const OPEN_ARRAY: u8 = 0x5b;
export const CLOSE_ARRAY: u8 = 0x5d;

/** Jackson's limits: deeper nesting and longer numbers are refused. */
export const MAX_DEPTH: u32 = 1000;
const MAX_NUMBER_LENGTH: usize = 1000;

/** By the character after a backslash: what it stands for; 0 where there is no such escape, 1 for \u. */
export const escapes: usize = memory.data(256);
export function prepareJson(): void {
  store<u8>(escapes + 0x22, 0x22);
  store<u8>(escapes + 0x2f, 0x2f);
  store<u8>(escapes + 0x5c, 0x5c);
  store<u8>(escapes + 0x62, 0x08);
  store<u8>(escapes + 0x66, 0x0c);
  store<u8>(escapes + 0x6e, 0x0a);
  store<u8>(escapes + 0x72, 0x0d);
  store<u8>(escapes + 0x74, 0x09);
  store<u8>(escapes + 0x75, 1);
}

/** One bit per byte that a string's scan must look at: quote, backslash, control character or part of a non-ASCII one. */
// @ts-ignore: decorator
@inline
export function stringStops(block: v128): u32 {
  const quotes = i8x16.eq(block, i8x16.splat(0x22));
  const backslashes = i8x16.eq(block, i8x16.splat(0x5c));
  const low = i8x16.lt_s(block, i8x16.splat(0x20));
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), low));
}

// @ts-ignore: decorator
@inline
export function skipSpace(at: usize): usize {
  let p = at;
  while (true) {
    const c = load<u8>(p);
    if (c > 0x20 || (c != 0x20 && c != 0x09 && c != 0x0d)) return p;
    p++;
  }
}

/** As stringStops, of the 64 bytes from p on. */
// @ts-ignore: decorator
@inline
function wideStops(p: usize): u64 {
  const a = <u64>stringStops(v128.load(p)) | <u64>stringStops(v128.load(p, 16)) << 16;
  const b = <u64>stringStops(v128.load(p, 32)) | <u64>stringStops(v128.load(p, 48)) << 16;
  return a | b << 32;
}

/**
 * From after the opening quote to after the closing one. Hot: bench/json-scan.ts. Short strings end in the first 16 bytes; then 64 at a time,
 * so that the number of steps, which the processor guesses, hardly depends on the length, and an escape costs no new load.
 */
export function skipString(at: usize): usize {
  let p = at;
  const first = stringStops(v128.load(p));
  if (first == 0) p += 16;
  else {
    const end = p + ctz(first);
    if (load<u8>(end) == QUOTE) return end + 1;
    p = end;
  }
  while (true) {
    let stops = wideStops(p);
    let next = p + 64;
    while (stops != 0) {
      const stop = p + <usize>ctz(stops);
      const c = load<u8>(stop);
      if (c == QUOTE) return stop + 1;
      const after = c == BACKSLASH ? skipEscape(stop) : skipOther(stop, c);
      if (after == 0) return 0;
      next = max(next, after);
      stops = after < p + 64 ? stops & (<u64>-1 << <u64>(after - p)) : 0;
    }
    p = next;
  }
  return 0;
}

/** Steps over a control character (Flink's reader allows them unescaped) or over characters beyond ASCII. */
export function skipOther(p: usize, c: u8): usize {
  if (c >= 0x80) return skipUtf8(p);
  return c == LF ? fail(Fault.UNTERMINATED, p) : p + 1;
}

export function skipEscape(p: usize): usize {
  const escape = load<u8>(escapes + load<u8>(p + 1));
  if (escape > 1) return p + 2;
  if (escape == 0) return fail(Fault.ESCAPE, p);
  for (let i: usize = 2; i < 6; i++) if (hexDigit(load<u8>(p + i)) > 15) return fail(Fault.ESCAPE, p);
  return p + 6;
}

/** The digit's value, above 15 if it is none. */
// @ts-ignore: decorator
@inline
export function hexDigit(c: u32): u32 {
  const digit = c - 0x30;
  if (digit <= 9) return digit;
  const letter = (c | 0x20) - 0x61;
  return letter <= 5 ? letter + 10 : 16;
}

function skipDigits(at: usize): usize {
  let p = at;
  while (true) {
    const n = digitRun(p);
    p += n;
    if (n < 16) return p;
  }
}

/** The end of the number that starts at p. */
export function skipNumber(at: usize): usize {
  let p = at;
  if (load<u8>(p) == 0x2d) p++;
  const whole = p;
  p = skipDigits(p);
  if (p == whole || (p > whole + 1 && load<u8>(whole) == 0x30)) return fail(Fault.NUMBER, at);
  const c = load<u8>(p);
  if (c == 0x2e || (c | 0x20) == 0x65) p = skipFraction(p);
  if (p == 0 || p - at > MAX_NUMBER_LENGTH) return fail(Fault.NUMBER, at);
  return p;
}

/** From the point, or the exponent's letter, to the number's end; 0 if there is none. */
function skipFraction(at: usize): usize {
  let p = at;
  if (load<u8>(p) == 0x2e) {
    const digits = ++p;
    p = skipDigits(p);
    if (p == digits) return 0;
  }
  if ((load<u8>(p) | 0x20) != 0x65) return p;
  p++;
  const sign = load<u8>(p);
  if (sign == 0x2b || sign == 0x2d) p++;
  const exponent = p;
  p = skipDigits(p);
  return p == exponent ? 0 : p;
}

/** true, false, null or a number. */
export function skipScalar(p: usize): usize {
  const c = load<u8>(p);
  if (<u8>(c - 0x30) <= 9 || c == 0x2d) return skipNumber(p);
  if (load<u32>(p) == 0x6c6c756e || load<u32>(p) == 0x65757274) return p + 4;
  if (c == 0x66 && load<u32>(p + 1) == 0x65736c61) return p + 5;
  return fail(c == LF ? Fault.UNTERMINATED : Fault.UNEXPECTED, p);
}

export function skipValue(p: usize): usize {
  const c = load<u8>(p);
  if (c == QUOTE) return skipString(p + 1);
  return c == OPEN_OBJECT || c == OPEN_ARRAY ? skipNested(p) : skipScalar(p);
}

/** One bit per open bracket: 1 for an object. */
const nesting: usize = memory.data(128);

function push(depth: u32, isObject: bool): void {
  const slot = nesting + (depth >> 3);
  const bit: u8 = <u8>1 << <u8>(depth & 7);
  store<u8>(slot, isObject ? load<u8>(slot) | bit : load<u8>(slot) & ~bit);
}

// @ts-ignore: decorator
@inline
function isObjectAt(depth: u32): bool {
  return ((load<u8>(nesting + (depth >> 3)) >> <u8>(depth & 7)) & 1) != 0;
}

/** A whole object or array. Iterative, so that depth costs no stack. */
function skipNested(at: usize): usize {
  let p = at;
  let depth: u32 = 0;
  while (true) {
    p = skipSpace(p);
    let c = load<u8>(p);
    let closed = false;
    if (c == OPEN_OBJECT || c == OPEN_ARRAY) {
      if (depth >= MAX_DEPTH - 1) return fail(Fault.DEPTH, p);
      push(depth++, c == OPEN_OBJECT);
      p = skipSpace(p + 1);
      closed = load<u8>(p) == c + 2;
      if (!closed) {
        if (c == OPEN_OBJECT) {
          p = skipKey(p);
          if (p == 0) return 0;
        }
        continue;
      }
    } else {
      p = c == QUOTE ? skipString(p + 1) : skipScalar(p);
      if (p == 0) return 0;
    }
    // After a value: the brackets it closes, then a comma.
    while (true) {
      if (closed) {
        p++;
        if (--depth == 0) return p;
      }
      p = skipSpace(p);
      c = load<u8>(p);
      const isObject = isObjectAt(depth - 1);
      if (c == COMMA) break;
      closed = c == (isObject ? CLOSE_OBJECT : CLOSE_ARRAY);
      if (!closed) return fail(c == LF ? Fault.UNTERMINATED : Fault.UNEXPECTED, p);
    }
    p = skipSpace(p + 1);
    if (isObjectAt(depth - 1)) {
      p = skipKey(p);
      if (p == 0) return 0;
    }
  }
}

/** From a key's opening quote to after its colon. */
export function skipKey(at: usize): usize {
  let p = at;
  const c = load<u8>(p);
  if (c != QUOTE) return fail(c == LF ? Fault.UNTERMINATED : Fault.UNEXPECTED, p);
  p = skipString(p + 1);
  if (p == 0) return 0;
  p = skipSpace(p);
  return load<u8>(p) == COLON ? p + 1 : fail(Fault.UNEXPECTED, p);
}
