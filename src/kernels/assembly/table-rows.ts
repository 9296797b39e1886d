// The rows of a keyed table: taken from and given back to the chunks of their key group. Chunks grow from 512 bytes to 64 KB, so that
// a small state stays small although it is divided into many groups.
import { alloc, free } from "./memory";
import { Chunk, CHUNK_HEADER, Group, groupAt, MAX_CHUNK, MIN_CHUNK, ROW_GROUP, ROW_HASH, Table } from "./table-layout";
import { freeRowBytes } from "./table-heap";
import { indexRemove } from "./table-index";

/** Bytes a chunk must have for one row. */
// @ts-ignore: decorator
@inline
export function leastChunk(table: Table): u32 {
  const least = table.rowBytes + CHUNK_HEADER;
  return least <= MIN_CHUNK ? MIN_CHUNK : <u32>1 << (32 - clz(least - 1));
}

function addChunk(table: Table, group: Group): void {
  let byteSize = group.chunkBytes;
  if (byteSize == 0) byteSize = leastChunk(table);
  group.chunkBytes = max(byteSize, min(byteSize * 2, MAX_CHUNK));
  const chunk = changetype<Chunk>(alloc(byteSize));
  chunk.next = 0;
  chunk.byteSize = byteSize;
  if (group.lastChunk == 0) group.firstChunk = <u32>changetype<usize>(chunk);
  else changetype<Chunk>(<usize>group.lastChunk).next = <u32>changetype<usize>(chunk);
  group.lastChunk = <u32>changetype<usize>(chunk);
  group.bump = group.lastChunk + CHUNK_HEADER;
  group.bumpEnd = group.bump + ((byteSize - CHUNK_HEADER) / table.rowBytes) * table.rowBytes;
  table.chunkBytes += byteSize;
}

/** The key group that a hash's upper half chooses. */
// @ts-ignore: decorator
@inline
export function groupNumber(table: Table, bits: u32): u32 {
  return <u32>((<u64>bits * <u64>table.groupCount) >> 32);
}

/** Takes a row of a key group; of its header only the hash and the group are set. */
export function newRowOf(table: Table, number: u32, hash: u32): u32 {
  const group = groupAt(table, number);
  let row = group.freeRow;
  if (row != 0) {
    group.freeRow = load<u32>(row, ROW_HASH);
  } else {
    if (group.bump == group.bumpEnd) addChunk(table, group);
    row = group.bump;
    group.bump = row + table.rowBytes;
  }
  group.rowCount++;
  table.size++;
  store<u32>(row, hash, ROW_HASH);
  store<u32>(row, number, ROW_GROUP);
  return row;
}

function removeRow(table: Table, row: u32): void {
  const group = groupAt(table, load<u16>(row, ROW_GROUP));
  indexRemove(table, row);
  freeRowBytes(table, row);
  store<i32>(row, 0);
  store<u32>(row, group.freeRow, ROW_HASH);
  group.freeRow = row;
  group.rowCount--;
  table.size--;
}

/** Removes `count` rows whose addresses lie at `rows`; free rows among them are passed over. */
export function tableRemove(table: Table, rows: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + (i << 2));
    if (load<i32>(row) != 0) removeRow(table, row);
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
      free(changetype<usize>(chunk), chunk.byteSize);
    }
  }
  table.chunkBytes = 0;
  table.size = 0;
}

/** End of the rows of a chunk. */
export function chunkEnd(table: Table, group: Group, chunk: u32): u32 {
  if (chunk == group.lastChunk) return group.bump;
  const byteSize = changetype<Chunk>(<usize>chunk).byteSize;
  return chunk + CHUNK_HEADER + ((byteSize - CHUNK_HEADER) / table.rowBytes) * table.rowBytes;
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
      row = chunk + CHUNK_HEADER;
    }
    if (chunk == 0) {
      number++;
      continue;
    }
    const end = chunkEnd(table, group, chunk);
    for (; row < end && count < limit; row += table.rowBytes) {
      if (load<i32>(row) == 0) continue;
      store<u32>(out + (count << 2), row);
      count++;
    }
    if (row < end) break;
    chunk = changetype<Chunk>(<usize>chunk).next;
    row = chunk + CHUNK_HEADER;
    if (chunk == 0) number++;
  }
  store<u32>(cursor, number);
  store<u32>(cursor, chunk, 4);
  store<u32>(cursor, row, 8);
  return count;
}
