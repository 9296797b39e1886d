// Columns to NDJSON, row by row: each field's `,"name":` is prepared as bytes, so that a row is a chain of copies.
import { copyBlocks } from "./text-copy";
import { Fault, fail, failField, faultCode, faultField } from "./text-error";
import { Field, FIELD_BYTES, Type } from "./text-field";
import { writeString } from "./json-write-string";
import { prepareNumbers, writeDecimal, writeDouble, writeFloat, writeInteger } from "./number-write";
import { writeBase64 } from "./text-base64";
import { floorDivide, writeClock, writeDate, writeTimestamp } from "./time-write";

@unmanaged
class EncodeState {
  fields: usize;
  fieldCount: u32;
  /** 84 ('T') or 32 (' ') between date and time. */
  separator: u32;
  plainDecimals: u32;
  ignoreNulls: u32;
  /** What a NULL key of a map does: 0 fail, 1 drop, 2 the literal. */
  nullKeyMode: u32;
  nullKey: usize;
  nullKeyLength: u32;
  /** Out. */
  rowsWritten: u32;
  bytesWritten: u32;
  fault: u32;
  faultField: usize;
  /** u32 a row, or 0: where its record ends, from the first byte written. */
  ends: usize;
}

/** The fields of a nested ROW. */
@unmanaged
class RowProgram {
  fields: usize;
  fieldCount: u32;
}

let state: EncodeState = changetype<EncodeState>(0);
let limit: usize = 0;
/** Bytes enough for any value of fixed size, its name apart, and for what copies write too much. */
const ROOM: usize = 96;

/** Writes rows [start, rowCount) — of the selection, if there is one — into [to, to + capacity), as many as fit. */
export function jsonEncode(stateAddress: usize, selection: usize, start: u32, rowCount: u32, to: usize, capacity: u32): void {
  state = changetype<EncodeState>(stateAddress);
  prepareNumbers();
  limit = to + capacity;
  state.fault = 0;
  let at = to;
  let n = start;
  for (; n < rowCount; n++) {
    const row = selection == 0 ? n : load<u32>(selection + (n << 2));
    const end = writeRow(state.fields, state.fieldCount, row, at);
    if (end == 0) {
      state.fault = faultCode;
      state.faultField = faultField;
      break;
    }
    if (state.ends != 0) store<u32>(state.ends + ((n - start) << 2), <u32>(end - to));
    store<u8>(end, 0x0a);
    at = end + 1;
  }
  state.rowsWritten = n - start;
  state.bytesWritten = <u32>(at - to);
}

/** Whether a value is NULL, by a column's byte map if it has one. */
// @ts-ignore: decorator
@inline
function isNull(field: Field, row: u32): bool {
  return field.hasNulls != 0 && load<u8>(field.nulls + row) != 0;
}

/** Writes an object. Fault.ARENA stands for "no room". Hot: bench/json-scan.ts. */
function writeRow(fields: usize, fieldCount: u32, row: u32, at: usize): usize {
  let to = at;
  if (to + ROOM > limit) return fail(Fault.ARENA, 0);
  store<u8>(to++, 0x7b);
  const end = fields + fieldCount * FIELD_BYTES;
  // The first field's comma is overwritten by the brace of the row.
  let first: usize = 1;
  for (let address = fields; address < end; address += FIELD_BYTES) {
    const field = changetype<Field>(address);
    const none = isNull(field, row);
    if (none && state.ignoreNulls != 0) continue;
    const length = field.nameLength;
    if (to + length + ROOM > limit) return fail(Fault.ARENA, 0);
    to -= first;
    const brace = load<u8>(to);
    copyBlocks(to, field.name, length);
    if (first != 0) store<u8>(to, brace);
    to += length;
    first = 0;
    if (none) {
      store<u32>(to, 0x6c6c756e);
      to += 4;
      continue;
    }
    to = writeValue(field, row, to);
    if (to == 0) return 0;
  }
  if (to + ROOM > limit) return fail(Fault.ARENA, 0);
  store<u8>(to, 0x7d);
  return to + 1;
}

function writeValue(field: Field, row: u32, to: usize): usize {
  const values = field.values;
  switch (field.type) {
    case Type.BIGINT:
      return writeInteger(load<i64>(values + (row << 3)), to);
    case Type.STRING:
      return writeText(field, row, to);
    case Type.INT:
      return writeInteger(load<i32>(values + (row << 2)), to);
    case Type.DOUBLE:
      return writeDouble(load<f64>(values + (row << 3)), true, to);
    case Type.TIMESTAMP:
    case Type.TIMESTAMP_LTZ:
      return writeTime(field, row, to);
    default:
      return writeOther(field, row, to);
  }
}

function writeOther(field: Field, row: u32, to: usize): usize {
  const values = field.values;
  switch (field.type) {
    case Type.BOOLEAN:
      return writeBoolean(load<u8>(values + row) != 0, to);
    case Type.TINYINT:
      return writeInteger(load<i8>(values + row), to);
    case Type.SMALLINT:
      return writeInteger(load<i16>(values + (row << 1)), to);
    case Type.FLOAT:
      return writeFloat(load<f32>(values + (row << 2)), true, to);
    case Type.DECIMAL64: {
      const low = load<i64>(values + (row << 3));
      return writeDecimal(low, low >> 63, field.scale, state.plainDecimals != 0, to);
    }
    case Type.DECIMAL128:
      return writeDecimal(load<u64>(values + (row << 3)), load<i64>(field.aux + (row << 3)), field.scale, state.plainDecimals != 0, to);
    case Type.DATE:
      store<u8>(to, 0x22);
      return quoted(writeDate(load<i32>(values + (row << 2)), to + 1));
    case Type.TIME: {
      const millis = load<i32>(values + (row << 2));
      store<u8>(to, 0x22);
      return quoted(writeClock(millis / 1000, (millis % 1000) * 1000000, to + 1));
    }
    case Type.BYTES:
      return writeBytes(field, row, to);
    case Type.ROW: {
      const program = changetype<RowProgram>(field.child);
      return writeRow(program.fields, program.fieldCount, row, to);
    }
    case Type.ARRAY:
      return writeArray(field, row, to);
    default:
      return writeMap(field, row, to);
  }
}

// @ts-ignore: decorator
@inline
function quoted(to: usize): usize {
  store<u8>(to, 0x22);
  return to + 1;
}

function writeBoolean(value: bool, to: usize): usize {
  if (value) {
    store<u32>(to, 0x65757274);
    return to + 4;
  }
  store<u32>(to, 0x736c6166);
  store<u8>(to, 0x65, 4);
  return to + 5;
}

function writeText(field: Field, row: u32, to: usize): usize {
  return writeBounded(load<u32>(field.values + (row << 2)), load<u32>(field.aux + (row << 2)), to);
}

/** A string, if it surely fits: a byte may take six. */
function writeBounded(start: usize, byteSize: u32, to: usize): usize {
  if (<u64>to + <u64>byteSize * 6 + ROOM > <u64>limit) return fail(Fault.ARENA, 0);
  return writeString(start, byteSize, to);
}

function writeBytes(field: Field, row: u32, to: usize): usize {
  const byteSize = load<u32>(field.aux + (row << 2));
  if (<u64>to + <u64>byteSize * 2 + ROOM > <u64>limit) return fail(Fault.ARENA, 0);
  store<u8>(to, 0x22);
  return quoted(writeBase64(load<u32>(field.values + (row << 2)), byteSize, to + 1));
}

/** A timestamp by its column's unit (see storage.ts), Z after one with a zone. */
function writeTime(field: Field, row: u32, at: usize): usize {
  const value = load<i64>(field.values + (row << 3));
  const perSecond: i64 = field.precision > 3 && field.precision <= 6 ? 1000000 : 1000;
  const seconds = floorDivide(value, perSecond);
  let nanos = <i32>(value - seconds * perSecond) * (perSecond == 1000 ? 1000000 : 1000);
  if (field.precision > 6) nanos += load<i32>(field.aux + (row << 2));
  store<u8>(at, 0x22);
  const to = writeTimestamp(seconds, nanos, <u8>state.separator, at + 1);
  if (field.type == Type.TIMESTAMP) return quoted(to);
  store<u16>(to, 0x225a);
  return to + 2;
}

function writeElement(element: Field, index: u32, to: usize): usize {
  if (to + ROOM > limit) return fail(Fault.ARENA, 0);
  if (!isNull(element, index)) return writeValue(element, index, to);
  store<u32>(to, 0x6c6c756e);
  return to + 4;
}

function writeArray(field: Field, row: u32, at: usize): usize {
  let to = at;
  const first = load<u32>(field.values + (row << 2));
  const end = first + load<u32>(field.aux + (row << 2));
  store<u8>(to++, 0x5b);
  for (let i = first; i < end; i++) {
    if (i > first) store<u8>(to++, 0x2c);
    to = writeElement(changetype<Field>(field.child), i, to);
    if (to == 0) return 0;
  }
  store<u8>(to, 0x5d);
  return to + 1;
}

function writeMap(field: Field, row: u32, at: usize): usize {
  let to = at;
  const key = changetype<Field>(field.child);
  const first = load<u32>(field.values + (row << 2));
  const end = first + load<u32>(field.aux + (row << 2));
  store<u8>(to++, 0x7b);
  let any = false;
  for (let i = first; i < end; i++) {
    const none = isNull(key, i);
    if (none && state.nullKeyMode == 0) return failField(Fault.VALUE, 0, changetype<usize>(field));
    if (none && state.nullKeyMode == 1) continue;
    if (any) store<u8>(to++, 0x2c);
    any = true;
    to = none ? writeBounded(state.nullKey, state.nullKeyLength, to) : writeText(key, i, to);
    if (to == 0) return 0;
    store<u8>(to++, 0x3a);
    to = writeElement(changetype<Field>(field.child2), i, to);
    if (to == 0) return 0;
  }
  store<u8>(to, 0x7d);
  return to + 1;
}
