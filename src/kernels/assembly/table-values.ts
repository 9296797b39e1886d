// Moves values between the columns of a batch and slots of the rows that a lookup found for it.
import { tableSetBytes } from "./table-heap";
import { INLINE_BYTES, Output, S_BYTES, S_F32, S_I128, S_I16, S_I32, S_I8, S_TS96, Table } from "./table-layout";

function storeSlot(storage: u32, field: usize, values: usize, aux: usize, i: u32): void {
  if (storage == S_I8) store<u8>(field, load<u8>(values + i));
  else if (storage == S_I16) store<u16>(field, load<u16>(values + (i << 1)));
  else if (storage == S_I32 || storage == S_F32) store<u32>(field, load<u32>(values + (i << 2)));
  else store<u64>(field, load<u64>(values + (i << 3)));
  if (storage == S_I128) store<u64>(field, load<u64>(aux + (i << 3)), 8);
  if (storage == S_TS96) store<u32>(field, load<u32>(aux + (i << 2)), 8);
}

/** Writes a column into the slot at `offset` of the rows last looked up, and into the byte at `nullOffset` whether it is null. */
export function tableScatter(
  table: Table, storage: u32, selection: usize, count: u32, offset: u32, nullOffset: u32, values: usize, aux: usize, nulls: usize,
): void {
  const rows = <usize>changetype<Output>(<usize>table.output).rows;
  for (let n: u32 = 0; n < count; n++) {
    const i = selection ? load<u32>(selection + (n << 2)) : n;
    const row = load<u32>(rows + (i << 2));
    const isNull = nulls != 0 && load<u8>(nulls + i) != 0;
    store<u8>(row + nullOffset, <u8>isNull);
    if (storage != S_BYTES) storeSlot(storage, row + offset, values, aux, i);
    else if (isNull) tableSetBytes(table, row, offset, 0, 0);
    else tableSetBytes(table, row, offset, load<u32>(values + (i << 2)), load<u32>(aux + (i << 2)));
  }
}

function fetchSlot(storage: u32, field: usize, values: usize, aux: usize, i: u32): void {
  if (storage == S_BYTES) {
    const length = load<u32>(field);
    store<u32>(aux + (i << 2), length);
    store<u32>(values + (i << 2), length <= INLINE_BYTES ? <u32>field + 4 : load<u32>(field, 8));
  } else if (storage == S_I8) store<u8>(values + i, load<u8>(field));
  else if (storage == S_I16) store<u16>(values + (i << 1), load<u16>(field));
  else if (storage == S_I32 || storage == S_F32) store<u32>(values + (i << 2), load<u32>(field));
  else store<u64>(values + (i << 3), load<u64>(field));
  if (storage == S_I128) store<u64>(aux + (i << 3), load<u64>(field, 8));
  if (storage == S_TS96) store<u32>(aux + (i << 2), load<u32>(field, 8));
}

/** Reads what tableScatter wrote, at the batch's row indexes; null where the row is 0. Returns 1 when there is a null. */
export function tableFetch(
  storage: u32, rows: usize, selection: usize, count: u32, offset: u32, nullOffset: u32, values: usize, aux: usize, nulls: usize,
): u32 {
  let any: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const i = selection ? load<u32>(selection + (n << 2)) : n;
    const row = load<u32>(rows + (i << 2));
    const isNull = row == 0 || load<u8>(row + nullOffset) != 0;
    any |= <u32>isNull;
    store<u8>(nulls + i, <u8>isNull);
    if (!isNull) fetchSlot(storage, row + offset, values, aux, i);
  }
  return any;
}
