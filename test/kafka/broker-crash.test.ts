import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open } from '../../src/api/open.ts';
import { milliseconds } from '../../src/api/typed/duration.ts';
import type { Schema } from '../../src/data/schema.ts';
import { types } from '../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import { batchOf } from '../unit/connectors/harness.ts';
import { TestCluster } from './support/cluster.ts';
import { CRASH_PORT, isRequired } from './support/required.ts';
import { openSink, openSource, type Raw, readRows, withTopic, writeAll } from './support/tables.ts';

const script = fileURLToPath(new URL('../../scripts/kafka-up.sh', import.meta.url));
const run = promisify(execFile);
const broker = (command: string[], keep = false) =>
  run(script, command, { env: { ...process.env, KAFKA_PORT: String(CRASH_PORT), KAFKA_KEEP: keep ? '1' : '' }, timeout: 120_000 });
const schema: Schema = { fields: [{ name: 'id', type: types.bigint() }] };
const rowsFrom = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => `[${first + i}]`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(!isRequired)('a real Kafka that crashes (MILLSTREAM_REQUIRE=kafka)', { timeout: 180_000 }, () => {
  let kernels: Kernels;
  let cluster: TestCluster;
  const bootstrap = `127.0.0.1:${CRASH_PORT}`;
  beforeAll(async () => {
    await broker(['stop']);
    await broker([]);
    kernels = await loadKernels();
    cluster = new TestCluster(bootstrap);
  }, 300_000);
  afterAll(async () => {
    await cluster.close().catch(() => undefined);
    await broker(['stop']);
  });
  const crash = async (downMs = 0): Promise<void> => {
    await broker(['kill']);
    await pause(downMs);
    await broker([], true);
    await cluster.reconnect();
  };
  const batch = (first: number, count: number) =>
    batchOf(
      kernels,
      schema,
      Array.from({ length: count }, (_, i) => [BigInt(first + i)]),
    );

  it('is read on from where reading was', async () => {
    const topic = await cluster.topic(2);
    const produce = (first: number) =>
      cluster.produce(
        topic,
        rowsFrom(first, 100).map((row, i) => ({ value: `{"id":${row.slice(1, -1)}}`, partition: i % 2 })),
      );
    await produce(0);
    const reader = await openSource(kernels, withTopic(topic, bootstrap, {}), schema);
    expect((await readRows(reader, 100)).sort()).toEqual(rowsFrom(0, 100).sort());
    for (let n = 1; n <= 2; n++) {
      const waiting = readRows(reader, 100, 60_000);
      await crash();
      await produce(n * 100);
      expect((await waiting).sort()).toEqual(rowsFrom(n * 100, 100).sort());
    }
    await reader.close();
  });

  it.each(['at-least-once', 'exactly-once'])('gets every record once, delivered %s, although it was away', async (delivery) => {
    const topic = await cluster.topic(2);
    const options: Raw = { 'sink.delivery-guarantee': delivery, 'sink.transactional-id-prefix': topic, 'properties.batch.size': '500' };
    const sink = await openSink(kernels, withTopic(topic, bootstrap, options), schema);
    let isUp = false;
    const crashing = crash(1000).then(() => {
      isUp = true;
    });
    let count = 0;
    for (let checkpoint = 1; !isUp || checkpoint < 5; checkpoint++) {
      for (let n = 0; n < 20; n++, count += 100) {
        await writeAll(sink, batch(count, 100));
        await pause(5);
      }
      await sink.commit!(await sink.prepareCommit!(checkpoint));
    }
    await crashing;
    await sink.close();
    const committed = { 'scan.bounded.mode': 'latest-offset', 'properties.isolation.level': 'read_committed' };
    const reader = await openSource(kernels, withTopic(topic, bootstrap, committed), schema);
    expect((await readRows(reader)).sort()).toEqual(rowsFrom(0, count).sort());
    await reader.close();
  });

  it('gets and gives every record once, although it stood still for longer than requests wait', async () => {
    const [from, to] = [await cluster.topic(2), await cluster.topic(2)];
    const options = { 'properties.request.timeout.ms': '1000', 'properties.fetch.max.wait.ms': '200', 'properties.batch.size': '2000' };
    const exactly = { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': to };
    const writer = await openSink(kernels, withTopic(from, bootstrap, options), schema);
    const reader = await openSource(kernels, withTopic(from, bootstrap, options), schema);
    const copier = await openSink(kernels, withTopic(to, bootstrap, { ...options, ...exactly }), schema);
    let count = 0;
    for (let round = 1; round <= 3; round++) {
      const standing =
        round === 2
          ? broker(['pause'])
              .then(() => pause(8000))
              .then(() => broker(['resume']))
          : undefined;
      const reading = readRows(reader, 2000, 60_000);
      for (let n = 0; n < 20; n++, count += 100) {
        await writeAll(writer, batch(count, 100));
        await writeAll(copier, batch(count, 100));
        await pause(50);
      }
      await writer.flush();
      const prepared = await copier.prepareCommit!(round);
      expect((await reading).sort()).toEqual(rowsFrom(count - 2000, 2000).sort());
      await copier.commit!(prepared);
      await standing;
    }
    for (const each of [writer, copier, reader]) await each.close();
    const committed = { 'scan.bounded.mode': 'latest-offset', 'properties.isolation.level': 'read_committed' };
    for (const topic of [from, to]) {
      const check = await openSource(kernels, withTopic(topic, bootstrap, committed), schema);
      expect((await readRows(check)).sort()).toEqual(rowsFrom(0, count).sort());
      await check.close();
    }
  });

  it('that is not there yet is waited for', async () => {
    const topic = await cluster.topic(1);
    await cluster.produce(topic, [{ value: '{"id":1}' }]);
    await broker(['stop']);
    const opening = [
      openSource(kernels, withTopic(topic, bootstrap), schema),
      openSink(kernels, withTopic(topic, bootstrap), schema),
    ] as const;
    await pause(1000);
    await broker([], true);
    const [reader, sink] = await Promise.all(opening);
    await writeAll(sink, batch(2, 1));
    await sink.close();
    expect(await readRows(reader, 2)).toEqual(['[1]', '[2]']);
    await reader.close();
    await cluster.reconnect();
  });

  it('that stays away for longer than it is tried has the job restarted, and no record is lost or doubled', async () => {
    const [from, to] = [await cluster.topic(2), await cluster.topic(2)];
    const dir = mkdtempSync(join(tmpdir(), 'kafka-restart-'));
    const notes: string[] = [];
    const ms = await open({ dir, checkpoint: milliseconds(300), onNote: (note) => notes.push(note) });
    const options = `'properties.bootstrap.servers' = '${bootstrap}', 'format' = 'json', 'connection.retry-timeout' = '1 s'`;
    await ms.sql(`SET 'restart-strategy.exponential-delay.initial-backoff' = '200 ms'`);
    const [job] = await ms.sql(`
      CREATE TABLE source (id BIGINT) WITH ('connector' = 'kafka', 'topic' = '${from}', 'scan.startup.mode' = 'earliest-offset', ${options});
      CREATE TABLE target (id BIGINT) WITH ('connector' = 'kafka', 'topic' = '${to}', 'sink.delivery-guarantee' = 'exactly-once',
        'sink.transactional-id-prefix' = '${to}', ${options});
      INSERT INTO target SELECT id FROM source`);
    const produce = (first: number) =>
      cluster.produce(
        from,
        Array.from({ length: 500 }, (_, i) => ({ value: `{"id":${first + i}}`, partition: i % 2 })),
      );
    const committed = { 'scan.bounded.mode': 'latest-offset', 'properties.isolation.level': 'read_committed' };
    const seen = async (): Promise<string[]> => {
      const reader = await openSource(kernels, withTopic(to, bootstrap, committed), schema);
      const rows = await readRows(reader);
      await reader.close();
      return rows.sort();
    };
    await produce(0);
    await expect.poll(() => job!.metrics().checkpoints!.completed, { timeout: 30_000 }).toBeGreaterThan(1);
    await produce(500);
    await crash(4000);
    await produce(1000);
    await expect.poll(() => job!.metrics().restarting === undefined && job!.metrics().restarts > 0, { timeout: 60_000 }).toBe(true);
    await expect.poll(async () => (await seen()).length, { timeout: 60_000, interval: 1000 }).toBe(1500);
    expect(await seen()).toEqual(rowsFrom(0, 1500).sort());
    await job!.suspend();
    await ms.close();
    rmSync(dir, { recursive: true });
    expect(notes).toContainEqual(expect.stringMatching(/^table (source|target): the cluster of .* does not answer/));
    expect(notes).toContainEqual(expect.stringMatching(/^the job has failed \(MS3071: .*; restart 1 in 2\d\d ms$/));
  });

  it('that stays away fails the job when the time for that is over', async () => {
    const topic = await cluster.topic(1);
    const options = { 'connection.retry-timeout': '1 s' };
    const reader = await openSource(kernels, withTopic(topic, bootstrap, options), schema);
    const sink = await openSink(kernels, withTopic(topic, bootstrap, options), schema);
    reader.poll();
    await broker(['kill']);
    await expect(readRows(reader, 1, 60_000)).rejects.toMatchObject({ code: 'MS3071', retry: true });
    await writeAll(sink, batch(0, 10));
    await expect(sink.prepareCommit!(1)).rejects.toMatchObject({ code: 'MS3071' });
    await reader.close();
    await sink.close(new Error('failed'));
    await broker([], true);
    await cluster.reconnect();
  });
});
