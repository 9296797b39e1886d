// Copies fields of rows into columns.
import { INLINE_BYTES, keyAt, S_BYTES, S_F32, S_I128, S_I16, S_I32, S_I8, S_TS96, Table } from "./table-layout";

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
    default: gatherLoop(3, rows, count, offset, values, aux);
  }
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
