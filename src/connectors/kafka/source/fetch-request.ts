import { AnswerReader } from '../client/answer-reader.ts';
import type { KafkaLibrary, WireWriter } from '../client/library.ts';
import type { MemoryBlock, MemoryBlocks } from '../client/memory-blocks.ts';
import type { WireSocket } from '../client/wire-socket.ts';
import type { AbortedTransaction } from './record-batch.ts';
import type { SourcePartition } from './source-partition.ts';
import type { SourceSettings } from './source-settings.ts';

const FETCH = 1;
const VERSION = 17;

/** What a broker answers for one partition. */
export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Where whole record batches lie in linear memory; the last may be cut off. */
  readonly address: number;
  readonly byteSize: number;
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
  partitions: readonly SourcePartition[],
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

function writeRequest(writer: WireWriter, partitions: readonly SourcePartition[], settings: SourceSettings): WireWriter {
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
    for (const { partition, fetchOffset } of some) {
      // The epochs of leader and log, and the follower's log start, are not used.
      writer.appendInt32(partition).appendInt32(-1).appendInt64(BigInt(fetchOffset)).appendInt32(-1).appendInt64(-1n);
      writer.appendInt32(settings.partitionBytes).appendTaggedFields();
    }
    writer.appendTaggedFields();
  }
  // No topics to forget, no rack.
  return writer.appendUnsignedVarInt(1).appendString('').appendTaggedFields();
}

function groupByTopic(partitions: readonly SourcePartition[]): Map<string, SourcePartition[]> {
  const groups = new Map<string, SourcePartition[]>();
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
  reader.readTags();
  return { topicId, partition, errorCode, aborted, address, byteSize };
}
