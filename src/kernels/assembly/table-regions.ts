// Where the long values of a table lie: regions of memory of 1 to 64 KB that belong to the table, filled from their beginning to their end.
// A block that was given back is taken again for a value of its size, so a table that replaces values does not grow. Values of more than
// MAX_SMALL bytes have memory of their own.
import { alloc, free } from "./memory";
import { Table } from "./table-layout";

/** A region: u32 next region | u32 its bytes | 8 unused bytes | blocks, each at a multiple of 16. */
const REGION_HEADER: u32 = 16;
const MIN_REGION: u32 = 1024;
export const MAX_REGION: u32 = 65536;
/** The longest block in a region; what is left of a region when the next block does not fit is less than this. */
const MAX_SMALL: u32 = 1024;
/** One list of blocks for each multiple of 16 bytes. */
const LISTS_BYTES: u32 = (MAX_SMALL / 16 + 1) * 4;

export function openRegions(table: Table): void {
  table.blockLists = <u32>alloc(LISTS_BYTES);
  forgetRegions(table);
}

function forgetRegions(table: Table): void {
  memory.fill(table.blockLists, 0, LISTS_BYTES);
  table.regions = table.regionAt = table.regionEnd = table.regionBytes = 0;
}

/** Frees all regions; the blocks of more than MAX_SMALL bytes have been given back. */
export function freeRegions(table: Table): void {
  let region = table.regions;
  while (region != 0) {
    const next = load<u32>(region);
    free(region, load<u32>(region, 4));
    region = next;
  }
  forgetRegions(table);
}

export function closeRegions(table: Table): void {
  freeRegions(table);
  free(table.blockLists, LISTS_BYTES);
}

function addRegion(table: Table, blockBytes: u32): void {
  const last = table.regions == 0 ? MIN_REGION / 2 : load<u32>(table.regions, 4);
  let byteSize = min<u32>(last * 2, MAX_REGION);
  if (byteSize < blockBytes + REGION_HEADER) byteSize = MAX_SMALL * 2;
  const region = <u32>alloc(byteSize);
  store<u32>(region, table.regions);
  store<u32>(region, byteSize, 4);
  table.regions = region;
  table.regionAt = region + REGION_HEADER;
  table.regionEnd = region + byteSize;
  table.regionBytes += byteSize;
}

/** Address of `byteSize` bytes, a multiple of 16 where they are not many. */
// @ts-ignore: decorator
@inline
export function takeBlock(table: Table, byteSize: u32): usize {
  if (byteSize > MAX_SMALL) {
    table.largeBytes += byteSize;
    return alloc(byteSize);
  }
  const rounded = (byteSize + 15) & ~15;
  const list = <usize>(table.blockLists + (rounded >> 2));
  const head = load<u32>(list);
  if (head != 0) {
    store<u32>(list, load<u32>(head));
    return head;
  }
  if (table.regionEnd - table.regionAt < rounded) addRegion(table, rounded);
  const block = table.regionAt;
  table.regionAt = block + rounded;
  return block;
}

// @ts-ignore: decorator
@inline
export function giveBlock(table: Table, block: usize, byteSize: u32): void {
  if (byteSize > MAX_SMALL) {
    table.largeBytes -= byteSize;
    return free(block, byteSize);
  }
  const list = <usize>(table.blockLists + (((byteSize + 15) & ~15) >> 2));
  store<u32>(block, load<u32>(list));
  store<u32>(list, <u32>block);
}
