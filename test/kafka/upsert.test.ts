import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../src/api/open.ts';
import { seconds } from '../../src/api/typed/duration.ts';
import { TestCluster } from './support/cluster.ts';
import { isRequired } from './support/required.ts';

describe.skipIf(!isRequired)('the newest rows of keys in a real Kafka (MILLSTREAM_REQUIRE=kafka)', () => {
  let cluster: TestCluster;
  beforeAll(() => {
    cluster = new TestCluster();
  });
  afterAll(() => cluster.close());

  const upsert = (topic: string, more = ''): string => `CREATE TABLE t (city STRING, n BIGINT, note STRING, PRIMARY KEY (city) NOT ENFORCED)
    WITH ('connector' = 'upsert-kafka', 'topic' = '${topic}', 'properties.bootstrap.servers' = '${cluster.bootstrap}',
          'key.format' = 'json', 'value.format' = 'json', 'scan.bounded.mode' = 'latest-offset'${more});`;
  const record = (city: string, n: number, note = 'x') => ({ key: JSON.stringify({ city }), value: JSON.stringify({ city, n, note }) });

  async function changes(query: string, table: string): Promise<string[]> {
    const ms = await open({ settings: { 'table.exec.mini-batch.enabled': 'false' } });
    await ms.sql(table);
    const found: string[] = [];
    for await (const { op, row } of ms.query(query)) found.push(`${op} ${Object.values(row).join(' ')}`);
    await ms.close();
    return found;
  }

  it('are read as rows that are updated and deleted', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, [record('Ulm', 1), record('Bonn', 5)]);
    await cluster.produce(topic, [record('Ulm', 2), record('Bonn', 5), { key: '{"city":"Graz"}' }]);
    await cluster.produce(topic, [{ key: '{"city":"Bonn"}' }, record('Bonn', 7)]);
    const found = await changes('SELECT city, n FROM t', upsert(topic));
    const state = new Map<string, number>();
    for (const change of found) {
      const [op, row = ''] = [change.slice(0, 2), change.slice(3)];
      state.set(row, (state.get(row) ?? 0) + (op === '+I' || op === '+U' ? 1 : -1));
      expect(state.get(row)).toBeGreaterThanOrEqual(0);
    }
    expect([...state].filter(([, count]) => count > 0)).toEqual(
      expect.arrayContaining([
        ['Ulm 2', 1],
        ['Bonn 7', 1],
      ]),
    );
    expect([...state.values()].reduce((sum, count) => sum + count, 0)).toBe(2);
  });

  it('can be aggregated, and columns that are not read are left out', async () => {
    const topic = await cluster.topic(2);
    for (let n = 0; n < 10; n++) {
      const partitionOf = (i: number) => ({ partition: i % 2 });
      const records = Array.from({ length: 6 }, (_, i) => ({ ...record(`city ${i}`, n * 10 + i, `note ${n}`), ...partitionOf(i) }));
      await cluster.produce(topic, records);
    }
    await cluster.produce(topic, [{ key: '{"city":"city 0"}', partition: 0 }]);
    const rows = await changes('SELECT COUNT(*) AS cities, SUM(n) AS total FROM t', upsert(topic));
    expect(rows.at(-1)).toBe(`+U 5 ${91 + 92 + 93 + 94 + 95}`);
  });

  it('come as they were written, metadata and a prefixed key too', async () => {
    const topic = await cluster.topic(1);
    const ms = await open();
    await ms.sql(`CREATE TABLE t (k_id BIGINT, name STRING, at_partition INT METADATA FROM 'partition' VIRTUAL, PRIMARY KEY (k_id) NOT ENFORCED)
      WITH ('connector' = 'upsert-kafka', 'topic' = '${topic}', 'properties.bootstrap.servers' = '${cluster.bootstrap}',
            'key.format' = 'raw', 'key.fields-prefix' = 'k_', 'value.format' = 'json', 'value.fields-include' = 'EXCEPT_KEY',
            'scan.bounded.mode' = 'latest-offset');
      INSERT INTO t (k_id, name) SELECT n % 3, CAST(n AS STRING) FROM (VALUES (1), (2), (3), (4)) AS v(n);`);
    const rows = await ms.query('SELECT * FROM t').rows();
    expect(rows.map((row) => JSON.stringify(row)).sort()).toEqual([
      '{"k_id":0,"name":"3","at_partition":0}',
      '{"k_id":1,"name":"4","at_partition":0}',
      '{"k_id":2,"name":"2","at_partition":0}',
    ]);
    await ms.close();
  });

  it('are known again after a restart', { timeout: 60_000 }, async () => {
    const topic = await cluster.topic(1);
    const out = await cluster.topic(1);
    const dir = mkdtempSync(join(tmpdir(), 'millstream-upsert-'));
    const unbounded = upsert(topic).replace("'latest-offset'", "'unbounded'");
    const program = `${unbounded} CREATE TABLE sums (total BIGINT, id INT, PRIMARY KEY (id) NOT ENFORCED)
      WITH ('connector' = 'upsert-kafka', 'topic' = '${out}', 'properties.bootstrap.servers' = '${cluster.bootstrap}', 'key.format' = 'json', 'value.format' = 'json');
      INSERT INTO sums SELECT SUM(n), 1 FROM t;`;
    const last = async (): Promise<string | null | undefined> => (await cluster.records(out)).at(-1)?.value;
    await cluster.produce(topic, [record('Ulm', 1), record('Bonn', 5)]);
    for (const [city, n, total] of [
      ['Ulm', 10, 15],
      ['Bonn', 20, 30],
    ] as const) {
      const ms = await open({ dir, checkpoint: seconds(1) });
      const [job] = await ms.sql(program);
      await cluster.produce(topic, [record(city, n)]);
      await expect.poll(last, { timeout: 20_000 }).toBe(`{"total":${total},"id":1}`);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      await ms.close();
      await job!.done.catch(() => undefined);
    }
    rmSync(dir, { recursive: true });
  });

  it('need a primary key', async () => {
    const table = upsert('any').replace(', PRIMARY KEY (city) NOT ENFORCED', '');
    await expect(changes('SELECT * FROM t', table)).rejects.toMatchObject({ code: 'MS1216' });
  });
});
