import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Millstream, milliseconds, open } from '../../src/api/index.ts';
import { TestCluster } from './support/cluster.ts';
import { isRequired } from './support/required.ts';

/** How a topic is named in WITH. */
interface Broker {
  readonly name: 'kafka' | 'log';
  topic(partitions: number): Promise<string>;
  with(topic: string, more?: Readonly<Record<string, string>>): string;
  /** With a primary key. */
  upsert(topic: string, more?: Readonly<Record<string, string>>): string;
  readonly whereGroupIsNew: Readonly<Record<string, string>>;
}

const listed = (options: Readonly<Record<string, string>>): string =>
  Object.entries(options)
    .map(([key, value]) => `'${key}' = '${value}'`)
    .join(', ');

/** The same statements over a topic of Kafka and one of a log have the same results: partitions and offsets of records among them. */
describe.skipIf(!isRequired)('log does what kafka does (MILLSTREAM_REQUIRE=kafka)', { timeout: 120_000 }, () => {
  let cluster: TestCluster;
  let folder: string;
  let brokers: readonly Broker[];
  beforeAll(() => {
    cluster = new TestCluster();
    folder = mkdtempSync(join(tmpdir(), 'same-as-log-'));
    let count = 0;
    const servers = { 'properties.bootstrap.servers': cluster.bootstrap };
    const kafka: Broker = {
      name: 'kafka',
      topic: (partitions) => cluster.topic(partitions),
      with: (topic, more) => listed({ connector: 'kafka', topic, ...servers, 'scan.startup.mode': 'earliest-offset', ...more }),
      upsert: (topic, more) => listed({ connector: 'upsert-kafka', topic, ...servers, ...more }),
      whereGroupIsNew: { 'properties.auto.offset.reset': 'earliest' },
    };
    const inFolder = { connector: 'log', path: join(folder, 'logs') };
    const log: Broker = {
      name: 'log',
      topic: async (partitions) => {
        const topic = `t${++count}`;
        const ms = await open();
        await ms.sql(`CREATE TABLE made (v STRING) WITH (${listed({ ...inFolder, topic, format: 'raw', partitions: String(partitions) })});
          INSERT INTO made SELECT v FROM (VALUES ('x')) AS t (v) WHERE v = 'y'`);
        await ms.close();
        return topic;
      },
      with: (topic, more) => listed({ ...inFolder, topic, ...more }),
      upsert: (topic, more) => listed({ ...inFolder, topic, ...more }),
      whereGroupIsNew: { 'scan.missing-offset': 'earliest' },
    };
    brokers = [kafka, log];
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await cluster?.close();
  });

  /** What a scenario gives with each of the two. */
  async function both(scenario: (broker: Broker, ms: Millstream) => Promise<unknown>): Promise<unknown> {
    const results: unknown[] = [];
    for (const broker of brokers) {
      const ms = await open({ settings: { 'table.local-time-zone': 'UTC' } });
      results.push(
        JSON.parse(JSON.stringify(await scenario(broker, ms), (_, value) => (typeof value === 'bigint' ? String(value) : value))),
      );
      await ms.close();
    }
    expect(results[1]).toEqual(results[0]);
    return results[0];
  }

  const sorted = async (ms: Millstream, query: string): Promise<string[]> =>
    (await ms.query(query).rows()).map((row) => Object.values(row as object).join(' ')).sort();
  const BOUNDED = { 'scan.bounded.mode': 'latest-offset' };
  const KEYED = { 'key.format': 'json', 'key.fields': 'id', 'value.format': 'json' };
  const NUMBERS = `CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '60', 'fields.id.kind' = 'sequence',
    'fields.id.start' = '1', 'fields.id.end' = '60');`;

  it('records with keys lie in the same partitions, at the same offsets', async () => {
    const result = await both(async (broker, ms) => {
      const topic = await broker.topic(3);
      await ms.sql(`${NUMBERS} CREATE TABLE t (id BIGINT, name STRING, part INT METADATA FROM 'partition' VIRTUAL, place BIGINT METADATA FROM 'offset' VIRTUAL)
        WITH (${broker.with(topic, { ...KEYED, ...BOUNDED })}); INSERT INTO t SELECT id, 'n' || CAST(id AS STRING) FROM numbers;`);
      return sorted(ms, 'SELECT id, name, part, place FROM t');
    });
    expect(result).toHaveLength(60);
  });

  it('reading begins and ends at the same offsets and times', async () => {
    await both(async (broker, ms) => {
      const topic = await broker.topic(1);
      const columns = "(id BIGINT, happened TIMESTAMP_LTZ(3) METADATA FROM 'timestamp')";
      const read = async (more: Readonly<Record<string, string>>, n: number): Promise<string[]> => {
        await ms.sql(`CREATE TABLE r${n} (id BIGINT) WITH (${broker.with(topic, { format: 'json', ...BOUNDED, ...more })})`);
        return sorted(ms, `SELECT id FROM r${n}`);
      };
      await ms.sql(`${NUMBERS} CREATE TABLE t ${columns} WITH (${broker.with(topic, { format: 'json' })});
        INSERT INTO t SELECT id, TO_TIMESTAMP_LTZ(1700000000000 + id * 1000, 3) FROM numbers;`);
      return [
        await read({ 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:50' }, 1),
        await read({ 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '1700000055000' }, 2),
        await read({ 'scan.startup.mode': 'latest-offset' }, 3),
        await read({ 'scan.bounded.mode': 'specific-offsets', 'scan.bounded.specific-offsets': 'partition:0,offset:3' }, 4),
        await read({ 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': '1700000003500' }, 5),
        await read({ 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '1800000000000' }, 6),
      ];
    });
  });

  it('groups go on where they have committed', async () => {
    const result = await both(async (broker, ms) => {
      const topic = await broker.topic(2);
      const group = { 'properties.group.id': `${topic}-group` };
      const whole = { ...KEYED, ...group };
      await ms.sql(`${NUMBERS} CREATE TABLE t (id BIGINT) WITH (${broker.with(topic, whole)}); INSERT INTO t SELECT id FROM numbers;`);
      const kept = await open({ dir: join(folder, `state-${broker.name}`), checkpoint: milliseconds(100) });
      const [job] = await kept.sql(`CREATE TABLE t (id BIGINT) WITH (${broker.with(topic, whole)});
        CREATE TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole'); INSERT INTO nowhere SELECT id FROM t;`);
      await expect.poll(() => job!.metrics().rowsIn, { timeout: 20_000 }).toBe(60);
      await job!.suspend();
      await kept.close();
      await ms.sql(`INSERT INTO t SELECT id + 100 FROM numbers WHERE id <= 10;
        CREATE TABLE rest (id BIGINT) WITH (${broker.with(topic, { ...whole, ...BOUNDED, 'scan.startup.mode': 'group-offsets' })});
        CREATE TABLE before (id BIGINT) WITH (${broker.with(topic, { ...whole, 'scan.bounded.mode': 'group-offsets' })});
        CREATE TABLE fresh (id BIGINT) WITH (${broker.with(topic, { ...KEYED, ...BOUNDED, ...broker.whereGroupIsNew, 'properties.group.id': `${topic}-new`, 'scan.startup.mode': 'group-offsets' })});`);
      return [
        await sorted(ms, 'SELECT id FROM rest'),
        (await sorted(ms, 'SELECT id FROM before')).length,
        (await sorted(ms, 'SELECT id FROM fresh')).length,
      ];
    });
    expect(result).toEqual([Array.from({ length: 10 }, (_, i) => String(101 + i)).sort(), 60, 70]);
  });

  it('rows are replaced and deleted by key, and every record is there for who reads without one', async () => {
    const result = await both(async (broker, ms) => {
      const topic = await broker.topic(2);
      const formats = { 'key.format': 'json', 'value.format': 'json' };
      await ms.sql(`${NUMBERS} CREATE TABLE u (k BIGINT, n BIGINT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH (${broker.upsert(topic, formats)});
        INSERT INTO u SELECT MOD(id, 7), COUNT(*), SUM(id) FROM numbers GROUP BY MOD(id, 7);
        INSERT INTO u SELECT MOD(id, 3), COUNT(*), SUM(id) FROM numbers WHERE id > 50 GROUP BY MOD(id, 3);
        CREATE TABLE final (k BIGINT, n BIGINT, total BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH (${broker.upsert(topic, { ...formats, ...BOUNDED })});
        CREATE TABLE plain (k BIGINT, n BIGINT, total BIGINT) WITH (${broker.with(topic, { format: 'json', ...BOUNDED })});`);
      return [await sorted(ms, 'SELECT k, n, total FROM final'), new Set(await sorted(ms, 'SELECT k FROM plain')).size];
    });
    expect((result as [string[], number])[0]).toHaveLength(7);
  });
});
