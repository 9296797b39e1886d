// Dates and times from text, in the forms of Java's ISO_LOCAL_DATE and of Flink's SQL and ISO-8601 timestamps. Years 1 to 9999.

import { digitRun, shortDigits } from "./number-read";

export let readDays: i32 = 0;
/** Seconds since 1970-01-01T00:00:00 (no zone), and nanoseconds of the second. */
export let readSeconds: i64 = 0;
export let readNanos: i32 = 0;

/** Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
export function daysOf(year: i32, month: i32, day: i32): i32 {
  const y = year - i32(month <= 2);
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Two digits at p, or 100 and more. */
// @ts-ignore: decorator
@inline
function two(p: usize): u32 {
  const a = <u32>load<u8>(p) - 0x30;
  const b = <u32>load<u8>(p + 1) - 0x30;
  return a > 9 || b > 9 ? 1000 : a * 10 + b;
}

/**
 * yyyy-MM-dd at p, into readDays. A day that its month does not have is refused when `strict` (DATE), else the month's last day
 * is taken, up to day 31: Flink reads timestamps so.
 */
export function readDay(p: usize, strict: bool): bool {
  const century = two(p);
  const years = two(p + 2);
  const month = <i32>two(p + 5);
  let day = <i32>two(p + 8);
  if (century > 99 || years > 99 || load<u8>(p + 4) != 0x2d || load<u8>(p + 7) != 0x2d) return false;
  const year = <i32>(century * 100 + years);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const days = daysInMonth(year, month);
  if (day > days) {
    if (strict) return false;
    day = days;
  }
  readDays = daysOf(year, month, day);
  return true;
}

/** Up to nine digits from p on into readNanos; the address after them. */
function readFraction(p: usize, end: usize): usize {
  let at = p;
  let nanos = 0;
  let unit = 100000000;
  for (; at < end && at < p + 9; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit > 9) break;
    nanos += <i32>digit * unit;
    unit /= 10;
  }
  readNanos = nanos;
  return at;
}

let clockSeconds: i32 = 0;
/**
 * HH:mm:ss with an optional fraction, into clockSeconds and readNanos; the address after it, or 0. `shortForm` lets the seconds be left out.
 * 24:00:00 is the next midnight.
 */
function readClock(p: usize, end: usize, shortForm: bool): usize {
  if (p + 5 > end) return 0;
  const hour = two(p);
  const minute = two(p + 3);
  if (hour > 24 || minute > 59 || load<u8>(p + 2) != 0x3a) return 0;
  readNanos = 0;
  clockSeconds = <i32>(hour * 3600 + minute * 60);
  let at = p + 5;
  if (at < end && load<u8>(at) == 0x3a) {
    if (at + 3 > end) return 0;
    const second = two(at + 1);
    if (second > 59) return 0;
    clockSeconds += second;
    at += 3;
    if (at < end && load<u8>(at) == 0x2e) at = readFraction(at + 1, end);
  } else if (!shortForm) return 0;
  return hour == 24 && (clockSeconds != 86400 || readNanos != 0) ? 0 : at;
}

/** The whole of [start, end) as a DATE. */
export function readDate(start: usize, end: usize): bool {
  return end - start == 10 && readDay(start, true);
}

/** Up to two digits from p on, or 1000; numberEnd is after them. */
let numberEnd: usize = 0;
function oneOrTwo(p: usize, end: usize): u32 {
  const first = p < end ? <u32>load<u8>(p) - 0x30 : 10;
  if (first > 9) return 1000;
  numberEnd = p + 1;
  const second = p + 1 < end ? <u32>load<u8>(p + 1) - 0x30 : 10;
  if (second > 9) return first;
  numberEnd = p + 2;
  return first * 10 + second;
}

/**
 * The whole of [start, end) as java.sql.Date.valueOf reads it, which Flink's csv format uses: yyyy-[m]m-[d]d, where a day up to 31
 * that the month does not have runs over into the next.
 */
export function readLenientDate(start: usize, end: usize): bool {
  if (end < start + 8 || load<u8>(start + 4) != 0x2d) return false;
  const century = two(start);
  const years = two(start + 2);
  const month = oneOrTwo(start + 5, end);
  if (century > 99 || years > 99 || month < 1 || month > 12 || numberEnd == end || load<u8>(numberEnd) != 0x2d) return false;
  const day = oneOrTwo(numberEnd + 1, end);
  if (day < 1 || day > 31 || numberEnd != end || century + years == 0) return false;
  readDays = daysOf(<i32>(century * 100 + years), <i32>month, <i32>day);
  return true;
}

/** The whole of [start, end) as a TIME whose seconds may be left out and that ends at 23:59:59. */
export function readShortTime(start: usize, end: usize): bool {
  if (readClock(start, end, true) != end || clockSeconds == 86400) return false;
  readMillis = clockSeconds * 1000 + readNanos / 1000000;
  return true;
}

export let readMillis: i32 = 0;
/** The whole of [start, end) as a TIME, into readMillis (of the day). */
export function readTime(start: usize, end: usize): bool {
  if (readClock(start, end, false) != end) return false;
  readMillis = (clockSeconds == 86400 ? 0 : clockSeconds * 1000) + readNanos / 1000000;
  return true;
}

/**
 * The whole of [start, end) as a timestamp, into readSeconds and readNanos. `iso` wants T between date and time and lets the
 * seconds be left out, else it is a space; `zoned` wants a Z at the end.
 */
export function readTimestamp(start: usize, end: usize, iso: bool, zoned: bool): bool {
  const textEnd = zoned ? end - 1 : end;
  if (textEnd < start + 16 || (zoned && load<u8>(textEnd) != 0x5a)) return false;
  const between = load<u8>(start + 10);
  if (iso ? (between | 0x20) != 0x74 : between != 0x20) return false;
  if (!readDay(start, false)) return false;
  if (readClock(start + 11, textEnd, iso) != textEnd) return false;
  readSeconds = <i64>readDays * 86400 + clockSeconds;
  return true;
}

// ---- the form machines write ----

/** The 16 bytes of the last `yyyy-MM-dd HH:mm` read, and its seconds since 1970: streams repeat it. */
const minuteText: usize = memory.data(16);
let minuteSeconds: i64 = 0;

/**
 * Reads yyyy-MM-dd HH:mm:ss with up to nine digits of fraction from p on, with T for the space when `iso`; the address of the byte after
 * it. 0 when the text has another form, which readTimestamp then decides about. Reads 36 bytes from p.
 */
// @ts-ignore: decorator
@inline
export function readUsualTimestamp(p: usize, iso: bool): usize {
  const minute = v128.load(p);
  if (i8x16.bitmask(i8x16.eq(minute, v128.load(minuteText))) != 0xffff && !readMinute(p)) return 0;
  if (load<u8>(p + 10) != (iso ? 0x54 : 0x20)) return 0;
  const rest = load<u64>(p + 16);
  // :ss
  const s1 = <u32>((rest >> 8) & 0xff) - 0x30;
  const s2 = <u32>((rest >> 16) & 0xff) - 0x30;
  if (<u8>rest != 0x3a || s1 > 5 || s2 > 9) return 0;
  readSeconds = minuteSeconds + (s1 * 10 + s2);
  readNanos = 0;
  if (<u8>(rest >> 24) != 0x2e) return p + 19;
  // .SSS: each of the four bytes from the point on; a fourth digit would be at p + 23.
  const f1 = <u32>(<u8>(rest >> 32)) - 0x30;
  const f2 = <u32>(<u8>(rest >> 40)) - 0x30;
  const f3 = <u32>(<u8>(rest >> 48)) - 0x30;
  const f4 = <u32>(<u8>(rest >> 56)) - 0x30;
  if (f1 > 9 || f2 > 9 || f3 > 9 || f4 <= 9) return usualFraction(p + 20);
  readNanos = (f1 * 100 + f2 * 10 + f3) * 1000000;
  return p + 23;
}

/** One to nine digits that are not three. */
function usualFraction(p: usize): usize {
  const n = digitRun(p);
  if (n - 1 > 8) return 0;
  readNanos = <i32>shortDigits(p, n) * load<i32>(nanosPerDigit + (n << 2));
  return p + n;
}

const nanosPerDigit: usize = memory.data<i32>([1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1]);

function readMinute(p: usize): bool {
  const hour = two(p + 11);
  const minute = two(p + 14);
  if (hour > 23 || minute > 59 || load<u8>(p + 13) != 0x3a || !readDay(p, false)) return false;
  minuteSeconds = <i64>readDays * 86400 + hour * 3600 + minute * 60;
  v128.store(minuteText, v128.load(p));
  return true;
}
