import * as library from '@platformatic/kafka';
import { beforeAll, describe, expect, it } from 'vitest';
import { BytePool } from '../../../../src/connectors/kafka/client/byte-pool.ts';
import { Checksum } from '../../../../src/connectors/kafka/client/checksum.ts';
import { MemoryBlocks } from '../../../../src/connectors/kafka/client/memory-blocks.ts';
import { Codecs } from '../../../../src/connectors/kafka/codecs/codecs.ts';
import { sealBatch, stampBatch } from '../../../../src/connectors/kafka/sink/sealed-batch.ts';
import { MessageTable } from '../../../../src/connectors/kafka/source/message-table.ts';
import {
  type AbortedTransaction,
  BatchCursor,
  type Chunk,
  type RecordBatch,
  summarize,
} from '../../../../src/connectors/kafka/source/record-batch.ts';
import { type Kernels, loadKernels } from '../../../../src/kernels/kernels.ts';
import { TRANSACTIONAL_BATCH } from './broker-bytes.ts';

const plainChecksum = { of: (bytes: Uint8Array) => library.jsCRC32C(Buffer.from(bytes)) };

/** A batch whose records are given as bytes, with what matters of its header. */
function batchOf(
  baseOffset: number,
  records: readonly Uint8Array[],
  header: { producerId?: bigint; attributes?: number } = {},
): Uint8Array {
  const body = Buffer.concat(records);
  const sealed = sealBatch(
    { partition: 0, recordCount: records.length, firstTimestamp: 1000n, maxTimestamp: 1000n, records: body },
    'none',
    new Codecs(),
    new BytePool(),
  );
  stampBatch(sealed, { producerId: header.producerId ?? -1n, epoch: 0 }, 0, false, plainChecksum);
  const view = new DataView(sealed.bytes.buffer);
  view.setBigInt64(0, BigInt(baseOffset));
  view.setInt16(21, header.attributes ?? 0);
  return sealed.bytes;
}

/** A record of up to 60 bytes without key and headers. */
const record = (delta: number, value: string): Uint8Array => {
  const body = Buffer.concat([Buffer.from([0, 0, delta * 2, 1, value.length * 2]), Buffer.from(value), Buffer.from([0])]);
  return Buffer.concat([Buffer.from([body.length * 2]), body]);
};
const marker = (isCommit: boolean): Uint8Array => Buffer.from([32, 0, 0, 0, 8, 0, 0, 0, Number(isCommit), 12, 0, 0, 0, 0, 0, 0, 0]);
const TRANSACTIONAL = 16;
const CONTROL = 32;

let kernels: Kernels;
let blocks: MemoryBlocks;
beforeAll(async () => {
  kernels = await loadKernels();
  blocks = new MemoryBlocks(kernels.memory);
});

const chunkOf = (bytes: Uint8Array, aborted: readonly AbortedTransaction[] = []): Chunk => {
  const block = blocks.take(bytes.length);
  kernels.memory.u8.set(bytes, block.address);
  return { block, address: block.address, byteSize: bytes.length, aborted };
};
const cursorOver = (batches: readonly Uint8Array[], aborted: readonly AbortedTransaction[] = [], from = 0, checksum?: Checksum) =>
  new BatchCursor(chunkOf(Buffer.concat(batches), aborted), from, { memory: kernels.memory, place: 'topic/0', checksum });
const baseOffsets = (cursor: BatchCursor): number[] => {
  const found: number[] = [];
  for (let batch = cursor.next(); batch !== undefined; batch = cursor.next()) found.push(batch.baseOffset);
  return found;
};

describe('batches of a fetch', () => {
  it('are those that a broker stored', () => {
    const batch = cursorOver([Buffer.from(TRANSACTIONAL_BATCH, 'hex')]).next();
    expect(batch).toMatchObject({
      baseOffset: 0,
      lastOffset: 0,
      compression: 0,
      isTransactional: true,
      isControl: false,
      isLogAppendTime: false,
      baseTimestamp: 1_700_000_000_000n,
      producerId: 115n,
      recordCount: 1,
    });
  });

  it('are hidden when their transaction was aborted: twice by one producer, and beside others', () => {
    const transaction = (base: number, producerId: bigint) => batchOf(base, [record(0, 'x')], { producerId, attributes: TRANSACTIONAL });
    const end = (base: number, producerId: bigint, isCommit: boolean) =>
      batchOf(base, [marker(isCommit)], { producerId, attributes: TRANSACTIONAL | CONTROL });
    const cursor = cursorOver(
      [
        transaction(0, 1n),
        transaction(1, 2n),
        end(2, 1n, false),
        transaction(3, 1n),
        end(4, 1n, true),
        transaction(5, 1n),
        transaction(6, 2n),
        end(7, 1n, false),
        batchOf(8, [record(0, 'plain')], { producerId: 1n }),
        end(9, 2n, true),
      ],
      [
        { producerId: 1n, firstOffset: 5 },
        { producerId: 1n, firstOffset: 0 },
      ],
    );
    expect(baseOffsets(cursor)).toEqual([1, 3, 6, 8]);
    expect(cursor.nextOffset).toBe(10);
  });

  it('may be cut off at the end, and then come again', () => {
    const whole = [batchOf(0, [record(0, 'a'), record(1, 'b')]), batchOf(2, [record(0, 'c')])];
    const bytes = Buffer.concat(whole);
    const nextOffset = (some: Uint8Array): number | undefined => {
      const { address, byteSize } = chunkOf(some);
      return summarize(kernels.memory, address, byteSize).nextOffset;
    };
    expect(nextOffset(bytes)).toBe(3);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      const next = length >= whole[0]!.length ? 2 : undefined;
      expect(nextOffset(cut)).toBe(next);
      expect(baseOffsets(cursorOver([cut]))).toEqual(next === undefined ? [] : [0]);
    }
  });

  it('of another version are refused with their place', () => {
    const bytes = batchOf(0, [record(0, 'a')]);
    bytes[16] = 1;
    expect(() => cursorOver([bytes]).next()).toThrow(
      expect.objectContaining({ code: 'MS3075', message: expect.stringContaining('topic/0') }),
    );
  });
});

describe('the checksum of a batch', () => {
  it('is that of CRC-32C, whatever the length', () => {
    const checksum = new Checksum(kernels);
    for (const length of [0, 1, 7, 8, 9, 1023, 8191, 8192, 8193, 10_550, 21_659, 21_674, 38_100, 100_000]) {
      const bytes = Buffer.from(Uint8Array.from({ length }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
      expect([length, checksum.of(bytes)]).toEqual([length, library.jsCRC32C(bytes)]);
    }
    checksum.free();
  });

  it('is checked, with its place where it does not fit', () => {
    const checksum = new Checksum(kernels);
    const bytes = Buffer.from(TRANSACTIONAL_BATCH, 'hex');
    expect(cursorOver([bytes], [], 0, checksum).next()).toMatchObject({ recordCount: 1 });
    for (let at = 21; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at % 8);
      expect(() => cursorOver([damaged], [], 0, checksum).next()).toThrow(
        expect.objectContaining({ code: 'MS3075', message: expect.stringContaining('topic/0: the checksum of offsets 0 to') }),
      );
      expect(() => cursorOver([damaged]).next()).not.toThrow();
    }
    checksum.free();
  });
});

describe('messages of batches', () => {
  const load = (table: MessageTable, batches: readonly RecordBatch[], from = 0, to = 1000): string[] => {
    table.load(
      batches.map((batch) => ({ batch, decompressed: undefined, fromOffset: from })),
      to,
    );
    const found: string[] = [];
    do {
      table.fill('topic/0');
      for (let i = 0; i < table.count; i++) {
        const [address = 0, byteSize = 0] = kernels.memory.u32.subarray(
          (table.address + i * 48) >>> 2,
          ((table.address + i * 48) >>> 2) + 2,
        );
        found.push(`${table.offset(i)}:${kernels.memory.text(address, byteSize)}`);
      }
    } while (table.hasMore);
    return found;
  };
  const allOf = (cursor: BatchCursor): RecordBatch[] => {
    const found: RecordBatch[] = [];
    for (let batch = cursor.next(); batch !== undefined; batch = cursor.next()) found.push(batch);
    return found;
  };

  it('have value, key, time and headers', () => {
    const table = new MessageTable(kernels);
    expect(load(table, allOf(cursorOver([Buffer.from(TRANSACTIONAL_BATCH, 'hex')])))).toEqual(['0:{"id":1}']);
    const { address, byteSize } = table.key(0);
    expect(kernels.memory.text(address, byteSize)).toBe('k');
    expect(table.timestamp(0)).toBe(1_700_000_000_000n);
    expect(table.leaderEpoch(0)).toBe(0);
    expect(table.isLogAppendTime(0)).toBe(false);
    expect(table.headers(0)).toEqual([['h', new TextEncoder().encode('v')]]);
    table.free();
  });

  it('are those from one offset on and before another', () => {
    const table = new MessageTable(kernels);
    const batches = allOf(cursorOver([batchOf(10, [record(0, 'a'), record(1, 'b')]), batchOf(20, [record(0, 'c'), record(5, 'd')])]));
    expect(load(table, batches)).toEqual(['10:a', '11:b', '20:c', '25:d']);
    expect(load(table, batches, 11, 25)).toEqual(['11:b', '20:c']);
    table.free();
  });

  it('come a batch of rows at a time', () => {
    const table = new MessageTable(kernels);
    const records = Array.from({ length: 63 }, (_, i) => record(i, `${i}`));
    const batches = allOf(cursorOver(Array.from({ length: 100 }, (_, i) => batchOf(i * 63, records))));
    const found = load(table, batches, 0, 10_000);
    expect(found).toHaveLength(6300);
    expect(found.at(-1)).toBe('6299:62');
    table.free();
  });

  it('are not read beyond the batch, whatever its bytes are', () => {
    const table = new MessageTable(kernels);
    const whole = Buffer.concat([record(0, 'some value'), record(1, 'another')]);
    let faults = 0;
    for (let at = 0; at < whole.length; at++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        const [batch] = allOf(cursorOver([batchOf(0, [bytes])]));
        try {
          load(table, [{ ...batch!, recordCount: 2 }]);
        } catch (error) {
          faults++;
          expect(error).toMatchObject({ code: 'MS3075' });
        }
      }
    }
    expect(faults).toBeGreaterThan(20);
    table.free();
  });
});

describe('a sealed batch', () => {
  it('is stamped with who sends it, and can be stamped again', () => {
    const sealed = sealBatch(
      { partition: 0, recordCount: 1, firstTimestamp: 5n, maxTimestamp: 7n, records: record(0, 'a') },
      'none',
      new Codecs(),
      new BytePool(),
    );
    for (const isTransactional of [true, false]) {
      stampBatch(sealed, { producerId: 9n, epoch: 3 }, 12, isTransactional, new Checksum(kernels));
      const batch = cursorOver([sealed.bytes]).next()!;
      expect(batch).toMatchObject({ producerId: 9n, isTransactional, recordCount: 1, baseTimestamp: 5n, maxTimestamp: 7n });
      const view = new DataView(sealed.bytes.buffer, 0, sealed.bytes.length);
      expect([view.getInt16(51), view.getInt32(53)]).toEqual([3, 12]);
      expect(view.getUint32(17)).toBe(library.jsCRC32C(Buffer.from(sealed.bytes.subarray(21))));
    }
  });
});
