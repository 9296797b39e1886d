// Rows on their way to other workers: to which one each goes, and texts put together so that a batch is one run of bytes.
import { alloc } from "./memory";
import { hashKeys } from "./table-keys";
import { BLOCK, Table } from "./table-layout";
import { groupNumber } from "./table-rows";

const BATCH_ROWS: u32 = 4096;
let hashes: usize = 0;
let groups: usize = 0;
let identity: usize = 0;

function openScratch(): void {
  if (hashes != 0) return;
  hashes = alloc(BLOCK << 3);
  groups = alloc(BLOCK << 2);
  identity = alloc(BATCH_ROWS << 2);
  for (let i: u32 = 0; i < BATCH_ROWS; i++) store<u32>(identity + (i << 2), i);
}

/**
 * Lists the rows of each of `workers` workers: indexes from `lists + worker * BATCH_ROWS * 4` on, how many at `counts + worker * 4`. A row
 * goes to the worker that has its key group, by the keys that were given to the table: worker = group * workers / groups.
 */
export function tableRoute(table: Table, selection: usize, count: u32, workers: u32, lists: usize, counts: usize): void {
  openScratch();
  memory.fill(counts, 0, workers << 2);
  const rows = selection == 0 ? identity : selection;
  for (let from: u32 = 0; from < count; from += BLOCK) {
    const block = min<u32>(BLOCK, count - from);
    const indexes = rows + (from << 2);
    hashKeys(table, indexes, block, hashes, groups);
    for (let n: u32 = 0; n < block; n++) {
      const group = groupNumber(table, load<u32>(groups + (n << 2)));
      const worker = (group * workers) / table.groupCount;
      const at = counts + (worker << 2);
      const length = load<u32>(at);
      store<u32>(lists + ((worker * BATCH_ROWS + length) << 2), load<u32>(indexes + (n << 2)));
      store<u32>(at, length + 1);
    }
  }
}

/** Bytes that the texts of a column take together; `nulls` is 0 when there are none. */
export function textsSize(lengths: usize, nulls: usize, count: u32): u32 {
  let total: u32 = 0;
  for (let n: u32 = 0; n < count; n++) {
    if (nulls == 0 || load<u8>(nulls + n) == 0) total += load<u32>(lengths + (n << 2));
  }
  return total;
}

/** Copies the texts of a column to `to`, one after the other; their addresses become offsets from there. */
export function textsPack(addresses: usize, lengths: usize, nulls: usize, count: u32, to: usize): void {
  let at = to;
  for (let n: u32 = 0; n < count; n++) {
    const field = addresses + (n << 2);
    if (nulls != 0 && load<u8>(nulls + n) != 0) {
      store<u32>(field, 0);
      store<u32>(lengths + (n << 2), 0);
      continue;
    }
    const length = load<u32>(lengths + (n << 2));
    memory.copy(at, load<u32>(field), length);
    store<u32>(field, <u32>(at - to));
    at += length;
  }
}

/** Makes addresses of offsets again. */
export function textsUnpack(offsets: usize, count: u32, base: u32): void {
  for (let n: u32 = 0; n < count; n++) store<u32>(offsets + (n << 2), load<u32>(offsets + (n << 2)) + base);
}
