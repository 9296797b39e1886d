// One key group as bytes: its rows as they lie in the state, without marks, then the values that are too long for their fields;
// a field refers to its value by the byte offset among these.
import { allocatedTop } from "./memory";
import { NEW_PAGE_BYTES } from "./pages";
import { bulkIndexBytes, closeIndex, indexHeadroom, indexInsert, indexSlot, openBulkIndex } from "./table-index";
import { newBytes, rowHeapBytes } from "./table-heap";
import {
  Chunk, groupAt, INLINE_BYTES, MARK_OLD, ROW_HASH, Table,
} from "./table-layout";
import { MAX_REGION } from "./table-regions";
import { chunkEnd, firstRow, groupOf, newRowOf } from "./table-rows";

export function tableGroupRows(table: Table, number: u32): u32 {
  return groupAt(table, number).rowCount;
}

/** Bytes of the long values of a key group. */
export function tableGroupHeap(table: Table, number: u32): f64 {
  const group = groupAt(table, number);
  let total: u64 = 0;
  if (table.bytesCount == 0) return 0;
  for (let chunk = group.firstChunk; chunk != 0; chunk = changetype<Chunk>(<usize>chunk).next) {
    const end = chunkEnd(table, group, chunk);
    for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) {
      if (load<u16>(row) != 0) total += rowHeapBytes(table, row);
    }
  }
  return <f64>total;
}

/** Copies a row to `to` and its long values to `heap + used`. Returns what is used then. */
function saveRow(table: Table, row: u32, to: usize, heap: usize, used: u32): u32 {
  memory.copy(to, row, table.rowBytes);
  store<u16>(to, MARK_OLD);
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const field = to + load<u32>(table.bytesOffsets + (i << 2));
    const length = load<u32>(field);
    if (length <= INLINE_BYTES) continue;
    memory.copy(heap + used, load<u32>(field, 8), length);
    store<u64>(field, <u64>used, 8);
    used += length;
  }
  return used;
}

/** Writes a key group's rows to `to` and their long values behind them. */
export function tableSaveGroup(table: Table, number: u32, to: usize): void {
  const group = groupAt(table, number);
  const heap = to + group.rowCount * table.rowBytes;
  let used: u32 = 0;
  for (let chunk = group.firstChunk; chunk != 0; chunk = changetype<Chunk>(<usize>chunk).next) {
    const end = chunkEnd(table, group, chunk);
    for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) {
      if (load<u16>(row) == 0) continue;
      used = saveRow(table, row, to, heap, used);
      to += table.rowBytes;
    }
  }
}

/** Whether all rows say they belong to the key group and refer to values within the bytes. */
export function tableCheckGroup(table: Table, number: u32, from: usize, count: u32, heapBytes: u32): bool {
  for (let n: u32 = 0; n < count; n++, from += table.rowBytes) {
    if (groupOf(table, from) != number) return false;
    for (let i: u32 = 0; i < table.bytesCount; i++) {
      const field = from + load<u32>(table.bytesOffsets + (i << 2));
      const length = load<u32>(field);
      if (length > INLINE_BYTES && load<u64>(field, 8) + <u64>length > <u64>heapBytes) return false;
    }
  }
  return true;
}

function loadRow(table: Table, row: u32, from: usize, heap: usize): void {
  const hash = load<u32>(row, ROW_HASH);
  memory.copy(row, from, table.rowBytes);
  store<u16>(row, MARK_OLD);
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const field = <usize>(row + load<u32>(table.bytesOffsets + (i << 2)));
    const length = load<u32>(field);
    if (length > INLINE_BYTES) store<u64>(field, <u64>newBytes(table, heap + load<u32>(field, 8), length), 8);
  }
  if (table.isBulk == 0) indexInsert(table, hash, row);
}

/** Adds rows `first` to `count` of saved ones. Returns how far it came: less than `count` when memory must grow first. */
export function tableLoadGroup(table: Table, number: u32, from: usize, count: u32, first: u32): u32 {
  const heap = from + count * table.rowBytes;
  for (let n = first; n < count; n++) {
    const at = from + n * table.rowBytes;
    const hash = load<u32>(at, ROW_HASH);
    const need = <u64>NEW_PAGE_BYTES + indexHeadroom(table, hash) + rowHeapBytes(table, <u32>at) * 2 + table.bytesCount * 32 + MAX_REGION;
    if (<u64>allocatedTop() + need > <u64>memory.size() << 16) {
      table.wanted = <u32>min<u64>(need, 0xffffffff);
      return n;
    }
    loadRow(table, newRowOf(table, number, hash), at, heap);
  }
  return count;
}

let fetched: u64 = 0;

/** Rows that are added to an empty table from here on come into the index all at once. */
export function tableBulkBegin(table: Table): void {
  table.isBulk = 1;
}

/** Bytes that tableBulkEnd may allocate. */
export function tableBulkNeed(table: Table): f64 {
  return bulkIndexBytes(table.size);
}

/** Indexes all rows: one key group after the other, whose part of the index is small enough to stay in the cache. */
export function tableBulkEnd(table: Table): void {
  table.isBulk = 0;
  closeIndex(table);
  openBulkIndex(table, table.size);
  for (let i: u32 = 0; i < table.groupCount; i++) {
    const group = groupAt(table, i);
    for (let chunk = group.firstChunk; chunk != 0; chunk = changetype<Chunk>(<usize>chunk).next) {
      const end = chunkEnd(table, group, chunk);
      // A loop that only loads has many cache misses under way at a time; nothing reads what it computes.
      for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) fetched ^= indexSlot(table, load<u32>(row, ROW_HASH));
      for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) {
        if (load<u16>(row) != 0) indexInsert(table, load<u32>(row, ROW_HASH), row);
      }
    }
  }
}
