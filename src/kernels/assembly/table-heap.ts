// Variable-length values of a keyed table. A field is 16 bytes: u32 length, then the value when it has at most 12 bytes, zero-padded;
// else its first 4 bytes and the u32 address of its bytes in a heap block: u32 next block to free | u32 block size | bytes. While the block
// is in use, its first word is the number of the last snapshot that had begun when it was made.
// A replaced or removed value's block stays readable until the table's next epoch, because saved rows may refer to it.
// Blocks lie in regions of their table (table-regions.ts), so that a table is emptied without a look at each of its values.
import { Pages, pageState, PENDING } from "./pages";
import { INLINE_BYTES, Table } from "./table-layout";
import { giveBlock, MAX_REGION, takeBlock } from "./table-regions";

const BLOCK_HEADER: u32 = 8;

/** Bytes that storing a value may allocate, beside MAX_REGION for all values that are stored together. */
// @ts-ignore: decorator
@inline
export function heapNeed(length: u32): u32 {
  return length <= INLINE_BYTES ? 0 : (length + BLOCK_HEADER) * 2 + 16;
}

/** Above this a call to copy is worth its price. */
const LONG_LOOP: u32 = 256;

/** Copies a value of more than INLINE_BYTES; the last step may copy bytes once more. */
// @ts-ignore: decorator
@inline
function copyLong(to: usize, from: usize, length: u32): void {
  if (length > LONG_LOOP) {
    memory.copy(to, from, length);
    return;
  }
  if (length < 16) {
    const last = length - 8;
    store<u64>(to, load<u64>(from));
    store<u64>(to + last, load<u64>(from + last));
    return;
  }
  const last = length - 16;
  for (let at: u32 = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at));
  v128.store(to + last, v128.load(from + last));
}

/** Copies a value of more than INLINE_BYTES into a heap block; the address of its copy. */
export function newBytes(table: Table, address: usize, length: u32): u32 {
  const byteSize = length + BLOCK_HEADER;
  const block = takeBlock(table, byteSize);
  store<u32>(block, changetype<Pages>(<usize>table.pages).number);
  store<u32>(block, byteSize, 4);
  copyLong(block + BLOCK_HEADER, address, length);
  table.heapBytes += byteSize;
  return <u32>block + BLOCK_HEADER;
}

/** Deferred blocks that are freed in one epoch. */
const DEFERRED_STEP: u32 = 1024;

/** Gives up the block of a field, if it has one. */
// @ts-ignore: decorator
@inline
function retire(table: Table, field: usize): void {
  if (load<u32>(field) <= INLINE_BYTES) return;
  const block = load<u32>(field, 8) - BLOCK_HEADER;
  if ((pageState(field) & PENDING) != 0 && load<u32>(block) != changetype<Pages>(<usize>table.pages).number) {
    store<u32>(block, table.deferred);
    table.deferred = block;
    return;
  }
  store<u32>(block, table.pending);
  table.pending = block;
}

/** Frees the first `count` blocks of a list; returns the rest of it. */
function freeList(table: Table, block: u32, count: u32): u32 {
  for (; block != 0 && count > 0; count--) {
    const next = load<u32>(block);
    const byteSize = load<u32>(block, 4);
    table.heapBytes -= byteSize;
    giveBlock(table, block, byteSize);
    block = next;
  }
  return block;
}

/** Frees the blocks given up before this epoch, but those that a snapshot under way may refer to, and of those of an earlier one a part. */
export function freePending(table: Table): void {
  table.pending = freeList(table, table.pending, u32.MAX_VALUE);
  if (changetype<Pages>(<usize>table.pages).running == 0) table.deferred = freeList(table, table.deferred, DEFERRED_STEP);
}

/** Frees all blocks that were given up. */
export function freeGivenUp(table: Table): void {
  table.pending = freeList(table, table.pending, u32.MAX_VALUE);
  table.deferred = freeList(table, table.deferred, u32.MAX_VALUE);
}

export function freeRowBytes(table: Table, row: u32): void {
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    retire(table, row + load<u32>(table.bytesOffsets + (i << 2)));
  }
}

/** Puts a value of at most INLINE_BYTES behind a field's length. It may lie there. */
// @ts-ignore: decorator
@inline
function copyShort(field: usize, address: usize, length: u32): void {
  const first: u64 = length == 0 ? 0 : length >= 8 ? load<u64>(address) : loadFew(address, length);
  const rest: u32 = length <= 8 ? 0 : <u32>loadFew(address + 8, length - 8);
  store<u64>(field, first, 4);
  store<u32>(field, rest, 12);
}

/** 1 to 7 bytes as a word with zeros above; no others are read. */
// @ts-ignore: decorator
@inline
function loadFew(address: usize, length: u32): u64 {
  if (length >= 4) return <u64>load<u32>(address) | (<u64>load<u32>(address + length - 4) << (<u64>(length - 4) << 3));
  if (length >= 2) return <u64>load<u16>(address) | (<u64>load<u16>(address + length - 2) << (<u64>(length - 2) << 3));
  return <u64>load<u8>(address);
}

/** Stores a copy of a value in a field of a live row. The value may lie in the field itself or in the block it gives up. */
export function tableSetBytes(table: Table, row: u32, offset: u32, address: usize, length: u32): void {
  const field = <usize>(row + offset);
  if (length > INLINE_BYTES) {
    const copy = newBytes(table, address, length);
    retire(table, field);
    store<u32>(field, load<u32>(copy), 4);
    store<u64>(field, <u64>copy, 8);
  } else {
    retire(table, field);
    copyShort(field, address, length);
  }
  store<u32>(field, length);
}

// @ts-ignore: decorator
@inline
function heapNeed64(length: u32): u64 {
  return length <= INLINE_BYTES ? 0 : (<u64>length + BLOCK_HEADER) * 2 + 16;
}

/** Bytes that storing the values of a column once each may allocate, saturated. */
export function bytesNeed(selection: usize, count: u32, lengths: usize, nulls: usize): f64 {
  let total: u64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const i = selection ? load<u32>(selection + (n << 2)) : n;
    if (nulls != 0 && load<u8>(nulls + i) != 0) continue;
    const length = load<u32>(lengths + (i << 2));
    total += heapNeed64(length);
  }
  return total == 0 ? 0 : <f64>(total + MAX_REGION);
}

/** Bytes of the heap values of a row. */
export function rowHeapBytes(table: Table, row: u32): u64 {
  let total: u64 = 0;
  for (let i: u32 = 0; i < table.bytesCount; i++) {
    const length = load<u32>(row + load<u32>(table.bytesOffsets + (i << 2)));
    if (length > INLINE_BYTES) total += length;
  }
  return total;
}
