import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { open } from '../../src/api/open.ts';
import { milliseconds } from '../../src/api/typed/duration.ts';
import type { BadRecord } from '../../src/formats/format.ts';
import { TestCluster } from './support/cluster.ts';
import { isRequired } from './support/required.ts';

const MB = 1024 * 1024;

describe.skipIf(!isRequired)('a job on a bad day of Kafka (MILLSTREAM_REQUIRE=kafka)', { timeout: 120_000 }, () => {
  let cluster: TestCluster;
  let folder: string;
  beforeAll(() => {
    cluster = new TestCluster();
  });
  afterAll(() => cluster?.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bad-days-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const table = (name: string, topic: string, columns: string, more = ''): string =>
    `CREATE TABLE ${name} (${columns}) WITH ('connector' = 'kafka', 'topic' = '${topic}', 'format' = 'json', 'connection.retry-timeout' = '3 s',
      'properties.bootstrap.servers' = '${cluster.bootstrap}', 'scan.startup.mode' = 'earliest-offset' ${more});`;

  it('copies messages of 10 MB, with small ones between them, exactly once', async () => {
    const large = { 'max.message.bytes': String(24 * MB) };
    const [from, to] = [await cluster.topic(1, large), await cluster.topic(1, large)];
    const sizes = [10, 10 * MB, 20, 30, 10 * MB + 7];
    for (const [i, size] of sizes.entries()) {
      await cluster.produce(from, [{ value: `{"id":${i},"text":"${'x'.repeat(size)}"}` }]);
    }
    const ms = await open({ dir: join(folder, 'state'), checkpoint: milliseconds(500) });
    await ms.sql(`${table('source', from, 'id INT, text STRING', ", 'scan.bounded.mode' = 'latest-offset'")}
      ${table('target', to, 'id INT, text STRING', `, 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = '${to}'`)}
      INSERT INTO target SELECT id, text FROM source;`);
    await ms.sql(
      table(
        'copied',
        to,
        'id INT, text STRING',
        ", 'scan.bounded.mode' = 'latest-offset', 'properties.isolation.level' = 'read_committed'",
      ),
    );
    const copied = async () => {
      const rows = await ms.query<{ id: number; size: number }>('SELECT id, CHAR_LENGTH(text) AS size FROM copied').rows();
      return rows.map(({ id, size }) => [id, size]);
    };
    // Brokers mark a transaction's end a moment after they have said so.
    await expect.poll(async () => (await copied()).length, { timeout: 20_000 }).toBe(sizes.length);
    expect(await copied()).toEqual([...sizes.entries()]);
    await ms.close();
  });

  it('says which message the topic does not take, and how large it is', async () => {
    const topic = await cluster.topic(1);
    const ms = await open();
    await ms.sql(table('target', topic, 'text STRING'));
    const sent = ms.sql(`INSERT INTO target SELECT REPEAT('x', 3000000)`);
    await expect(sent).rejects.toMatchObject({ code: expect.stringMatching(/^MS30/), message: expect.stringContaining(topic) });
    await ms.close();
  });

  it('passes over poison messages, and says topic, partition and offset of each', async () => {
    const topic = await cluster.topic(2);
    await cluster.produce(topic, [
      { value: '{"id":1}' },
      { value: 'poison' },
      { value: '{"id":2}' },
      { value: '{"id":"x"}', partition: 1 },
      { value: '{"id":3}', partition: 1 },
    ]);
    const bounded = ", 'scan.bounded.mode' = 'latest-offset'";
    const seen: (readonly [string, bigint | undefined])[] = [];
    const onBadRecord = (_: string, { source, byteOffset }: BadRecord): void => void seen.push([String(source), byteOffset as bigint]);
    const ms = await open({ onBadRecord });
    await ms.sql(`${table('strict', topic, 'id BIGINT', bounded)}
      ${table('lenient', topic, 'id BIGINT', `${bounded}, 'bad-records' = 'skip'`)}`);
    await expect(ms.query('SELECT id FROM strict').rows()).rejects.toMatchObject({
      code: expect.stringMatching(/^MS21/),
      message: expect.stringMatching(new RegExp(`${topic}/[01] offset [01]`)),
    });
    const rows = await ms.query<{ id: bigint }>('SELECT id FROM lenient').rows();
    expect(rows.map(({ id }) => id).sort()).toEqual([1n, 2n, 3n]);
    expect(seen.sort()).toEqual([
      [`${topic}/0`, 1n],
      [`${topic}/1`, 0n],
    ]);
    await ms.close();
  });

  it('ends with a clear error when its topic is deleted and made anew, and is not restarted for ever', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, [{ value: '{"id":1}' }]);
    const notes: string[] = [];
    const ms = await open({ dir: join(folder, 'state'), checkpoint: milliseconds(200), onNote: (note) => notes.push(note) });
    const [job] = await ms.sql(`${table('source', topic, 'id BIGINT')}
      CREATE TABLE target (id BIGINT) WITH ('connector' = 'filesystem', 'path' = '${folder}/out', 'format' = 'json');
      INSERT INTO target SELECT id FROM source;`);
    await expect.poll(() => job!.metrics().rowsIn, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => job!.metrics().checkpoints!.completed, { timeout: 20_000 }).toBeGreaterThan(0);
    await cluster.deleteTopic(topic);
    await cluster.topic(1, {}, topic);
    await expect(job!.done).rejects.toMatchObject({ code: 'MS3073', message: expect.stringContaining(topic) });
    await ms.close();
    expect(job!.metrics().restarts).toBeLessThan(4);
    expect(readFileSync(join(folder, 'state/job-1/job.json'), 'utf8')).toContain('uid');
  });
});
