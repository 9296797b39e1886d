// The value of a column from its text, by type: what the JSON and the CSV decoder share.
import { Field, Type } from "./text-field";
import * as num from "./number-read";
import * as time from "./time-read";
import { base64Start, readBase64 } from "./text-base64";

/** Stores text [start, end), already trimmed where the type allows it. False if it is no value of the type. */
export function storeText(field: Field, row: u32, start: usize, end: usize, iso: bool): bool {
  switch (field.type) {
    case Type.STRING:
      storeBytes(field, row, start, end);
      return true;
    case Type.BOOLEAN:
      store<u8>(field.values + row, u8(isTrue(start, end)));
      return true;
    case Type.FLOAT:
      if (!num.readFloat(start, end)) return false;
      store<f32>(field.values + (row << 2), num.floatValue);
      return true;
    case Type.DOUBLE:
      if (!num.readDouble(start, end)) return false;
      store<f64>(field.values + (row << 3), num.doubleValue);
      return true;
    case Type.DECIMAL64:
    case Type.DECIMAL128:
      return storeDecimal(field, row, start, end);
    case Type.BYTES:
      return storeBase64(field, row, start, end);
    case Type.DATE:
    case Type.TIME:
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_LTZ:
      return storeTime(field, row, start, end, iso);
    default:
      return num.readInteger(start, end) && storeInteger(field, row, num.integerValue);
  }
}

// @ts-ignore: decorator
@inline
export function storeBytes(field: Field, row: u32, start: usize, end: usize): void {
  store<u32>(field.values + (row << 2), <u32>start);
  store<u32>(field.aux + (row << 2), <u32>(end - start));
}

/** Stores an integer; false if it does not fit the type. */
export function storeInteger(field: Field, row: u32, value: i64): bool {
  switch (field.type) {
    case Type.BIGINT:
      store<i64>(field.values + (row << 3), value);
      return true;
    case Type.INT:
      store<i32>(field.values + (row << 2), <i32>value);
      return value == <i64><i32>value;
    case Type.SMALLINT:
      store<i16>(field.values + (row << 1), <i16>value);
      return value == <i64><i16>value;
    case Type.TINYINT:
      store<i8>(field.values + row, <i8>value);
      return value == <i64><i8>value;
    default:
      return false;
  }
}

/** Flink makes NULL of a decimal with too many digits, without an error. Here it is no value of the type: nothing is lost quietly. */
function storeDecimal(field: Field, row: u32, start: usize, end: usize): bool {
  if (!num.readDecimal(start, end, field.precision, field.scale)) return false;
  store<u64>(field.values + (row << 3), num.decimalLow);
  if (field.type == Type.DECIMAL128) store<i64>(field.aux + (row << 3), num.decimalHigh);
  return true;
}

function storeBase64(field: Field, row: u32, start: usize, end: usize): bool {
  const size = readBase64(start, end);
  if (size == usize.MAX_VALUE) return false;
  storeBytes(field, row, base64Start, base64Start + size);
  return true;
}

function storeTime(field: Field, row: u32, start: usize, end: usize, iso: bool): bool {
  if (field.type == Type.DATE) {
    if (!time.readDate(start, end)) return false;
    store<i32>(field.values + (row << 2), time.readDays);
    return true;
  }
  if (field.type == Type.TIME) {
    if (!time.readTime(start, end)) return false;
    store<i32>(field.values + (row << 2), cutMillis(time.readMillis, field.precision));
    return true;
  }
  if (!time.readTimestamp(start, end, iso, field.type == Type.TIMESTAMP_LTZ)) return false;
  storeTimestamp(field, row, time.readSeconds, time.readNanos);
  return true;
}

/** DATE and TIME in the forms of Flink's csv format. */
export function storeLenientTime(field: Field, row: u32, start: usize, end: usize): bool {
  if (field.type == Type.DATE) {
    if (!time.readLenientDate(start, end)) return false;
    store<i32>(field.values + (row << 2), time.readDays);
    return true;
  }
  if (!time.readShortTime(start, end)) return false;
  store<i32>(field.values + (row << 2), cutMillis(time.readMillis, field.precision));
  return true;
}

/** Milliseconds without the digits that a precision below 3 does not have. */
function cutMillis(millis: i32, precision: u32): i32 {
  const unit = precision == 0 ? 1000 : precision == 1 ? 100 : precision == 2 ? 10 : 1;
  return millis - (millis % unit);
}

const nanosUnits: usize = memory.data<i32>([1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1]);

/** Stores a timestamp cut to the column's precision, in the column's unit (see storage.ts). */
// @ts-ignore: decorator
@inline
export function storeTimestamp(field: Field, row: u32, seconds: i64, nanos: i32): void {
  const precision = field.precision;
  if (precision == 3) store<i64>(field.values + (row << 3), seconds * 1000 + nanos / 1000000);
  else storeOtherTimestamp(field, row, seconds, nanos);
}

function storeOtherTimestamp(field: Field, row: u32, seconds: i64, nanos: i32): void {
  const precision = field.precision;
  const cut = nanos - (nanos % load<i32>(nanosUnits + (precision << 2)));
  if (precision > 6) {
    store<i64>(field.values + (row << 3), seconds * 1000 + cut / 1000000);
    store<i32>(field.aux + (row << 2), cut % 1000000);
  } else if (precision > 3) store<i64>(field.values + (row << 3), seconds * 1000000 + cut / 1000);
  else store<i64>(field.values + (row << 3), seconds * 1000 + cut / 1000000);
}

/** Java's Boolean.parseBoolean: anything but `true`, in any case, is false. */
function isTrue(start: usize, end: usize): bool {
  return end - start == 4 && (load<u32>(start) | 0x20202020) == 0x65757274;
}
