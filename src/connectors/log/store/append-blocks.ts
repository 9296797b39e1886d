import {
  type BlockEntry,
  indexKey,
  numberKey,
  type PartitionEnds,
  partitionKey,
  readEnds,
  readEntry,
  writeEnds,
  writeEntry,
} from './keys.ts';
import { type LogTables, nextNumber } from './log-tables.ts';
import type { LogTopic } from './log-topic.ts';

/** Records of one partition, not yet stored. */
export interface NewBlock {
  readonly partition: number;
  readonly recordCount: number;
  readonly maxTimestamp: number;
  readonly bytes: Uint8Array;
}

/** A block that is stored, without a place in its partition. */
export interface StoredBlock {
  readonly partition: number;
  readonly recordCount: number;
  readonly maxTimestamp: number;
  readonly byteSize: number;
  readonly block: number;
}

/** Blocks that retention removes in one transaction, so that none takes long. */
const TRIMMED_MAX = 256;

/** Stores blocks that are not to be seen yet. Within a transaction. */
export function storeBlocks(tables: LogTables, blocks: readonly NewBlock[]): StoredBlock[] {
  const first = nextNumber(tables, 'block', blocks.length);
  return blocks.map(({ partition, recordCount, maxTimestamp, bytes }, i) => {
    tables.blocks.putSync(numberKey(first + i), bytes);
    return { partition, recordCount, maxTimestamp, byteSize: bytes.length, block: first + i };
  });
}

/** Gives blocks the next offsets of their partitions, in order; they are seen with the transaction. Removes what has expired. */
export function addToIndex(tables: LogTables, topic: LogTopic, blocks: readonly StoredBlock[], nowMs: number): void {
  const ends = new Map<number, PartitionEnds>();
  for (const { partition, recordCount, maxTimestamp, byteSize, block } of blocks) {
    const before = ends.get(partition) ?? readEnds(tables.ends.getBinaryFast(partitionKey(topic.number, partition)));
    const entry = { baseOffset: before.end, endOffset: before.end + recordCount, maxTimestamp, byteSize, block };
    tables.index.putSync(indexKey(topic.number, partition, before.end), writeEntry(entry));
    ends.set(partition, { start: before.start, end: entry.endOffset, byteSize: before.byteSize + byteSize });
  }
  for (const [partition, after] of ends) {
    tables.ends.putSync(partitionKey(topic.number, partition), writeEnds(trim(tables, topic, partition, after, nowMs)));
  }
}

/** Removes the oldest blocks, as long as all their records are too old, or the rest is as large as is to be kept. */
function trim(tables: LogTables, topic: LogTopic, partition: number, ends: PartitionEnds, nowMs: number): PartitionEnds {
  const { retentionMs = Number.POSITIVE_INFINITY, retentionBytes = Number.POSITIVE_INFINITY } = topic;
  if (retentionMs === Number.POSITIVE_INFINITY && ends.byteSize <= retentionBytes) return ends;
  let { start, byteSize } = ends;
  for (const entry of entriesFrom(tables, topic.number, partition, start, TRIMMED_MAX)) {
    if (entry.maxTimestamp >= nowMs - retentionMs && byteSize - entry.byteSize < retentionBytes) break;
    removeBlock(tables, topic.number, partition, entry);
    start = entry.endOffset;
    byteSize -= entry.byteSize;
  }
  return { start, end: ends.end, byteSize };
}

export function removeBlock({ index, blocks }: LogTables, topic: number, partition: number, { baseOffset, block }: BlockEntry): void {
  index.removeSync(indexKey(topic, partition, baseOffset));
  blocks.removeSync(numberKey(block));
}

/** Up to `limit` blocks of a partition, from the one that holds `offset` on. */
export function entriesFrom({ index }: LogTables, topic: number, partition: number, offset: number, limit: number): BlockEntry[] {
  // Before the partition's first key, which begins with these bytes: the end of a range does not belong to it.
  const lowest = partitionKey(topic, partition);
  // The block that begins at or before the offset, if it reaches that far.
  const before = [...index.getRange({ start: indexKey(topic, partition, offset), end: lowest, reverse: true, limit: 1 })].map(read)[0];
  const start = before !== undefined && before.endOffset > offset ? before.baseOffset : offset;
  const found: BlockEntry[] = [];
  for (const each of index.getRange({ start: indexKey(topic, partition, start), end: indexKey(topic, partition + 1, 0), limit })) {
    found.push(read(each));
  }
  return found;
}

const read = ({ key, value }: { readonly key: Uint8Array; readonly value: Uint8Array }): BlockEntry => readEntry(key, value);
