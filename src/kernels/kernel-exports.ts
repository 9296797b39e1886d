import type { EventTimeKernels, ExchangeKernels, StringBatchKernels } from './batch-kernels.ts';
import type { SpillKernels } from './spill-kernels.ts';
import type { PageKernels, RowKernels, TableKernels } from './table-kernels.ts';
import type { TextKernels } from './text-kernels.ts';

/** What the WebAssembly module exports, by area. Addresses and sizes are numbers (u32), 64-bit values bigint. */
export interface KernelExports
  extends MemoryKernels,
    DatagenKernels,
    EventTimeKernels,
    ExchangeKernels,
    KafkaKernels,
    NexmarkKernels,
    PageKernels,
    RowKernels,
    StringBatchKernels,
    StringKernels,
    SpillKernels,
    TableKernels,
    TextKernels {}

/** src/kernels/assembly/memory.ts */
export interface MemoryKernels {
  alloc(byteSize: number): number;
  free(address: number, byteSize: number): void;
  allocatedTop(): number;
  /** Address of the 16 bytes where a kernel with two results leaves the second. */
  secondResult(): number;
}

/** src/kernels/assembly/datagen.ts */
export interface DatagenKernels {
  /** Random integers from `min` to `min + span - 1`, all between -2^51 and 2^51, for rows `row`, `row + step`, ... (their low 32 bits). */
  datagenLongs(
    values: number,
    count: number,
    row: number,
    step: number,
    firstKey: number,
    secondKey: number,
    min: number,
    span: number,
  ): void;
}

/** src/kernels/assembly/kafka-records.ts and kafka-append.ts, where the states are described, and crc32c.ts. */
export interface KafkaKernels {
  /** Fills the 32 KB that crc32c needs. */
  crc32cPrepare(tables: number): void;
  crc32c(tables: number, address: number, byteSize: number): number;
  /** Walks the records of a batch into a table of messages. */
  kafkaRecords(state: number): void;
  /** Appends rows [from, to) to the batches of their partitions as far as there is room; returns how many. */
  kafkaAppend(state: number, from: number, to: number): number;
  /** Writes the partition of each of `count` keys, whose ends are u32 at `ends`, to the u32 at `to`. */
  kafkaPartitions(keys: number, ends: number, count: number, partitionCount: number, to: number): void;
}

/** src/kernels/assembly/nexmark.ts: the settings' block is described in nexmark-model.ts. */
export interface NexmarkKernels {
  nexmarkConfigSize(): number;
  nexmarkPrepare(config: number): void;
  /** Fills one column for `rowCount` events from number `firstEvent` on; returns the address after the texts written from `textAt` on. */
  nexmarkFill(
    config: number,
    column: number,
    firstEvent: number,
    rowCount: number,
    valuesAddress: number,
    auxAddress: number,
    textAt: number,
  ): number;
}

/** src/kernels/assembly/strings.ts: UTF-8 text and bytes as (address, byte length), times as counts of their unit. */
export interface StringKernels {
  /** 1 where both have the same bytes. */
  bytesEqual(a: number, aLength: number, b: number, bLength: number): number;
  /** Less than 0, 0 or more than 0, by unsigned bytes. */
  bytesCompare(a: number, aLength: number, b: number, bLength: number): number;
  bytesCopy(to: number, from: number, byteLength: number): void;
  /** Offset of the first `needle` at or after offset `from`, or -1. */
  bytesIndexOf(text: number, byteLength: number, needle: number, needleLength: number, from: number): number;
  /** Offset of part `index` of a text cut at every separator, or -1; the part's byte length is the second result. */
  bytesSplitPart(text: number, byteLength: number, separator: number, separatorLength: number, index: number): number;
  /** Writes ASCII text in lower case to `to`; 0 where it is not ASCII. */
  textLower(text: number, byteLength: number, to: number): number;
  textUpper(text: number, byteLength: number, to: number): number;
  /** Number of code points. */
  textLength(text: number, byteLength: number): number;
  /** Byte offset of a code point by its number from 0, or the byte length. */
  textOffset(text: number, byteLength: number, count: number): number;
  /** SUBSTRING: byte offset of `count` code points from `position` on; their byte length is the second result. */
  textSlice(text: number, byteLength: number, position: number, count: number): number;
  /** Offset of what follows a key up to the next `stop` byte, or -1; its byte length is the second result. See regexp-extract.ts. */
  bytesAfterKey(text: number, byteLength: number, key: number, keyLength: number, lead: number, stop: number): number;
  /** 1 where the text matches a pattern that compileLike made. */
  likeMatch(text: number, byteLength: number, pattern: number, patternLength: number): number;
  /** 1 where the value lies between the two i64 at `range`, the second excluded. */
  timeInRange(range: number, value: bigint): number;
  /** floor(value / unit) modulo `modulus`. */
  timePart(value: bigint, unit: bigint, modulus: bigint): number;
  /** floor(value / perDay): days since 1970-01-01. */
  timeDay(value: bigint, perDay: bigint): number;
}
