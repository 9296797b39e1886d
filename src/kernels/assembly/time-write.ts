// Dates and times as text: yyyy-MM-dd, HH:mm:ss and a fraction without trailing zeros.
import { writeInteger, writePadded } from "./number-write";

const SECONDS_PER_DAY: i64 = 86400;

/** Writes the date that lies `days` after 1970-01-01. At most 14 bytes. */
export function writeDate(days: i32, at: usize): usize {
  let to = at;
  const shifted = days + 719468;
  const era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  const day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const year = yearOfEra + era * 400 + i32(month <= 2);
  if (year >= 0 && year <= 9999) {
    writePadded(year, 4, to);
    to += 4;
  } else {
    store<u8>(to++, year > 0 ? 0x2b : 0x2d);
    if (year > 0) to = writeInteger(year, to);
    else {
      writePadded(-year, 4, to);
      to += 4;
    }
  }
  store<u8>(to, 0x2d);
  writePadded(month, 2, to + 1);
  store<u8>(to, 0x2d, 3);
  writePadded(day, 2, to + 4);
  return to + 6;
}

/** Writes HH:mm:ss and the fraction. At most 18 bytes. */
export function writeClock(seconds: i32, nanos: i32, to: usize): usize {
  writePadded(seconds / 3600, 2, to);
  store<u8>(to, 0x3a, 2);
  writePadded((seconds / 60) % 60, 2, to + 3);
  store<u8>(to, 0x3a, 5);
  writePadded(seconds % 60, 2, to + 6);
  return writeFraction(nanos, to + 8);
}

// @ts-ignore: decorator
@inline
function writeFraction(nanos: i32, at: usize): usize {
  if (nanos == 0) return at;
  const millis = nanos / 1000000;
  return millis * 1000000 == nanos ? writeMillis(<u32>millis, at) : writeNanos(nanos, at);
}

/** A point and three digits, without the zeros at the end. Stores 4 bytes. */
// @ts-ignore: decorator
@inline
function writeMillis(millis: u32, at: usize): usize {
  const hundreds = millis / 100;
  const tens = (millis / 10) % 10;
  const ones = millis % 10;
  store<u32>(at, 0x3030302e | (hundreds << 8) | (tens << 16) | (ones << 24));
  return at + 2 + usize((tens | ones) != 0) + usize(ones != 0);
}

function writeNanos(nanos: i32, at: usize): usize {
  store<u8>(at, 0x2e);
  let count = 9;
  let digits = nanos;
  while (digits % 10 == 0) {
    digits /= 10;
    count--;
  }
  writePadded(digits, count, at + 1);
  return at + 1 + count;
}

/** The text of the minute written last, with its separator, and the minute's number: streams repeat it. */
const minuteText: usize = memory.data(16);
let minuteNumber: i64 = i64.MIN_VALUE;
let minuteSeparator: u8 = 0;

/** Writes date and time with `separator` between. At most 33 bytes; writes 16 bytes or more. */
export function writeTimestamp(seconds: i64, nanos: i32, separator: u8, to: usize): usize {
  const minute = floorDivide(seconds, 60);
  if (minute != minuteNumber || separator != minuteSeparator) {
    const days = floorDivide(seconds, SECONDS_PER_DAY);
    const end = writeDate(<i32>days, to);
    store<u8>(end, separator);
    const clockEnd = writeClock(<i32>(seconds - days * SECONDS_PER_DAY), nanos, end + 1);
    if (end - to == 10) {
      v128.store(minuteText, v128.load(to));
      minuteNumber = minute;
      minuteSeparator = separator;
    }
    return clockEnd;
  }
  v128.store(to, v128.load(minuteText));
  const second = <u32>(seconds - minute * 60);
  store<u32>(to, 0x30303a | ((second / 10) << 8) | ((second % 10) << 16), 16);
  return writeFraction(nanos, to + 19);
}

// @ts-ignore: decorator
@inline
export function floorDivide(a: i64, b: i64): i64 {
  const quotient = a / b;
  return quotient - i64(quotient * b > a);
}
