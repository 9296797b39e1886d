// Rows of a keyed table that lie outside of memory: pages of row images, each page with the rows of a range of hashes. A page is a
// u32 count, its u32 size in bytes, then the images: rows as they lie in the table, each followed by its long values, from multiples of 8 on.
// A row in memory hides its image, which may be old.
import { allocatedTop, secondResult } from "./memory";
import { entryAddress, entrySlots, indexHeadroom, indexInsert } from "./table-index";
import { freePending, newBytes } from "./table-heap";
import { hashKeys } from "./table-keys";
import { BLOCK, INLINE_BYTES, MARK_OLD, MAX_CHUNK, Output, ROW_HASH, ROW_HEADER, ROW_NULLS, Table } from "./table-layout";
import { MAX_REGION } from "./table-regions";
import { groupOf, leastChunk, newRowOf } from "./table-rows";

const PAGE_HEADER: u32 = 8;
const SEGMENT_ROW: u32 = 8;
const MUST_GROW: u32 = 0xffffffff;
/** In place of a row that does not fit into its page: it is passed over, as a free row is. */
const NO_ROW: usize = memory.data(8);

/** Bytes of the long values behind an image, or of those that an image of a row would have. */
// @ts-ignore: decorator
@inline
function longBytes(table: Table, row: usize): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const length = load<u32>(row + load<u32>(table.bytesOffsets + (i << 2)));
    if (length > INLINE_BYTES) total += (length + 7) & ~7;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function imageBytes(table: Table, row: usize): u32 {
  return table.bytesCount == 0 ? table.rowBytes : table.rowBytes + longBytes(table, row);
}

// @ts-ignore: decorator
@inline
function pageEnd(page: usize): usize {
  return page + load<u32>(page, 4);
}

/**
 * Writes the hashes of the keys that tableFind() has just not found, of entries of `selection` (0 for all rows), to `out`; returns how
 * many. `scratch` has room for BLOCK entries of 4, 8 and 4 bytes.
 */
export function spillMissing(table: Table, selection: usize, count: u32, scratch: usize, out: usize): u32 {
  const rows = <usize>changetype<Output>(<usize>table.output).rows;
  const hashes = scratch + (BLOCK << 2);
  const groups = hashes + (BLOCK << 3);
  let total: u32 = 0;
  for (let from: u32 = 0; from < count; ) {
    let wanted: u32 = 0;
    for (; from < count && wanted < BLOCK; from++) {
      const i = selection == 0 ? from : load<u32>(selection + (from << 2));
      if (load<u32>(rows + (i << 2)) == 0) store<u32>(scratch + (wanted++ << 2), i);
    }
    hashKeys(table, scratch, wanted, hashes, groups);
    for (let n: u32 = 0; n < wanted; n++, total++) store<u32>(out + (total << 2), load<u32>(hashes + (n << 3), 4));
  }
  return total;
}

/** Whether key fields with long values are the same. They come first among the fields of variable length. */
function sameTexts(table: Table, row: usize, image: usize, keysEnd: u32): bool {
  let long = image + table.rowBytes;
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const offset = load<u32>(table.bytesOffsets + (i << 2));
    if (offset >= keysEnd) return true;
    const length = load<u32>(image + offset);
    if (length <= INLINE_BYTES) continue;
    if (memory.compare(load<u32>(row + offset, 8), long, length) != 0) return false;
    long += (length + 7) & ~7;
  }
  return true;
}

/** Whether the second half of a field with a long value lies here: a place in memory, which tells nothing. */
function isReference(table: Table, row: usize, at: u32): bool {
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const offset = load<u32>(table.bytesOffsets + (i << 2));
    if (offset + 8 == at) return load<u32>(row + offset) > INLINE_BYTES;
  }
  return false;
}

/** Whether a row has the key of an image. */
// @ts-ignore: decorator
@inline
function sameKey(table: Table, row: usize, image: usize, keysEnd: u32): bool {
  if (load<u8>(row, ROW_NULLS) != load<u8>(image, ROW_NULLS)) return false;
  for (let at = ROW_HEADER; at < keysEnd; at += 8) {
    if (load<u64>(row + at) != load<u64>(image + at) && !isReference(table, row, at)) return false;
  }
  return table.bytesCount == 0 || sameTexts(table, row, image, keysEnd);
}

/** Whether the row of an image is in memory. */
function isInMemory(table: Table, image: usize, keysEnd: u32): bool {
  const hash = load<u32>(image, ROW_HASH);
  const entry = load<u32>(table.directory + ((hash >> (32 - table.depth)) << 2));
  const segment = entryAddress(entry);
  const mask = entrySlots(entry) - 1;
  let at = hash & mask;
  let slot = load<u64>(segment + (at << 3));
  while (slot != 0) {
    if (<u32>slot == hash && sameKey(table, <usize>(slot >> 32), image, keysEnd)) return true;
    at = (at + 1) & mask;
    slot = load<u64>(segment + (at << 3));
  }
  return false;
}

/** Copies an image into a row, and its long values into the heap. */
function takeImage(target: Table, row: usize, image: usize): void {
  memory.copy(row, image, target.rowBytes);
  store<u16>(row, MARK_OLD);
  let long = image + target.rowBytes;
  for (let i: u32 = 0; i < target.bytesCount; i++) {
    const field = row + load<u32>(target.bytesOffsets + (i << 2));
    const length = load<u32>(field);
    if (length <= INLINE_BYTES) continue;
    store<u64>(field, <u64>newBytes(target, long, length), 8);
    long += (length + 7) & ~7;
  }
}

/**
 * Takes the rows of a page whose hashes are from `low` to `high`, and which are not in the table, into `target`: the same table, or one of its
 * layout without them. Returns how many, or MUST_GROW when the memory must grow by the target's tableWanted() first; those taken so far stay,
 * and the second result says how many they are.
 */
export function spillTake(table: Table, target: Table, page: usize, low: u32, high: u32, keysEnd: u32): u32 {
  const end = pageEnd(page);
  let taken: u32 = 0;
  for (let image = page + PAGE_HEADER; image < end; image += imageBytes(table, image)) {
    const hash = load<u32>(image, ROW_HASH);
    if (hash < low || hash > high || isInMemory(table, image, keysEnd)) continue;
    if (target != table && isInMemory(target, image, keysEnd)) continue;
    const heap = table.bytesCount == 0 ? 0 : 2 * longBytes(table, image) + 32 * table.bytesCount + MAX_REGION;
    const need = <u64>MAX_CHUNK + leastChunk(table) + indexHeadroom(target, hash) + heap;
    if (<u64>allocatedTop() + need > <u64>memory.size() << 16) {
      target.wanted = <u32>need;
      store<u32>(secondResult(), taken);
      return MUST_GROW;
    }
    const row = newRowOf(target, groupOf(target, image), hash);
    takeImage(target, row, image);
    indexInsert(target, hash, row);
    taken++;
  }
  return taken;
}

/**
 * Copies the rows of a page from `low` to `high` and of key group `group` (of any, where it is negative) that are not in memory to `to`, and
 * their long values to `heap`, as a saved key group has them, `used` bytes of whose long values come before these. Returns how many rows; the
 * second result is the bytes of their long values.
 */
export function spillCopy(table: Table, page: usize, low: u32, high: u32, group: i32, keysEnd: u32, to: usize, heap: usize, used: u32): u32 {
  const end = pageEnd(page);
  let count: u32 = 0;
  let heapBytes: u32 = 0;
  for (let image = page + PAGE_HEADER; image < end; image += imageBytes(table, image)) {
    const hash = load<u32>(image, ROW_HASH);
    if (hash < low || hash > high || (group >= 0 && groupOf(table, image) != <u32>group)) continue;
    if (isInMemory(table, image, keysEnd)) continue;
    const row = to + count++ * table.rowBytes;
    memory.copy(row, image, table.rowBytes);
    let long = image + table.rowBytes;
    for (let i: u32 = 0; i < table.bytesCount; i++) {
      const field = row + load<u32>(table.bytesOffsets + (i << 2));
      const length = load<u32>(field);
      if (length <= INLINE_BYTES) continue;
      memory.copy(heap + heapBytes, long, length);
      store<u64>(field, <u64>(used + heapBytes), 8);
      heapBytes += length;
      long += (length + 7) & ~7;
    }
  }
  store<u32>(secondResult(), heapBytes);
  return count;
}

/**
 * Lists the rows in memory whose hashes are from `low` to `high`, `limit` + 1 at most, at `out`; returns how many. With `imageMax`, only
 * those that may leave: not touched in this epoch, and whose image takes no more bytes than that.
 */
export function spillList(table: Table, low: u32, high: u32, imageMax: u32, limit: u32, out: usize): u32 {
  const shift = 32 - table.depth;
  const entries = <u32>1 << table.depth;
  const last = high >> shift;
  let count: u32 = 0;
  for (let at = low >> shift; at <= last; ) {
    const entry = load<u32>(table.directory + (at << 2));
    const number = load<u32>(table.directory + ((entries + at) << 2));
    const end = entryAddress(entry) + (entrySlots(entry) << 3);
    for (let slotAt = entryAddress(entry); slotAt < end; slotAt += 8) {
      const slot = load<u64>(slotAt);
      const hash = <u32>slot;
      if (slot == 0 || hash < low || hash > high) continue;
      const row = <u32>(slot >> 32);
      if (imageMax != 0 && (<u32>load<u16>(row) == table.mark || imageBytes(table, row) > imageMax)) continue;
      store<u32>(out + (count++ << 2), row);
      if (count > limit) return count;
    }
    const span = <u32>1 << (table.depth - load<u32>(table.segments + number * SEGMENT_ROW, 4));
    at = (at & ~(span - 1)) + span;
  }
  return count;
}

/** The place of a row's image in a page; 0 where it has none. */
function imageOf(table: Table, page: usize, row: usize, keysEnd: u32): usize {
  const end = pageEnd(page);
  const hash = load<u32>(row, ROW_HASH);
  for (let image = page + PAGE_HEADER; image < end; image += imageBytes(table, image)) {
    if (load<u32>(image, ROW_HASH) == hash && sameKey(table, row, image, keysEnd)) return image;
  }
  return 0;
}

function cutOut(page: usize, image: usize, byteSize: u32): void {
  memory.copy(image, image + byteSize, pageEnd(page) - image - byteSize);
  store<u32>(page, load<u32>(page) - 1);
  store<u32>(page, load<u32>(page, 4) - byteSize, 4);
}

function writeImage(table: Table, image: usize, row: usize): void {
  memory.copy(image, row, table.rowBytes);
  store<u16>(image, MARK_OLD);
  let long = image + table.rowBytes;
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const offset = load<u32>(table.bytesOffsets + (i << 2));
    const length = load<u32>(row + offset);
    if (length <= INLINE_BYTES) continue;
    memory.copy(long, load<u32>(row + offset, 8), length);
    store<u64>(image + offset, 0, 8);
    long += (length + 7) & ~7;
  }
}

/**
 * Writes rows of a list with hashes from `low` to `high` into their page, which takes `capacity` bytes, or one row of any size. Returns
 * whether all of them are there. With `drops`, the list has NO_ROW in place of those that have no room, and the second result says how many.
 */
export function spillMerge(table: Table, page: usize, capacity: u32, drops: bool, rows: usize, count: u32, low: u32, high: u32, keysEnd: u32): bool {
  let dropped: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const row = <usize>load<u32>(rows + (n << 2));
    const hash = load<u32>(row, ROW_HASH);
    if (load<u16>(row) == 0 || hash < low || hash > high) continue;
    const byteSize = imageBytes(table, row);
    let image = imageOf(table, page, row, keysEnd);
    const before = image == 0 ? 0 : imageBytes(table, image);
    const rest = load<u32>(page, 4) - before;
    if (rest > PAGE_HEADER && rest + byteSize > capacity) {
      if (!drops) return false;
      store<u32>(rows + (n << 2), <u32>NO_ROW);
      dropped++;
      continue;
    }
    if (before != byteSize) {
      if (image != 0) cutOut(page, image, before);
      image = pageEnd(page);
      store<u32>(page, load<u32>(page) + 1);
      store<u32>(page, load<u32>(page, 4) + byteSize, 4);
    }
    writeImage(table, image, row);
  }
  store<u32>(secondResult(), dropped);
  return true;
}

/** Moves the rows whose hash has a bit into another page. */
export function spillSplit(table: Table, page: usize, other: usize, bit: u32): void {
  const end = pageEnd(page);
  let to = page + PAGE_HEADER;
  let otherTo = other + PAGE_HEADER;
  let moved: u32 = 0;
  for (let image = page + PAGE_HEADER; image < end; ) {
    const byteSize = imageBytes(table, image);
    if (((load<u32>(image, ROW_HASH) >> bit) & 1) != 0) {
      memory.copy(otherTo, image, byteSize);
      otherTo += byteSize;
      moved++;
    } else {
      if (to != image) memory.copy(to, image, byteSize);
      to += byteSize;
    }
    image += byteSize;
  }
  store<u32>(page, load<u32>(page) - moved);
  store<u32>(page, <u32>(to - page), 4);
  store<u32>(other, moved);
  store<u32>(other, <u32>(otherTo - other), 4);
}

/** Takes a row's image out of a page; whether there was one. */
export function spillDelete(table: Table, page: usize, row: usize, keysEnd: u32): bool {
  const image = imageOf(table, page, row, keysEnd);
  if (image == 0) return false;
  cutOut(page, image, imageBytes(table, image));
  return true;
}

/** Gives the long values of rows that left memory back at once; returns the bytes of those that are left. */
export function spillHeap(table: Table): f64 {
  freePending(table);
  return <f64>table.heapBytes;
}
