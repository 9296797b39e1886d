// Opening, clearing and closing keyed tables. A table is a descriptor in linear memory; callers keep its address.
import { alloc, free } from "./memory";
import { freeGivenUp, freeRowBytes } from "./table-heap";
import { closeIndex, openBulkIndex, openIndex } from "./table-index";
import {
  Chunk, FIRST_MARK, GROUP_BYTES, groupAt, KEY_BYTES, keyAt, MARKS, Output, OUTPUT_BYTES, Table, TABLE_BYTES,
} from "./table-layout";
import { openScratch } from "./table-lookup";
import { closeRegions, freeRegions, openRegions } from "./table-regions";
import { chunkEnd, firstRow, freeChunks } from "./table-rows";

/** Makes what tables of one layout share; the addresses are of vectors of a batch's size, `before` 0 for none. */
export function tableOutput(rows: usize, touched: usize, touchedNew: usize, touchedFirst: usize, before: usize): Output {
  openScratch();
  const output = changetype<Output>(alloc(OUTPUT_BYTES));
  output.rows = <u32>rows;
  output.touched = <u32>touched;
  output.touchedNew = <u32>touchedNew;
  output.touchedFirst = <u32>touchedFirst;
  output.before = <u32>before;
  output.touchedCount = 0;
  output.epoch = 0;
  output.turn = 0;
  return output;
}

export function tableOutputClose(output: Output): void {
  free(changetype<usize>(output), OUTPUT_BYTES);
}

/** Opens an empty table. Its keys and variable-length fields are declared one by one with the functions below. */
export function tableOpen(
  output: Output, keyCount: u32, groupKeyCount: u32, bytesCount: u32, rowBytes: u32, rowAlign: u32, groupOffset: u32,
  savedOffset: u32, groupCount: u32, pages: u32,
): Table {
  const table = changetype<Table>(alloc(TABLE_BYTES));
  memory.fill(changetype<usize>(table), 0, TABLE_BYTES);
  table.output = <u32>changetype<usize>(output);
  table.keyCount = keyCount;
  table.groupKeyCount = groupKeyCount;
  table.keys = <u32>alloc(max<u32>(keyCount, 1) * KEY_BYTES);
  memory.fill(table.keys, 0, max<u32>(keyCount, 1) * KEY_BYTES);
  table.bytesCount = bytesCount;
  table.bytesOffsets = <u32>alloc(bytesCount * 4);
  table.rowBytes = rowBytes;
  table.rowAlign = rowAlign;
  table.groupOffset = groupOffset;
  table.savedOffset = savedOffset;
  table.savedBytes = rowBytes - savedOffset;
  table.mark = FIRST_MARK + MARKS - 1;
  table.groupCount = groupCount;
  table.pages = pages;
  table.groups = <u32>alloc(groupCount * GROUP_BYTES);
  memory.fill(table.groups, 0, groupCount * GROUP_BYTES);
  openRegions(table);
  openIndex(table);
  return table;
}

/** Declares key column `index`; `words` is the address of BLOCK 16-byte forms for bytes, else 0. */
export function tableKey(table: Table, index: u32, storage: u32, offset: u32, nullOffset: u32, nullBit: u32, words: u32): void {
  const key = keyAt(table, index);
  key.storage = storage;
  key.offset = offset;
  key.nullOffset = nullOffset;
  key.nullBit = nullBit;
  key.words = words;
}

/** Declares the `index`-th variable-length field. */
export function tableBytesField(table: Table, index: u32, offset: u32): void {
  store<u32>(table.bytesOffsets + (index << 2), offset);
}

/** Says where the batch at hand has key column `index`; `nulls` is 0 when it has none. */
export function tableKeyColumn(table: Table, index: u32, values: u32, aux: u32, nulls: u32): void {
  const key = keyAt(table, index);
  key.values = values;
  key.aux = aux;
  key.nulls = nulls;
}

/** Rows for which an empty table keeps an index ready, at most: it takes 16 bytes for each. */
const MAX_EXPECTED: u32 = 65536;

/** Gives up each value; only those outside of regions need it. */
function forgetBytes(table: Table): void {
  for (let i: u32 = 0; i < table.groupCount; i++) {
    const group = groupAt(table, i);
    for (let chunk = group.firstChunk; chunk != 0; chunk = changetype<Chunk>(<usize>chunk).next) {
      const end = chunkEnd(table, group, chunk);
      for (let row = firstRow(table, chunk); row < end; row += table.rowBytes) {
        if (load<u16>(row) != 0) freeRowBytes(table, row);
      }
    }
  }
  freeGivenUp(table);
}

function freeAll(table: Table): void {
  if (table.largeBytes != 0) forgetBytes(table);
  table.pending = table.deferred = table.heapBytes = 0;
  freeRegions(table);
  freeChunks(table);
  closeIndex(table);
}

/** Removes all rows and frees their memory. A table that is filled again and again most often gets as many rows as before. */
export function tableClear(table: Table): void {
  const size = min<u32>(table.size, MAX_EXPECTED);
  freeAll(table);
  memory.fill(table.groups, 0, table.groupCount * GROUP_BYTES);
  openBulkIndex(table, size);
}

/** Frees all memory of the table. */
export function tableClose(table: Table): void {
  freeAll(table);
  closeRegions(table);
  free(table.keys, max<u32>(table.keyCount, 1) * KEY_BYTES);
  free(table.bytesOffsets, table.bytesCount * 4);
  free(table.groups, table.groupCount * GROUP_BYTES);
  if (table.header != 0) free(table.header, table.headerBytes);
  free(changetype<usize>(table), TABLE_BYTES);
}

export function tableSize(table: Table): u32 {
  return table.size;
}

/** Bytes held by rows, index, long values and the table itself. */
export function tableByteSize(table: Table): f64 {
  return (
    <f64>table.chunkBytes + <f64>table.heapBytes + <f64>table.indexBytes + <f64>(table.groupCount * GROUP_BYTES + TABLE_BYTES)
  );
}
