// The index of a keyed table: extendible hashing. The top bits of a hash choose a directory entry, which names a segment: a power of
// two of 8-byte slots (u32 hash, u32 row address; 0 is empty) probed linearly from the hash's low bits. A full segment is enlarged to
// SEGMENT_SLOTS, then split in two by itself, so that growth is bounded work; the directory doubles by copying its entries.
// Segments fill up to between 62 and 74 percent, depending on their number, so that they do not all split at the same time.
import { alloc, free } from "./memory";
import { ROW_HASH, Table } from "./table-layout";

// @ts-ignore: decorator
@external("env", "outOfMemory")
declare function outOfMemory(byteSize: u32): void;

const MIN_CODE: u32 = 0;
/** 64 << 4 slots. */
const SEGMENT_CODE: u32 = 4;
const MAX_CODE: u32 = 15;
const SEGMENT_ROW: u32 = 8;

/** Slots of a segment, from a directory entry: its address with log2(slots / 64) in the low 4 bits. */
// @ts-ignore: decorator
@inline
export function entrySlots(entry: u32): u32 {
  return 64 << (entry & 15);
}

// @ts-ignore: decorator
@inline
export function entryAddress(entry: u32): usize {
  return entry & ~15;
}

// @ts-ignore: decorator
@inline
export function entryOf(directory: usize, shift: u32, hash: u32): u32 {
  return load<u32>(directory + ((hash >> shift) << 2));
}

function newSegment(table: Table, code: u32): u32 {
  const byteSize = <u32>512 << code;
  const address = alloc(byteSize);
  memory.fill(address, 0, byteSize);
  table.indexBytes += byteSize;
  return <u32>address | code;
}

function freeSegment(table: Table, entry: u32): void {
  const byteSize = entrySlots(entry) << 3;
  table.indexBytes -= byteSize;
  free(entryAddress(entry), byteSize);
}

/** Numbers a segment: its u32 count and u32 depth (how many top bits its hashes share). */
function newNumber(table: Table, depth: u32): u32 {
  const capacity = table.segmentCapacity;
  if (table.segmentCount == capacity) {
    const larger = alloc(capacity * 2 * SEGMENT_ROW);
    memory.copy(larger, table.segments, capacity * SEGMENT_ROW);
    free(table.segments, capacity * SEGMENT_ROW);
    table.segments = <u32>larger;
    table.segmentCapacity = capacity * 2;
    table.indexBytes += capacity * SEGMENT_ROW;
  }
  const number = table.segmentCount++;
  const at = <usize>(table.segments + number * SEGMENT_ROW);
  store<u32>(at, 0);
  store<u32>(at, depth, 4);
  return number;
}

export function openIndex(table: Table): void {
  openSegment(table, MIN_CODE);
}

/** An index of one segment. */
function openSegment(table: Table, code: u32): void {
  table.depth = 1;
  table.directory = <u32>alloc(16);
  table.segmentCapacity = 2;
  table.segments = <u32>alloc(2 * SEGMENT_ROW);
  table.segmentCount = 0;
  table.indexBytes = 16 + 2 * SEGMENT_ROW;
  const entry = newSegment(table, code);
  const number = newNumber(table, 0);
  fillDirectory(table, 0, 2, entry, number);
}

export function closeIndex(table: Table): void {
  const directory = <usize>table.directory;
  const entries = <u32>1 << table.depth;
  let at: u32 = 0;
  while (at < entries) {
    const number = load<u32>(directory + ((entries + at) << 2));
    freeSegment(table, load<u32>(directory + (at << 2)));
    at += <u32>1 << (table.depth - load<u32>(table.segments + number * SEGMENT_ROW + 4));
  }
  free(directory, entries << 3);
  free(table.segments, table.segmentCapacity * SEGMENT_ROW);
  table.indexBytes = 0;
}

function fillDirectory(table: Table, start: u32, count: u32, entry: u32, number: u32): void {
  const entries = <u32>1 << table.depth;
  const directory = <usize>table.directory;
  for (let i = start; i < start + count; i++) {
    store<u32>(directory + (i << 2), entry);
    store<u32>(directory + ((entries + i) << 2), number);
  }
}

function doubleDirectory(table: Table): void {
  const entries = <u32>1 << table.depth;
  const old = <usize>table.directory;
  const doubled = alloc(entries << 4);
  for (let i: u32 = 0; i < entries * 2; i++) {
    store<u32>(doubled + (i << 2), load<u32>(old + ((i >> 1) << 2)));
    store<u32>(doubled + ((entries * 2 + i) << 2), load<u32>(old + ((entries + (i >> 1)) << 2)));
  }
  free(old, entries << 3);
  table.indexBytes += entries << 3;
  table.directory = <u32>doubled;
  table.depth++;
}

// @ts-ignore: decorator
@inline
function place(segment: usize, mask: u32, slot: u64): void {
  let at = <u32>slot & mask;
  while (load<u64>(segment + (at << 3)) != 0) at = (at + 1) & mask;
  store<u64>(segment + (at << 3), slot);
}

/** Gives a full segment twice the slots. */
function enlarge(table: Table, start: u32, count: u32, entry: u32, number: u32): void {
  const code = entry & 15;
  if (code == MAX_CODE) {
    outOfMemory(entrySlots(entry) << 4);
    unreachable();
  }
  const larger = newSegment(table, code + 1);
  const from = entryAddress(entry);
  const end = from + (entrySlots(entry) << 3);
  const mask = entrySlots(larger) - 1;
  for (let at = from; at < end; at += 8) {
    const slot = load<u64>(at);
    if (slot != 0) place(entryAddress(larger), mask, slot);
  }
  freeSegment(table, entry);
  fillDirectory(table, start, count, larger, number);
}

/** Moves the slots of a full segment into two, by the first hash bit they do not share. */
function split(table: Table, start: u32, count: u32, entry: u32, number: u32): void {
  const depth = load<u32>(table.segments + number * SEGMENT_ROW, 4);
  const low = newSegment(table, entry & 15);
  const high = newSegment(table, entry & 15);
  const from = entryAddress(entry);
  const end = from + (entrySlots(entry) << 3);
  const mask = entrySlots(entry) - 1;
  const bit = 31 - depth;
  let moved: u32 = 0;
  for (let at = from; at < end; at += 8) {
    const slot = load<u64>(at);
    if (slot == 0) continue;
    const upper = (<u32>slot >> bit) & 1;
    moved += upper;
    place(entryAddress(upper ? high : low), mask, slot);
  }
  const highNumber = newNumber(table, depth + 1);
  const old = <usize>(table.segments + number * SEGMENT_ROW);
  store<u32>(table.segments + highNumber * SEGMENT_ROW, moved);
  store<u32>(old, load<u32>(old) - moved);
  store<u32>(old, depth + 1, 4);
  freeSegment(table, entry);
  fillDirectory(table, start, count >> 1, low, number);
  fillDirectory(table, start + (count >> 1), count >> 1, high, highNumber);
}

// @ts-ignore: decorator
@inline
function maxDepth(table: Table): u32 {
  return min<u32>(38 - clz(table.segmentCount), 24);
}

/**
 * Grows the segment that `hash` belongs to. A segment whose hashes share more top bits than chance explains is enlarged instead of
 * split, so that equal hashes cannot blow up the directory.
 */
function grow(table: Table, hash: u32): void {
  let at = hash >> (32 - table.depth);
  const number = load<u32>(table.directory + (((<u32>1 << table.depth) + at) << 2));
  const depth = load<u32>(table.segments + number * SEGMENT_ROW, 4);
  const code = load<u32>(table.directory + (at << 2)) & 15;
  const splits = code >= SEGMENT_CODE && depth < maxDepth(table);
  if (splits && depth == table.depth) {
    doubleDirectory(table);
    at = hash >> (32 - table.depth);
  }
  const count = <u32>1 << (table.depth - depth);
  const start = at & ~(count - 1);
  const entry = load<u32>(table.directory + (start << 2));
  if (splits) split(table, start, count, entry, number);
  else enlarge(table, start, count, entry, number);
}

/** Adds a row whose key is not in the index. Grows first when the segment is full. */
export function indexInsert(table: Table, hash: u32, row: u32): void {
  for (;;) {
    const at = hash >> (32 - table.depth);
    const entry = load<u32>(table.directory + (at << 2));
    const number = load<u32>(table.directory + (((<u32>1 << table.depth) + at) << 2));
    const counter = <usize>(table.segments + number * SEGMENT_ROW);
    const count = load<u32>(counter);
    const slots = entrySlots(entry);
    if (count < (slots >> 7) * (80 + ((number * 5) & 15)) || (slots == 64 && count < 44)) {
      store<u32>(counter, count + 1);
      place(entryAddress(entry), slots - 1, (<u64>row << 32) | <u64>hash);
      return;
    }
    grow(table, hash);
  }
}

/** Loads the slot where the search for a place for a hash begins, so that it is in the cache when the row is inserted. */
// @ts-ignore: decorator
@inline
export function indexSlot(table: Table, hash: u32): u64 {
  const entry = entryOf(table.directory, 32 - table.depth, hash);
  return load<u64>(entryAddress(entry) + ((hash & (entrySlots(entry) - 1)) << 3));
}

/** Bytes that one indexInsert may allocate at most. */
export function indexHeadroom(table: Table, hash: u32): u32 {
  const slots = entrySlots(load<u32>(table.directory + ((hash >> (32 - table.depth)) << 2)));
  return (slots << 3) * 32 + (<u32>32 << maxDepth(table)) + table.segmentCapacity * 4 * SEGMENT_ROW;
}

/** Takes a row out; the slots after it in its run move up, so that no tombstone remains. */
export function indexRemove(table: Table, row: u32): void {
  const hash = load<u32>(row, ROW_HASH);
  const dirAt = hash >> (32 - table.depth);
  const entry = load<u32>(table.directory + (dirAt << 2));
  const number = load<u32>(table.directory + (((<u32>1 << table.depth) + dirAt) << 2));
  const segment = entryAddress(entry);
  const mask = entrySlots(entry) - 1;
  const wanted = (<u64>row << 32) | <u64>hash;
  let hole = hash & mask;
  while (load<u64>(segment + (hole << 3)) != wanted) hole = (hole + 1) & mask;
  let at = hole;
  for (;;) {
    at = (at + 1) & mask;
    const slot = load<u64>(segment + (at << 3));
    if (slot == 0) break;
    if (((at - <u32>slot) & mask) >= ((at - hole) & mask)) {
      store<u64>(segment + (hole << 3), slot);
      hole = at;
    }
  }
  store<u64>(segment + (hole << 3), 0);
  const counter = <usize>(table.segments + number * SEGMENT_ROW);
  store<u32>(counter, load<u32>(counter) - 1);
}

/** Segments of SEGMENT_SLOTS that hold so many rows are about half full, few of them so full that they split. */
const BULK_ROWS: u32 = 560;

/** Bytes that indexing `size` rows at once may allocate. */
export function bulkIndexBytes(size: u32): f64 {
  return <f64>size * 40 + 1048576;
}

/** An index whose segments have room for `size` rows of evenly spread hashes; where there was none, or it was closed. */
export function openBulkIndex(table: Table, size: u32): void {
  if (size <= BULK_ROWS) {
    let code = MIN_CODE;
    while (code < SEGMENT_CODE && size > 35 << code) code++;
    return openSegment(table, code);
  }
  const depth: u32 = 32 - clz((size - 1) / BULK_ROWS);
  const entries = <u32>1 << depth;
  table.depth = depth;
  table.directory = <u32>alloc(entries << 3);
  table.segmentCapacity = entries;
  table.segments = <u32>alloc(entries * SEGMENT_ROW);
  table.segmentCount = 0;
  table.indexBytes = (entries << 3) + entries * SEGMENT_ROW;
  for (let i: u32 = 0; i < entries; i++) {
    const entry = newSegment(table, SEGMENT_CODE);
    fillDirectory(table, i, 1, entry, newNumber(table, depth));
  }
}
