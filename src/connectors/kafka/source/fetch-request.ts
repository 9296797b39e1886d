import { AnswerReader } from '../client/answer-reader.ts';
import type { KafkaLibrary, WireWriter } from '../client/library.ts';
import type { MemoryBlock, MemoryBlocks } from '../client/memory-blocks.ts';
import type { WireSocket } from '../client/wire-socket.ts';
import type { AbortedTransaction } from './record-batch.ts';
import type { SourceSettings } from './source-settings.ts';

const FETCH = 1;
const VERSION = 17;
/** Tag of the epoch and the offset where log and reader part. */
const DIVERGING = 0;

/** What a broker answers for one partition. */
export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Where what was read before is no longer in the log: the offset up to which it still is. */
  readonly divergedAt: number | undefined;
  readonly aborted: readonly AbortedTransaction[];
  /** Where whole record batches lie in linear memory; the last may be cut off. */
  readonly address: number;
  readonly byteSize: number;
}

/** A partition to fetch. */
export interface WantedPartition {
  readonly topicId: string;
  readonly partition: number;
  /** The epoch of its leader as far as is known, -1 where it is not. */
  readonly leaderEpoch: number;
  readonly fetchOffset: number;
  /** The epoch of what was fetched last, -1 where it is not known. */
  readonly fetchEpoch: number;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
  /** What the partitions' addresses point to, in the hands of who asked. */
  readonly block: MemoryBlock;
}

/** Asks a broker for the records of partitions from their fetchOffset on. They come as the bytes they are stored as, to a block of `blocks`. */
export async function fetchRecords(
  { Writer }: KafkaLibrary,
  connection: WireSocket,
  partitions: readonly WantedPartition[],
  settings: SourceSettings,
  blocks: MemoryBlocks,
): Promise<FetchAnswer> {
  const payload = writeRequest(Writer.create(), partitions, settings);
  const { block, address, byteSize } = await connection.sendForBlock(FETCH, VERSION, payload, blocks);
  try {
    return { ...readAnswer(new AnswerReader(blocks.memory, address, byteSize)), block };
  } catch (error) {
    block.release();
    throw error;
  }
}

function writeRequest(writer: WireWriter, partitions: readonly WantedPartition[], settings: SourceSettings): WireWriter {
  const topics = groupByTopic(partitions);
  writer.appendInt32(settings.maxWaitMs).appendInt32(settings.minBytes).appendInt32(settings.maxBytes);
  // No session: the request names all it wants.
  writer
    .appendInt8(settings.readCommitted ? 1 : 0)
    .appendInt32(0)
    .appendInt32(-1);
  writer.appendUnsignedVarInt(topics.size + 1);
  for (const [topicId, some] of topics) {
    writer.appendUUID(topicId).appendUnsignedVarInt(some.length + 1);
    for (const { partition, leaderEpoch, fetchOffset, fetchEpoch } of some) {
      // By the first epoch a leader of former times is told apart, by the second a log that lost what was read. The last is for followers.
      writer.appendInt32(partition).appendInt32(leaderEpoch).appendInt64(BigInt(fetchOffset)).appendInt32(fetchEpoch).appendInt64(-1n);
      writer.appendInt32(settings.partitionBytes).appendTaggedFields();
    }
    writer.appendTaggedFields();
  }
  // No topics to forget, no rack.
  return writer.appendUnsignedVarInt(1).appendString('').appendTaggedFields();
}

function groupByTopic(partitions: readonly WantedPartition[]): Map<string, WantedPartition[]> {
  const groups = new Map<string, WantedPartition[]>();
  for (const partition of partitions) groups.set(partition.topicId, [...(groups.get(partition.topicId) ?? []), partition]);
  return groups;
}

function readAnswer(reader: AnswerReader): Omit<FetchAnswer, 'block'> {
  // Milliseconds that the broker held it back for.
  reader.readInt32();
  const errorCode = reader.readInt16();
  // The session.
  reader.readInt32();
  const topics = reader.readArray(() => {
    const topicId = reader.readUuid();
    const partitions = reader.readArray(() => readPartition(reader, topicId));
    reader.readTags();
    return partitions;
  });
  return { errorCode, partitions: topics.flat() };
}

function readPartition(reader: AnswerReader, topicId: string): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  // High watermark, last stable offset, first offset of the log.
  reader.skip(24);
  const aborted = reader.readArray(() => {
    const transaction = { producerId: reader.readInt64(), firstOffset: Number(reader.readInt64()) };
    reader.readTags();
    return transaction;
  });
  // The replica to prefer.
  reader.readInt32();
  const byteSize = reader.readCompactSize();
  const address = reader.skip(byteSize);
  let divergedAt: number | undefined;
  reader.readTags((tag) => {
    if (tag !== DIVERGING) return;
    reader.readInt32();
    divergedAt = Number(reader.readInt64());
  });
  return { topicId, partition, errorCode, divergedAt, aborted, address, byteSize };
}
