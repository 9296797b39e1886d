import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/common/random.ts';
import type { Schema } from '../../src/data/schema.ts';
import { types } from '../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import type { SinkWriter } from '../../src/runtime/sink.ts';
import { batchOf } from '../unit/connectors/harness.ts';
import { TestCluster } from './support/cluster.ts';
import { isRequired } from './support/required.ts';
import { openSink, openSource, type Raw, readRows, withTopic, writeAll } from './support/tables.ts';

const schema: Schema = { fields: [{ name: 'id', type: types.bigint() }] };
const CRASH = new Error('a crash');
const SOON = { timeout: 10_000, interval: 100 };
const rowsFrom = (first: number, count: number): string[] => Array.from({ length: count }, (_, i) => `[${first + i}]`);

describe.skipIf(!isRequired)('exactly once through a real Kafka (MILLSTREAM_REQUIRE=kafka)', () => {
  let cluster: TestCluster;
  let kernels: Kernels;
  beforeAll(async () => {
    cluster = new TestCluster();
    kernels = await loadKernels();
  });
  afterAll(() => cluster.close());

  const open = (topic: string, options: Raw = {}, uid = 'uid'): Promise<SinkWriter> =>
    openSink(
      kernels,
      withTopic(topic, cluster.bootstrap, { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': topic, ...options }),
      schema,
      { uid },
    );
  const write = (sink: SinkWriter, first: number, count: number): Promise<void> =>
    writeAll(
      sink,
      batchOf(
        kernels,
        schema,
        Array.from({ length: count }, (_, i) => [BigInt(first + i)]),
      ),
    );
  /** What readers see; a transaction that was committed is seen when the broker has marked its partitions, some milliseconds later. */
  const seen = async (topic: string): Promise<string[]> => {
    const options = { 'scan.bounded.mode': 'latest-offset', 'properties.isolation.level': 'read_committed' };
    const reader = await openSource(kernels, withTopic(topic, cluster.bootstrap, options), schema);
    const rows = await readRows(reader);
    await reader.close();
    return rows.sort();
  };
  /** A process that dies: nothing is ended, its transactions stay open. */
  const abandon = async (sink: SinkWriter): Promise<void> => {
    await sink.flush();
  };

  it('shows rows when their checkpoint is complete, not before', async () => {
    const topic = await cluster.topic(2);
    const sink = await open(topic);
    await write(sink, 0, 100);
    const prepared = await sink.prepareCommit!(1);
    await write(sink, 100, 100);
    await sink.flush();
    expect(await seen(topic)).toEqual([]);
    await sink.commit!(prepared);
    await sink.commit!(prepared);
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 100).sort());
    await sink.close();
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 200).sort());
  });

  it('commits what a crash left prepared, and gives up what came after it', async () => {
    const topic = await cluster.topic(2);
    const first = await open(topic);
    await write(first, 0, 100);
    const prepared = JSON.parse(JSON.stringify(await first.prepareCommit!(1)));
    await write(first, 100, 100);
    await abandon(first);
    const second = await open(topic);
    await second.restore!([prepared]);
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 100).sort());
    await write(second, 100, 50);
    await second.commit!(await second.prepareCommit!(2));
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 150).sort());
    // The one that was believed dead is shut out.
    await expect(write(first, 900, 1).then(() => first.prepareCommit!(2))).rejects.toMatchObject({ code: 'MS3077' });
    await first.close(CRASH);
    await second.close();
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 150).sort());
  });

  it('keeps the transactions of two sinks of one table apart', async () => {
    const topic = await cluster.topic(1);
    const sinks = [await open(topic, {}, 'one'), await open(topic, {}, 'two')];
    for (let n = 0; n < 3; n++) {
      for (const [i, sink] of sinks.entries()) await write(sink, i * 1000 + n * 10, 10);
      const prepared = await Promise.all(sinks.map((sink) => sink.prepareCommit!(n + 1)));
      for (const [i, sink] of sinks.entries()) await sink.commit!(prepared[i]);
    }
    for (const sink of sinks) await sink.close();
    await expect.poll(() => seen(topic), SOON).toEqual([...rowsFrom(0, 30), ...rowsFrom(1000, 30)].sort());
  });

  it('goes on from the same checkpoint again and again', async () => {
    const topic = await cluster.topic(1);
    const sink = await open(topic);
    await write(sink, 0, 10);
    const prepared = await sink.prepareCommit!(1);
    await sink.commit!(prepared);
    for (let attempt = 0; attempt < 12; attempt++) {
      const next = await open(topic);
      await next.restore!([prepared]);
      await write(next, 100, 10);
      await next.prepareCommit!(2);
      await abandon(next);
    }
    const last = await open(topic);
    await last.restore!([prepared]);
    await expect.poll(() => seen(topic), SOON).toEqual(rowsFrom(0, 10));
    await last.close();
    await sink.close(CRASH);
  });

  it('goes on from checkpoints that are several behind', async () => {
    const topic = await cluster.topic(1);
    const sink = await open(topic);
    const checkpoints: unknown[] = [];
    for (let n = 0; n < 6; n++) {
      await write(sink, n * 10, 10);
      checkpoints.push(await sink.prepareCommit!(n + 1));
      await sink.commit!(checkpoints[n]);
    }
    await abandon(sink);
    const next = await open(topic);
    await next.restore!([checkpoints[1]]);
    await next.close();
    await expect.poll(() => seen(topic), SOON).toHaveLength(60);
  });

  it('hands over what belongs to a checkpoint, and keeps what one that was given up had prepared', async () => {
    const topic = await cluster.topic(1);
    const sink = await open(topic);
    const prepared: unknown[] = [];
    for (let n = 0; n < 2; n++) {
      await write(sink, n * 10, 10);
      prepared.push(await sink.prepareCommit!(n + 1));
      expect(prepared[n]).toMatchObject({ transactions: [{ id: expect.stringMatching(`-${n}$`) }] });
    }
    for (const each of prepared) await sink.commit!(each);
    await expect.poll(() => seen(topic), SOON).toHaveLength(20);
    await sink.close(CRASH);
  });

  it('shows nothing of a job that failed, and makes no transaction of nothing', async () => {
    const topic = await cluster.topic(1);
    const sink = await open(topic);
    const prepared = await sink.prepareCommit!(1);
    expect(prepared).toEqual({ transactions: [] });
    await sink.commit!(prepared);
    await write(sink, 0, 10);
    await sink.flush();
    await sink.close(CRASH);
    const next = await open(topic);
    await next.restore!([]);
    await next.close();
    expect(await seen(topic)).toEqual([]);
  });

  it('says it loudly when a prepared transaction has expired', { timeout: 90_000 }, async () => {
    const topic = await cluster.topic(1);
    const sink = await open(topic, { 'properties.transaction.timeout.ms': '1000' });
    await write(sink, 0, 10);
    const prepared = await sink.prepareCommit!(1);
    await abandon(sink);
    // Brokers look for transactions that are too old every 10 s.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    const next = await open(topic);
    await expect(next.restore!([prepared])).rejects.toMatchObject({ code: 'MS3077' });
    await next.close(CRASH);
    const lenient = await open(topic, { 'sink.lost-transactions': 'ignore' });
    await lenient.restore!([prepared]);
    await lenient.close();
    await sink.close(CRASH);
    expect(await seen(topic)).toEqual([]);
  });

  it('refuses transactions that are given up before the next checkpoint', async () => {
    const topic = await cluster.topic(1);
    const raw = withTopic(topic, cluster.bootstrap, {
      'sink.delivery-guarantee': 'exactly-once',
      'sink.transactional-id-prefix': topic,
      'properties.transaction.timeout.ms': '5000',
    });
    const refused = openSink(kernels, raw, schema, { checkpointIntervalMs: 5000 });
    await expect(refused).rejects.toMatchObject({ code: 'MS3079', hint: expect.stringContaining('every 5000 ms') });
    const taken = await openSink(kernels, raw, schema, { checkpointIntervalMs: 1000 });
    await taken.close();
  });

  it('copies every record once through crashes at any moment', { timeout: 120_000 }, async () => {
    const [from, to] = [await cluster.topic(2), await cluster.topic(2)];
    const total = 60_000;
    for (let partition = 0; partition < 2; partition++) {
      for (let at = 0; at < total / 2; at += 10_000) {
        const values = rowsFrom(partition * 1_000_000 + at, 10_000).map((row) => ({ value: `{"id":${row.slice(1, -1)}}`, partition }));
        await cluster.produce(from, values);
      }
    }
    const seed = Date.now() % 100_000;
    console.log(`crashes with seed ${seed}`);
    const random = seededRandom(seed);
    /** The last checkpoint that is complete. */
    let stored: { position: unknown; prepared: unknown } | undefined;
    for (let isDone = false; !isDone; ) {
      const bounded = { 'scan.bounded.mode': 'latest-offset', 'properties.max.partition.fetch.bytes': '20000' };
      const reader = await openSource(kernels, withTopic(from, cluster.bootstrap, bounded), schema);
      const sink = await open(to);
      if (stored !== undefined) reader.restore(stored.position);
      await sink.restore!(stored === undefined ? [] : [stored.prepared]);
      for (let checkpoint = 1; ; checkpoint++) {
        for (let batches = random.below(6); batches >= 0 && !isDone; batches--) {
          const polled = reader.poll();
          if (polled === 'end') isDone = true;
          else if (polled === 'idle') await reader.wait(AbortSignal.timeout(100));
          else await writeAll(sink, polled);
        }
        if (random.below(8) === 0) break;
        const position = JSON.parse(JSON.stringify(reader.position()));
        const prepared = JSON.parse(JSON.stringify(await sink.prepareCommit!(checkpoint)));
        if (random.below(8) === 0) break;
        stored = { position, prepared };
        if (random.below(8) === 0) break;
        await sink.commit!(prepared);
        if (isDone) break;
      }
      // A crash even at the end: what matters is what was stored.
      if (isDone)
        isDone =
          stored !== undefined &&
          Object.values(stored.position as Record<string, { offset: number }>).every(({ offset }) => offset >= total / 2);
      await abandon(sink);
      await reader.close();
    }
    const last = await open(to);
    await last.restore!([stored!.prepared]);
    await last.close();
    await expect.poll(async () => (await seen(to)).length, SOON).toBe(total);
    const rows = await seen(to);
    expect(new Set(rows).size).toBe(total);
  });
});
