// The pages that rows lie in: 64 KB at multiples of 64 KB, each with chunks of one size, so that an address tells its page and a byte for
// each page tells what a snapshot must know of it. A snapshot takes every page that has changed since the one before, in slices; a row of a
// page that waits for its turn is saved aside before it changes for the first time. docs/design/state.md
import { alloc, allocFresh, allocatedTop, free, secondResult } from "./memory";
import { Chunk, MARK_OLD, MARKS, Output, Table } from "./table-layout";

export const PAGE_BYTES: u32 = 65536;
/** What a new page may take of the memory: a run of pages, and what aligning it leaves. */
export const NEW_PAGE_BYTES: u32 = 18 * 65536;
const PAGES: u32 = 65536;
/** Pages taken from the memory at a time, once there are as many. */
const RUN_PAGES: u32 = 16;
/** A page of chunks of 512 << code bytes has the class code + 1; other memory 0. */
const MIN_CHUNK_BITS: u32 = 9;
const FULL_CODE: u32 = 7;

/** The page has changed since its copy for a snapshot was taken. */
export const DIRTY: u32 = 1;
/** The running snapshot has yet to copy the page. */
export const PENDING: u32 = 2;

/** By page: u8 of DIRTY and PENDING, u8 class, u32 owner, u32 first block of saved rows. */
let states: usize = 0;
let classes: usize = 0;
let owners: usize = 0;
let patches: usize = 0;
/** Pages nobody owns, by their first word. */
let freePages: usize = 0;
/** What is left of the last run. */
let runAt: usize = 0;
let runEnd: usize = 0;
let pageCount: u32 = 0;

const AREA_BYTES: u32 = 262144;
const AREA_HEADER: u32 = 64;
const BLOCK_BYTES: u32 = 512;
const BLOCK_HEADER: u32 = 16;
const NEWEST: usize = 4;
const END: usize = 8;
const PATCH_HEADER: u32 = 8;

/** The pages of one state backend. */
@unmanaged
export class Pages {
  /** Whether a snapshot is under way, and the number of the last that began. */
  running: u32;
  number: u32;
  /** A saved row could not be kept: the snapshot under way is of no use. */
  overrun: u32;
  /** Areas of blocks of saved rows, and the place of the next block. */
  patchAreas: u32;
  patchAt: u32;
  patchEnd: u32;
  patchBytes: u32;
  /** A page as it was when the snapshot began. */
  scratch: u32;
  /** Free chunks by code. */
  slots: u32;
}
const DESCRIPTOR_BYTES: u32 = 36;

// @ts-ignore: decorator
@inline
export function pageState(address: usize): u32 {
  return load<u8>(states + (address >>> 16));
}

export function pagesOpen(): Pages {
  if (states == 0) {
    states = allocFresh(PAGES, 16);
    classes = allocFresh(PAGES, 16);
    owners = allocFresh(PAGES * 4, 16);
    patches = allocFresh(PAGES * 4, 16);
  }
  const pages = changetype<Pages>(alloc(DESCRIPTOR_BYTES));
  memory.fill(changetype<usize>(pages), 0, DESCRIPTOR_BYTES);
  pages.slots = <u32>alloc(FULL_CODE * 4);
  memory.fill(pages.slots, 0, FULL_CODE * 4);
  return pages;
}

/** Gives all pages back. No table may have any of them. */
export function pagesClose(pages: Pages): void {
  pagesEnd(pages, 0);
  for (let page: u32 = 0; page < PAGES; page++) {
    if (load<u32>(owners + (page << 2)) == <u32>changetype<usize>(pages)) freePage(page);
  }
  if (pages.scratch != 0) free(pages.scratch, PAGE_BYTES);
  free(pages.slots, FULL_CODE * 4);
  free(changetype<usize>(pages), DESCRIPTOR_BYTES);
}

function newPage(pages: Pages, code: u32): usize {
  let address = freePages;
  if (address != 0) freePages = load<u32>(address);
  else {
    if (runAt == runEnd) {
      const byteSize = (pageCount < RUN_PAGES ? 1 : RUN_PAGES) * PAGE_BYTES;
      runAt = allocFresh(byteSize, PAGE_BYTES);
      runEnd = runAt + byteSize;
    }
    address = runAt;
    runAt += PAGE_BYTES;
    pageCount++;
  }
  const page = <u32>(address >>> 16);
  store<u8>(classes + page, <u8>(code + 1));
  store<u8>(states + page, <u8>DIRTY);
  store<u32>(owners + (page << 2), <u32>changetype<usize>(pages));
  store<u32>(patches + (page << 2), 0);
  return address;
}

function freePage(page: u32): void {
  store<u8>(classes + page, 0);
  store<u8>(states + page, 0);
  store<u32>(owners + (page << 2), 0);
  store<u32>(page << 16, <u32>freePages);
  freePages = page << 16;
}

// @ts-ignore: decorator
@inline
function pushSlot(pages: Pages, code: u32, address: usize): void {
  const chunk = changetype<Chunk>(address);
  const slot = <usize>(pages.slots + (code << 2));
  chunk.table = 0;
  chunk.next = load<u32>(slot);
  store<u32>(slot, <u32>address);
}

/** A chunk of a power of two of bytes, 512 to 64 K. */
export function allocChunk(pages: Pages, byteSize: u32): usize {
  const code = ctz(byteSize) - MIN_CHUNK_BITS;
  if (code == FULL_CODE) return newPage(pages, code);
  const slot = <usize>(pages.slots + (code << 2));
  if (load<u32>(slot) == 0) {
    const page = newPage(pages, code);
    for (let at = PAGE_BYTES; at > 0; ) {
      at -= byteSize;
      pushSlot(pages, code, page + at);
    }
  }
  const chunk = load<u32>(slot);
  store<u32>(slot, load<u32>(chunk));
  return chunk;
}

export function freeChunk(pages: Pages, address: usize, byteSize: u32): void {
  const page = <u32>(address >>> 16);
  if (byteSize == PAGE_BYTES) return freePage(page);
  store<u8>(states + page, load<u8>(states + page) | <u8>DIRTY);
  pushSlot(pages, ctz(byteSize) - MIN_CHUNK_BITS, address);
}

/** Must come before a live row changes: in this epoch for the first time, or for the last. */
// @ts-ignore: decorator
@inline
export function changing(table: Table, row: u32): void {
  if (load<u8>(states + (row >>> 16)) != DIRTY) meet(table, row);
}

/** Must come before a free row becomes a live one. */
// @ts-ignore: decorator
@inline
export function claiming(table: Table, row: u32): void {
  if (load<u8>(states + (row >>> 16)) != DIRTY) meetFree(table, row);
}

/** Whether rows of the page must be saved before they change. */
function isPending(table: Table, row: u32): bool {
  const at = states + (row >>> 16);
  const state = load<u8>(at);
  store<u8>(at, state | <u8>DIRTY);
  return (state & PENDING) != 0 && table.captured == changetype<Pages>(<usize>table.pages).number;
}

function meet(table: Table, row: u32): void {
  if (!isPending(table, row) || isSaved(table, load<u16>(row))) return;
  const patch = newPatch(table, row, table.rowBytes);
  if (patch != 0) copyRow(patch + PATCH_HEADER, row, table.rowBytes);
}

function meetFree(table: Table, row: u32): void {
  // Rows lie at multiples of 8: the last bit says that the row was free.
  if (isPending(table, row)) newPatch(table, row | 1, 0);
}

/** Whether a row has been touched, and so saved, since the snapshot began: its mark is one of those given since then. */
function isSaved(table: Table, mark: u32): bool {
  const turn = changetype<Output>(<usize>table.output).turn;
  if (mark <= MARK_OLD || turn - table.capturedTurn >= MARKS) return false;
  return distance(table.capturedMark, mark) <= distance(table.capturedMark, table.mark) % MARKS;
}

/** How many marks after another one comes: 1 to MARKS. */
// @ts-ignore: decorator
@inline
function distance(from: u32, to: u32): u32 {
  return to > from ? to - from : to + MARKS - from;
}

/** Room for a saved row of a page: u32 row, 4 unused bytes, the row's bytes. 0 when there is no more memory. */
function newPatch(table: Table, row: u32, byteSize: u32): usize {
  const first = patches + ((row >>> 16) << 2);
  const size = PATCH_HEADER + byteSize;
  let block = <usize>load<u32>(first);
  if (block == 0 || <u32>(load<u32>(block, NEWEST) - block) < BLOCK_HEADER + size) {
    const fresh = newBlock(changetype<Pages>(<usize>table.pages), max<u32>(BLOCK_BYTES, BLOCK_HEADER + size));
    if (fresh == 0) return 0;
    store<u32>(fresh, <u32>block);
    store<u32>(first, <u32>fresh);
    block = fresh;
  }
  // From the end of the block on down, so that the newest comes first.
  const patch = load<u32>(block, NEWEST) - size;
  store<u32>(block, patch, NEWEST);
  store<u32>(patch, row);
  return patch;
}

/**
 * A block of saved rows of one page: u32 next block of the page, u32 its newest row, u32 its end. Rows of a page lie together, because
 * going from one to another would wait for memory each time.
 */
function newBlock(pages: Pages, byteSize: u32): usize {
  if (pages.patchAt + byteSize > pages.patchEnd) {
    const area = max<u32>(AREA_BYTES, byteSize + AREA_HEADER);
    if (<u64>allocatedTop() + area * 2 > <u64>memory.size() << 16) {
      pages.overrun = 1;
      return 0;
    }
    const at = <u32>alloc(area);
    store<u32>(at, pages.patchAreas);
    store<u32>(at, area, 4);
    pages.patchAreas = at;
    pages.patchAt = at + AREA_HEADER;
    pages.patchEnd = at + area;
    pages.patchBytes += area;
  }
  const block = <usize>pages.patchAt;
  pages.patchAt += byteSize;
  store<u32>(block, <u32>block + byteSize, NEWEST);
  store<u32>(block, <u32>block + byteSize, END);
  return block;
}

/** Has the next snapshot copy a page, changed or not. */
export function pageDirty(page: u32): void {
  store<u8>(states + page, load<u8>(states + page) | <u8>DIRTY);
}

/** A table is to be in the snapshot that begins next. */
export function pagesCapture(pages: Pages, table: Table): void {
  table.captured = pages.number + 1;
  table.capturedMark = table.mark;
  table.capturedTurn = changetype<Output>(<usize>table.output).turn;
}

/** How many pages there are at most. */
export function pagesBound(): u32 {
  return pageCount;
}

/** Begins a snapshot: writes the numbers of all pages to `to`, and returns how many there are; and those of pages that have changed. */
export function pagesBegin(pages: Pages, to: usize, changedTo: usize): u32 {
  pages.running = 1;
  pages.number++;
  pages.overrun = 0;
  if (pages.scratch == 0) pages.scratch = <u32>alloc(PAGE_BYTES);
  let count: u32 = 0;
  let changed: u32 = 0;
  const end = <u32>min<u64>((<u64>allocatedTop() >>> 16) + 1, PAGES);
  for (let page: u32 = 0; page < end; page++) {
    if (load<u32>(owners + (page << 2)) != <u32>changetype<usize>(pages)) continue;
    store<u32>(to + (count << 2), page);
    count++;
    if ((load<u8>(states + page) & DIRTY) == 0) continue;
    store<u8>(states + page, <u8>PENDING);
    store<u32>(changedTo + (changed << 2), page);
    changed++;
  }
  store<u32>(secondResult(), changed);
  return count;
}

/** Ends a snapshot. Where it was given up, every page is written again by the next. */
export function pagesEnd(pages: Pages, isGivenUp: u32): void {
  if (isGivenUp != 0) {
    for (let page: u32 = 0; page < PAGES; page++) {
      if (load<u32>(owners + (page << 2)) != <u32>changetype<usize>(pages)) continue;
      store<u8>(states + page, <u8>DIRTY);
      store<u32>(patches + (page << 2), 0);
    }
  }
  let area = pages.patchAreas;
  while (area != 0) {
    const next = load<u32>(area);
    free(area, load<u32>(area, 4));
    area = next;
  }
  pages.patchAreas = pages.patchAt = pages.patchEnd = pages.patchBytes = 0;
  pages.running = 0;
}

/** Whether the page's turn has yet to come and it is still owned. */
export function pageWaits(pages: Pages, page: u32): bool {
  return (load<u8>(states + page) & PENDING) != 0 && load<u32>(owners + (page << 2)) == <u32>changetype<usize>(pages);
}

/** Copies a page to `to` as it was when the snapshot began, and takes it out of those that wait. */
export function takePage(page: u32, to: usize): void {
  memory.copy(to, <usize>page << 16, PAGE_BYTES);
  // The newest row comes first, so that of two copies of one the older stays.
  for (let block = load<u32>(patches + (page << 2)); block != 0; block = load<u32>(block)) {
    const end = load<u32>(block, END);
    for (let patch = load<u32>(block, NEWEST); patch < end; patch += PATCH_HEADER) {
      const row = load<u32>(patch);
      const offset = row & (PAGE_BYTES - 2);
      if ((row & 1) != 0) {
        store<u16>(to + offset, 0);
        continue;
      }
      const byteSize = rowBytesOf(page, offset);
      copyRow(to + offset, patch + PATCH_HEADER, byteSize);
      patch += byteSize;
    }
  }
  store<u32>(patches + (page << 2), 0);
  store<u8>(states + page, load<u8>(states + page) & ~<u8>PENDING);
}

/** Copies a row: a loop, because a row is short. */
// @ts-ignore: decorator
@inline
export function copyRow(to: usize, from: usize, byteSize: u32): void {
  for (let at: u32 = 0; at < byteSize; at += 8) store<u64>(to + at, load<u64>(from + at));
}

/** Bytes of the chunks of a page. */
export function slotBytes(page: u32): u32 {
  return <u32>1 << (load<u8>(classes + page) - 1 + MIN_CHUNK_BITS);
}

/** Bytes of the row at an offset in a page. */
function rowBytesOf(page: u32, offset: usize): u32 {
  const chunk = (page << 16) + (<u32>offset & ~(slotBytes(page) - 1));
  return changetype<Table>(<usize>changetype<Chunk>(<usize>chunk).table).rowBytes;
}

export function patchBytes(pages: Pages): u32 {
  return pages.patchBytes;
}

export function pagesOverrun(pages: Pages): u32 {
  return pages.overrun;
}
