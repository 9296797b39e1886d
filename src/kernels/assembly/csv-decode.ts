// CSV to columns. Columns have positions; a column that nobody reads is passed over. One call decodes up to a batch.
import { Fault, fail, failField, faultAt, faultCode, faultField } from "./text-error";
import { Field, FIELD_BYTES, Type, setNull } from "./text-field";
import { arenaAt, arenaFull, lendArena } from "./text-arena";
import { digitRun, shortDigits } from "./number-read";
import { storeBytes, storeLenientTime, storeText, storeTimestamp } from "./text-values";
import { readNanos, readSeconds, readUsualTimestamp } from "./time-read";
import {
  delimiterSize,
  fieldEnd,
  fieldStart,
  isDelimiter,
  isQuote,
  nextLineEnd,
  passLineEnd,
  prepareCsv,
  quotedLines,
  readPlain,
  readQuoted,
} from "./csv-scan";

/** Written by src/formats/csv/csv-decoder.ts. */
@unmanaged
class DecodeState {
  /** u32 by position: the Field to fill, or 0. */
  columns: usize;
  columnCount: u32;
  delimiter: u32;
  delimiterSize: u32;
  quote: i32;
  escape: i32;
  allowComments: u32;
  ignoreErrors: u32;
  nullLiteral: usize;
  /** -1 where there is none. */
  nullLiteralSize: i32;
  elementDelimiter: usize;
  elementDelimiterSize: u32;
  arenaAt: usize;
  arenaEnd: usize;
  /** Out, as in json-decode; the record at fault ends at recordEnd. */
  at: usize;
  rowCount: u32;
  lines: u32;
  fault: u32;
  faultAt: usize;
  faultField: usize;
  recordEnd: usize;
}

let state: DecodeState = changetype<DecodeState>(0);
let limit: usize = 0;

export function csvDecode(stateAddress: usize, address: usize, end: usize, last: bool, firstRow: u32, maxRow: u32): void {
  state = changetype<DecodeState>(stateAddress);
  limit = end;
  prepareCsv(state.delimiter, state.delimiterSize, state.quote, state.escape, end, last);
  lendArena(state.arenaAt, state.arenaEnd);
  state.fault = 0;
  let row = firstRow;
  let p = address;
  let lines: u32 = 0;
  let keptLines: u32 = 0;
  while (p < end && row < maxRow) {
    const keptArena = arenaAt;
    keptLines = quotedLines;
    const isRecord = state.allowComments == 0 || !isSkipped(p);
    const next = isRecord ? decodeRecord(p, row) : passLine(p);
    if (next == 0 || brokenCode != 0) {
      giveBack(row, next, keptArena);
      break;
    }
    row += u32(isRecord);
    lines++;
    p = next;
    keptLines = quotedLines;
  }
  state.arenaAt = arenaAt;
  state.at = p;
  state.rowCount = row;
  state.lines = lines + keptLines;
}

/** The first value of this record that is none of its column's type; reading goes on to the record's end. */
let brokenCode: u32 = 0;
let brokenAt: usize = 0;
let brokenField: usize = 0;

/** Reports the fault, and the record's end: its own where its form is sound, else the next line end. */
function giveBack(row: u32, next: usize, keptArena: usize): void {
  clearRow(row);
  lendArena(keptArena, state.arenaEnd);
  if (next != 0) {
    state.fault = brokenCode;
    state.faultAt = brokenAt;
    state.faultField = brokenField;
    state.recordEnd = next;
    brokenCode = 0;
    return;
  }
  brokenCode = 0;
  state.fault = faultCode;
  state.faultAt = faultAt;
  state.faultField = faultField;
  if (faultCode >= Fault.ARENA) return;
  const lineEnd = faultCode == Fault.UNTERMINATED ? limit : nextLineEnd(faultAt);
  const end: usize = lineEnd == 0 ? 0 : passLineEnd(lineEnd);
  if (end == 0) state.fault = Fault.INCOMPLETE;
  state.recordEnd = end;
}

/** Where comments are allowed: a comment or a blank line. */
function isSkipped(at: usize): bool {
  let p = at;
  while (p < limit && (load<u8>(p) == 0x20 || load<u8>(p) == 0x09)) p++;
  if (p >= limit) return false;
  const c = load<u8>(p);
  return c == 0x23 || c == 0x0a || c == 0x0d;
}

function passLine(p: usize): usize {
  const end = nextLineEnd(p);
  return end == 0 ? 0 : passLineEnd(end);
}

/** Decodes a record up to after its line end. Hot: bench/csv-scan.ts. */
function decodeRecord(at: usize, row: u32): usize {
  let p = at;
  const count = state.columnCount;
  const columns = state.columns;
  let index: u32 = 0;
  while (true) {
    const quoted = p < limit && isQuote(load<u8>(p));
    const end = quoted ? readQuoted(p + 1) : readPlain(p);
    if (end == 0) return 0;
    const more = end < limit && isDelimiter(end);
    if (index < count) {
      const field = changetype<Field>(load<u32>(columns + (index << 2)));
      if (changetype<usize>(field) != 0 && brokenCode == 0) storeField(field, row, p);
      if (arenaFull) return fail(Fault.ARENA, p);
      if (faultCode == Fault.ELEMENTS && brokenCode == Fault.ELEMENTS) return fail(Fault.ELEMENTS, p);
    } else if (more || index > count || fieldStart != fieldEnd || quoted) setBroken(Fault.COLUMNS, p, 0);
    if (!more) {
      finish(index + 1, row, end);
      return passLineEnd(end);
    }
    p = end + delimiterSize;
    index++;
  }
}

function setBroken(code: u32, at: usize, field: usize): void {
  if (brokenCode != 0) return;
  brokenCode = code;
  brokenAt = at;
  brokenField = field;
}

/** Columns that are read but did not come: an error, or NULL. */
function finish(from: u32, row: u32, end: usize): void {
  for (let index = from; index < state.columnCount; index++) {
    const field = changetype<Field>(load<u32>(state.columns + (index << 2)));
    if (changetype<usize>(field) == 0) continue;
    if (state.ignoreErrors == 0) setBroken(Fault.COLUMNS, end, 0);
    setNull(field, row);
  }
}

function clearRow(row: u32): void {
  for (let index: u32 = 0; index < state.columnCount; index++) {
    const field = changetype<Field>(load<u32>(state.columns + (index << 2)));
    if (changetype<usize>(field) != 0) clearField(field, row);
  }
}

function clearField(field: Field, row: u32): void {
  store<u8>(field.nulls + row, 0);
  if (field.type != Type.ROW) return;
  for (let i: u32 = 0; i < field.childCount; i++) clearField(changetype<Field>(field.child + i * FIELD_BYTES), row);
}

/** Stores the field just read in [fieldStart, fieldEnd). */
// @ts-ignore: decorator
@inline
function storeField(field: Field, row: u32, at: usize): void {
  if (state.nullLiteralSize < 0) {
    const type = field.type;
    if (type == Type.STRING) return storeBytes(field, row, fieldStart, fieldEnd);
    if (type == Type.BIGINT) {
      const size = <u32>(fieldEnd - fieldStart);
      if (size - 1 < 15 && digitRun(fieldStart) >= size) {
        store<u64>(field.values + (row << 3), shortDigits(fieldStart, size));
        return;
      }
    } else if (type == Type.TIMESTAMP && readUsualTimestamp(fieldStart, false) == fieldEnd) {
      return storeTimestamp(field, row, readSeconds, readNanos);
    }
  }
  storeOther(field, row, fieldStart, fieldEnd, at);
}

function storeOther(field: Field, row: u32, start: usize, end: usize, at: usize): void {
  const size = <i32>(end - start);
  if (size == state.nullLiteralSize && memory.compare(start, state.nullLiteral, size) == 0) return setNull(field, row);
  let ok: bool;
  if (field.type == Type.ARRAY) ok = storeArray(field, row, start, end, at);
  else if (field.type == Type.ROW) ok = storeRow(field, row, start, end, at);
  else ok = storePlain(field, row, start, end);
  if (ok) return;
  if (state.ignoreErrors == 0) setBroken(Fault.VALUE, at, changetype<usize>(field));
  else setNull(field, row);
}

function storePlain(field: Field, row: u32, start: usize, end: usize): bool {
  const type = field.type;
  if (type == Type.DATE || type == Type.TIME) return storeLenientTime(field, row, start, end);
  let from = start;
  let to = end;
  // What Flink's converters trim: numbers but decimals, BOOLEAN, timestamps.
  if (type <= Type.DOUBLE || type == Type.TIMESTAMP || type == Type.TIMESTAMP_LTZ) {
    while (from < to && load<u8>(from) <= 0x20) from++;
    while (from < to && load<u8>(to - 1) <= 0x20) to--;
  }
  return storeText(field, row, from, to, false);
}

/** The end of the element that starts at p. */
function elementEnd(at: usize, end: usize): usize {
  const size = state.elementDelimiterSize;
  if (size == 0) return end;
  for (let p = at; p + size <= end; p++) if (memory.compare(p, state.elementDelimiter, size) == 0) return p;
  return end;
}

/** No text is an empty array. */
function storeArray(field: Field, row: u32, start: usize, end: usize, at: usize): bool {
  const element = changetype<Field>(field.child);
  const first = field.used;
  let p = start;
  while (start < end) {
    if (field.used == field.capacity) {
      setBroken(Fault.ELEMENTS, at, 0);
      fail(Fault.ELEMENTS, at);
      return true;
    }
    const to = elementEnd(p, end);
    storeOther(element, field.used++, p, to, at);
    if (to == end) break;
    p = to + state.elementDelimiterSize;
  }
  store<u32>(field.values + (row << 2), first);
  store<u32>(field.aux + (row << 2), field.used - first);
  return true;
}

/** Elements beyond the ROW's fields are ignored, as in Flink; missing ones are an error, or NULL. No text at all is no ROW. */
function storeRow(field: Field, row: u32, start: usize, end: usize, at: usize): bool {
  if (start == end) return false;
  let p = start;
  let index: u32 = 0;
  for (; index < field.childCount; index++) {
    const to = elementEnd(p, end);
    storeOther(changetype<Field>(field.child + index * FIELD_BYTES), row, p, to, at);
    if (to == end) {
      index++;
      break;
    }
    p = to + state.elementDelimiterSize;
  }
  if (index < field.childCount && state.ignoreErrors == 0) return false;
  for (; index < field.childCount; index++) setNull(changetype<Field>(field.child + index * FIELD_BYTES), row);
  return true;
}
