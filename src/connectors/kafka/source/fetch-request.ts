import type { BytePool } from '../client/byte-pool.ts';
import type { KafkaLibrary, WireConnection, WireReader, WireWriter } from '../client/library.ts';
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
  /** Whole record batches; the last may be cut off. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface FetchAnswer {
  readonly errorCode: number;
  readonly partitions: readonly FetchedPartition[];
}

/** Asks a broker for the records of partitions from their fetchOffset on. They come as the bytes they are stored as, in bytes of `pool`. */
export function fetchRecords(
  { Writer }: KafkaLibrary,
  connection: WireConnection,
  partitions: readonly SourcePartition[],
  settings: SourceSettings,
  pool: BytePool,
): Promise<FetchAnswer> {
  const createPayload = (): WireWriter => writeRequest(Writer.create(), partitions, settings);
  return new Promise((resolve, reject) => {
    connection.send(
      FETCH,
      VERSION,
      createPayload,
      (_id, _key, _version, reader) => readAnswer(reader, pool),
      true,
      true,
      (error, answer) => {
        if (error) reject(error);
        else resolve(answer);
      },
    );
  });
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

function readAnswer(reader: WireReader, pool: BytePool): FetchAnswer {
  reader.readInt32();
  const errorCode = reader.readInt16();
  reader.readInt32();
  const topics = reader.readArray((topic) => {
    const topicId = topic.readUUID();
    return topic.readArray((partition) => readPartition(partition, topicId, pool));
  });
  return { errorCode, partitions: topics.flat() };
}

function readPartition(reader: WireReader, topicId: string, pool: BytePool): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  // High watermark, last stable offset, first offset of the log.
  reader.skip(24);
  const aborted = reader.readNullableArray((each) => ({ producerId: each.readInt64(), firstOffset: Number(each.readInt64()) })) ?? [];
  reader.readInt32();
  const byteSize = Math.max(0, reader.readUnsignedVarInt() - 1);
  const bytes = pool.take(byteSize);
  let at = 0;
  for (const piece of byteSize === 0 ? [] : reader.buffer.subarray(reader.position, reader.position + byteSize).buffers) {
    bytes.set(piece, at);
    at += piece.length;
  }
  reader.skip(byteSize);
  return { topicId, partition, errorCode, aborted, bytes };
}
