// The raw format: a line is a value. Texts and bytes as they are, numbers in binary.
import { Fault, fail, faultCode } from "./text-error";
import { Field, Type, setNull } from "./text-field";
import { storeBytes } from "./text-values";
import { arenaAt, arenaEnd, lendArena, setArenaAt } from "./text-arena";
import { isUtf8 } from "./text-utf8";
import { findLineEnd } from "./text-lines";
import { replaceBroken } from "./text-repair";

/** Written by src/formats/raw/raw-decoder.ts. */
@unmanaged
class RawState {
  /** 0: lines are only counted. */
  field: usize;
  littleEndian: u32;
  /** 1: texts must become UTF-8; 0: another charset, which the caller decodes. */
  utf8: u32;
  arenaAt: usize;
  arenaEnd: usize;
  at: usize;
  rowCount: u32;
  fault: u32;
  /** u32 a row, or 0: where its value ends, from the first byte written. */
  ends: usize;
}

/** Reads lines of [address, end), whose last byte is a line feed, into rows [row, maxRow). */
export function rawDecode(stateAddress: usize, address: usize, end: usize, firstRow: u32, maxRow: u32): void {
  const state = changetype<RawState>(stateAddress);
  const field = changetype<Field>(state.field);
  lendArena(state.arenaAt, state.arenaEnd);
  state.fault = 0;
  let row = firstRow;
  let p = address;
  while (p < end && row < maxRow) {
    const lineEnd = findLineEnd(p);
    const valueEnd = lineEnd > p && load<u8>(lineEnd - 1) == 0x0d ? lineEnd - 1 : lineEnd;
    if (state.field != 0 && !storeRaw(field, row, p, valueEnd, state)) {
      state.fault = faultCode;
      break;
    }
    row++;
    p = lineEnd + 1;
  }
  state.arenaAt = arenaAt;
  state.at = p;
  state.rowCount = row;
}

/** As jsonDecodeMessages: a message is a value, whatever bytes it has. */
export function rawDecodeMessages(
  stateAddress: usize,
  messages: usize,
  stride: u32,
  first: u32,
  count: u32,
  firstRow: u32,
  maxRow: u32,
  rows: usize,
): void {
  const state = changetype<RawState>(stateAddress);
  const field = changetype<Field>(state.field);
  lendArena(state.arenaAt, state.arenaEnd);
  state.fault = 0;
  let row = firstRow;
  let i = first;
  for (; i < count && row < maxRow; i++, row++) {
    const message = messages + i * stride;
    const start = <usize>load<u32>(message);
    const size = load<u32>(message, 4);
    store<u32>(rows + (row << 2), i);
    if (state.field == 0) continue;
    if (size == u32.MAX_VALUE) setNull(field, row);
    else if (!storeRaw(field, row, start, start + size, state)) {
      state.fault = faultCode;
      break;
    }
  }
  state.arenaAt = arenaAt;
  state.at = i;
  state.rowCount = row;
}

function storeRaw(field: Field, row: u32, start: usize, end: usize, state: RawState): bool {
  if (field.type == Type.BYTES || (field.type == Type.STRING && (state.utf8 == 0 || isUtf8(start, end)))) {
    storeBytes(field, row, start, end);
    return true;
  }
  if (field.type == Type.STRING) {
    const target = arenaAt;
    const to = replaceBroken(start, end, target, arenaEnd);
    if (to == 0) return fail(Fault.ARENA, start) != 0;
    setArenaAt(to);
    storeBytes(field, row, target, to);
    return true;
  }
  const size = numberSize(field.type);
  if (end - start != size) return fail(Fault.VALUE, start) != 0;
  const big = state.littleEndian == 0;
  switch (<u32>size) {
    case 1: {
      const value = load<u8>(start);
      store<u8>(field.values + row, field.type == Type.BOOLEAN ? u8(value != 0) : value);
      break;
    }
    case 2: {
      const value = load<u16>(start);
      store<u16>(field.values + (row << 1), big ? bswap<u16>(value) : value);
      break;
    }
    case 4: {
      const value = load<u32>(start);
      store<u32>(field.values + (row << 2), big ? bswap<u32>(value) : value);
      break;
    }
    default: {
      const value = load<u64>(start);
      store<u64>(field.values + (row << 3), big ? bswap<u64>(value) : value);
    }
  }
  return true;
}

function numberSize(type: u32): usize {
  if (type == Type.BOOLEAN || type == Type.TINYINT) return 1;
  if (type == Type.SMALLINT) return 2;
  return type == Type.INT || type == Type.FLOAT ? 4 : 8;
}

/** Writes the rows' values, each with a line feed. The result lies in at, rowCount and fault. */
export function rawEncode(stateAddress: usize, selection: usize, start: u32, rowCount: u32, to: usize, capacity: u32): void {
  const state = changetype<RawState>(stateAddress);
  const field = changetype<Field>(state.field);
  const limit = <u64>to + capacity;
  state.fault = 0;
  let at = to;
  let n = start;
  for (; n < rowCount; n++) {
    const row = selection == 0 ? n : load<u32>(selection + (n << 2));
    if (field.hasNulls != 0 && load<u8>(field.nulls + row) != 0) {
      state.fault = Fault.VALUE;
      break;
    }
    const isText = field.type == Type.STRING || field.type == Type.BYTES;
    const size: usize = isText ? load<u32>(field.aux + (row << 2)) : numberSize(field.type);
    if (<u64>at + size + 1 > limit) {
      state.fault = Fault.ARENA;
      break;
    }
    if (isText) memory.copy(at, load<u32>(field.values + (row << 2)), size);
    else writeNumber(field, row, <u32>size, state.littleEndian == 0, at);
    at += size;
    if (state.ends != 0) store<u32>(state.ends + ((n - start) << 2), <u32>(at - to));
    store<u8>(at++, 0x0a);
  }
  state.at = at;
  state.rowCount = n - start;
}

function writeNumber(field: Field, row: u32, size: u32, big: bool, to: usize): void {
  switch (size) {
    case 1:
      return store<u8>(to, load<u8>(field.values + row));
    case 2: {
      const value = load<u16>(field.values + (row << 1));
      return store<u16>(to, big ? bswap<u16>(value) : value);
    }
    case 4: {
      const value = load<u32>(field.values + (row << 2));
      return store<u32>(to, big ? bswap<u32>(value) : value);
    }
    default: {
      const value = load<u64>(field.values + (row << 3));
      store<u64>(to, big ? bswap<u64>(value) : value);
    }
  }
}
