import type { KafkaLibrary, WireConnection, WireReader, WireWriter } from '../client/library.ts';
import type { SealedBatch } from './sealed-batch.ts';

const PRODUCE = 0;
const VERSION = 11;

export interface ProduceOptions {
  readonly topic: string;
  readonly transactionalId: string | null;
  readonly acks: -1 | 0 | 1;
  readonly timeoutMs: number;
}

export interface ProduceAnswer {
  readonly errorCode: number;
  readonly message: string | null;
}

const UNANSWERED: ProduceAnswer = { errorCode: 0, message: null };

/** Sends one record batch. The request is on its way when this returns; batches sent one after the other arrive in order. */
export function produceBatch(
  { Writer }: KafkaLibrary,
  connection: WireConnection,
  batch: SealedBatch,
  options: ProduceOptions,
): Promise<ProduceAnswer> {
  return new Promise((resolve, reject) => {
    const payload = (): WireWriter => writeRequest(Writer.create(), batch, options);
    connection.send(
      PRODUCE,
      VERSION,
      payload,
      (_id, _key, _version, reader) => readAnswer(reader),
      true,
      true,
      (error, answer) => {
        if (error) reject(error);
        else resolve(options.acks === 0 ? UNANSWERED : answer);
      },
    );
  });
}

function writeRequest(writer: WireWriter, { partition, bytes }: SealedBatch, options: ProduceOptions): WireWriter {
  writer.appendString(options.transactionalId).appendInt16(options.acks).appendInt32(options.timeoutMs);
  writer.appendUnsignedVarInt(2).appendString(options.topic).appendUnsignedVarInt(2).appendInt32(partition);
  writer.appendUnsignedVarInt(bytes.length + 1).append(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // The tags of partition, topic and request.
  writer.appendInt8(0).appendInt8(0).appendTaggedFields();
  if (options.acks === 0) writer.context['noResponse'] = true;
  return writer;
}

function readAnswer(reader: WireReader): ProduceAnswer {
  const topics = reader.readArray((topic) => {
    topic.readString();
    return topic.readArray(readPartition);
  });
  reader.readInt32();
  return topics.flat()[0] ?? UNANSWERED;
}

function readPartition(reader: WireReader): ProduceAnswer {
  reader.readInt32();
  const errorCode = reader.readInt16();
  // Base offset, time of appending, first offset of the log.
  reader.skip(24);
  const errors = reader.readArray((each) => {
    each.readInt32();
    return each.readNullableString();
  });
  const message = reader.readNullableString();
  return { errorCode, message: message ?? errors.find((each) => each !== null) ?? null };
}
