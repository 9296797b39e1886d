// Numbers as text. Integers and decimals with all their digits; FLOAT and DOUBLE as Java's Double.toString (since JDK 19): the
// shortest digits that read back as the same number, plain from 1e-3 to below 1e7, else with an exponent.
import { copyBlocks } from "./text-copy";
import { powersOfTen } from "./number-tables";
import { multiply } from "./number-read";

/** "00" to "99". */
const pairs: usize = memory.data(200);

export function prepareNumbers(): void {
  if (load<u8>(pairs) != 0) return;
  for (let i = 0; i < 100; i++) {
    store<u8>(pairs + (i << 1), 0x30 + i / 10);
    store<u8>(pairs + (i << 1), 0x30 + (i % 10), 1);
  }
}

const tens: usize = memory.data<u64>([
  1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
  100000000000000, 1000000000000000, 10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000,
]);

/** Number of decimal digits, 1 for 0. */
export function digitCount(value: u64): u32 {
  const guess = ((64 - <u32>clz(value | 1)) * 1233) >> 12;
  return guess + u32(guess == 0 || value >= load<u64>(tens + (guess << 3)));
}

/** Writes exactly `count` digits, zeros in front. */
export function writePadded(value: u64, count: u32, to: usize): void {
  let at = to + count;
  let rest = value;
  while (rest > 0xffffffff && at >= to + 2) {
    at -= 2;
    store<u16>(at, load<u16>(pairs + (<usize>(rest % 100) << 1)));
    rest /= 100;
  }
  let small = <u32>rest;
  while (at >= to + 2) {
    at -= 2;
    store<u16>(at, load<u16>(pairs + ((small % 100) << 1)));
    small /= 100;
  }
  if (at > to) store<u8>(to, 0x30 + (small % 10));
}

/** The eight decimal digits of a value below 10^8, one a byte, the first one lowest. */
// @ts-ignore: decorator
@inline
function digitBytes(value: u32): u64 {
  const fours = <u64>(value / 10000) | (<u64>(value % 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const twos = hundreds | ((fours - hundreds * 100) << 16);
  const tens = ((twos * 103) >> 10) & 0x000f000f000f000f;
  return tens | ((twos - tens * 10) << 8);
}

const ZEROS: u64 = 0x3030303030303030;

/** Writes a value below 10^8 without zeros in front; stores 8 bytes. */
// @ts-ignore: decorator
@inline
function writeShort(value: u32, to: usize): usize {
  const digits = digitBytes(value);
  const zeros = min(<u32>ctz(digits | 0x0100000000000000) >> 3, 7);
  store<u64>(to, (digits | ZEROS) >> (zeros << 3));
  return to + 8 - zeros;
}

/** Writes a value without zeros in front; stores up to 8 bytes more. */
export function writeUnsigned(value: u64, to: usize): usize {
  if (value < 100000000) return writeShort(<u32>value, to);
  const high = value / 100000000;
  const low = <u32>(value - high * 100000000);
  let at: usize;
  if (high < 100000000) at = writeShort(<u32>high, to);
  else {
    const top = high / 100000000;
    at = writeShort(<u32>top, to);
    store<u64>(at, digitBytes(<u32>(high - top * 100000000)) | ZEROS);
    at += 8;
  }
  store<u64>(at, digitBytes(low) | ZEROS);
  return at + 8;
}

// @ts-ignore: decorator
@inline
export function writeInteger(value: i64, to: usize): usize {
  if (value >= 0) return writeUnsigned(<u64>value, to);
  store<u8>(to, 0x2d);
  return writeUnsigned(0 - <u64>value, to + 1);
}

// ---- DECIMAL ----

/** 45 digits, and what copies read and write too much. */
const decimalDigits: usize = memory.data(80);

/** The digits of a magnitude of up to 38 digits into decimalDigits; their number, 0 for 0. */
function splitDecimal(low: u64, high: u64): u32 {
  let l = low;
  let h = high;
  let at = decimalDigits + 45;
  while (h != 0) {
    // (h, l) divided by 10^9, limb by limb.
    let rest: u64 = 0;
    rest = h >> 32;
    const q3 = rest / 1000000000;
    rest = ((rest % 1000000000) << 32) | (h & 0xffffffff);
    const q2 = rest / 1000000000;
    rest = ((rest % 1000000000) << 32) | (l >> 32);
    const q1 = rest / 1000000000;
    rest = ((rest % 1000000000) << 32) | (l & 0xffffffff);
    const q0 = rest / 1000000000;
    at -= 9;
    writePadded(rest % 1000000000, 9, at);
    h = (q3 << 32) | q2;
    l = (q1 << 32) | q0;
  }
  if (l != 0) {
    const count = digitCount(l);
    at -= count;
    writePadded(l, count, at);
  }
  while (at < decimalDigits + 45 && load<u8>(at) == 0x30) at++;
  const count = decimalDigits + 45 - at;
  copyBlocks(decimalDigits, at, count);
  return <u32>count;
}

/**
 * Writes an unscaled decimal. `plain`: all digits of the scale (100.00). Else as BigDecimal.stripTrailingZeros().toString(): without
 * trailing zeros, with an exponent for whole tens (1E+2) and below 1e-6. At most 48 bytes.
 */
export function writeDecimal(low: u64, high: i64, scale: u32, plain: bool, at: usize): usize {
  let to = at;
  let l = low;
  let h = <u64>high;
  if (high < 0) {
    store<u8>(to++, 0x2d);
    l = ~l + 1;
    h = ~h + u64(l == 0);
  }
  let count = splitDecimal(l, h);
  if (plain) return writePlain(count, <i32>scale, to);
  let digits = <i32>scale;
  while (count > 0 && load<u8>(decimalDigits + count - 1) == 0x30) {
    count--;
    digits--;
  }
  if (count == 0) {
    store<u8>(to, 0x30);
    return to + 1;
  }
  const exponent = <i32>count - 1 - digits;
  if (digits >= 0 && exponent >= -6) return writePlain(count, digits, to);
  return writeScientific(count, exponent, to);
}

/** The digits with `scale` of them after the point. */
function writePlain(count: u32, scale: i32, at: usize): usize {
  let to = at;
  const whole = <i32>count - scale;
  if (whole <= 0) store<u8>(to++, 0x30);
  else {
    copyBlocks(to, decimalDigits, whole);
    to += whole;
  }
  if (scale == 0) return to;
  store<u8>(to++, 0x2e);
  const zeros = whole < 0 ? -whole : 0;
  for (let i = 0; i < zeros; i += 8) store<u64>(to + i, ZEROS);
  const rest = scale - zeros;
  copyBlocks(to + zeros, decimalDigits + count - rest, rest);
  return to + zeros + rest;
}

function writeScientific(count: u32, exponent: i32, at: usize): usize {
  let to = at;
  store<u8>(to++, load<u8>(decimalDigits));
  if (count > 1) {
    store<u8>(to++, 0x2e);
    copyBlocks(to, decimalDigits + 1, count - 1);
    to += count - 1;
  }
  store<u8>(to++, 0x45);
  if (exponent > 0) store<u8>(to++, 0x2b);
  return writeInteger(exponent, to);
}

// ---- FLOAT and DOUBLE: Giulietti, "The Schubfach way to render doubles" ----

/** Writes a number, `quoted` where it is none: "NaN", "Infinity". At most 28 bytes. */
export function writeDouble(value: f64, quoted: bool, to: usize): usize {
  const bits = reinterpret<u64>(value);
  return writeFloating(bits & 0x7fffffffffffffff, <u32>(bits >> 63), 52, quoted, to);
}

export function writeFloat(value: f32, quoted: bool, to: usize): usize {
  const bits = reinterpret<u32>(value);
  return writeFloating(bits & 0x7fffffff, bits >> 31, 23, quoted, to);
}

function writeFloating(magnitude: u64, negative: u32, mantissaBits: u32, quoted: bool, at: usize): usize {
  let to = at;
  const exponent = <i32>(magnitude >> mantissaBits);
  const fraction = magnitude & ((<u64>1 << mantissaBits) - 1);
  if (exponent == (mantissaBits == 52 ? 0x7ff : 0xff)) return writeNoNumber(fraction != 0, negative != 0, quoted, to);
  if (negative != 0) store<u8>(to++, 0x2d);
  if (magnitude == 0) {
    store<u8>(to, 0x30);
    store<u8>(to, 0x2e, 1);
    store<u8>(to, 0x30, 2);
    return to + 3;
  }
  shortest(exponent, fraction, mantissaBits);
  return writeShortest(to);
}

function writeNoNumber(isNaN: bool, negative: bool, quoted: bool, at: usize): usize {
  let to = at;
  if (quoted) store<u8>(to++, 0x22);
  if (isNaN) {
    store<u16>(to, 0x614e);
    store<u8>(to, 0x4e, 2);
    to += 3;
  } else {
    if (negative) store<u8>(to++, 0x2d);
    store<u64>(to, 0x7974696e69666e49);
    to += 8;
  }
  if (quoted) store<u8>(to++, 0x22);
  return to;
}

/** The number found is shortDigits * 10^shortExponent. */
let shortDigits: u64 = 0;
let shortExponent: i32 = 0;

function found(digits: u64, exponent: i32): void {
  shortDigits = digits;
  shortExponent = exponent;
}

function shortest(biased: i32, fraction: u64, mantissaBits: u32): void {
  const lowest: i32 = mantissaBits == 52 ? -1074 : -149;
  const hidden = <u64>1 << mantissaBits;
  const tiny: u64 = mantissaBits == 52 ? 3 : 8;
  if (biased == 0) {
    if (fraction < tiny) return shorten(lowest, 10 * fraction, -1, hidden, lowest);
    return shorten(lowest, fraction, 0, hidden, lowest);
  }
  const c = hidden | fraction;
  const binary = lowest + biased - 1;
  if (binary <= 0 && binary > -<i32>(mantissaBits + 1)) {
    const whole = c >> -binary;
    if (whole << -binary == c) return found(whole, 0);
  }
  shorten(binary, c, 0, hidden, lowest);
}

/** Digits for c * 2^q times 10^shift. */
function shorten(q: i32, c: u64, shift: i32, hidden: u64, lowest: i32): void {
  const odd = c & 1;
  const middle = c << 2;
  const regular = c != hidden || q == lowest;
  const above = middle + 2;
  const below = middle - (regular ? 2 : 1);
  const k = <i32>((<i64>q * 661971961083 - (regular ? 0 : 274743187321)) >> 41);
  const h = <u64>(q + <i32>((<i64>-k * 913124641741) >> 38) + 2);
  const entry = powersOfTen + ((k + 324) << 4);
  const g0 = load<u64>(entry);
  const g1 = load<u64>(entry, 8);
  const v = roundToOdd(g1, g0, middle << h);
  const vLow = roundToOdd(g1, g0, below << h);
  const vHigh = roundToOdd(g1, g0, above << h);
  const s = v >> 2;
  if (s >= 100) {
    const s10 = (s / 10) * 10;
    const t10 = s10 + 10;
    const lowerIn = vLow + odd <= s10 << 2;
    const upperIn = (t10 << 2) + odd <= vHigh;
    if (lowerIn != upperIn) return found(lowerIn ? s10 : t10, k);
  }
  const t = s + 1;
  const lowerIn = vLow + odd <= s << 2;
  const upperIn = (t << 2) + odd <= vHigh;
  if (lowerIn != upperIn) return found(lowerIn ? s : t, k + shift);
  const half = <i64>(v - ((s + t) << 1));
  found(half < 0 || (half == 0 && (s & 1) == 0) ? s : t, k + shift);
}

/** The product with g, cut to an integer whose lowest bit tells whether something was cut off. */
function roundToOdd(g1: u64, g0: u64, c: u64): u64 {
  const x1 = multiply(g0, c);
  const y0 = g1 * c;
  const y1 = multiply(g1, c);
  const z = (y0 >> 1) + x1;
  const w = y1 + (z >> 63);
  return w | (((z & 0x7fffffffffffffff) + 0x7fffffffffffffff) >> 63);
}

const shortText: usize = memory.data(48);

function writeShortest(at: usize): usize {
  let to = at;
  let digits = shortDigits;
  let exponent = shortExponent;
  while (digits % 10 == 0) {
    digits /= 10;
    exponent++;
  }
  const count = <i32>(writeUnsigned(digits, shortText) - shortText);
  /** Digits before the point. */
  const point = count + exponent;
  if (point > 7 || point <= -3) {
    to = writeParts(1, count, to);
    store<u8>(to++, 0x45);
    return writeInteger(point - 1, to);
  }
  if (point > 0) return writeParts(point, count, to);
  // 0. and at most two zeros.
  store<u32>(to, 0x30302e30);
  to += 2 - point;
  copyBlocks(to, shortText, count);
  return to + count;
}

/** Digits with the point after the first `whole`, and at least one digit after it. */
function writeParts(whole: i32, count: i32, at: usize): usize {
  let to = at;
  if (whole >= count) {
    // At most seven digits and zeros.
    store<u64>(to, load<u64>(shortText));
    store<u64>(to + count, ZEROS);
    to += whole;
    store<u8>(to, 0x2e);
    store<u8>(to, 0x30, 1);
    return to + 2;
  }
  copyBlocks(to, shortText, whole);
  store<u8>(to + whole, 0x2e);
  copyBlocks(to + whole + 1, shortText + whole, count - whole);
  return to + count + 1;
}
