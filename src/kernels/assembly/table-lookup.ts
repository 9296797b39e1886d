// From keys to row addresses, a block of rows at a time in passes whose iterations do not depend on each other, so that the
// processor overlaps their cache misses: hash; find a candidate by its hash in the index; compare the candidate's key and mark it.
// Rows that the passes did not find (new keys, equal hashes) take the slow way, one by one.
import { alloc, allocatedTop } from "./memory";
import { hashWord } from "./hash";
import { entryAddress, entryOf, entrySlots, indexHeadroom, indexInsert } from "./table-index";
import { changing, NEW_PAGE_BYTES } from "./pages";
import { freePending } from "./table-heap";
import { hashKeys, keyEquals, keyHeapNeed, matchKeys, storeKey } from "./table-keys";
import { BLOCK, Key, keyAt, Output, ROW_HEADER, ROW_NULLS, S_I32, S_I64, Table } from "./table-layout";
import { groupNumber, newRowOf, nextMark } from "./table-rows";

const BATCH_ROWS: u32 = 4096;
/** Byte offset in a hash of the half that addresses the index. */
const INDEX_BITS: usize = 4;
let hashes: usize = 0;
let slots: usize = 0;
let candidates: usize = 0;
/** The bits that choose the rows' key groups. */
let groups: usize = 0;
/** Written to have the rows in the cache; nothing reads it. */
let fetched: usize = 0;
let identity: usize = 0;

/** Allocates the vectors that all lookups share. */
export function openScratch(): void {
  if (hashes != 0) return;
  hashes = alloc(BLOCK << 3);
  slots = alloc(BLOCK << 3);
  candidates = alloc(BLOCK << 2);
  groups = alloc(BLOCK << 2);
  fetched = alloc(BLOCK << 2);
  identity = alloc(BATCH_ROWS << 2);
  for (let i: u32 = 0; i < BATCH_ROWS; i++) store<u32>(identity + (i << 2), i);
}

/**
 * The first row in the index with each hash, or 0. The slots where probing begins, and at the end the rows, are fetched in loops of
 * their own: they have no branch that waits for what they fetch, so the processor has many cache misses under way at a time.
 * Hot: bench/state-lookup.ts, 1.47 M keys.
 */
function findCandidates(table: Table, count: u32): void {
  const directory = <usize>table.directory;
  const shift = 32 - table.depth;
  for (let n: u32 = 0; n < count; n++) {
    const hash = load<u32>(hashes + (n << 3), INDEX_BITS);
    const entry = entryOf(directory, shift, hash);
    const mask = (entrySlots(entry) << 3) - 8;
    const at = entryAddress(entry) + ((hash << 3) & mask);
    store<u64>(slots + (n << 3), load<u64>(at));
  }
  for (let n: u32 = 0; n < count; n++) {
    const hash = load<u32>(hashes + (n << 3), INDEX_BITS);
    let slot = load<u64>(slots + (n << 3));
    if (<u32>slot != hash && slot != 0) slot = probeOn(directory, shift, hash);
    store<u32>(candidates + (n << 2), <u32>(slot >> 32));
  }
  for (let n: u32 = 0; n < count; n++) {
    store<u32>(fetched + (n << 2), load<u32>(load<u32>(candidates + (n << 2))));
  }
}

/** The slot with a hash, or an empty one, after the first that the hash leads to. */
function probeOn(directory: usize, shift: u32, hash: u32): u64 {
  const entry = entryOf(directory, shift, hash);
  const segment = entryAddress(entry);
  const mask = (entrySlots(entry) << 3) - 8;
  let at = hash << 3;
  let slot: u64;
  do {
    at += 8;
    slot = load<u64>(segment + (at & mask));
  } while (<u32>slot != hash && slot != 0);
  return slot;
}

/** The row with the key of row `i` of the batch, the `n`-th of the block; 0 when there is none. */
function findRow(table: Table, i: u32, n: u32): u32 {
  const hash = load<u32>(hashes + (n << 3), INDEX_BITS);
  const entry = entryOf(table.directory, 32 - table.depth, hash);
  const segment = entryAddress(entry);
  const mask = entrySlots(entry) - 1;
  let at = hash & mask;
  let slot = load<u64>(segment + (at << 3));
  while (slot != 0) {
    const row = <u32>(slot >> 32);
    if (<u32>slot == hash && keyEquals(table, row, i, n)) return row;
    at = (at + 1) & mask;
    slot = load<u64>(segment + (at << 3));
  }
  return 0;
}

// @ts-ignore: decorator
@inline
function hasHeadroom(table: Table, n: u32): bool {
  const need = <u64>NEW_PAGE_BYTES + keyHeapNeed(table, n) + indexHeadroom(table, load<u32>(hashes + (n << 3), INDEX_BITS));
  if (<u64>allocatedTop() + need <= <u64>memory.size() << 16) return true;
  table.wanted = <u32>min<u64>(need, 0xffffffff);
  return false;
}

function insertRow(table: Table, i: u32, n: u32): u32 {
  const hash = load<u32>(hashes + (n << 3), INDEX_BITS);
  const group = groupNumber(table, load<u32>(groups + (n << 2)));
  const row = newRowOf(table, group, hash);
  storeKey(table, row, i, n);
  if (table.groupOffset != 0) store<u16>(row + table.groupOffset, <u16>group);
  indexInsert(table, hash, row);
  return row;
}

/** Puts a row on the list of touched rows, with its values as they are. */
// @ts-ignore: decorator
@inline
function touch(table: Table, output: Output, row: u32, i: u32, isNew: u32): void {
  const t = output.touchedCount++;
  store<u32>(output.touched + (t << 2), row);
  store<u8>(output.touchedNew + t, <u8>isNew);
  store<u32>(output.touchedFirst + (t << 2), i);
  if (isNew == 0) changing(table, row);
  store<u16>(row, <u16>table.mark);
  if (output.before == 0) return;
  const to = <usize>output.before + t * table.savedBytes;
  const from = <usize>(row + table.savedOffset);
  for (let at: u32 = 0; at < table.savedBytes; at += 8) store<u64>(to + at, load<u64>(from + at));
}

/** Finds or makes the row by the slow way; 0 when memory must grow first. */
function slowRow(table: Table, output: Output, i: u32, n: u32): u32 {
  let row = findRow(table, i, n);
  if (row != 0) {
    if (<u32>load<u16>(row) != table.mark) touch(table, output, row, i, 0);
    return row;
  }
  if (!hasHeadroom(table, n)) return 0;
  row = insertRow(table, i, n);
  touch(table, output, row, i, 1);
  return row;
}

export function startEpoch(table: Table, epoch: i32): void {
  const output = changetype<Output>(<usize>table.output);
  if (output.epoch != epoch) {
    output.epoch = epoch;
    output.touchedCount = 0;
    output.turn++;
  }
  if (table.turn != output.turn) {
    table.turn = output.turn;
    nextMark(table);
    if ((table.pending | table.deferred) != 0) freePending(table);
  }
}

/** Marks the candidates of a block and finds what is missing. Returns how many rows are done. */
function finishBlock(table: Table, output: Output, selection: usize, count: u32): u32 {
  const rows = <usize>output.rows;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    let row = load<u32>(candidates + (n << 2));
    if (row == 0) {
      row = slowRow(table, output, i, n);
      if (row == 0) return n;
    } else if (<u32>load<u16>(row) != table.mark) touch(table, output, row, i, 0);
    store<u32>(rows + (i << 2), row);
  }
  return count;
}

// A single integer key without nulls in this batch: comparison and marking in one pass.
// @ts-ignore: decorator
@inline
function finishInteger<T>(table: Table, output: Output, key: Key, selection: usize, count: u32): u32 {
  const rows = <usize>output.rows;
  const values = <usize>key.values;
  const mark = table.mark;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    let row = load<u32>(candidates + (n << 2));
    if (row != 0 && load<T>(row, ROW_HEADER) == load<T>(values + i * sizeof<T>()) && load<u8>(row, ROW_NULLS) == 0) {
      if (<u32>load<u16>(row) != mark) touch(table, output, row, i, 0);
    } else {
      row = slowRow(table, output, i, n);
      if (row == 0) return n;
    }
    store<u32>(rows + (i << 2), row);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function hashInteger<T>(values: usize, selection: usize, count: u32): void {
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    const hash = hashWord(0, <u64><i64>load<T>(values + i * sizeof<T>()));
    store<u64>(hashes + (n << 3), hash);
    store<u32>(groups + (n << 2), <u32>(hash >> 32));
  }
}

// Two 64-bit keys without nulls in this batch, as a slice of time and a BIGINT are: the same in one pass each.
function hashPair(table: Table, first: usize, second: usize, selection: usize, count: u32): void {
  const isGroup = table.groupKeyCount == 1;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    const one = hashWord(0, load<u64>(first + (i << 3)));
    const both = hashWord(one, load<u64>(second + (i << 3)));
    store<u64>(hashes + (n << 3), both);
    store<u32>(groups + (n << 2), <u32>((isGroup ? one : both) >> 32));
  }
}

function finishPair(table: Table, output: Output, first: Key, second: Key, selection: usize, count: u32): u32 {
  const rows = <usize>output.rows;
  const mark = table.mark;
  const firstValues = <usize>first.values;
  const secondValues = <usize>second.values;
  const firstOffset = <usize>first.offset;
  const secondOffset = <usize>second.offset;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    let row = load<u32>(candidates + (n << 2));
    const isFound =
      row != 0 &&
      load<u64>(row + firstOffset) == load<u64>(firstValues + (i << 3)) &&
      load<u64>(row + secondOffset) == load<u64>(secondValues + (i << 3)) &&
      load<u8>(row, ROW_NULLS) == 0;
    if (!isFound) {
      row = slowRow(table, output, i, n);
      if (row == 0) return n;
    } else if (<u32>load<u16>(row) != mark) touch(table, output, row, i, 0);
    store<u32>(rows + (i << 2), row);
  }
  return count;
}

function lookupBlock(table: Table, output: Output, selection: usize, count: u32): u32 {
  const key = keyAt(table, 0);
  const single = table.keyCount == 1 && table.groupKeyCount == 1 && key.nulls == 0;
  if (single && key.storage == S_I64) {
    hashInteger<i64>(key.values, selection, count);
    findCandidates(table, count);
    return finishInteger<i64>(table, output, key, selection, count);
  }
  if (single && key.storage == S_I32) {
    hashInteger<i32>(key.values, selection, count);
    findCandidates(table, count);
    return finishInteger<i32>(table, output, key, selection, count);
  }
  const second = keyAt(table, 1);
  const pair = table.keyCount == 2 && table.groupKeyCount != 0 && key.storage == S_I64 && second.storage == S_I64;
  if (pair && key.nulls == 0 && second.nulls == 0) {
    hashPair(table, key.values, second.values, selection, count);
    findCandidates(table, count);
    return finishPair(table, output, key, second, selection, count);
  }
  hashKeys(table, selection, count, hashes, groups);
  findCandidates(table, count);
  matchKeys(table, selection, count, candidates);
  return finishBlock(table, output, selection, count);
}

/**
 * Finds or makes the rows of entries `from` to `count` of `selection` (0 for all rows). Returns how far it came: less than `count`
 * when memory must grow by tableWanted() first.
 */
export function tableLookup(table: Table, selection: usize, count: u32, epoch: i32, from: u32): u32 {
  startEpoch(table, epoch);
  const output = changetype<Output>(<usize>table.output);
  if (selection == 0) selection = identity;
  while (from < count) {
    const wanted = min(count - from, BLOCK);
    const done = lookupBlock(table, output, selection + (from << 2), wanted);
    from += done;
    if (done < wanted) break;
  }
  return from;
}

/** Writes the rows of entries of `selection` (0 for all rows), 0 where there is none. */
export function tableFind(table: Table, selection: usize, count: u32): void {
  const rows = <usize>changetype<Output>(<usize>table.output).rows;
  if (selection == 0) selection = identity;
  for (let from: u32 = 0; from < count; from += BLOCK) {
    const part = selection + (from << 2);
    const wanted = min(count - from, BLOCK);
    hashKeys(table, part, wanted, hashes, groups);
    findCandidates(table, wanted);
    matchKeys(table, part, wanted, candidates);
    for (let n: u32 = 0; n < wanted; n++) {
      const i = load<u32>(part + (n << 2));
      const row = load<u32>(candidates + (n << 2));
      store<u32>(rows + (i << 2), row != 0 ? row : findRow(table, i, n));
    }
  }
}

export function tableTouched(table: Table): u32 {
  return changetype<Output>(<usize>table.output).touchedCount;
}

export function tableWanted(table: Table): u32 {
  return table.wanted;
}

/**
 * Makes a row for each entry of `selection` (0 for all rows), whatever rows have its key. They are not in the index. Returns how far it came,
 * as tableLookup does.
 */
export function tableAppend(table: Table, selection: usize, count: u32, epoch: i32, from: u32): u32 {
  startEpoch(table, epoch);
  const output = changetype<Output>(<usize>table.output);
  const rows = <usize>output.rows;
  if (selection == 0) selection = identity;
  while (from < count) {
    const part = selection + (from << 2);
    const wanted = min(count - from, BLOCK);
    hashKeys(table, part, wanted, hashes, groups);
    for (let n: u32 = 0; n < wanted; n++) {
      if (!hasHeadroom(table, n)) return from + n;
      const i = load<u32>(part + (n << 2));
      const group = groupNumber(table, load<u32>(groups + (n << 2)));
      const row = newRowOf(table, group, load<u32>(hashes + (n << 3), INDEX_BITS));
      storeKey(table, row, i, n);
      if (table.groupOffset != 0) store<u16>(row + table.groupOffset, <u16>group);
      touch(table, output, row, i, 1);
      store<u32>(rows + (i << 2), row);
    }
    from += wanted;
  }
  return from;
}
