// Rows of a keyed table that lie outside of memory: pages of row images, each page with the rows of a range of hashes. A page is a
// u32 count, 4 unused bytes, then as many rows as they lie in the table. A row in memory hides its image, which may be old.
import { allocatedTop } from "./memory";
import { entryAddress, entrySlots, indexHeadroom, indexInsert } from "./table-index";
import { rowHeapBytes } from "./table-heap";
import { hashKeys } from "./table-keys";
import { BLOCK, MARK_OLD, MAX_CHUNK, Output, ROW_HASH, ROW_HEADER, ROW_NULLS, Table } from "./table-layout";
import { groupNumber, leastChunk, newRowOf } from "./table-rows";

const PAGE_HEADER: usize = 8;
const SEGMENT_ROW: u32 = 8;
const MUST_GROW: u32 = 0xffffffff;
/** Rows that spillTake() took before it stopped. */
let takenBefore: u32 = 0;

export function spillTaken(): u32 {
  return takenBefore;
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

/** Whether a row has the key of an image. Neither refers to long values, or they differ in the length. */
// @ts-ignore: decorator
@inline
function sameKey(row: usize, image: usize, keysEnd: u32): bool {
  if (load<u8>(row, ROW_NULLS) != load<u8>(image, ROW_NULLS)) return false;
  for (let at = ROW_HEADER; at < keysEnd; at += 8) {
    if (load<u64>(row + at) != load<u64>(image + at)) return false;
  }
  return true;
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
    if (<u32>slot == hash && sameKey(<usize>(slot >> 32), image, keysEnd)) return true;
    at = (at + 1) & mask;
    slot = load<u64>(segment + (at << 3));
  }
  return false;
}

/**
 * Takes the rows of a page whose hashes are from `low` to `high`, and which are not in the table, into `target`: the same table, or one of its
 * layout without them. Returns how many, or MUST_GROW when the memory must grow by the target's tableWanted() first; those taken so far stay.
 */
export function spillTake(table: Table, target: Table, page: usize, low: u32, high: u32, keysEnd: u32): u32 {
  const rowBytes = table.rowBytes;
  const end = page + PAGE_HEADER + load<u32>(page) * rowBytes;
  let taken: u32 = 0;
  for (let image = page + PAGE_HEADER; image < end; image += rowBytes) {
    const hash = load<u32>(image, ROW_HASH);
    if (hash < low || hash > high || isInMemory(table, image, keysEnd)) continue;
    if (target != table && isInMemory(target, image, keysEnd)) continue;
    const need = <u64>MAX_CHUNK + leastChunk(table) + indexHeadroom(target, hash);
    if (<u64>allocatedTop() + need > <u64>memory.size() << 16) {
      target.wanted = <u32>need;
      takenBefore = taken;
      return MUST_GROW;
    }
    const row = newRowOf(target, groupNumber(target, hash), hash);
    memory.copy(row, image, rowBytes);
    store<u16>(row, MARK_OLD);
    indexInsert(target, hash, row);
    taken++;
  }
  return taken;
}

/** Copies the rows of a page from `low` to `high` that are not in memory; returns how many. */
export function spillCopy(table: Table, page: usize, low: u32, high: u32, keysEnd: u32, to: usize): u32 {
  const rowBytes = table.rowBytes;
  const end = page + PAGE_HEADER + load<u32>(page) * rowBytes;
  let count: u32 = 0;
  for (let image = page + PAGE_HEADER; image < end; image += rowBytes) {
    const hash = load<u32>(image, ROW_HASH);
    if (hash < low || hash > high || isInMemory(table, image, keysEnd)) continue;
    memory.copy(to + count * rowBytes, image, rowBytes);
    count++;
  }
  return count;
}

/**
 * Lists the rows in memory whose hashes are from `low` to `high`, `limit` + 1 at most, at `out`; returns how many. With `evicts`, only
 * those that may leave: without long values, not touched in this epoch, and of the half of the hashes that `half` names.
 */
export function spillList(table: Table, low: u32, high: u32, evicts: bool, half: u32, limit: u32, out: usize): u32 {
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
      if (evicts && (((hash >> 3) & 1) != half || <u32>load<u16>(row) == table.mark || rowHeapBytes(table, row) != 0)) continue;
      store<u32>(out + (count++ << 2), row);
      if (count > limit) return count;
    }
    const span = <u32>1 << (table.depth - load<u32>(table.segments + number * SEGMENT_ROW, 4));
    at = (at & ~(span - 1)) + span;
  }
  return count;
}

/** The place of a row's image in a page; 0 where it has none. */
function imageOf(page: usize, row: usize, rowBytes: u32, keysEnd: u32): usize {
  const end = page + PAGE_HEADER + load<u32>(page) * rowBytes;
  const hash = load<u32>(row, ROW_HASH);
  for (let image = page + PAGE_HEADER; image < end; image += rowBytes) {
    if (load<u32>(image, ROW_HASH) == hash && sameKey(row, image, keysEnd)) return image;
  }
  return 0;
}

/** Writes rows of a list with hashes from `low` to `high` into their page. Returns how many were there before, or MUST_GROW when the page is full. */
export function spillMerge(table: Table, page: usize, capacity: u32, rows: usize, count: u32, low: u32, high: u32, keysEnd: u32): u32 {
  const rowBytes = table.rowBytes;
  let known: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const row = <usize>load<u32>(rows + (n << 2));
    const hash = load<u32>(row, ROW_HASH);
    if (hash < low || hash > high) continue;
    let image = imageOf(page, row, rowBytes, keysEnd);
    if (image == 0) {
      const used = load<u32>(page);
      if (used == capacity) return MUST_GROW;
      image = page + PAGE_HEADER + used * rowBytes;
      store<u32>(page, used + 1);
    } else known++;
    memory.copy(image, row, rowBytes);
    store<u16>(image, MARK_OLD);
  }
  return known;
}

/** Moves the rows whose hash has a bit into another page. */
export function spillSplit(table: Table, page: usize, other: usize, bit: u32): void {
  const rowBytes = table.rowBytes;
  const count = load<u32>(page);
  let kept: u32 = 0;
  let moved: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const image = page + PAGE_HEADER + n * rowBytes;
    const isMoved = ((load<u32>(image, ROW_HASH) >> bit) & 1) != 0;
    const to = isMoved ? other + PAGE_HEADER + moved++ * rowBytes : page + PAGE_HEADER + kept++ * rowBytes;
    if (to != image) memory.copy(to, image, rowBytes);
  }
  store<u32>(page, kept);
  store<u32>(other, moved);
}

/** Takes a row's image out of a page; whether there was one. */
export function spillDelete(table: Table, page: usize, row: usize, keysEnd: u32): bool {
  const rowBytes = table.rowBytes;
  const image = imageOf(page, row, rowBytes, keysEnd);
  if (image == 0) return false;
  const last = load<u32>(page) - 1;
  const lastImage = page + PAGE_HEADER + last * rowBytes;
  if (image != lastImage) memory.copy(image, lastImage, rowBytes);
  store<u32>(page, last);
  return true;
}
