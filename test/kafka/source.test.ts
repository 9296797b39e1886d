import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourcePosition } from '../../src/connectors/kafka/source/source-position.ts';
import type { Schema } from '../../src/data/schema.ts';
import { types } from '../../src/data/types/sql-type.ts';
import type { BadRecord } from '../../src/formats/format.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import type { SourceReader } from '../../src/runtime/source.ts';
import { TestCluster, type TestRecord } from './support/cluster.ts';
import { isRequired } from './support/required.ts';
import { openSource, type Raw, readRows, withTopic } from './support/tables.ts';

const schema: Schema = { fields: [{ name: 'id', type: types.bigint() }] };
const idsFrom = (first: number, count: number, partition = 0): TestRecord[] =>
  Array.from({ length: count }, (_, i) => ({ value: `{"id":${first + i}}`, partition }));
const rowsFrom = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => `[${first + i}]`);
const BOUNDED: Raw = { 'scan.bounded.mode': 'latest-offset' };
const COMMITTED: Raw = { 'properties.isolation.level': 'read_committed' };

describe.skipIf(!isRequired)('reading from a real Kafka (MILLSTREAM_REQUIRE=kafka)', () => {
  let cluster: TestCluster;
  let kernels: Kernels;
  beforeAll(async () => {
    cluster = new TestCluster();
    kernels = await loadKernels();
  });
  afterAll(() => cluster.close());

  const readAll = async (topic: string, options: Raw = BOUNDED, of: Schema = schema, bad?: BadRecord[]): Promise<string[]> => {
    const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap, options), of, bad && { bad });
    try {
      return await readRows(reader);
    } finally {
      await reader.close();
    }
  };

  it('reads every partition to the end that it had', async () => {
    const topic = await cluster.topic(3);
    for (let partition = 0; partition < 3; partition++) await cluster.produce(topic, idsFrom(partition * 10_000, 9000, partition));
    const rows = await readAll(topic);
    expect(rows.sort()).toEqual([0, 1, 2].flatMap((partition) => rowsFrom(partition * 10_000, 9000)).sort());
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'])('reads what the broker compressed with %s', async (compression) => {
    const topic = await cluster.topic(1, { 'compression.type': compression });
    for (let batch = 0; batch < 4; batch++) await cluster.produce(topic, idsFrom(batch * 5000, 5000));
    expect(await readAll(topic)).toEqual(rowsFrom(0, 20_000));
  });

  it('hides aborted transactions under read_committed: two of one producer in one fetch, and one larger than a fetch', async () => {
    const topic = await cluster.topic(1);
    const producer = await cluster.transactional(`${topic}-a`);
    for (const [first, isCommitted] of [
      [0, true],
      [100, false],
      [200, true],
      [300, false],
      [400, true],
    ] as const) {
      await cluster.produce(topic, idsFrom(first, 50), producer);
      await cluster.end(producer, isCommitted);
    }
    const other = await cluster.transactional(`${topic}-b`);
    for (let batch = 0; batch < 10; batch++) await cluster.produce(topic, idsFrom(10_000 + batch * 1000, 1000), other);
    await cluster.end(other, false);
    await cluster.produce(topic, idsFrom(500, 50));
    const seen = [0, 200, 400, 500].flatMap((first) => rowsFrom(first, 50));
    expect(await readAll(topic, { ...BOUNDED, ...COMMITTED })).toEqual(seen);
    expect(await readAll(topic, { ...BOUNDED, ...COMMITTED, 'properties.max.partition.fetch.bytes': '4096' })).toEqual(seen);
    expect(await readAll(topic)).toHaveLength(5 * 50 + 10_000 + 50);
  });

  it('waits for open transactions under read_committed', async () => {
    const topic = await cluster.topic(1);
    const producer = await cluster.transactional(`${topic}-a`);
    await cluster.produce(topic, idsFrom(0, 5), producer);
    const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap, COMMITTED), schema);
    await expect(readRows(reader, 1, 1000)).rejects.toThrow('0 rows');
    await cluster.end(producer, true);
    expect(await readRows(reader, 5)).toEqual(rowsFrom(0, 5));
    await reader.close();
  });

  it('begins where it is told', async () => {
    const topic = await cluster.topic(2);
    for (let partition = 0; partition < 2; partition++) {
      const records = idsFrom(partition * 100, 10, partition).map((record, i) => ({ ...record, timestamp: 1_000_000n + BigInt(i) }));
      await cluster.produce(topic, records);
    }
    await cluster.commitGroup(`${topic}-group`, topic, [9n, 8n]);
    const from = async (options: Raw) => (await readAll(topic, { ...BOUNDED, ...options })).sort();
    expect(await from({ 'scan.startup.mode': 'latest-offset' })).toEqual([]);
    expect(await from({ 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '1000007' })).toEqual(
      [...rowsFrom(7, 3), ...rowsFrom(107, 3)].sort(),
    );
    expect(
      await from({ 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:8;partition:1,offset:9' }),
    ).toEqual([...rowsFrom(8, 2), ...rowsFrom(109, 1)].sort());
    expect(await from({ 'scan.startup.mode': 'group-offsets', 'properties.group.id': `${topic}-group` })).toEqual(
      [...rowsFrom(9, 1), ...rowsFrom(108, 2)].sort(),
    );
  });

  it('ends where it is told', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(
      topic,
      idsFrom(0, 10).map((record, i) => ({ ...record, timestamp: 1_000_000n + BigInt(i) })),
    );
    const to = (options: Raw) => readAll(topic, options);
    expect(await to({ 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': '1000004' })).toEqual(rowsFrom(0, 4));
    expect(await to({ 'scan.bounded.mode': 'specific-offsets', 'scan.bounded.specific-offsets': 'partition:0,offset:3' })).toEqual(
      rowsFrom(0, 3),
    );
  });

  it('asks what to do where a group has committed nothing', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 3));
    const options = { ...BOUNDED, 'scan.startup.mode': 'group-offsets', 'properties.group.id': `${topic}-group` };
    await expect(readAll(topic, options)).rejects.toMatchObject({ code: 'MS3074' });
    expect(await readAll(topic, { ...options, 'properties.auto.offset.reset': 'earliest' })).toEqual(rowsFrom(0, 3));
    expect(await readAll(topic, { ...options, 'properties.auto.offset.reset': 'latest' })).toEqual([]);
    await expect(readAll(topic, { 'scan.startup.mode': 'group-offsets' })).rejects.toMatchObject({ code: 'MS3078' });
  });

  it('does not pass over records that have expired', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 10));
    await cluster.deleteRecords(topic, 0, 6n);
    const options = { ...BOUNDED, 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:2' };
    await expect(readAll(topic, options)).rejects.toMatchObject({ code: 'MS3074' });
    expect(await readAll(topic, { ...options, 'properties.auto.offset.reset': 'earliest' })).toEqual(rowsFrom(6, 4));
  });

  it('gives metadata, keys and headers', async () => {
    const topic = await cluster.topic(2);
    await cluster.produce(topic, [
      { key: '{"k":7}', value: '{"id":1}', partition: 1, timestamp: 1_700_000_000_123n, headers: { trace: 'abc' } },
      { value: '{"id":2}', partition: 1, timestamp: 1_700_000_000_124n },
    ]);
    const of: Schema = {
      fields: [
        { name: 'id', type: types.bigint() },
        { name: 'key_k', type: types.int() },
        { name: 'topic', type: types.string() },
        { name: 'partition', type: types.bigint() },
        { name: 'offset', type: types.bigint() },
        { name: 'ts', type: types.timestampLtz(3) },
        { name: 'whose', type: types.string() },
        { name: 'headers', type: types.map(types.string(false), types.bytes()) },
      ],
    };
    const metadata = new Map([
      [2, 'topic'],
      [3, 'partition'],
      [4, 'offset'],
      [5, 'timestamp'],
      [6, 'timestamp-type'],
      [7, 'headers'],
    ]);
    const raw = withTopic(topic, cluster.bootstrap, {
      ...BOUNDED,
      'key.format': 'json',
      'key.fields': 'key_k',
      'key.fields-prefix': 'key_',
      'value.format': 'json',
      'value.fields-include': 'EXCEPT_KEY',
    });
    const reader = await openSource(kernels, raw, of, { metadata });
    expect(await readRows(reader)).toEqual([
      `[1,7,"${topic}",1,0,"2023-11-14 22:13:20.123Z","CreateTime",{"trace":"YWJj"}]`,
      `[2,null,"${topic}",1,1,"2023-11-14 22:13:20.124Z","CreateTime",{}]`,
    ]);
    await reader.close();
  });

  it('says where a bad record is, and skips those without a value', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, [
      { value: '{"id":1}' },
      { key: 'a' },
      { value: '{"id":' },
      { value: '{\n  "id": 3\n}\n' },
      { value: '' },
      { value: '{"id":5} {"id":6}' },
      { value: '[{"id":7},{"id":8}]' },
    ]);
    await expect(readAll(topic)).rejects.toMatchObject({ code: 'MS2101', message: expect.stringContaining(`${topic}/0 offset 2: `) });
    const bad: BadRecord[] = [];
    expect(await readAll(topic, BOUNDED, schema, bad)).toEqual(['[1]', '[3]', '[7]', '[8]']);
    expect(bad.map(({ source, byteOffset }) => [source, byteOffset])).toEqual([2n, 4n, 5n].map((offset) => [`${topic}/0`, offset]));
  });

  it('reads the other formats', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, [{ value: 'one\ntwo' }, { value: '' }, { value: 'é' }]);
    const text: Schema = { fields: [{ name: 'line', type: types.string() }] };
    expect(await readAll(topic, { ...BOUNDED, format: 'raw' }, text)).toEqual(['["one\\ntwo"]', '[""]', '["é"]']);
    const csv = await cluster.topic(1);
    await cluster.produce(csv, [{ value: '1,"a\nb"' }, { value: '2,c' }]);
    const pair: Schema = {
      fields: [
        { name: 'id', type: types.bigint() },
        { name: 'name', type: types.string() },
      ],
    };
    expect(await readAll(csv, { ...BOUNDED, format: 'csv' }, pair)).toEqual(['[1,"a\\nb"]', '[2,"c"]']);
  });

  it('goes on from any position', async () => {
    const topic = await cluster.topic(2);
    for (let partition = 0; partition < 2; partition++) await cluster.produce(topic, idsFrom(partition * 100_000, 10_000, partition));
    const raw = withTopic(topic, cluster.bootstrap, BOUNDED);
    const all = (await readAll(topic)).sort();
    for (const batches of [1, 2, 3, 4]) {
      const reader = await openSource(kernels, raw, schema);
      const before: string[] = [];
      for (let n = 0; n < batches; n++) before.push(...(await readRows(reader, 1)));
      const position = JSON.stringify(reader.position());
      await reader.close();
      const next = await openSource(kernels, raw, schema);
      next.restore(JSON.parse(position));
      expect([...before, ...(await readRows(next))].sort()).toEqual(all);
      await next.close();
    }
  });

  it('reads a partition that appeared while the job was down from its first record on', async () => {
    const topic = await cluster.topic(2);
    for (let partition = 0; partition < 2; partition++) await cluster.produce(topic, idsFrom(partition * 100, 10, partition));
    const raw = withTopic(topic, cluster.bootstrap, { ...BOUNDED, 'scan.startup.mode': 'latest-offset' });
    const reader = await openSource(kernels, raw, schema);
    // A checkpoint that knows the first partition only, all of which was read.
    const { topicId } = (reader.position() as SourcePosition)[`${topic}/0`]!;
    reader.restore({ [`${topic}/0`]: { topicId, offset: 10, end: 10 } });
    expect((await readRows(reader)).sort()).toEqual(rowsFrom(100, 10).sort());
    await reader.close();
  });

  it('does not take a topic that was made anew while the job was down for the one before', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 10));
    const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap), schema);
    await readRows(reader, 10);
    const position = JSON.parse(JSON.stringify(reader.position()));
    await reader.close();
    await cluster.deleteTopic(topic);
    await cluster.topic(1, {}, topic);
    await cluster.produce(topic, idsFrom(100, 20));
    const resume = async (policy: string): Promise<SourceReader> => {
      const raw = withTopic(topic, cluster.bootstrap, { 'properties.auto.offset.reset': policy });
      const next = await openSource(kernels, raw, schema);
      next.restore(position);
      return next;
    };
    await expect(resume('none')).rejects.toMatchObject({ code: 'MS3073', message: expect.stringContaining('made anew') });
    const fromFirst = await resume('earliest');
    expect(await readRows(fromFirst, 20)).toEqual(rowsFrom(100, 20));
    await fromFirst.close();
    const fromLast = await resume('latest');
    const waiting = readRows(fromLast, 5);
    await expect.poll(() => Object.values(fromLast.position() as SourcePosition)[0]!.offset, { timeout: 10_000 }).toBe(20);
    await cluster.produce(topic, idsFrom(200, 5));
    expect(await waiting).toEqual(rowsFrom(200, 5));
    await fromLast.close();
  });

  it('says what has expired while the job was down, or goes on where it is told', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 10));
    await cluster.produce(topic, idsFrom(10, 10));
    await cluster.deleteRecords(topic, 0, 15n);
    const resume = async (policy: string): Promise<SourceReader> => {
      const raw = withTopic(topic, cluster.bootstrap, { ...BOUNDED, 'properties.auto.offset.reset': policy });
      const reader = await openSource(kernels, raw, schema);
      const position = reader.position() as SourcePosition;
      reader.restore({ [`${topic}/0`]: { ...position[`${topic}/0`], offset: 5 } });
      return reader;
    };
    const strict = await resume('none');
    await expect(readRows(strict)).rejects.toMatchObject({
      code: 'MS3074',
      message: expect.stringContaining(`${topic}/0 has no offset 5`),
    });
    await strict.close();
    for (const [policy, rows] of [
      ['earliest', rowsFrom(15, 5)],
      ['latest', []],
    ] as const) {
      const reader = await resume(policy);
      expect(await readRows(reader)).toEqual(rows);
      await reader.close();
    }
  });

  it('goes back where the end of a partition is before what was read, without passing over what comes there', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 10));
    const raw = withTopic(topic, cluster.bootstrap, { 'properties.auto.offset.reset': 'latest' });
    const reader = await openSource(kernels, raw, schema);
    reader.restore({ [`${topic}/0`]: { ...(reader.position() as SourcePosition)[`${topic}/0`], offset: 1000 } });
    const waiting = readRows(reader, 5);
    await expect.poll(() => Object.values(reader.position() as SourcePosition)[0]!.offset, { timeout: 10_000 }).toBe(10);
    await cluster.produce(topic, idsFrom(10, 5));
    expect(await waiting).toEqual(rowsFrom(10, 5));
    await reader.close();
  });

  it('shares the partitions among workers', async () => {
    const topic = await cluster.topic(4);
    for (let partition = 0; partition < 4; partition++) await cluster.produce(topic, idsFrom(partition * 100, 10, partition));
    const rows: string[] = [];
    for (let index = 0; index < 3; index++) {
      const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap, BOUNDED), schema, { subtask: { index, count: 3 } });
      rows.push(...(await readRows(reader)));
      await reader.close();
    }
    expect(rows.sort()).toEqual([0, 100, 200, 300].flatMap((first) => rowsFrom(first, 10)).sort());
  });

  it('finds partitions that are added, and topics of its pattern, and loses none of their records', async () => {
    const topic = await cluster.topic(1);
    const raw = { ...withTopic(topic, cluster.bootstrap, { 'scan.topic-partition-discovery.interval': '100 ms' }) };
    const { topic: _, ...rest } = raw;
    const pattern = { ...rest, 'topic-pattern': `${topic}.*` };
    const reader = await openSource(kernels, pattern, schema);
    await cluster.produce(topic, idsFrom(0, 5));
    expect(await readRows(reader, 5)).toEqual(rowsFrom(0, 5));
    await cluster.addPartitions(topic, 3);
    await cluster.produce(topic, [...idsFrom(100, 5, 1), ...idsFrom(200, 5, 2)]);
    expect((await readRows(reader, 10)).sort()).toEqual([...rowsFrom(100, 5), ...rowsFrom(200, 5)].sort());
    expect(reader.activeSplits.size).toBe(3);
    await reader.close();
  });

  it('tells the group how far it is', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 5));
    const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap, { 'properties.group.id': `${topic}-group` }), schema);
    await readRows(reader, 5);
    await reader.checkpointCompleted!(reader.position());
    expect(await cluster.groupOffset(`${topic}-group`, topic, 0)).toBe(5n);
    await reader.close();
  });

  it('refuses a topic that is not there, and a cluster that is not', async () => {
    await expect(readAll('no-such-topic')).rejects.toMatchObject({ code: 'MS3073' });
    const raw = withTopic('any', '127.0.0.1:9', { 'connection.retry-timeout': '300 ms' });
    await expect(openSource(kernels, raw, schema)).rejects.toMatchObject({ code: 'MS3071', retry: true });
  });

  it('notices that a topic is gone, or another one', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, idsFrom(0, 5));
    const raw = withTopic(topic, cluster.bootstrap, { 'connection.retry-timeout': '2 s' });
    const reader = await openSource(kernels, raw, schema);
    await readRows(reader, 5);
    await cluster.deleteTopic(topic);
    await expect(readRows(reader, 1)).rejects.toMatchObject({ code: 'MS3073' });
    await reader.close();
  });
});
