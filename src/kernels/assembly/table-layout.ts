// How a keyed table lies in memory. docs/design/state.md draws it.
//
// A row: u16 mark (epoch of the last touch; 0 when the row is free) | u8 null bits of the first 8 key columns | u8 a slot of one byte
// | u32 hash (next free row when free) | key part | value part. Its address never changes while it is live.

export const ROW_NULLS: usize = 2;
export const ROW_HASH: usize = 4;
export const ROW_HEADER: u32 = 8;

/** The mark of rows that were not touched for long, or came from a snapshot. */
export const MARK_OLD: u32 = 1;
/** Epochs are marks from here on to 65,535, and from here on again. */
export const FIRST_MARK: u32 = 2;
export const MARKS: u32 = 65534;

/** Rows whose intermediate results lie in the scratch vectors at a time; small, so that they stay in the first-level cache. */
export const BLOCK: u32 = 512;
/** Longest value that lies inline in its 16 bytes. */
export const INLINE_BYTES: u32 = 12;

// Storage codes, shared with src/state/memory/table-storage.ts.
export const S_I8: u32 = 0;
export const S_I16: u32 = 1;
export const S_I32: u32 = 2;
export const S_I64: u32 = 3;
export const S_F32: u32 = 4;
export const S_F64: u32 = 5;
export const S_BYTES: u32 = 6;
export const S_I128: u32 = 7;
export const S_TS96: u32 = 8;

/** A key column: its place in a row, and where the batch at hand has it. */
@unmanaged
export class Key {
  storage: u32;
  /** Byte offset in a row. */
  offset: u32;
  /** Byte offset in a row of the byte with its null bit, and that bit. */
  nullOffset: u32;
  nullBit: u32;
  values: u32;
  aux: u32;
  /** 0 when the batch at hand has no nulls here. */
  nulls: u32;
  /** For bytes: BLOCK 16-byte forms of the values at hand. */
  words: u32;
}
export const KEY_BYTES: u32 = 32;

/** The rows of one key group: chunks of memory in a list, filled one after the other, and the rows free in them. */
@unmanaged
export class Group {
  firstChunk: u32;
  lastChunk: u32;
  /** Where the next row of the last chunk goes, and where its rows end. */
  bump: u32;
  bumpEnd: u32;
  freeRow: u32;
  rowCount: u32;
  chunkBytes: u32;
  spare: u32;
}
export const GROUP_BYTES: u32 = 32;

@unmanaged
export class Chunk {
  next: u32;
  byteSize: u32;
  /** The table it belongs to, 0 when it is free, and the key group. */
  table: u32;
  group: u32;
}
export const CHUNK_HEADER: u32 = 16;
export const MIN_CHUNK: u32 = 512;
export const MAX_CHUNK: u32 = 65536;

/** What a lookup reports; shared by tables of one layout. */
@unmanaged
export class Output {
  rows: u32;
  touched: u32;
  touchedNew: u32;
  /** The row of the batch that touched it first, as u32. */
  touchedFirst: u32;
  /** 0 when the rows' values are not to be saved. */
  before: u32;
  touchedCount: u32;
  epoch: i32;
  /** How often the epoch changed. */
  turn: u32;
}
export const OUTPUT_BYTES: u32 = 32;

@unmanaged
export class Table {
  output: u32;
  keyCount: u32;
  /** How many of the first keys choose the key group. */
  groupKeyCount: u32;
  keys: u32;
  /** Row offsets of all variable-length fields, key and value. */
  bytesCount: u32;
  bytesOffsets: u32;
  rowBytes: u32;
  /** Rows begin at multiples of it. */
  rowAlign: u32;
  /** Byte offset in a row of its u16 key group; 0 where the hash tells it. */
  groupOffset: u32;
  /** What is saved of a row before it changes: from here on to its end. */
  savedOffset: u32;
  savedBytes: u32;
  groupCount: u32;
  groups: u32;
  size: u32;
  chunkBytes: u32;
  heapBytes: u32;
  indexBytes: u32;
  /** Index: 2^depth segment entries, then as many segment numbers. */
  directory: u32;
  depth: u32;
  segmentCount: u32;
  segmentCapacity: u32;
  segments: u32;
  /** Replaced heap blocks, free at the next epoch. */
  pending: u32;
  /** The mark of rows touched in this epoch, and the output's turn it began at. */
  mark: u32;
  turn: u32;
  /** Bytes of headroom a lookup that stopped asks for. */
  wanted: u32;
  /** The pages its chunks lie in. */
  pages: u32;
  /** The number of the snapshot that it was in last, and its mark and the output's turn when that began. */
  captured: u32;
  capturedMark: u32;
  capturedTurn: u32;
  /** Heap blocks that rows gave up and that a snapshot may refer to still. */
  deferred: u32;
  /** Its number in saved pages, and the header of its key groups in saved form. */
  number: u32;
  header: u32;
  headerBytes: u32;
  /** Whether rows that are added are not put into the index. */
  isBulk: u32;
  /** The region of long values that was made last, the first of a list; where its next block goes, its end, and the bytes of all. */
  regions: u32;
  regionAt: u32;
  regionEnd: u32;
  regionBytes: u32;
  /** Blocks to be taken again, by size. */
  blockLists: u32;
  /** Bytes of values that lie in no region. */
  largeBytes: u32;
}
export const TABLE_BYTES: u32 = 164;

// @ts-ignore: decorator
@inline
export function keyAt(table: Table, index: u32): Key {
  return changetype<Key>(<usize>(table.keys + index * KEY_BYTES));
}

// @ts-ignore: decorator
@inline
export function groupAt(table: Table, index: u32): Group {
  return changetype<Group>(<usize>(table.groups + index * GROUP_BYTES));
}
