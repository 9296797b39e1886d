import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Schema } from '../../src/data/schema.ts';
import { types } from '../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import type { SinkContext } from '../../src/runtime/sink.ts';
import { batchOf } from '../unit/connectors/harness.ts';
import { TestCluster } from './support/cluster.ts';
import { isRequired } from './support/required.ts';
import { openSink, openSource, type Raw, readRows, withTopic, writeAll } from './support/tables.ts';

const schema: Schema = {
  fields: [
    { name: 'id', type: types.bigint() },
    { name: 'name', type: types.string() },
  ],
};
type Rows = (readonly unknown[])[];
const rowsFrom = (first: number, count: number): Rows => Array.from({ length: count }, (_, i) => [BigInt(first + i), `name ${first + i}`]);
const textOf = ([id, name]: readonly unknown[]): string => `[${id},"${name}"]`;
const KEYED: Raw = { 'key.format': 'raw', 'key.fields': 'name', 'value.format': 'json', 'value.fields-include': 'EXCEPT_KEY' };
const [nodeMajor = 0] = process.versions.node.split('.').map(Number);

describe.skipIf(!isRequired)('writing to a real Kafka (MILLSTREAM_REQUIRE=kafka)', () => {
  let cluster: TestCluster;
  let kernels: Kernels;
  beforeAll(async () => {
    cluster = new TestCluster();
    kernels = await loadKernels();
  });
  afterAll(() => cluster.close());

  const write = async (topic: string, options: Raw, rows: Rows, of = schema, rest: Partial<SinkContext> = {}): Promise<void> => {
    const sink = await openSink(kernels, withTopic(topic, cluster.bootstrap, options), of, rest);
    try {
      for (let at = 0; at < rows.length; at += 4096) await writeAll(sink, batchOf(kernels, of, rows.slice(at, at + 4096)));
      await sink.close();
    } catch (error) {
      await sink.close(error);
      throw error;
    }
  };
  const read = async (topic: string, options: Raw = {}, of = schema): Promise<string[]> => {
    const raw = withTopic(topic, cluster.bootstrap, { 'scan.bounded.mode': 'latest-offset', ...options });
    const reader = await openSource(kernels, raw, of);
    const rows = await readRows(reader);
    await reader.close();
    return rows;
  };

  const compressions = ['none', 'gzip', 'snappy', 'lz4', ...(nodeMajor >= 24 ? ['zstd'] : [])];
  it.each(compressions)('writes records that brokers and others can read, compression %s', async (compression) => {
    const topic = await cluster.topic(2);
    const rows = rowsFrom(0, 20_000);
    await write(topic, { 'properties.compression.type': compression, 'properties.batch.size': '65536' }, rows);
    expect((await read(topic)).sort()).toEqual(rows.map(textOf).sort());
  });

  it('puts a key where the producer of Kafka would, and reads it back', async () => {
    const topic = await cluster.topic(5);
    const rows = rowsFrom(0, 1000);
    await write(topic, KEYED, rows);
    expect((await read(topic, KEYED)).sort()).toEqual(rows.map(textOf).sort());
    const keys = (await cluster.records(topic, 3)).map(({ key }) => key);
    // murmur2('name 0') and others, as org.apache.kafka.common.utils.Utils has them.
    expect(keys.length).toBeGreaterThan(100);
    for (const key of keys) expect((javaMurmur2(Buffer.from(key!)) & 0x7fffffff) % 5).toBe(3);
  });

  it('spreads records without a key, one by one or to one partition if wanted', async () => {
    const counts = async (options: Raw, rest: Partial<SinkContext> = {}): Promise<number[]> => {
      const topic = await cluster.topic(3);
      await write(topic, options, rowsFrom(0, 3000), schema, rest);
      return Promise.all([0, 1, 2].map(async (partition) => (await cluster.records(topic, partition)).length));
    };
    expect(await counts({ 'sink.partitioner': 'round-robin' })).toEqual([1000, 1000, 1000]);
    expect(await counts({ 'sink.partitioner': 'fixed' }, { subtask: { index: 4, count: 5 } })).toEqual([0, 3000, 0]);
    const sticky = await counts({ 'properties.batch.size': '4096' });
    expect(Math.min(...sticky)).toBeGreaterThan(500);
  });

  it('writes deletions as records without a value', async () => {
    const topic = await cluster.topic(1, { 'cleanup.policy': 'compact' });
    const of: Schema = {
      fields: [
        { name: 'id', type: types.bigint(false) },
        { name: 'n', type: types.int() },
      ],
    };
    const raw: Raw = {
      ...withTopic(topic, cluster.bootstrap, { 'key.format': 'json', 'value.format': 'json' }),
      connector: 'upsert-kafka',
    };
    const { 'scan.startup.mode': _, ...options } = raw;
    const sink = await openSink(kernels, options, of, { primaryKey: [0], insertOnly: false });
    const rows = [
      [1n, 10],
      [2n, 20],
      [1n, 11],
      [2n, 20],
    ];
    await writeAll(sink, batchOf(kernels, of, rows, ['+I', '+I', '+U', '-D']));
    await sink.close();
    expect((await cluster.records(topic)).map(({ key, value }) => [key, value])).toEqual([
      ['{"id":1}', '{"id":1,"n":10}'],
      ['{"id":2}', '{"id":2,"n":20}'],
      ['{"id":1}', '{"id":1,"n":11}'],
      ['{"id":2}', null],
    ]);
  });

  it('refuses updates without a key', async () => {
    const topic = await cluster.topic();
    const sink = await openSink(kernels, withTopic(topic, cluster.bootstrap), schema);
    expect(() => sink.write(batchOf(kernels, schema, rowsFrom(0, 1), ['+U']))).toThrow(expect.objectContaining({ code: 'MS3003' }));
    await sink.close(new Error('given up'));
  });

  it('writes times and headers', async () => {
    const topic = await cluster.topic();
    const of: Schema = {
      fields: [
        { name: 'id', type: types.bigint() },
        { name: 'ts', type: types.timestampLtz(6) },
        { name: 'headers', type: types.map(types.string(false), types.bytes()) },
      ],
    };
    const metadata = new Map([
      [1, 'timestamp'],
      [2, 'headers'],
    ]);
    const sink = await openSink(kernels, withTopic(topic, cluster.bootstrap), of, { metadata });
    const at = new Date(1_700_000_000_123);
    const headers = new Map([['trace', new TextEncoder().encode('abc')]]);
    await writeAll(
      sink,
      batchOf(kernels, of, [
        [1n, at, headers],
        [2n, at, null],
      ]),
    );
    await sink.close();
    expect(await cluster.records(topic)).toEqual([
      { key: null, value: '{"id":1}', timestamp: 1_700_000_000_123n, headers: { trace: 'abc' } },
      { key: null, value: '{"id":2}', timestamp: 1_700_000_000_123n, headers: {} },
    ]);
  });

  it('says why the broker does not take a record', async () => {
    const topic = await cluster.topic(1, { 'max.message.bytes': '1000' });
    await expect(write(topic, {}, [[1n, 'x'.repeat(5000)]])).rejects.toMatchObject({ code: 'MS3076' });
  });

  it('writes records of 10 MB where the topic takes them', async () => {
    const topic = await cluster.topic(1, { 'max.message.bytes': '20000000' });
    const rows = [
      [1n, 'x'.repeat(10_000_000)],
      [2n, 'y'],
    ];
    await write(topic, {}, rows);
    expect((await read(topic)).map((row) => row.length)).toEqual(rows.map((row) => textOf(row).length));
  });

  it('waits at a checkpoint until all is stored, at least once', async () => {
    const topic = await cluster.topic(2);
    const sink = await openSink(kernels, withTopic(topic, cluster.bootstrap), schema);
    await writeAll(sink, batchOf(kernels, schema, rowsFrom(0, 100)));
    await sink.prepareCommit!(1);
    expect(await read(topic)).toHaveLength(100);
    await sink.close(new Error('crash'));
  });

  it('writes each record once where nothing fails, whatever the guarantee', async () => {
    for (const options of [
      { 'sink.delivery-guarantee': 'none', 'properties.acks': '0' },
      { 'sink.delivery-guarantee': 'none', 'properties.acks': '1' },
      { 'properties.enable.idempotence': 'false' },
      { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': 'each', 'properties.isolation.level': 'read_committed' },
    ]) {
      const topic = await cluster.topic(1);
      await write(topic, { ...options, 'properties.batch.size': '1000' }, rowsFrom(0, 5000), schema, {
        checkpointed: false,
        bounded: true,
      });
      let rows: string[] = [];
      for (let attempt = 0; attempt < 20 && rows.length < 5000; attempt++) rows = await read(topic, options);
      expect(rows).toEqual(rowsFrom(0, 5000).map(textOf));
    }
  });

  it('refuses what cannot be kept', async () => {
    const topic = await cluster.topic(1);
    const exactly = { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': 'x' };
    await expect(write(topic, exactly, [], schema, { checkpointed: false })).rejects.toMatchObject({ code: 'MS3079' });
    await expect(write(topic, { ...exactly, 'properties.acks': '1' }, [])).rejects.toMatchObject({ code: 'MS3078' });
    await expect(write(topic, { 'properties.acks': '0' }, [])).rejects.toMatchObject({ code: 'MS3078' });
    const tooLong = { ...exactly, 'properties.transaction.timeout.ms': '86400000' };
    await expect(write(topic, tooLong, rowsFrom(0, 1))).rejects.toMatchObject({ code: 'MS3076' });
    const raw = withTopic(topic, '127.0.0.1:9', { 'connection.retry-timeout': '200 ms' });
    await expect(openSink(kernels, raw, schema)).rejects.toMatchObject({ code: 'MS3071' });
  });
});

/** MurmurHash2 as Kafka's Java client computes it, written down plainly. */
function javaMurmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = bytes.length - whole;
  if (rest > 2) h ^= bytes[whole + 2]! << 16;
  if (rest > 1) h ^= bytes[whole + 1]! << 8;
  if (rest > 0) h = Math.imul(h ^ bytes[whole]!, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}
