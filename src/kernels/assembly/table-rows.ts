// The rows of a keyed table: taken from and given back to the chunks of their key group. Chunks grow from 512 bytes to 64 KB, so that
// a small state stays small although it is divided into many groups.
import { secondResult } from "./memory";
import { allocChunk, changing, claiming, freeChunk, pageDirty, Pages } from "./pages";
import {
  Chunk, CHUNK_HEADER, FIRST_MARK, Group, groupAt, MARK_OLD, MARKS, MAX_CHUNK, MIN_CHUNK, ROW_HASH, Table,
} from "./table-layout";
import { freeRowBytes } from "./table-heap";
import { indexRemove } from "./table-index";

/** Bytes a chunk must have for one row. */
// @ts-ignore: decorator
@inline
export function leastChunk(table: Table): u32 {
  const least = table.rowBytes + table.rowAlign + CHUNK_HEADER;
  return least <= MIN_CHUNK ? MIN_CHUNK : <u32>1 << (32 - clz(least - 1));
}

/** Where the rows of a chunk begin. */
// @ts-ignore: decorator
@inline
export function firstRow(table: Table, chunk: u32): u32 {
  return (chunk + CHUNK_HEADER + table.rowAlign - 1) & ~(table.rowAlign - 1);
}

/** Where the rows of a full chunk end. */
function fullEnd(table: Table, chunk: u32): u32 {
  const first = firstRow(table, chunk);
  return first + ((chunk + changetype<Chunk>(<usize>chunk).byteSize - first) / table.rowBytes) * table.rowBytes;
}

function addChunk(table: Table, group: Group, number: u32): void {
  let byteSize = group.chunkBytes;
  if (byteSize == 0) byteSize = leastChunk(table);
  group.chunkBytes = max(byteSize, min(byteSize * 2, MAX_CHUNK));
  const chunk = changetype<Chunk>(allocChunk(changetype<Pages>(<usize>table.pages), byteSize));
  chunk.next = 0;
  chunk.byteSize = byteSize;
  chunk.table = <u32>changetype<usize>(table);
  chunk.group = number;
  if (group.lastChunk == 0) group.firstChunk = <u32>changetype<usize>(chunk);
  else changetype<Chunk>(<usize>group.lastChunk).next = <u32>changetype<usize>(chunk);
  group.lastChunk = <u32>changetype<usize>(chunk);
  group.bump = firstRow(table, group.lastChunk);
  group.bumpEnd = fullEnd(table, group.lastChunk);
  table.chunkBytes += byteSize;
}

/** The key group that a hash's upper half chooses. */
// @ts-ignore: decorator
@inline
export function groupNumber(table: Table, bits: u32): u32 {
  return <u32>((<u64>bits * <u64>table.groupCount) >> 32);
}

/** The key group of a row. */
// @ts-ignore: decorator
@inline
export function groupOf(table: Table, row: usize): u32 {
  if (table.groupOffset != 0) return load<u16>(row + table.groupOffset);
  return groupNumber(table, load<u32>(row, ROW_HASH));
}

/** Takes a row of a key group; of its header only the hash is set. */
export function newRowOf(table: Table, number: u32, hash: u32): u32 {
  const group = groupAt(table, number);
  let row = group.freeRow;
  if (row != 0) {
    group.freeRow = load<u32>(row, ROW_HASH);
  } else {
    if (group.bump == group.bumpEnd) addChunk(table, group, number);
    row = group.bump;
    group.bump = row + table.rowBytes;
  }
  group.rowCount++;
  table.size++;
  claiming(table, row);
  store<u32>(row, hash, ROW_HASH);
  return row;
}

/**
 * How many rows of a key group can be put where its next rows go, at the address that is the second result. The memory has NEW_PAGE_BYTES
 * left.
 */
export function tableRoom(table: Table, number: u32): u32 {
  const group = groupAt(table, number);
  if (group.bump == group.bumpEnd) addChunk(table, group, number);
  store<u32>(secondResult(), group.bump);
  return (group.bumpEnd - group.bump) / table.rowBytes;
}

/**
 * Takes over rows without long values that were put where tableRoom said. Returns 0, and takes none, where one is not of the key group.
 * They are not indexed.
 */
export function tableAdopt(table: Table, number: u32, count: u32): bool {
  const group = groupAt(table, number);
  const end = group.bump + count * table.rowBytes;
  for (let row = group.bump; row < end; row += table.rowBytes) {
    if (groupOf(table, row) != number) return false;
    store<u16>(row, MARK_OLD);
  }
  pageDirty(group.bump >>> 16);
  group.bump = end;
  group.rowCount += count;
  table.size += count;
  return true;
}

function removeRow(table: Table, row: u32): void {
  const group = groupAt(table, groupOf(table, row));
  if (table.isBulk == 0) indexRemove(table, row);
  changing(table, row);
  freeRowBytes(table, row);
  store<u16>(row, 0);
  store<u32>(row, group.freeRow, ROW_HASH);
  group.freeRow = row;
  group.rowCount--;
  table.size--;
}

/** Removes `count` rows whose addresses lie at `rows`; free rows among them are passed over. */
export function tableRemove(table: Table, rows: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + (i << 2));
    if (load<u16>(row) != 0) removeRow(table, row);
  }
}

/** Gives all chunks back. */
export function freeChunks(table: Table): void {
  for (let i: u32 = 0; i < table.groupCount; i++) {
    const group = groupAt(table, i);
    let at = group.firstChunk;
    while (at != 0) {
      const chunk = changetype<Chunk>(<usize>at);
      at = chunk.next;
      freeChunk(changetype<Pages>(<usize>table.pages), changetype<usize>(chunk), chunk.byteSize);
    }
  }
  table.chunkBytes = 0;
  table.size = 0;
}

/** End of the rows of a chunk. */
export function chunkEnd(table: Table, group: Group, chunk: u32): u32 {
  if (chunk == group.lastChunk) return group.bump;
  return fullEnd(table, chunk);
}

function forgetMarks(table: Table, group: Group): void {
  for (let chunk = group.firstChunk; chunk != 0; chunk = changetype<Chunk>(<usize>chunk).next) {
    const end = chunkEnd(table, group, chunk);
    for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) {
      if (load<u16>(row) != 0) store<u16>(row, MARK_OLD);
    }
  }
}

/**
 * Takes the next mark. Marks come again after 65,534 epochs, so each mark takes back those of its share of the key groups: before a
 * mark comes again, all rows that have it were met.
 */
export function nextMark(table: Table): void {
  const last = table.mark - FIRST_MARK + 1;
  const step: u64 = last >= MARKS ? 0 : last;
  table.mark = <u32>step + FIRST_MARK;
  const end = <u32>(((step + 1) * table.groupCount) / MARKS);
  for (let i = <u32>((step * table.groupCount) / MARKS); i < end; i++) forgetMarks(table, groupAt(table, i));
}

/**
 * Continues a scan: writes up to `limit` addresses of live rows to `out` and returns how many. `cursor` holds a key group, a chunk and
 * a row (u32 each): the next row to look at, 0 for the group's first. Chunks stay where they are, so a cursor survives removals.
 */
export function tableScan(table: Table, cursor: usize, limit: u32, out: usize): u32 {
  let number = load<u32>(cursor);
  let chunk = load<u32>(cursor, 4);
  let row = load<u32>(cursor, 8);
  let count: u32 = 0;
  while (number < table.groupCount && count < limit) {
    const group = groupAt(table, number);
    if (chunk == 0) {
      chunk = group.firstChunk;
      row = firstRow(table, chunk);
    }
    if (chunk == 0) {
      number++;
      continue;
    }
    const end = chunkEnd(table, group, chunk);
    for (; row < end && count < limit; row += table.rowBytes) {
      if (load<u16>(row) == 0) continue;
      store<u32>(out + (count << 2), row);
      count++;
    }
    if (row < end) break;
    chunk = changetype<Chunk>(<usize>chunk).next;
    row = firstRow(table, chunk);
    if (chunk == 0) number++;
  }
  store<u32>(cursor, number);
  store<u32>(cursor, chunk, 4);
  store<u32>(cursor, row, 8);
  return count;
}
