// Numbers from text, exactly. Every function reads [start, end) as a whole; the callers have trimmed it. The form is Java's
// (Long.parseLong, BigDecimal, Double.parseDouble), because Flink's formats hand the text to those.
import { powersOfFive } from "./number-tables";
import { digitsAboveHalf } from "./number-exact";

export let integerValue: i64 = 0;
/** An unscaled decimal: 128 bits, signed. */
export let decimalLow: u64 = 0;
export let decimalHigh: i64 = 0;

/** Number of decimal digits at p, at most 16. */
// @ts-ignore: decorator
@inline
export function digitRun(p: usize): u32 {
  const digits = i8x16.sub(v128.load(p), i8x16.splat(0x30));
  return ctz(~i8x16.bitmask(i8x16.lt_u(digits, i8x16.splat(10))));
}

/** The value of eight ASCII digits; bytes that are 0 count as the digit 0. */
// @ts-ignore: decorator
@inline
export function eightDigits(chunk: u64): u64 {
  let v = (chunk & 0x0f0f0f0f0f0f0f0f) * 2561 >> 8;
  v = (v & 0x00ff00ff00ff00ff) * 6553601 >> 16;
  return (v & 0x0000ffff0000ffff) * 42949672960001 >> 32;
}

/** The value of `n` digits at p, 1 <= n <= 16. Reads 8 bytes from p. */
// @ts-ignore: decorator
@inline
export function shortDigits(p: usize, n: u32): u64 {
  if (n <= 8) return eightDigits(load<u64>(p) << <u64>((8 - n) << 3));
  return eightDigits(load<u64>(p) << <u64>((16 - n) << 3)) * 100000000 + eightDigits(load<u64>(p + n - 8));
}

/** An integer of at most 64 bits with an optional sign into integerValue; false if it is none or does not fit. */
export function readInteger(start: usize, end: usize): bool {
  let p = start;
  let negative = false;
  if (p < end) {
    const c = load<u8>(p);
    negative = c == 0x2d;
    if (negative || c == 0x2b) p++;
  }
  if (p == end) return false;
  while (p < end - 1 && load<u8>(p) == 0x30) p++;
  if (end - p > 19) return false;
  let value: u64 = 0;
  for (; p < end; p++) {
    const digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  if (value > <u64>i64.MAX_VALUE + u64(negative)) return false;
  integerValue = negative ? -(<i64>value) : <i64>value;
  return true;
}

// ---- the parts of a decimal number ----

let partNegative: bool = false;
/** First significant digit, and the end of the digits; a point may lie between. */
let partDigits: usize = 0;
let partDigitsEnd: usize = 0;
/** Significant digits between those, without the point. */
let partCount: u32 = 0;
/** The exponent of ten that belongs to the digits read as one integer. */
let partExponent: i32 = 0;

/** [+-]digits[.digits][e[+-]digits] with a digit before or after the point. Exponents beyond 100,000,000 are cut. */
function readParts(start: usize, end: usize): bool {
  let p = start;
  if (p == end) return false;
  const sign = load<u8>(p);
  partNegative = sign == 0x2d;
  if (partNegative || sign == 0x2b) p++;
  let digits: u32 = 0;
  let significant: u32 = 0;
  let fraction: i32 = 0;
  let point = false;
  partDigits = 0;
  for (; p < end; p++) {
    const c = <u32>load<u8>(p);
    if (c - 0x30 <= 9) {
      digits++;
      fraction += i32(point);
      if (significant != 0 || c != 0x30) {
        if (significant++ == 0) partDigits = p;
      }
    } else if (c == 0x2e && !point) point = true;
    else break;
  }
  if (digits == 0) return false;
  partDigitsEnd = p;
  if (partDigits == 0) partDigits = p;
  partCount = significant;
  partExponent = -fraction;
  if (p == end) return true;
  if ((load<u8>(p) | 0x20) != 0x65) return false;
  return readExponent(p + 1, end);
}

function readExponent(at: usize, end: usize): bool {
  let p = at;
  if (p == end) return false;
  const sign = load<u8>(p);
  if (sign == 0x2d || sign == 0x2b) p++;
  if (p == end) return false;
  let exponent: i32 = 0;
  for (; p < end; p++) {
    const digit = <u32>load<u8>(p) - 0x30;
    if (digit > 9) return false;
    if (exponent < 100000000) exponent = exponent * 10 + digit;
  }
  partExponent += sign == 0x2d ? -exponent : exponent;
  return true;
}

// ---- integers from numbers with a fraction ----

/**
 * The integer part of a number such as 1.9 or 1e3, cut toward zero as Jackson narrows it, into integerValue. False if it does not
 * fit 64 bits. Exact, where Jackson goes through a double.
 */
export function readTruncated(start: usize, end: usize): bool {
  if (!readParts(start, end)) return false;
  const kept = <i64>partCount + partExponent;
  integerValue = 0;
  if (kept <= 0 || partCount == 0) return true;
  if (kept > 19) return false;
  let value: u64 = 0;
  let taken: i64 = 0;
  for (let p = partDigits; p < partDigitsEnd && taken < kept; p++) {
    const c = load<u8>(p);
    if (c == 0x2e) continue;
    value = value * 10 + (c - 0x30);
    taken++;
  }
  for (; taken < kept; taken++) value *= 10;
  if (value > <u64>i64.MAX_VALUE + u64(partNegative)) return false;
  integerValue = partNegative ? -(<i64>value) : <i64>value;
  return true;
}

// ---- DECIMAL ----

/**
 * A decimal of `precision` digits of which `scale` lie after the point, rounded half up (away from zero), into decimalLow and
 * decimalHigh. False for text that is no number, or where the rounded number has more digits.
 */
export function readDecimal(start: usize, end: usize, precision: u32, scale: u32): bool {
  if (!readParts(start, end)) return false;
  decimalLow = 0;
  decimalHigh = 0;
  if (partCount == 0) return true;
  // Digits that stay before rounding: all those above 10^-scale.
  const kept = <i64>partCount + partExponent + scale;
  if (kept > <i64>precision) return false;
  if (kept < 0) return true;
  let low: u64 = 0;
  let high: u64 = 0;
  let p = partDigits;
  let taken: i64 = 0;
  let roundUp = false;
  for (; p < partDigitsEnd; p++) {
    const c = load<u8>(p);
    if (c == 0x2e) continue;
    if (taken == kept) {
      roundUp = c >= 0x35;
      break;
    }
    addDigit(low, high, c - 0x30);
    low = decimalLow;
    high = <u64>decimalHigh;
    taken++;
  }
  for (; taken < kept; taken++) {
    addDigit(low, high, 0);
    low = decimalLow;
    high = <u64>decimalHigh;
  }
  if (roundUp) {
    low++;
    high += u64(low == 0);
  }
  if (exceeds(low, high, precision)) return false;
  if (partNegative) {
    low = ~low + 1;
    high = ~high + u64(low == 0);
  }
  decimalLow = low;
  decimalHigh = <i64>high;
  return true;
}

/** (high, low) * 10 + digit into decimalHigh, decimalLow. */
// @ts-ignore: decorator
@inline
function addDigit(low: u64, high: u64, digit: u64): void {
  const part0 = (low & 0xffffffff) * 10 + digit;
  const part1 = (low >> 32) * 10 + (part0 >> 32);
  decimalLow = (part1 << 32) | (part0 & 0xffffffff);
  decimalHigh = <i64>(high * 10 + (part1 >> 32));
}

/** Whether (high, low) >= 10^precision. */
function exceeds(low: u64, high: u64, precision: u32): bool {
  let powerLow: u64 = 1;
  let powerHigh: u64 = 0;
  for (let i: u32 = 0; i < precision; i++) {
    const part0 = (powerLow & 0xffffffff) * 10;
    const part1 = (powerLow >> 32) * 10 + (part0 >> 32);
    powerHigh = powerHigh * 10 + (part1 >> 32);
    powerLow = (part1 << 32) | (part0 & 0xffffffff);
  }
  return high > powerHigh || (high == powerHigh && low >= powerLow);
}

// ---- numbers as programs write them: [-]digits[.digits] ----

/** The digits of the number read as one integer, and how many of them stand behind the point. */
export let plainDigits: u64 = 0;
export let plainScale: u32 = 0;
export let plainNegative: bool = false;

/**
 * Reads a JSON number without an exponent and of at most 19 digits, at most 16 on each side of the point; the address after it, or 0
 * for any other text, which the general functions then decide about. Reads 34 bytes from p.
 */
// @ts-ignore: decorator
@inline
export function readPlainNumber(at: usize): usize {
  let p = at;
  plainNegative = load<u8>(p) == 0x2d;
  if (plainNegative) p++;
  const whole = digitRun(p);
  if (whole - 1 > 14 || (whole > 1 && load<u8>(p) == 0x30)) return 0;
  plainDigits = shortDigits(p, whole);
  plainScale = 0;
  p += whole;
  if (load<u8>(p) != 0x2e) return p;
  const fraction = digitRun(p + 1);
  if (fraction - 1 > 15 || whole + fraction > 19) return 0;
  plainDigits = plainDigits * load<u64>(integerTens + (fraction << 3)) + shortDigits(p + 1, fraction);
  plainScale = fraction;
  return p + 1 + fraction;
}

const integerTens: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
  100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000,
]);

/** The number that readPlainNumber read, as a double. */
// @ts-ignore: decorator
@inline
export function plainDouble(): f64 {
  const value =
    plainDigits <= 9007199254740992 ? <f64>plainDigits / load<f64>(exactTens + (plainScale << 3)) : reinterpret<f64>(nearest(plainDigits, -(<i32>plainScale), 52));
  return plainNegative ? -value : value;
}

export function plainFloat(): f32 {
  const value = reinterpret<f32>(<u32>nearest(plainDigits, -(<i32>plainScale), 23));
  return plainNegative ? -value : value;
}

/** The number that readPlainNumber read, as an unscaled decimal into integerValue; false if that is not a matter of adding zeros. */
// @ts-ignore: decorator
@inline
export function plainDecimal(precision: u32, scale: u32): bool {
  if (plainScale > scale) return false;
  const factor = load<u64>(integerTens + ((scale - plainScale) << 3));
  if (plainDigits >= load<u64>(integerTens + (precision << 3)) / factor) return false;
  const value = <i64>(plainDigits * factor);
  integerValue = plainNegative ? -value : value;
  return true;
}

// ---- FLOAT and DOUBLE ----

export let doubleValue: f64 = 0;
export let floatValue: f32 = 0;

const exactTens: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]);

/** The nearest double (ties to even) into doubleValue. */
export function readDouble(start: usize, end: usize): bool {
  const bits = readFloating(start, end, 52);
  if (bits == NOT_A_NUMBER_TEXT) return false;
  doubleValue = reinterpret<f64>(bits);
  return true;
}

/** The nearest float (ties to even, not by way of a double) into floatValue. */
export function readFloat(start: usize, end: usize): bool {
  const bits = readFloating(start, end, 23);
  if (bits == NOT_A_NUMBER_TEXT) return false;
  floatValue = reinterpret<f32>(<u32>bits);
  return true;
}

/** A pattern of bits that no result has: a NaN of our own. */
const NOT_A_NUMBER_TEXT: u64 = 0xffffffffffffffff;

function readFloating(start: usize, at: usize, mantissaBits: u32): u64 {
  let end = at;
  if (start >= end) return NOT_A_NUMBER_TEXT;
  const last = load<u8>(end - 1) | 0x20;
  if (!readParts(start, end)) {
    const word = readWord(start, end, mantissaBits);
    if (word != NOT_A_NUMBER_TEXT) return word;
    // Java takes 1.5d and 1.5f.
    if (end - start < 2 || (last != 0x64 && last != 0x66) || !readParts(start, --end)) return NOT_A_NUMBER_TEXT;
  }
  return signed(magnitude(mantissaBits), mantissaBits);
}

// @ts-ignore: decorator
@inline
function signed(bits: u64, mantissaBits: u32): u64 {
  return bits | (u64(partNegative) << (mantissaBits == 52 ? 63 : 31));
}

/** NaN and Infinity with an optional sign. */
function readWord(start: usize, end: usize, mantissaBits: u32): u64 {
  let p = start;
  const sign = load<u8>(p);
  partNegative = sign == 0x2d;
  if (partNegative || sign == 0x2b) p++;
  const infinity: u64 = mantissaBits == 52 ? 0x7ff0000000000000 : 0x7f800000;
  if (end - p == 3 && load<u16>(p) == 0x614e && load<u8>(p + 2) == 0x4e) return infinity | (<u64>1 << (mantissaBits - 1));
  if (end - p == 8 && load<u64>(p) == 0x7974696e69666e49) return signed(infinity, mantissaBits);
  return NOT_A_NUMBER_TEXT;
}

/** The bits of the number's magnitude, from the parts read. */
function magnitude(mantissaBits: u32): u64 {
  let w: u64 = 0;
  let p = partDigits;
  let taken: u32 = 0;
  for (; p < partDigitsEnd && taken < 19; p++) {
    const c = load<u8>(p);
    if (c == 0x2e) continue;
    w = w * 10 + (c - 0x30);
    taken++;
  }
  const exponent = partExponent + <i32>(partCount - taken);
  if (taken == partCount) {
    if (mantissaBits == 52 && w <= 9007199254740992 && exponent >= -22 && exponent <= 22) return reinterpret<u64>(exactScale(<f64>w, exponent));
    return nearest(w, exponent, mantissaBits);
  }
  // More digits than 64 bits hold: w and w + 1 bracket the number. Where they round alike, so does it.
  const below = nearest(w, exponent, mantissaBits);
  if (below == nearest(w + 1, exponent, mantissaBits)) return below;
  const half = digitsAboveHalf(partDigits, partDigitsEnd, partCount, partExponent, below, mantissaBits);
  return half > 0 || (half == 0 && (below & 1) == 1) ? below + 1 : below;
}

// @ts-ignore: decorator
@inline
function exactScale(w: f64, exponent: i32): f64 {
  return exponent < 0 ? w / load<f64>(exactTens + (-exponent << 3)) : w * load<f64>(exactTens + (exponent << 3));
}

let productLow: u64 = 0;
/** The high half of a 64 x 64 bit product; the low half into productLow. */
export function multiply(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff;
  const aHigh = a >> 32;
  const bLow = b & 0xffffffff;
  const bHigh = b >> 32;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >> 32);
  const other = aLow * bHigh + (middle & 0xffffffff);
  productLow = (other << 32) | (low & 0xffffffff);
  return aHigh * bHigh + (middle >> 32) + (other >> 32);
}

/** Bits of the floating-point number nearest to w * 10^q (Lemire, "Number parsing at a gigabyte per second", 2021). */
function nearest(w: u64, q: i32, mantissaBits: u32): u64 {
  const minimumExponent: i32 = mantissaBits == 52 ? -1023 : -127;
  const infinite: i32 = mantissaBits == 52 ? 0x7ff : 0xff;
  if (w == 0 || q < -342) return 0;
  if (q > 308) return <u64>infinite << mantissaBits;
  const zeros = <i32>clz(w);
  const scaled = w << zeros;
  const entry = powersOfFive + ((q + 342) << 4);
  let high = multiply(scaled, load<u64>(entry, 8));
  let low = productLow;
  const mask: u64 = u64.MAX_VALUE >> (mantissaBits + 3);
  if ((high & mask) == mask) {
    const second = multiply(scaled, load<u64>(entry));
    low += second;
    if (second > low) high++;
  }
  const upper = <i32>(high >> 63);
  const shift = upper + 64 - <i32>mantissaBits - 3;
  let mantissa = high >> shift;
  let exponent = (((152170 + 65536) * q) >> 16) + 63 + upper - zeros - minimumExponent;
  if (exponent <= 0) {
    if (1 - exponent >= 64) return 0;
    mantissa >>= 1 - exponent;
    // Half up is enough here: an exact tie cannot come from a power of ten this small.
    return (mantissa + (mantissa & 1)) >> 1;
  }
  const tieFrom: i32 = mantissaBits == 52 ? -4 : -17;
  const tieTo: i32 = mantissaBits == 52 ? 23 : 10;
  if (low <= 1 && q >= tieFrom && q <= tieTo && (mantissa & 3) == 1 && mantissa << shift == high) mantissa &= ~1;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= <u64>2 << mantissaBits) {
    mantissa = <u64>1 << mantissaBits;
    exponent++;
  }
  if (exponent >= infinite) return <u64>infinite << mantissaBits;
  return (mantissa & ~(<u64>1 << mantissaBits)) | (<u64>exponent << mantissaBits);
}
