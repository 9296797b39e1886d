// Columns to CSV in the form of Jackson's CsvGenerator: a text is quoted when it is longer than 24 characters, or holds the quote,
// the escape character or any character up to the delimiter (or the quote). Numbers and booleans never are.
import { copyBlocks } from "./text-copy";
import { Field, FIELD_BYTES, Type } from "./text-field";
import { prepareNumbers, writeDecimal, writeDouble, writeFloat, writeInteger } from "./number-write";
import { writeBase64 } from "./text-base64";
import { floorDivide, writeClock, writeDate, writeTimestamp } from "./time-write";

@unmanaged
class EncodeState {
  fields: usize;
  fieldCount: u32;
  delimiter: u32;
  delimiterSize: u32;
  /** -1: never quote. */
  quote: i32;
  /** -1: none. */
  escape: i32;
  /** Characters below this one are quoted. */
  minSafe: u32;
  plainDecimals: u32;
  nullLiteral: usize;
  nullLiteralSize: u32;
  elementDelimiter: usize;
  elementDelimiterSize: u32;
  /** Out. */
  rowsWritten: u32;
  bytesWritten: u32;
  /** u32 a row, or 0: where its record ends, from the first byte written. */
  ends: usize;
}

let state: EncodeState = changetype<EncodeState>(0);
let limit: usize = 0;
/** Bytes enough for a value of fixed size with quotes. */
const ROOM: usize = 96;
const UNQUOTED_CHARACTERS: usize = 24;

export function csvEncode(stateAddress: usize, selection: usize, start: u32, rowCount: u32, to: usize, capacity: u32): void {
  state = changetype<EncodeState>(stateAddress);
  prepareNumbers();
  limit = to + capacity;
  let at = to;
  let n = start;
  for (; n < rowCount; n++) {
    const end = writeRecord(selection == 0 ? n : load<u32>(selection + (n << 2)), at);
    if (end == 0) break;
    if (state.ends != 0) store<u32>(state.ends + ((n - start) << 2), <u32>(end - 1 - to));
    at = end;
  }
  state.rowsWritten = n - start;
  state.bytesWritten = <u32>(at - to);
}

function writeRecord(row: u32, at: usize): usize {
  let to = at;
  const end = state.fields + state.fieldCount * FIELD_BYTES;
  for (let address = state.fields; address < end; address += FIELD_BYTES) {
    if (to + ROOM > limit) return 0;
    if (address != state.fields) {
      store<u32>(to, state.delimiter);
      to += state.delimiterSize;
    }
    to = writeField(changetype<Field>(address), row, to);
    if (to == 0) return 0;
  }
  if (to + ROOM > limit) return 0;
  store<u8>(to, 0x0a);
  return to + 1;
}

// @ts-ignore: decorator
@inline
function isNull(field: Field, row: u32): bool {
  return field.hasNulls != 0 && load<u8>(field.nulls + row) != 0;
}

function writeField(field: Field, row: u32, to: usize): usize {
  if (isNull(field, row)) return copyBytes(state.nullLiteral, state.nullLiteralSize, to);
  const end = writeValue(field, row, to);
  if (end == 0 || field.type <= Type.DECIMAL128) return end;
  return quoteText(to, end);
}

/** Copies bytes, or 0 if they may not fit: twice their size, for quotes. */
function copyBytes(from: usize, byteSize: u32, to: usize): usize {
  if (<u64>to + (<u64>byteSize << 1) + ROOM > <u64>limit) return 0;
  copyBlocks(to, from, byteSize);
  return to + byteSize;
}

function writeValue(field: Field, row: u32, to: usize): usize {
  const values = field.values;
  switch (field.type) {
    case Type.STRING:
      return copyBytes(load<u32>(values + (row << 2)), load<u32>(field.aux + (row << 2)), to);
    case Type.BIGINT:
      return writeInteger(load<i64>(values + (row << 3)), to);
    case Type.INT:
      return writeInteger(load<i32>(values + (row << 2)), to);
    case Type.SMALLINT:
      return writeInteger(load<i16>(values + (row << 1)), to);
    case Type.TINYINT:
      return writeInteger(load<i8>(values + row), to);
    case Type.DOUBLE:
      return writeDouble(load<f64>(values + (row << 3)), false, to);
    case Type.FLOAT:
      return writeFloat(load<f32>(values + (row << 2)), false, to);
    case Type.BOOLEAN:
      return writeBoolean(load<u8>(values + row) != 0, to);
    case Type.DECIMAL64: {
      const low = load<i64>(values + (row << 3));
      return writeDecimal(low, low >> 63, field.scale, state.plainDecimals != 0, to);
    }
    case Type.DECIMAL128:
      return writeDecimal(load<u64>(values + (row << 3)), load<i64>(field.aux + (row << 3)), field.scale, state.plainDecimals != 0, to);
    default:
      return writeOther(field, row, to);
  }
}

function writeOther(field: Field, row: u32, to: usize): usize {
  const values = field.values;
  switch (field.type) {
    case Type.DATE:
      return writeDate(load<i32>(values + (row << 2)), to);
    case Type.TIME: {
      const millis = load<i32>(values + (row << 2));
      return writeClock(millis / 1000, (millis % 1000) * 1000000, to);
    }
    case Type.BYTES: {
      const byteSize = load<u32>(field.aux + (row << 2));
      if (<u64>to + <u64>byteSize * 3 + ROOM > <u64>limit) return 0;
      return writeBase64(load<u32>(values + (row << 2)), byteSize, to);
    }
    case Type.ARRAY:
      return writeArray(field, row, to);
    case Type.ROW:
      return writeRow(field, row, to);
    default:
      return writeTime(field, row, to);
  }
}

function writeBoolean(value: bool, to: usize): usize {
  store<u64>(to, value ? 0x65757274 : 0x65736c6166);
  return to + (value ? 4 : 5);
}

function writeTime(field: Field, row: u32, at: usize): usize {
  const value = load<i64>(field.values + (row << 3));
  const perSecond: i64 = field.precision > 3 && field.precision <= 6 ? 1000000 : 1000;
  const seconds = floorDivide(value, perSecond);
  let nanos = <i32>(value - seconds * perSecond) * (perSecond == 1000 ? 1000000 : 1000);
  if (field.precision > 6) nanos += load<i32>(field.aux + (row << 2));
  const to = writeTimestamp(seconds, nanos, 0x20, at);
  if (field.type == Type.TIMESTAMP) return to;
  store<u8>(to, 0x5a);
  return to + 1;
}

/** A value within an ARRAY or ROW: not quoted by itself. */
function writeElement(field: Field, index: u32, first: bool, at: usize): usize {
  let to = at;
  if (to + ROOM + state.elementDelimiterSize * 2 > limit) return 0;
  if (!first) to = copyBytes(state.elementDelimiter, state.elementDelimiterSize, to);
  if (isNull(field, index)) return copyBytes(state.nullLiteral, state.nullLiteralSize, to);
  return writeValue(field, index, to);
}

function writeArray(field: Field, row: u32, at: usize): usize {
  let to = at;
  const first = load<u32>(field.values + (row << 2));
  const end = first + load<u32>(field.aux + (row << 2));
  for (let i = first; i < end; i++) {
    to = writeElement(changetype<Field>(field.child), i, i == first, to);
    if (to == 0) return 0;
  }
  return to;
}

function writeRow(field: Field, row: u32, at: usize): usize {
  let to = at;
  for (let i: u32 = 0; i < field.childCount; i++) {
    to = writeElement(changetype<Field>(field.child + i * FIELD_BYTES), row, i == 0, to);
    if (to == 0) return 0;
  }
  return to;
}

// ---- quoting ----

/** Puts the text [start, end), which has been written, into quotes if it needs them; the new end, or 0 if that does not fit. */
function quoteText(start: usize, end: usize): usize {
  if (state.quote < 0 || !needsQuotes(start, end)) return end;
  const quote = <u8>state.quote;
  const special = countSpecial(start, end);
  if (<u64>end + special + ROOM > <u64>limit) return 0;
  let to = end + special + 1;
  store<u8>(to, quote);
  if (special == 0) moveUp(start, end);
  else {
    // From the end, so that the text can move up in place.
    let p = end;
    while (p > start) {
      const c = load<u8>(--p);
      store<u8>(--to, c);
      if (c == quote || <i32>c == state.escape) store<u8>(--to, c);
    }
  }
  store<u8>(start, quote);
  return end + special + 2;
}

/** Moves [start, end) up by one byte, block by block from its end. What lies before it stays: the last blocks are bytes. */
// @ts-ignore: decorator
@inline
function moveUp(start: usize, end: usize): void {
  let p = end;
  while (p >= start + 16) {
    p -= 16;
    v128.store(p + 1, v128.load(p));
  }
  while (p > start) {
    p--;
    store<u8>(p + 1, load<u8>(p));
  }
}

/** The mask of the bytes of a block that belong to the text. */
// @ts-ignore: decorator
@inline
function inside(p: usize, end: usize): u32 {
  return end - p >= 16 ? 0xffff : (1 << <u32>(end - p)) - 1;
}

/** Quotes and escape characters, each of which is written twice. */
function countSpecial(start: usize, end: usize): usize {
  const quotes = i8x16.splat(<i8>state.quote);
  const escapes = i8x16.splat(<i8>(state.escape >= 0 ? state.escape : state.quote));
  let count: usize = 0;
  for (let p = start; p < end; p += 16) {
    const block = v128.load(p);
    count += popcnt(i8x16.bitmask(v128.or(i8x16.eq(block, quotes), i8x16.eq(block, escapes))) & inside(p, end));
  }
  return count;
}

function needsQuotes(start: usize, end: usize): bool {
  if (end - start > UNQUOTED_CHARACTERS && characters(start, end) > UNQUOTED_CHARACTERS) return true;
  const quotes = i8x16.splat(<i8>state.quote);
  const escapes = i8x16.splat(<i8>(state.escape >= 0 ? state.escape : 0x5c));
  // Bytes beyond ASCII never count, so that the limit needs no more than 7 bits.
  const low = i8x16.splat(<i8>min(state.minSafe, 0x80));
  for (let p = start; p < end; p += 16) {
    const block = v128.load(p);
    const special = v128.or(v128.or(i8x16.eq(block, quotes), i8x16.eq(block, escapes)), i8x16.lt_u(block, low));
    if ((i8x16.bitmask(special) & inside(p, end)) != 0) return true;
  }
  return false;
}

/** UTF-16 units. */
function characters(start: usize, end: usize): usize {
  let count: usize = 0;
  for (let p = start; p < end; p += 16) {
    const block = v128.load(p);
    const mask = inside(p, end);
    // A character's first byte is none of 10xxxxxx, which are the signed numbers below -64; four bytes make two units.
    count += popcnt(~i8x16.bitmask(i8x16.lt_s(block, i8x16.splat(-64))) & mask);
    count += popcnt(i8x16.bitmask(i8x16.ge_u(block, i8x16.splat(<i8>0xf0))) & mask);
  }
  return count;
}
