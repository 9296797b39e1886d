import * as library from '@platformatic/kafka';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../../src/connectors/kafka/client/cluster.ts';
import type { KafkaLibrary, WireWriter } from '../../../../src/connectors/kafka/client/library.ts';
import { MemoryBlocks } from '../../../../src/connectors/kafka/client/memory-blocks.ts';
import { Codecs } from '../../../../src/connectors/kafka/codecs/codecs.ts';
import { Fetcher } from '../../../../src/connectors/kafka/source/fetcher.ts';
import { SourcePartition } from '../../../../src/connectors/kafka/source/source-partition.ts';
import type { SourceSettings } from '../../../../src/connectors/kafka/source/source-settings.ts';
import { type Kernels, loadKernels } from '../../../../src/kernels/kernels.ts';
import { TRANSACTIONAL_BATCH } from './broker-bytes.ts';

const TOPIC_ID = '01234567-89ab-cdef-0123-456789abcdef';
const EPOCH = 7;

/** A broker's answer for one partition: what diverged, if anything, and the bytes of batches. */
interface Answered {
  readonly errorCode?: number;
  readonly divergedAt?: number;
  readonly batch?: Uint8Array;
}

function fetchAnswer({ errorCode = 0, divergedAt, batch = new Uint8Array() }: Answered): Buffer {
  const writer = library.Writer.create();
  writer.appendInt32(0).appendInt16(0).appendInt32(0);
  writer.appendUnsignedVarInt(2).appendUUID(TOPIC_ID).appendUnsignedVarInt(2);
  writer.appendInt32(0).appendInt16(errorCode).appendInt64(9n).appendInt64(9n).appendInt64(0n);
  // No aborted transactions, no replica to prefer.
  writer.appendUnsignedVarInt(1).appendInt32(-1);
  writer.appendUnsignedVarInt(batch.length + 1).append(Buffer.from(batch));
  if (divergedAt === undefined) writer.appendUnsignedVarInt(0);
  else
    writer
      .appendUnsignedVarInt(1)
      .appendUnsignedVarInt(0)
      .appendUnsignedVarInt(13)
      .appendInt32(3)
      .appendInt64(BigInt(divergedAt))
      .appendInt8(0);
  return writer.appendInt8(0).appendInt8(0).buffer;
}

/** What a request asks for its one partition. */
function asked(payload: WireWriter): { epoch: number; offset: bigint; lastEpoch: number } {
  const bytes = Buffer.concat(payload.buffers);
  // Wait, least and most bytes, isolation, session and its epoch, topics, topic, partitions, partition.
  const at = 12 + 1 + 8 + 1 + 16 + 1 + 4;
  return { epoch: bytes.readInt32BE(at), offset: bytes.readBigInt64BE(at + 4), lastEpoch: bytes.readInt32BE(at + 12) };
}

describe('fetching', () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await loadKernels();
  });

  /** Fetches from a broker that gives these answers, one after the other, and none any more then. */
  async function fetchAll(onMissingOffset: 'none' | 'earliest', answers: Answered[], from: { offset: number; epoch?: number }) {
    const blocks = new MemoryBlocks(kernels.memory);
    const stopped = new AbortController();
    const requests: ReturnType<typeof asked>[] = [];
    const connection = {
      sendForBlock: (_key: number, _version: number, payload: WireWriter) => {
        requests.push(asked(payload));
        const answer = answers.shift();
        if (answer === undefined) {
          stopped.abort();
          return Promise.reject(new Error('stopped'));
        }
        const bytes = fetchAnswer(answer);
        const block = blocks.take(bytes.length);
        kernels.memory.u8.set(bytes, block.address);
        return Promise.resolve({ block, address: block.address, byteSize: bytes.length });
      },
    };
    const cluster = {
      library: library as unknown as KafkaLibrary,
      signal: stopped.signal,
      leaderOf: () => 1,
      leaderEpochOf: () => EPOCH,
      connection: () => Promise.resolve(connection),
      retries: () => ({ succeeded: () => undefined, pause: (error: unknown) => Promise.reject(error) }),
    };
    const settings = { onMissingOffset, maxWaitMs: 1, minBytes: 1, maxBytes: 1000, partitionBytes: 1000 } as unknown as SourceSettings;
    const partition = new SourcePartition({ topic: 't', partition: 0, topicId: TOPIC_ID, ...from }, 0);
    const fetcher = new Fetcher(cluster as unknown as Cluster, settings, new Codecs(), blocks, [partition]);
    fetcher.start();
    await fetcher.stopped();
    blocks.close();
    return { requests, partition, failure: fetcher.failure };
  }

  it('says which leader it means, and the epoch of what was read last', async () => {
    const batch = Buffer.from(TRANSACTIONAL_BATCH, 'hex');
    batch.writeInt32BE(5, 12);
    const { requests, partition } = await fetchAll('none', [{ batch }, {}], { offset: 0 });
    expect(requests).toEqual([
      { epoch: EPOCH, offset: 0n, lastEpoch: -1 },
      { epoch: EPOCH, offset: 1n, lastEpoch: 5 },
      { epoch: EPOCH, offset: 1n, lastEpoch: 5 },
    ]);
    expect(partition.hasChunks).toBe(true);
  });

  it('notices that records that were read are lost', async () => {
    const { requests, failure } = await fetchAll('none', [{ divergedAt: 12 }], { offset: 20, epoch: 4 });
    expect(requests).toEqual([{ epoch: EPOCH, offset: 20n, lastEpoch: 4 }]);
    expect(failure).toMatchObject({ code: 'MS3074', message: expect.stringContaining('t/0 has lost the records from offset 12 on') });
  });

  it('goes on where the logs part, if it may', async () => {
    const { requests, partition, failure } = await fetchAll('earliest', [{ divergedAt: 12 }], { offset: 20, epoch: 4 });
    expect(requests[1]).toEqual({ epoch: EPOCH, offset: 12n, lastEpoch: -1 });
    expect(partition.position).toBe(12);
    expect(failure).toBeUndefined();
  });

  it('fails for a partition that cannot be read', async () => {
    const { failure } = await fetchAll('none', [{ errorCode: 2 }], { offset: 0 });
    expect(failure).toMatchObject({ message: expect.stringContaining('t/0: CORRUPT_MESSAGE') });
  });
});
