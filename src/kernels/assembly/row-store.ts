// Rows that an operator keeps whole: read by address into columns, where the address 0 stands for a row of nulls, and columns of a batch
// picked by index, where -1 does.
import { changing } from "./pages";
import { keyAt, INLINE_BYTES, S_BYTES, S_F32, S_I128, S_I16, S_I32, S_I64, S_I8, S_TS96, Table } from "./table-layout";
import { startEpoch } from "./table-lookup";

/** Must come before slots of rows are changed that this epoch's lookups did not meet. */
export function tableTouchRows(table: Table, rows: usize, count: u32, epoch: i32): void {
  startEpoch(table, epoch);
  const mark = table.mark;
  for (let n: u32 = 0; n < count; n++) {
    const row = load<u32>(rows + (n << 2));
    if (row == 0 || <u32>load<u16>(row) == mark) continue;
    changing(table, row);
    store<u16>(row, <u16>mark);
  }
}

// @ts-ignore: decorator
@inline
function readField(storage: u32, field: usize, values: usize, aux: usize, n: u32): void {
  if (storage == S_BYTES) {
    const length = load<u32>(field);
    store<u32>(aux + (n << 2), length);
    store<u32>(values + (n << 2), length <= INLINE_BYTES ? <u32>field + 4 : load<u32>(field, 8));
  } else if (storage == S_I8) store<u8>(values + n, load<u8>(field));
  else if (storage == S_I16) store<u16>(values + (n << 1), load<u16>(field));
  else if (storage == S_I32) store<u32>(values + (n << 2), load<u32>(field));
  else store<u64>(values + (n << 3), load<u64>(field));
  if (storage == S_I128) store<u64>(aux + (n << 3), load<u64>(field, 8));
  if (storage == S_TS96) store<u32>(aux + (n << 2), load<u32>(field, 8));
}

// @ts-ignore: decorator
@inline
function readLoop(
  storage: u32, rows: usize, count: u32, offset: u32, nullOffset: u32, nullBit: u32, values: usize, aux: usize, nulls: usize,
): u32 {
  let any: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const row = load<u32>(rows + (n << 2));
    const isNull = row == 0 || (<u32>load<u8>(row + nullOffset) & nullBit) != 0;
    any |= <u32>isNull;
    store<u8>(nulls + n, <u8>isNull);
    if (!isNull) readField(storage, row + offset, values, aux, n);
  }
  return any;
}

/** Reads the field at `offset` of rows; a set bit of the byte at `nullOffset` makes it null. Returns 1 when there is a null. */
export function tableReadField(
  storage: u32, rows: usize, count: u32, offset: u32, nullOffset: u32, nullBit: u32, values: usize, aux: usize, nulls: usize,
): u32 {
  switch (storage) {
    case S_I8: return readLoop(S_I8, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    case S_I16: return readLoop(S_I16, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    case S_I32:
    case S_F32: return readLoop(S_I32, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    case S_I128: return readLoop(S_I128, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    case S_TS96: return readLoop(S_TS96, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    case S_BYTES: return readLoop(S_BYTES, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
    default: return readLoop(S_I64, rows, count, offset, nullOffset, nullBit, values, aux, nulls);
  }
}

/** As tableReadField, of a key column. */
export function tableReadKey(table: Table, index: u32, rows: usize, count: u32, values: usize, aux: usize, nulls: usize): u32 {
  const key = keyAt(table, index);
  return tableReadField(key.storage, rows, count, key.offset, key.nullOffset, key.nullBit, values, aux, nulls);
}

// @ts-ignore: decorator
@inline
function takeLoop(
  storage: u32, indexes: usize, count: u32, values: usize, aux: usize, nulls: usize, toValues: usize, toAux: usize, toNulls: usize,
): u32 {
  let any: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(indexes + (n << 2));
    const isNull = i == 0xffffffff || (nulls != 0 && load<u8>(nulls + i) != 0);
    any |= <u32>isNull;
    store<u8>(toNulls + n, <u8>isNull);
    if (isNull) continue;
    if (storage == S_I8) store<u8>(toValues + n, load<u8>(values + i));
    else if (storage == S_I16) store<u16>(toValues + (n << 1), load<u16>(values + (i << 1)));
    else if (storage == S_I32) store<u32>(toValues + (n << 2), load<u32>(values + (i << 2)));
    else if (storage == S_BYTES) {
      store<u32>(toValues + (n << 2), load<u32>(values + (i << 2)));
      store<u32>(toAux + (n << 2), load<u32>(aux + (i << 2)));
    } else store<u64>(toValues + (n << 3), load<u64>(values + (i << 3)));
    if (storage == S_I128) store<u64>(toAux + (n << 3), load<u64>(aux + (i << 3)));
    if (storage == S_TS96) store<u32>(toAux + (n << 2), load<u32>(aux + (i << 2)));
  }
  return any;
}

/** Copies entries of a column, by index, into another of the same storage; `nulls` is 0 when it has none. Returns 1 when there is a null. */
export function columnTake(
  storage: u32, indexes: usize, count: u32, values: usize, aux: usize, nulls: usize, toValues: usize, toAux: usize, toNulls: usize,
): u32 {
  switch (storage) {
    case S_I8: return takeLoop(S_I8, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    case S_I16: return takeLoop(S_I16, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    case S_I32:
    case S_F32: return takeLoop(S_I32, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    case S_I128: return takeLoop(S_I128, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    case S_TS96: return takeLoop(S_TS96, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    case S_BYTES: return takeLoop(S_BYTES, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
    default: return takeLoop(S_I64, indexes, count, values, aux, nulls, toValues, toAux, toNulls);
  }
}
