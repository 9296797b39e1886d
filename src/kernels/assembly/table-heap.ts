// Variable-length values of a keyed table. A field is 16 bytes: u32 length, then the value when it has at most 12 bytes, zero-padded;
// else its first 4 bytes and the u32 address of its bytes in a heap block: u32 next block to free | u32 block size | bytes. While the block
// is in use, its first word is the number of the last snapshot that had begun when it was made.
// A replaced or removed value's block stays readable until the table's next epoch, because saved rows may refer to it.
import { alloc, free } from "./memory";
import { Pages, pageState, PENDING } from "./pages";
import { INLINE_BYTES, Table } from "./table-layout";

const BLOCK_HEADER: u32 = 8;

/** Bytes that storing a value may allocate. */
// @ts-ignore: decorator
@inline
export function heapNeed(length: u32): u32 {
  return length <= INLINE_BYTES ? 0 : (length + BLOCK_HEADER) * 2;
}

/** Copies a value of more than INLINE_BYTES into a heap block; the address of its copy. */
export function newBytes(table: Table, address: usize, length: u32): u32 {
  const byteSize = length + BLOCK_HEADER;
  const block = alloc(byteSize);
  store<u32>(block, changetype<Pages>(<usize>table.pages).number);
  store<u32>(block, byteSize, 4);
  memory.copy(block + BLOCK_HEADER, address, length);
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
    free(block, byteSize);
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
    memory.copy(field + 4, address, length);
    memory.fill(field + 4 + length, 0, INLINE_BYTES - length);
  }
  store<u32>(field, length);
}

/** Bytes that storing the values of a column once each may allocate, saturated. */
export function bytesNeed(selection: usize, count: u32, lengths: usize, nulls: usize): f64 {
  let total: u64 = 0;
  for (let n: u32 = 0; n < count; n++) {
    const i = selection ? load<u32>(selection + (n << 2)) : n;
    if (nulls != 0 && load<u8>(nulls + i) != 0) continue;
    const length = load<u32>(lengths + (i << 2));
    if (length > INLINE_BYTES) total += (<u64>length + BLOCK_HEADER) * 2;
  }
  return <f64>total;
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
