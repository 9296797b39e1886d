// A page in saved form, little endian: u32 page | u32 bytes of what follows | u32 count of parts | u32 checksum (of the whole, 0 in its own place), then the parts. A part has the rows
// of one chunk: u32 table number | u32 byte length | a key group in saved form (group-bytes.ts), padded to a multiple of 8.
import { free } from "./memory";
import { copyRow, Pages, PAGE_BYTES, slotBytes, takePage } from "./pages";
import { Chunk, groupAt, INLINE_BYTES, Table } from "./table-layout";
import { chunkEnd, firstRow } from "./table-rows";

const PAGE_HEADER: u32 = 16;
const PART_HEADER: u32 = 8;
/** Where the header of a saved key group has its number, its rows and the bytes of its long values. */
const GROUP_NUMBER: usize = 8;
const GROUP_ROWS: usize = 16;
const GROUP_HEAP: usize = 20;

/** Gives a table its number in saved pages, and the header of its key groups in saved form, of which it takes the `byteSize` bytes over. */
export function tableHeader(table: Table, number: u32, header: u32, byteSize: u32): void {
  if (table.header != 0) free(table.header, table.headerBytes);
  table.number = number;
  table.header = header;
  table.headerBytes = byteSize;
}

/** The table of a chunk of the page in the scratch, if the snapshot under way has it; else 0. */
// @ts-ignore: decorator
@inline
function capturedTable(pages: Pages, copy: usize): usize {
  const table = <usize>changetype<Chunk>(copy).table;
  return table != 0 && changetype<Table>(table).captured == pages.number ? table : 0;
}

/**
 * Writes a page whose rows are of one table without long values: they are copied straight to where they belong. Returns how many bytes; 0
 * for other pages.
 */
export function pagePlain(pages: Pages, page: u32, to: usize): u32 {
  if (slotBytes(page) != PAGE_BYTES) return 0;
  const found = capturedTable(pages, <usize>page << 16);
  if (found == 0) return 0;
  const table = changetype<Table>(found);
  if (table.bytesCount != 0) return 0;
  const part = to + PAGE_HEADER;
  const rows = part + PART_HEADER + table.headerBytes;
  const group = changetype<Chunk>(<usize>page << 16).group;
  const first = rowsStart(table, page, 0);
  const end = chunkEnd(table, groupAt(table, group), page << 16) - (page << 16);
  takePage(page, rows - first);
  const rowsTo = dropFree(rows, rows + (end - first), table.rowBytes);
  if (rowsTo == rows) return endPage(page, to, part, 0);
  writeHeader(table, group, part, rows, rowsTo, rowsTo);
  return endPage(page, to, rowsTo, 1);
}

/** Moves live rows together; returns where they end. */
function dropFree(row: usize, end: usize, rowBytes: u32): usize {
  while (row < end && load<u16>(row) != 0) row += rowBytes;
  let to = row;
  for (; row < end; row += rowBytes) {
    if (load<u16>(row) == 0) continue;
    copyRow(to, row, rowBytes);
    to += rowBytes;
  }
  return to;
}

/** Copies a page aside as it was when the snapshot began. Returns how many bytes pageWrite needs for it at most. */
export function pageTake(pages: Pages, page: u32): f64 {
  const scratch = <usize>pages.scratch;
  takePage(page, scratch);
  const slot = slotBytes(page);
  let need: u64 = PAGE_HEADER + PAGE_BYTES;
  for (let at: u32 = 0; at < PAGE_BYTES; at += slot) {
    const found = capturedTable(pages, scratch + at);
    if (found == 0) continue;
    const table = changetype<Table>(found);
    need += PART_HEADER + table.headerBytes + 8;
    if (table.bytesCount != 0) need += heapBytesOf(table, page, at, scratch);
  }
  return <f64>need;
}

/** Offsets in the page of the first row of a chunk and of the end of its rows. */
// @ts-ignore: decorator
@inline
function rowsStart(table: Table, page: u32, at: u32): u32 {
  return firstRow(table, (page << 16) + at) - (page << 16);
}

// @ts-ignore: decorator
@inline
function rowsEnd(table: Table, page: u32, at: u32, scratch: usize): u32 {
  const group = groupAt(table, changetype<Chunk>(scratch + at).group);
  return chunkEnd(table, group, (page << 16) + at) - (page << 16);
}

let fetched: u64 = 0;

/** Bytes of the long values of a chunk's rows. Loads a word of each: without waiting for one another they come into the cache sooner. */
function heapBytesOf(table: Table, page: u32, at: u32, scratch: usize): u64 {
  const end = scratch + rowsEnd(table, page, at, scratch);
  let total: u64 = 0;
  for (let row = scratch + rowsStart(table, page, at); row < end; row += table.rowBytes) {
    if (load<u16>(row) == 0) continue;
    for (let i: u32 = 0; i < table.bytesCount; i++) {
      const field = row + load<u32>(table.bytesOffsets + (i << 2));
      const length = load<u32>(field);
      if (length <= INLINE_BYTES) continue;
      total += length;
      fetched ^= load<u64>(load<u32>(field, 8));
    }
  }
  return total;
}

/** Writes the live rows among those from `row` to `end`; returns where they end. */
// @ts-ignore: decorator
@inline
function writeRows(row: usize, end: usize, rowBytes: u32, to: usize): usize {
  while (row < end) {
    if (load<u16>(row) == 0) {
      row += rowBytes;
      continue;
    }
    copyRow(to, row, rowBytes);
    row += rowBytes;
    to += rowBytes;
  }
  return to;
}

/** Has the rows' long values follow at `heap`, and the rows refer to them there. Returns where they end. */
function writeHeap(table: Table, row: usize, heap: usize): usize {
  const start = heap;
  for (const end = heap; row < end; row += table.rowBytes) {
    for (let i: u32 = 0; i < table.bytesCount; i++) {
      const field = row + load<u32>(table.bytesOffsets + (i << 2));
      const length = load<u32>(field);
      if (length <= INLINE_BYTES) continue;
      memory.copy(heap, load<u32>(field, 8), length);
      store<u64>(field, <u64>(heap - start), 8);
      heap += length;
    }
  }
  return heap;
}

/** Writes a chunk's part; returns where it ends: where it began when no row of it is live. */
function writePart(table: Table, page: u32, at: u32, scratch: usize, to: usize): usize {
  const header = to + PART_HEADER;
  const rows = header + table.headerBytes;
  const first = rowsStart(table, page, at);
  const end = rowsEnd(table, page, at, scratch);
  const rowsTo = writeRows(scratch + first, scratch + end, table.rowBytes, rows);
  if (rowsTo == rows) return to;
  const heapTo = table.bytesCount == 0 ? rowsTo : writeHeap(table, rows, rowsTo);
  writeHeader(table, changetype<Chunk>(scratch + at).group, to, rows, rowsTo, heapTo);
  const padded = (heapTo + 7) & ~7;
  memory.fill(heapTo, 0, padded - heapTo);
  return padded;
}

/** Writes what comes before the rows of a part that begins at `to`. */
function writeHeader(table: Table, group: u32, to: usize, rows: usize, rowsTo: usize, heapTo: usize): void {
  const header = to + PART_HEADER;
  memory.copy(header, table.header, table.headerBytes);
  store<u32>(header, group, GROUP_NUMBER);
  store<u32>(header, <u32>(rowsTo - rows) / table.rowBytes, GROUP_ROWS);
  store<u32>(header, <u32>(heapTo - rowsTo), GROUP_HEAP);
  store<u32>(to, table.number);
  store<u32>(to, <u32>(heapTo - header), 4);
}

/** Writes the page that was taken last to `to`; returns how many bytes. */
export function pageWrite(pages: Pages, page: u32, to: usize): u32 {
  const scratch = <usize>pages.scratch;
  const slot = slotBytes(page);
  let at = to + PAGE_HEADER;
  let count: u32 = 0;
  for (let chunk: u32 = 0; chunk < PAGE_BYTES; chunk += slot) {
    const found = capturedTable(pages, scratch + chunk);
    if (found == 0) continue;
    const end = writePart(changetype<Table>(found), page, chunk, scratch, at);
    if (end != at) count++;
    at = end;
  }
  return endPage(page, to, at, count);
}

/** Writes the header of a page whose parts end at `end`; returns its bytes. */
function endPage(page: u32, to: usize, end: usize, count: u32): u32 {
  store<u32>(to, page);
  store<u32>(to, <u32>(end - to) - PAGE_HEADER, 4);
  store<u32>(to, count, 8);
  store<u32>(to, 0, 12);
  store<u32>(to, checksum(to, end), 12);
  return <u32>(end - to);
}

const PRIME: u32 = 0x9e3779b1;
const TURN: u32 = 13;

// @ts-ignore: decorator
@inline
function mix(sum: u32, word: u32): u32 {
  return rotl(sum ^ word, TURN) * PRIME;
}

// @ts-ignore: decorator
@inline
function mixVector(sum: v128, words: v128): v128 {
  const mixed = v128.xor(sum, words);
  return i32x4.mul(v128.or(i32x4.shl(mixed, TURN), i32x4.shr_u(mixed, 32 - TURN)), i32x4.splat(PRIME));
}

const sums: usize = memory.data(32);

/** Of whole words: eight sums side by side, each of every eighth word, then one of these. As src/state/page-checksum.ts. */
function checksum(from: usize, end: usize): u32 {
  let low = i32x4(1, 2, 3, 4);
  let high = i32x4(5, 6, 7, 8);
  let at = from;
  for (; at + 32 <= end; at += 32) {
    low = mixVector(low, v128.load(at));
    high = mixVector(high, v128.load(at, 16));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
  for (let sum = sums; at < end; at += 4, sum += 4) store<u32>(sum, mix(load<u32>(sum), load<u32>(at)));
  let whole = <u32>(end - from);
  for (let sum = sums; sum < sums + 32; sum += 4) whole = mix(whole, load<u32>(sum));
  return whole ^ (whole >>> 15);
}
