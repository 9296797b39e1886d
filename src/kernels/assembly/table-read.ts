// Copies fields of rows into columns.
import { INLINE_BYTES, keyAt, S_BYTES, S_F32, S_I128, S_I16, S_I32, S_I64, S_I8, S_TS96, Table } from "./table-layout";

// @ts-ignore: decorator
@inline
function gatherLoop(storage: u32, rows: usize, count: u32, offset: u32, values: usize, aux: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const field = <usize>(load<u32>(rows + (i << 2)) + offset);
    if (storage == S_I8) store<u8>(values + i, load<u8>(field));
    else if (storage == S_I16) store<u16>(values + (i << 1), load<u16>(field));
    else if (storage == S_I32) store<u32>(values + (i << 2), load<u32>(field));
    else if (storage == S_BYTES) {
      const length = load<u32>(field);
      store<u32>(aux + (i << 2), length);
      store<u32>(values + (i << 2), length <= INLINE_BYTES ? <u32>field + 4 : load<u32>(field, 8));
    } else store<u64>(values + (i << 3), load<u64>(field));
    if (storage == S_I128) store<u64>(aux + (i << 3), load<u64>(field, 8));
    if (storage == S_TS96) store<u32>(aux + (i << 2), load<u32>(field, 8));
  }
}

/** Copies the field at `offset` of rows (addresses at `rows`) into a column. */
export function tableGather(storage: u32, rows: usize, count: u32, offset: u32, values: usize, aux: usize): void {
  switch (storage) {
    case S_I8: gatherLoop(S_I8, rows, count, offset, values, aux); break;
    case S_I16: gatherLoop(S_I16, rows, count, offset, values, aux); break;
    case S_I32:
    case S_F32: gatherLoop(S_I32, rows, count, offset, values, aux); break;
    case S_I128: gatherLoop(S_I128, rows, count, offset, values, aux); break;
    case S_TS96: gatherLoop(S_TS96, rows, count, offset, values, aux); break;
    case S_BYTES: gatherLoop(S_BYTES, rows, count, offset, values, aux); break;
    default: gatherLoop(S_I64, rows, count, offset, values, aux);
  }
}

// @ts-ignore: decorator
@inline
function pickLoop(storage: u32, indexes: usize, count: u32, values: usize, aux: usize, toValues: usize, toAux: usize): void {
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(indexes + (n << 2));
    if (storage == S_I8) store<u8>(toValues + n, load<u8>(values + i));
    else if (storage == S_I16) store<u16>(toValues + (n << 1), load<u16>(values + (i << 1)));
    else if (storage == S_I32) store<u32>(toValues + (n << 2), load<u32>(values + (i << 2)));
    else store<u64>(toValues + (n << 3), load<u64>(values + (i << 3)));
    if (storage == S_I128) store<u64>(toAux + (n << 3), load<u64>(aux + (i << 3)));
    if (storage == S_TS96) store<u32>(toAux + (n << 2), load<u32>(aux + (i << 2)));
  }
}

/** Copies entries of a column of fixed size, by index, into another of the same storage; `nulls` is 0 when there are none. */
export function columnPick(
  storage: u32, indexes: usize, count: u32, values: usize, aux: usize, nulls: usize, toValues: usize, toAux: usize, toNulls: usize,
): void {
  switch (storage) {
    case S_I8: pickLoop(S_I8, indexes, count, values, aux, toValues, toAux); break;
    case S_I16: pickLoop(S_I16, indexes, count, values, aux, toValues, toAux); break;
    case S_I32:
    case S_F32: pickLoop(S_I32, indexes, count, values, aux, toValues, toAux); break;
    case S_I128: pickLoop(S_I128, indexes, count, values, aux, toValues, toAux); break;
    case S_TS96: pickLoop(S_TS96, indexes, count, values, aux, toValues, toAux); break;
    default: pickLoop(S_I64, indexes, count, values, aux, toValues, toAux);
  }
  if (nulls != 0) pickLoop(S_I8, indexes, count, nulls, 0, toNulls, 0);
}

/** Copies a key column of rows into a column and its nulls. Returns 1 when there is a null. */
export function tableGatherKey(table: Table, index: u32, rows: usize, count: u32, values: usize, aux: usize, nulls: usize): u32 {
  const key = keyAt(table, index);
  tableGather(key.storage, rows, count, key.offset, values, aux);
  const nullOffset = key.nullOffset;
  const nullBit = key.nullBit;
  let any: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const isNull = (load<u8>(load<u32>(rows + (i << 2)) + nullOffset) & nullBit) != 0;
    any |= <u32>isNull;
    store<u8>(nulls + i, <u8>isNull);
  }
  return any;
}
