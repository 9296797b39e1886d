// NDJSON to columns. One call decodes up to a batch. A record's keys are expected to come in the order of the record before:
// each object keeps the keys last seen (`"name":` as bytes) with what they stand for, so that a key costs one comparison of 16
// bytes. A key that is not the expected one is looked up by name. Values that no column wants are passed over by json-scan.
import { Fault, fail, failField, faultAt, faultCode, faultField } from "./text-error";
import { Field, FIELD_BYTES, Type, setNull } from "./text-field";
import { arenaAt, arenaFull, lendArena } from "./text-arena";
import { storeBytes, storeInteger, storeText, storeTimestamp } from "./text-values";
import { readNanos, readSeconds, readUsualTimestamp } from "./time-read";
import { digitRun, integerValue, plainDecimal, plainDouble, plainFloat, readPlainNumber, readTruncated, shortDigits } from "./number-read";
import { readString, textEnd, textStart } from "./json-string";
import { writeTree } from "./json-tree";
import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  LF,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  prepareJson,
  skipScalar,
  skipSpace,
  skipString,
  skipValue,
} from "./json-scan";

/** What is decoded, and how a call went: written by src/formats/json/json-decoder.ts. */
@unmanaged
class DecodeState {
  root: usize;
  ignoreErrors: u32;
  failOnMissing: u32;
  iso: u32;
  arenaAt: usize;
  arenaEnd: usize;
  /** Out: where decoding goes on; the record at fault begins here when `fault` is set. */
  at: usize;
  rowCount: u32;
  /** Out: lines passed, and 0 or why it stopped early. */
  lines: u32;
  fault: u32;
  faultAt: usize;
  faultField: usize;
}

/** The fields of a ROW, or of the record. */
@unmanaged
export class ObjectProgram {
  fields: usize;
  fieldCount: u32;
  /** Keys of the last object, in order: ShapeKey[SHAPE_KEYS]. */
  shape: usize;
  /** Counts the objects decoded, so that a field can tell whether it was seen in this one. */
  stamp: u32;
  /** Keys known. */
  known: u32;
}

/** One expected key with its quotes, colon and one space if there was one. 48 bytes. */
@unmanaged
class ShapeKey {
  text0: u64;
  text1: u64;
  text2: u64;
  text3: u64;
  length: usize;
  /** Bits of the bytes that must be equal; NO_MATCH where no key is known. */
  mask0: u32;
  mask1: u32;
  /** 0 where no column wants the value. */
  field: usize;
}
const SHAPE_BYTES: u32 = 48;
const SHAPE_KEYS: u32 = 64;
const NO_MATCH: u32 = 0x10000;

let ignoreErrors: bool = false;
let failOnMissing: bool = false;
let iso: bool = false;

/**
 * Decodes messages [first, count) into rows [row, maxRow). A message is (address, byte size), `stride` bytes after the one before; a line
 * feed stands behind it, and ALL_NULL as its size makes a row of nulls. The index of each row's message is stored in `rows`, u32 by row. Out: `at` is
 * the index of the message where decoding goes on.
 */
export function jsonDecodeMessages(
  stateAddress: usize,
  messages: usize,
  stride: u32,
  first: u32,
  count: u32,
  firstRow: u32,
  maxRow: u32,
  rows: usize,
): void {
  const state = changetype<DecodeState>(stateAddress);
  const root = changetype<ObjectProgram>(state.root);
  begin(state);
  let row = firstRow;
  let i = first;
  for (; i < count && row < maxRow; i++) {
    const kept = arenaAt;
    if (decodeMessage(root, messages + i * stride, row, maxRow) == 0) {
      stopAt(state, root, row, maxRow, kept);
      break;
    }
    for (const end = row + rowsDecoded; row < end; row++) store<u32>(rows + (row << 2), i);
  }
  state.arenaAt = arenaAt;
  state.at = i;
  state.rowCount = row;
}

const ALL_NULL: u32 = u32.MAX_VALUE;

function decodeMessage(root: ObjectProgram, message: usize, row: u32, maxRow: u32): usize {
  const p = <usize>load<u32>(message);
  const size = load<u32>(message, 4);
  rowsDecoded = 1;
  if (size == ALL_NULL) {
    const end = root.fields + root.fieldCount * FIELD_BYTES;
    for (let at = root.fields; at < end; at += FIELD_BYTES) setNull(changetype<Field>(at), row);
    return 1;
  }
  const end = p + size;
  if (load<u8>(p) == OPEN_OBJECT) return messageEnd(decodeObject(root, p + 1, row), end);
  // Flink has no row for a blank line, but an error for a blank message.
  if (load<u8>(skipSpace(p)) == LF) return fail(Fault.NOT_OBJECT, p);
  return messageEnd(decodeOther(root, p, row, maxRow), end);
}

// @ts-ignore: decorator
@inline
function messageEnd(at: usize, end: usize): usize {
  if (at == end || at == 0) return at;
  const p = skipSpace(at);
  return p == end ? p : fail(Fault.TRAILING, p);
}

// @ts-ignore: decorator
@inline
function begin(state: DecodeState): void {
  prepareJson();
  lendArena(state.arenaAt, state.arenaEnd);
  ignoreErrors = state.ignoreErrors != 0;
  failOnMissing = state.failOnMissing != 0;
  iso = state.iso != 0;
  state.fault = 0;
}

/** Leaves why decoding stopped at the record whose rows begin with `row`, and takes back what it made of it. */
function stopAt(state: DecodeState, root: ObjectProgram, row: u32, maxRow: u32, arena: usize): void {
  // The record at fault may be one of several on its line: those before it, and it.
  for (let i = row; i <= row + rowsDecoded && i < maxRow; i++) clearRow(root, i);
  state.fault = faultCode;
  state.faultAt = faultAt;
  state.faultField = faultField;
  lendArena(arena, state.arenaEnd);
}

/** Decodes lines of [address, end), whose last byte is a line feed, into rows [row, maxRow). */
export function jsonDecode(stateAddress: usize, address: usize, end: usize, firstRow: u32, maxRow: u32): void {
  const state = changetype<DecodeState>(stateAddress);
  const root = changetype<ObjectProgram>(state.root);
  begin(state);
  let row = firstRow;
  let lines: u32 = 0;
  let p = address;
  while (p < end && row < maxRow) {
    const kept = arenaAt;
    rowsDecoded = 1;
    let next = load<u8>(p) == OPEN_OBJECT ? decodeObject(root, p + 1, row) : decodeOther(root, p, row, maxRow);
    if (next != 0 && load<u8>(next) != LF) next = lineEnd(next);
    if (next == 0) {
      stopAt(state, root, row, maxRow, kept);
      break;
    }
    row += rowsDecoded;
    lines++;
    p = next + 1;
  }
  state.arenaAt = arenaAt;
  state.at = p;
  state.rowCount = row;
  state.lines = lines;
}

/** The line feed behind a record. Flink passes silently over what else stands there; here nothing is lost quietly. */
function lineEnd(at: usize): usize {
  const p = skipSpace(at);
  return load<u8>(p) == LF ? p : fail(Fault.TRAILING, p);
}

/** Rows the line just decoded gave: 1 but for blank lines and arrays of records. */
let rowsDecoded: u32 = 1;

/** A line that does not begin with an object: blank, indented, with a byte order mark, or an array of records. */
function decodeOther(root: ObjectProgram, at: usize, row: u32, maxRow: u32): usize {
  let p = at;
  rowsDecoded = 0;
  if (load<u8>(p) == 0x0d) p++;
  if (load<u8>(p) == LF) return p;
  if (load<u16>(p) == 0xbbef && load<u8>(p + 2) == 0xbf) p += 3;
  p = skipSpace(p);
  const c = load<u8>(p);
  if (c == OPEN_OBJECT) {
    rowsDecoded = 1;
    return decodeObject(root, p + 1, row);
  }
  if (c != OPEN_ARRAY) return fail(Fault.NOT_OBJECT, p);
  return decodeRecords(root, p + 1, row, maxRow);
}

/** An array of records: each is a row. All of them must fit the batch. */
function decodeRecords(root: ObjectProgram, at: usize, row: u32, maxRow: u32): usize {
  let p = skipSpace(at);
  if (load<u8>(p) == CLOSE_ARRAY) return p + 1;
  while (true) {
    if (row + rowsDecoded == maxRow) return fail(Fault.ROWS, p);
    if (load<u8>(p) != OPEN_OBJECT) return fail(Fault.NOT_OBJECT, p);
    p = decodeObject(root, p + 1, row + rowsDecoded);
    if (p == 0) return 0;
    rowsDecoded++;
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == CLOSE_ARRAY) return p + 1;
    if (c != COMMA) return unexpected(p);
    p = skipSpace(p + 1);
  }
}

function unexpected(p: usize): usize {
  return fail(load<u8>(p) == LF ? Fault.UNTERMINATED : Fault.UNEXPECTED, p);
}

// ---- objects ----

// @ts-ignore: decorator
@inline
function matches(key: ShapeKey, p: usize): bool {
  const low = i8x16.bitmask(i8x16.eq(v128.load(p), v128.load(changetype<usize>(key))));
  if ((low & key.mask0) != key.mask0) return false;
  if (key.mask1 == 0) return true;
  const high = i8x16.bitmask(i8x16.eq(v128.load(p, 16), v128.load(changetype<usize>(key), 16)));
  return (high & key.mask1) == key.mask1;
}

/** Decodes from after the opening brace to after the closing one. Hot: bench/json-scan.ts. */
function decodeObject(object: ObjectProgram, at: usize, row: u32): usize {
  const stamp = ++object.stamp;
  const shape = object.shape;
  const shapeEnd = shape + SHAPE_KEYS * SHAPE_BYTES;
  let expected = shape;
  let seen: u32 = 0;
  let p = at;
  if (load<u8>(p) != QUOTE) {
    p = skipSpace(p);
    if (load<u8>(p) == CLOSE_OBJECT) return finish(object, row, 0, p + 1);
  }
  while (true) {
    let key = changetype<ShapeKey>(expected);
    if (matches(key, p)) p += key.length;
    else {
      p = otherKey(object, expected, p);
      if (p == 0) return 0;
      key = changetype<ShapeKey>(foundKey);
      expected = foundKey;
    }
    if (expected + SHAPE_BYTES < shapeEnd) expected += SHAPE_BYTES;
    const field = changetype<Field>(key.field);
    let c = load<u8>(p);
    if (c <= 0x20) {
      p = skipSpace(p);
      c = load<u8>(p);
    }
    if (changetype<usize>(field) == 0) p = c == QUOTE ? skipString(p + 1) : skipUnread(p);
    else {
      if (field.stamp != stamp) {
        field.stamp = stamp;
        seen++;
      } else clearField(field, row);
      p = decodeValue(field, p, row);
    }
    if (p == 0) return 0;
    let end = load<u8>(p);
    if (end <= 0x20) {
      p = skipSpace(p);
      end = load<u8>(p);
    }
    p++;
    if (end == COMMA) {
      if (load<u8>(p) != QUOTE) p = skipSpace(p);
    } else if (end == CLOSE_OBJECT) return seen == object.fieldCount ? p : finish(object, row, seen, p);
    else return unexpected(p - 1);
  }
}

/** An unread value that is no string: a number in the usual form in a few steps, else the general way. */
// @ts-ignore: decorator
@inline
function skipUnread(p: usize): usize {
  let digits = p;
  // A branch, which the processor guesses, where arithmetic would have what follows wait for the byte.
  if (load<u8>(p) == 0x2d) digits++;
  const n = digitRun(digits);
  if (n - 1 < 15 && (n == 1 || load<u8>(digits) != 0x30)) {
    let end = digits + n;
    if (load<u8>(end) == 0x2e) {
      const fraction = digitRun(end + 1);
      // Without a digit, or with many, the byte looked at next is no end of a value.
      end += fraction == 0 ? 0 : 1 + fraction;
    }
    if (endsValue(load<u8>(end))) return end;
  }
  return skipValue(p);
}

/** Makes NULL of fields that did not come. */
function finish(object: ObjectProgram, row: u32, seen: u32, p: usize): usize {
  const end = object.fields + object.fieldCount * FIELD_BYTES;
  for (let at = object.fields; at < end; at += FIELD_BYTES) {
    const field = changetype<Field>(at);
    if (field.stamp == object.stamp) continue;
    if (failOnMissing) return failField(Fault.MISSING, p - 1, at);
    setNull(field, row);
  }
  return p;
}

let foundKey: usize = 0;

/** A key that is not the expected one: another one known, or a new one. Leaves its place in the shape in foundKey. */
function otherKey(object: ObjectProgram, expected: usize, p: usize): usize {
  const end = object.shape + object.known * SHAPE_BYTES;
  for (let at = expected + SHAPE_BYTES; at < end; at += SHAPE_BYTES) {
    if (matches(changetype<ShapeKey>(at), p)) return foundAt(at, p);
  }
  const last = min(expected, end);
  for (let at = object.shape; at < last; at += SHAPE_BYTES) {
    if (matches(changetype<ShapeKey>(at), p)) return foundAt(at, p);
  }
  const isFull = object.known == SHAPE_KEYS;
  foundKey = isFull ? expected : end;
  if (!isFull) object.known++;
  return learnKey(object, changetype<ShapeKey>(foundKey), p);
}

// @ts-ignore: decorator
@inline
function foundAt(key: usize, p: usize): usize {
  foundKey = key;
  return p + changetype<ShapeKey>(key).length;
}

/** Reads any key, and remembers it. */
function learnKey(object: ObjectProgram, key: ShapeKey, at: usize): usize {
  key.mask0 = NO_MATCH;
  if (load<u8>(at) != QUOTE) return forget(object, unexpected(at));
  const quoted = readString(at + 1);
  if (quoted == 0) return forget(object, 0);
  const plain = textEnd == quoted - 1;
  key.field = findField(object, textStart, textEnd);
  let p = skipSpace(quoted);
  if (load<u8>(p) != COLON) return forget(object, unexpected(p));
  p++;
  if (load<u8>(p) == 0x20) p++;
  const length = p - at;
  if (!plain || length > 32) return forget(object, p);
  memory.copy(changetype<usize>(key), at, length);
  key.length = length;
  key.mask0 = length >= 16 ? 0xffff : (1 << <u32>length) - 1;
  key.mask1 = length > 16 ? <u32>((<u64>1 << (length - 16)) - 1) : 0;
  return p;
}

/** Gives the last place of the shape back: what was to go there is no key, or too long to be remembered. */
function forget(object: ObjectProgram, p: usize): usize {
  if (foundKey == object.shape + (object.known - 1) * SHAPE_BYTES) object.known--;
  return p;
}

function findField(object: ObjectProgram, start: usize, end: usize): usize {
  const length = <u32>(end - start);
  const fieldsEnd = object.fields + object.fieldCount * FIELD_BYTES;
  for (let at = object.fields; at < fieldsEnd; at += FIELD_BYTES) {
    const field = changetype<Field>(at);
    if (field.nameLength == length && memory.compare(field.name, start, length) == 0) return at;
  }
  return 0;
}

/** Takes back the nulls a row's fields were given, before other values take its place. */
function clearRow(object: ObjectProgram, row: u32): void {
  const end = object.fields + object.fieldCount * FIELD_BYTES;
  for (let at = object.fields; at < end; at += FIELD_BYTES) clearField(changetype<Field>(at), row);
}

function clearField(field: Field, row: u32): void {
  store<u8>(field.nulls + row, 0);
  if (field.type == Type.ROW) clearRow(changetype<ObjectProgram>(field.child), row);
}

// ---- values ----

// @ts-ignore: decorator
@inline
function endsValue(c: u32): bool {
  return c == COMMA || c == CLOSE_OBJECT || c == CLOSE_ARRAY || c <= 0x20;
}

// @ts-ignore: decorator
@inline
function decodeValue(field: Field, p: usize, row: u32): usize {
  const type = field.type;
  if (type == Type.BIGINT || type == Type.INT) {
    const n = digitRun(p);
    if (n - 1 < 15 && endsValue(load<u8>(p + n)) && (n == 1 || load<u8>(p) != 0x30)) {
      const value = shortDigits(p, n);
      if (type == Type.BIGINT) store<u64>(field.values + (row << 3), value);
      else {
        if (value > <u64>i32.MAX_VALUE) return decodeSlowly(field, p, row);
        store<u32>(field.values + (row << 2), <u32>value);
      }
      return p + n;
    }
  } else if (type == Type.STRING) {
    if (load<u8>(p) == QUOTE) {
      const end = readString(p + 1);
      if (end != 0) storeBytes(field, row, textStart, textEnd);
      return end;
    }
  } else if (type == Type.TIMESTAMP || type == Type.TIMESTAMP_LTZ) {
    if (load<u8>(p) == QUOTE) {
      let end = readUsualTimestamp(p + 1, iso);
      if (end != 0) {
        if (type == Type.TIMESTAMP_LTZ) end += load<u8>(end) == 0x5a ? 1 : -1;
        if (load<u8>(end) == QUOTE) {
          storeTimestamp(field, row, readSeconds, readNanos);
          return end + 1;
        }
      }
    }
  }
  else if (type <= Type.DECIMAL64) {
    const end = decodeQuickly(field, p, row);
    if (end != 0) return end;
  }
  return decodeSlowly(field, p, row);
}

/** Numbers and truth values in their usual form; 0 for any other. */
function decodeQuickly(field: Field, p: usize, row: u32): usize {
  const type = field.type;
  if (type == Type.BOOLEAN) {
    const isTrue = load<u32>(p) == 0x65757274;
    if (!isTrue && (load<u32>(p) != 0x736c6166 || load<u8>(p + 4) != 0x65)) return 0;
    store<u8>(field.values + row, u8(isTrue));
    return p + (isTrue ? 4 : 5);
  }
  if (type < Type.FLOAT) return 0;
  const end = readPlainNumber(p);
  if (end == 0 || !endsValue(load<u8>(end))) return 0;
  if (type == Type.DOUBLE) store<f64>(field.values + (row << 3), plainDouble());
  else if (type == Type.FLOAT) store<f32>(field.values + (row << 2), plainFloat());
  else {
    if (!plainDecimal(field.precision, field.scale)) return 0;
    store<i64>(field.values + (row << 3), integerValue);
  }
  return end;
}

function decodeElement(field: Field, p: usize, index: u32): usize {
  return decodeValue(field, p, index);
}

function decodeSlowly(field: Field, p: usize, row: u32): usize {
  const c = load<u8>(p);
  if (c == 0x6e && load<u32>(p) == 0x6c6c756e) {
    setNull(field, row);
    return p + 4;
  }
  if (field.type >= Type.ROW) return decodeNested(field, p, row, c);
  if (c == QUOTE) return decodeQuoted(field, p, row);
  if (c == OPEN_OBJECT || c == OPEN_ARRAY) return decodeBracketed(field, p, row);
  const end = skipScalar(p);
  if (end == 0) return 0;
  const isNumber = <u8>(c - 0x30) <= 9 || c == 0x2d;
  return storeScalar(field, row, p, end, isNumber) ? end : refuse(field, row, p, end);
}

/** A number, true or false. */
function storeScalar(field: Field, row: u32, start: usize, end: usize, isNumber: bool): bool {
  if (storeNumberFirst(field, row, start, end, isNumber)) return true;
  return field.type != Type.BYTES && storeText(field, row, start, end, iso);
}

/** INT and BIGINT take 1.9 and 1e3 as Jackson does: cut toward zero. */
function storeNumberFirst(field: Field, row: u32, start: usize, end: usize, isNumber: bool): bool {
  if (!isNumber || (field.type != Type.INT && field.type != Type.BIGINT)) return false;
  return readTruncated(start, end) && storeInteger(field, row, integerValue);
}

function decodeQuoted(field: Field, p: usize, row: u32): usize {
  const end = readString(p + 1);
  if (end == 0) return 0;
  let from = textStart;
  let to = textEnd;
  if (field.type <= Type.DECIMAL128) {
    while (from < to && load<u8>(from) <= 0x20) from++;
    while (from < to && load<u8>(to - 1) <= 0x20) to--;
  }
  return storeText(field, row, from, to, iso) ? end : refuse(field, row, p, end);
}

/** An object or array where the column wants a plain value: text for STRING, an error for others. */
function decodeBracketed(field: Field, p: usize, row: u32): usize {
  const end = skipValue(p);
  if (end == 0) return 0;
  if (field.type != Type.STRING) return refuse(field, row, p, end);
  const start = arenaAt;
  if (!writeTree(p, end)) return fail(Fault.ARENA, p);
  storeBytes(field, row, start, arenaAt);
  return end;
}

/** The value in [p, end) is none of the field's type: NULL if errors are ignored. */
function refuse(field: Field, row: u32, p: usize, end: usize): usize {
  if (arenaFull) return fail(Fault.ARENA, p);
  if (!ignoreErrors) return failField(Fault.VALUE, p, changetype<usize>(field));
  setNull(field, row);
  return end;
}

function decodeNested(field: Field, p: usize, row: u32, c: u32): usize {
  if (field.type == Type.ROW && c == OPEN_OBJECT) return decodeObject(changetype<ObjectProgram>(field.child), p + 1, row);
  if (field.type == Type.ARRAY && c == OPEN_ARRAY) return decodeArray(field, p + 1, row);
  if (field.type == Type.MAP && c == OPEN_OBJECT) return decodeMap(field, p + 1, row);
  const end = skipValue(p);
  return end == 0 ? 0 : refuse(field, row, p, end);
}

// @ts-ignore: decorator
@inline
function storeRange(field: Field, row: u32, start: u32): void {
  store<u32>(field.values + (row << 2), start);
  store<u32>(field.aux + (row << 2), field.used - start);
}

function decodeArray(field: Field, at: usize, row: u32): usize {
  const element = changetype<Field>(field.child);
  const start = field.used;
  let p = skipSpace(at);
  if (load<u8>(p) == CLOSE_ARRAY) {
    storeRange(field, row, start);
    return p + 1;
  }
  while (true) {
    if (field.used == field.capacity) return fail(Fault.ELEMENTS, p);
    p = decodeElement(element, p, field.used++);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p++);
    if (c == CLOSE_ARRAY) break;
    if (c != COMMA) return unexpected(p - 1);
    p = skipSpace(p);
  }
  storeRange(field, row, start);
  return p;
}

function decodeMap(field: Field, at: usize, row: u32): usize {
  const key = changetype<Field>(field.child);
  const value = changetype<Field>(field.child2);
  const start = field.used;
  let p = skipSpace(at);
  if (load<u8>(p) == CLOSE_OBJECT) {
    storeRange(field, row, start);
    return p + 1;
  }
  while (true) {
    if (load<u8>(p) != QUOTE) return unexpected(p);
    p = readString(p + 1);
    if (p == 0) return 0;
    const slot = mapSlot(field, key, start, p);
    if (slot == u32.MAX_VALUE) return 0;
    p = skipSpace(p);
    if (load<u8>(p) != COLON) return unexpected(p);
    p = decodeElement(value, skipSpace(p + 1), slot);
    if (p == 0) return 0;
    p = skipSpace(p);
    const c = load<u8>(p++);
    if (c == CLOSE_OBJECT) break;
    if (c != COMMA) return unexpected(p - 1);
    p = skipSpace(p);
  }
  storeRange(field, row, start);
  return p;
}

/** The place of the key just read: that of the same key before (the last one wins), else a new one. */
function mapSlot(field: Field, key: Field, start: u32, p: usize): u32 {
  const length = <u32>(textEnd - textStart);
  for (let i = start; i < field.used; i++) {
    if (load<u32>(key.aux + (i << 2)) == length && memory.compare(load<u32>(key.values + (i << 2)), textStart, length) == 0) {
      clearField(changetype<Field>(field.child2), i);
      return i;
    }
  }
  if (field.used == field.capacity) {
    fail(Fault.ELEMENTS, p);
    return u32.MAX_VALUE;
  }
  storeBytes(key, field.used, textStart, textEnd);
  return field.used++;
}
