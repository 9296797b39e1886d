import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { open } from '../../../../src/api/open.ts';
import { VirtualClock } from '../../../../src/common/clock.ts';
import { openLog } from '../../../../src/connectors/log/store/log-store.ts';
import { RowKind } from '../../../../src/data/batch.ts';
import { freshPath, idsIn, openSink, openSource, put, putAll, range, readOptions, take } from './tables.ts';

const error = (code: string) => expect.objectContaining({ code });

describe('a topic of a log', () => {
  it('keeps what one table wrote for those that come after', async () => {
    const path = freshPath();
    await putAll(path, 0, 10);
    await putAll(path, 10, 30);
    expect(await idsIn(path)).toEqual(range(0, 30));
  });

  it('is one of several in a folder', async () => {
    const path = freshPath();
    await putAll(path, 0, 5, { topic: 'a' });
    await putAll(path, 5, 9, { topic: 'b' });
    expect(await idsIn(path, { topic: 'a' })).toEqual(range(0, 5));
    expect((await idsIn(path, { topic: 'a; b' })).sort((a, b) => a - b)).toEqual(range(0, 9));
  });

  it('gets more partitions, never fewer, and a reader finds them', async () => {
    const path = freshPath();
    await putAll(path, 0, 4);
    const reader = await openSource(path, { 'scan.bounded.mode': 'unbounded', 'scan.startup.mode': 'latest-offset' });
    expect(take(reader)).toEqual([]);
    await putAll(path, 4, 44, { partitions: '3', 'sink.partitioner': 'round-robin' });
    await putAll(path, 44, 50, { partitions: '2', 'sink.partitioner': 'round-robin' });
    expect(take(reader).sort((a, b) => a - b)).toEqual(range(4, 50));
    expect(reader.activeSplits.size).toBe(3);
    await reader.close();
  });

  it('shows nothing of a transaction that is not committed, and all of it then', async () => {
    const path = freshPath();
    const exactly = { 'sink.delivery-guarantee': 'exactly-once' };
    const writer = await openSink(path, { ...exactly, partitions: '2', 'sink.partitioner': 'round-robin' }, { checkpointed: true });
    await writer.restore!([]);
    put(writer, 0, 20);
    const prepared = await writer.prepareCommit!(1);
    await putAll(path, 100, 110);
    expect((await idsIn(path)).every((id) => id >= 100)).toBe(true);
    await writer.commit!(prepared);
    expect((await idsIn(path)).sort((a, b) => a - b)).toEqual([...range(0, 20), ...range(100, 110)]);
    await writer.close();
  });

  it('shuts out the writer whose place another has taken', async () => {
    const path = freshPath();
    const open = () => openSink(path, { 'sink.delivery-guarantee': 'exactly-once' }, { checkpointed: true });
    const zombie = await open();
    await zombie.restore!([]);
    put(zombie, 0, 5);
    const one = await zombie.prepareCommit!(1);
    const writer = await open();
    await writer.restore!([one]);
    put(zombie, 5, 10);
    await expect(zombie.prepareCommit!(2)).rejects.toEqual(error('MS3093'));
    await zombie.close(new Error('shut out'));
    put(writer, 5, 8);
    await writer.close();
    expect(await idsIn(path)).toEqual(range(0, 8));
  });

  it('says so when what a checkpoint had prepared is gone with the log', async () => {
    const writer = await openSink(freshPath(), { 'sink.delivery-guarantee': 'exactly-once' }, { checkpointed: true });
    const lost = { ended: { writer: 'job/0', transaction: 1_000_000_001 } };
    await expect(writer.restore!([lost])).rejects.toEqual(error('MS3094'));
    await writer.close(new Error('lost'));
  });

  it('gives up what workers had pending that are no more', async () => {
    const path = freshPath();
    const raw = { 'sink.delivery-guarantee': 'exactly-once' };
    const subtasks = [0, 1].map((index) => openSink(path, raw, { checkpointed: true, subtask: { index, count: 2 } }));
    const [first, second] = await Promise.all(subtasks);
    for (const writer of [first!, second!]) await writer.restore!([]);
    put(first!, 0, 5);
    put(second!, 5, 10);
    const prepared = [await first!.prepareCommit!(1), await second!.prepareCommit!(1)];
    put(second!, 10, 15);
    await second!.prepareCommit!(2);
    const only = await openSink(path, raw, { checkpointed: true });
    await only.restore!(prepared);
    put(second!, 15, 20);
    await expect(second!.prepareCommit!(3)).rejects.toEqual(error('MS3093'));
    await only.close();
    for (const writer of [first!, second!]) await writer.close(new Error('gone'));
    expect(await idsIn(path)).toEqual(range(0, 10));
  });
});

describe('where reading a log begins and ends', () => {
  it('is an offset, a time, the first or the last record', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1000);
    for (let n = 0; n < 5; n++) {
      await putAll(path, n * 10, n * 10 + 10, {}, clock);
      clock.advance(1000);
    }
    const from = (mode: string, more: Readonly<Record<string, string>> = {}) => idsIn(path, { 'scan.startup.mode': mode, ...more });
    expect(await from('latest-offset')).toEqual([]);
    expect(await from('timestamp', { 'scan.startup.timestamp-millis': '3000' })).toEqual(range(20, 50));
    expect(await from('timestamp', { 'scan.startup.timestamp-millis': '3001' })).toEqual(range(30, 50));
    expect(await from('timestamp', { 'scan.startup.timestamp-millis': '9000' })).toEqual([]);
    expect(await from('specific-offsets', { 'scan.startup.specific-offsets': 'partition:0,offset:37' })).toEqual(range(37, 50));
    expect(await idsIn(path, { 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': '2500' })).toEqual(range(0, 20));
    const to = { 'scan.bounded.mode': 'specific-offsets', 'scan.bounded.specific-offsets': 'partition:0,offset:7' };
    expect(await idsIn(path, to)).toEqual(range(0, 7));
  });

  it('may be in the midst of the first block', async () => {
    const path = freshPath();
    await putAll(path, 0, 10);
    const startup = { 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:7' };
    expect(await idsIn(path, startup)).toEqual(range(7, 10));
  });

  it('may have expired: that is an error, or passed over where the table says so', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1_000_000);
    await putAll(path, 0, 10, { 'retention.time': '10 s' }, clock);
    const reader = await openSource(path, { 'scan.bounded.mode': 'unbounded' });
    const position = reader.position();
    clock.advance(9000);
    await putAll(path, 10, 20, {}, clock);
    expect(await idsIn(path)).toEqual(range(0, 20));
    clock.advance(2000);
    await putAll(path, 20, 30, {}, clock);
    expect(await idsIn(path)).toEqual(range(10, 30));
    expect(() => reader.poll()).toThrow(error('MS3096'));
    await reader.close();
    const next = await openSource(path, { 'scan.bounded.mode': 'unbounded', 'scan.missing-offset': 'earliest' });
    next.restore(JSON.parse(JSON.stringify(position)));
    expect(take(next)).toEqual(range(10, 30));
    await next.close();
  });

  it('is what is left when only so many bytes are kept', async () => {
    const path = freshPath();
    for (let n = 0; n < 20; n++) await putAll(path, n * 100, n * 100 + 100, { 'retention.size': '20 kb' });
    const ids = await idsIn(path);
    expect(ids).toEqual(range(ids[0]!, 2000));
    expect(ids.length).toBeGreaterThan(300);
    expect(ids.length).toBeLessThan(1000);
  });

  it('is refused for another topic than the one that was read', async () => {
    const path = freshPath();
    await putAll(path, 0, 3);
    const reader = await openSource(path);
    const position = reader.position() as Readonly<Record<string, object>>;
    expect(() => reader.restore({ 't/0': { ...position['t/0'], topicId: 'another' } })).toThrow(error('MS3095'));
    expect(() => reader.restore({ 't/0': { ...position['t/0'], offset: 99 } })).toThrow(error('MS3096'));
    await reader.close();
  });
});

describe('a group', () => {
  const group = { 'properties.group.id': 'g', 'scan.startup.mode': 'group-offsets' };

  it('goes on where it has committed, with each checkpoint', async () => {
    const path = freshPath();
    await putAll(path, 0, 30, { partitions: '2', 'sink.partitioner': 'round-robin' });
    const first = await openSource(path, { 'properties.group.id': 'g' });
    const seen = take(first);
    await first.checkpointCompleted!(JSON.parse(JSON.stringify(first.position())));
    await first.close();
    await putAll(path, 30, 50, { 'sink.partitioner': 'round-robin' });
    expect(seen.sort((a, b) => a - b)).toEqual(range(0, 30));
    expect((await idsIn(path, group)).sort((a, b) => a - b)).toEqual(range(30, 50));
    expect((await idsIn(path, { 'properties.group.id': 'g', 'scan.bounded.mode': 'group-offsets' })).sort((a, b) => a - b)).toEqual(
      range(0, 30),
    );
    // Another group, and another topic, know nothing of it.
    await expect(openSource(path, { ...group, 'properties.group.id': 'h' })).rejects.toEqual(error('MS3096'));
  });

  it('that has committed nothing begins where the table says', async () => {
    const path = freshPath();
    await putAll(path, 0, 5);
    await expect(openSource(path, group)).rejects.toEqual(error('MS3096'));
    expect(await idsIn(path, { ...group, 'scan.missing-offset': 'earliest' })).toEqual(range(0, 5));
    expect(await idsIn(path, { ...group, 'scan.missing-offset': 'latest' })).toEqual([]);
  });

  it('whose offset has expired is treated as one that reads too slowly', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1_000_000);
    await putAll(path, 0, 5, { 'retention.time': '10 s' }, clock);
    const reader = await openSource(path, { ...group, 'scan.missing-offset': 'earliest' });
    await reader.checkpointCompleted!(reader.position());
    await reader.close();
    clock.advance(60_000);
    await putAll(path, 5, 9, {}, clock);
    const late = await openSource(path, group);
    expect(() => late.poll()).toThrow(error('MS3096'));
    await late.close();
    expect(await idsIn(path, { ...group, 'scan.missing-offset': 'earliest' })).toEqual(range(5, 9));
  });
});

describe('compressed blocks', () => {
  it.each(['gzip', 'snappy', 'lz4', ...('zstdCompressSync' in zlib ? ['zstd'] : [])])(
    '%s: are read by who knows nothing of it, and are smaller',
    async (type) => {
      const [path, plain] = [freshPath(), freshPath()];
      const clock = new VirtualClock(5000);
      await putAll(path, 0, 3000, { 'properties.compression.type': type }, clock);
      await putAll(plain, 0, 3000, {}, clock);
      expect(await idsIn(path)).toEqual(range(0, 3000));
      expect(await idsIn(path, { 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '5000' })).toEqual(range(0, 3000));
      const bytesOf = async (of: string): Promise<number> => {
        const store = await openLog(of, true);
        const { byteSize } = store.ends(store.topic('t')!, 0);
        await store.close();
        return byteSize;
      };
      expect(await bytesOf(path)).toBeLessThan((await bytesOf(plain)) / 2);
    },
  );

  it('are found by a reader that began before there were any', async () => {
    const path = freshPath();
    await putAll(path, 0, 3);
    const reader = await openSource(path, { 'scan.bounded.mode': 'unbounded' });
    expect(take(reader)).toEqual(range(0, 3));
    await putAll(path, 3, 6, { 'properties.compression.type': 'snappy' });
    const ids: number[] = [];
    for (let n = 0; n < 20 && ids.length < 3; n++) {
      await reader.wait(new AbortController().signal);
      ids.push(...take(reader));
    }
    expect(ids).toEqual(range(3, 6));
    await reader.close();
  });
});

describe('a log table that cannot be', () => {
  it('is refused with what to do', async () => {
    const path = freshPath();
    await expect(openSource(path)).rejects.toEqual(error('MS3091'));
    await putAll(path, 0, 1);
    await expect(openSource(path, { topic: 'none' })).rejects.toEqual(error('MS3095'));
    await expect(openSink(join(path, 'data.mdb', 'log'))).rejects.toEqual(error('MS3091'));
    await expect(openSink(path, { topic: 'a;b' })).rejects.toEqual(error('MS3090'));
    await expect(openSink(path, {}, { primaryKey: [0] })).rejects.toEqual(error('MS3090'));
    const unbounded = { bounded: false, checkpointed: false };
    await expect(openSink(path, { 'sink.delivery-guarantee': 'exactly-once' }, unbounded)).rejects.toEqual(error('MS3079'));
  });

  it.each([
    [{ partitions: '0' }, "'partitions' is 0"],
    [{ topic: ' ; ' }, 'names no topic'],
    [{ 'key.fields': 'id' }, "needs 'key.format'"],
    [{ 'value.format': 'json' }, 'cannot both be set'],
    [{ 'scan.startup.mode': 'timestamp' }, 'scan.startup.timestamp-millis'],
    [{ 'scan.startup.mode': 'group-offsets' }, 'properties.group.id'],
    [{ 'scan.bounded.mode': 'group-offsets' }, 'properties.group.id'],
    [{ 'properties.group.id': 'x'.repeat(250) }, '1 to 249 characters'],
    [{ 'properties.compression.type': 'zip' }, 'properties.compression.type'],
    [{ 'sink.partitioner': 'round-robin', 'key.format': 'json', 'key.fields': 'id' }, 'without a key'],
  ])('%j', (raw, message) => {
    expect(() => readOptions('logs', raw as Record<string, string>)).toThrow(message);
  });
});

describe('a topic of a table with a primary key', () => {
  const keyed = (path: string, more = ''): string => `CREATE TABLE t (city STRING, n BIGINT, PRIMARY KEY (city) NOT ENFORCED)
    WITH ('connector' = 'log', 'path' = '${path}', 'topic' = 't', 'partitions' = '2', 'format' = 'json', 'key.format' = 'json',
          'scan.bounded.mode' = 'latest-offset'${more});`;

  async function rowsOf(path: string): Promise<string[]> {
    const ms = await open();
    await ms.sql(keyed(path));
    const state = new Map<string, number>();
    for await (const { op, row } of ms.query('SELECT city, n FROM t')) {
      const text = Object.values(row).join(' ');
      state.set(text, (state.get(text) ?? 0) + (op === '+I' || op === '+U' ? 1 : -1));
    }
    await ms.close();
    expect([...state.values()].every((count) => count === 0 || count === 1)).toBe(true);
    return [...state].flatMap(([text, count]) => (count > 0 ? [text] : [])).sort();
  }

  async function write(path: string, insert: string): Promise<void> {
    const ms = await open();
    await ms.sql(`${keyed(path)} ${insert}`);
    await ms.close();
  }

  it('is read as rows that are updated and deleted', async () => {
    const path = freshPath();
    await write(path, "INSERT INTO t VALUES ('Ulm', CAST(1 AS BIGINT)), ('Bonn', CAST(5 AS BIGINT));");
    await write(path, "INSERT INTO t SELECT city, COUNT(*) FROM (VALUES ('Ulm'), ('Graz'), ('Ulm')) AS v (city) GROUP BY city;");
    expect(await rowsOf(path)).toEqual(['Bonn 5', 'Graz 1', 'Ulm 2']);
  });

  it('loses a row with a deletion', async () => {
    const path = freshPath();
    const writer = await openSink(path, { 'key.format': 'json' }, { primaryKey: [0], insertOnly: false });
    put(writer, 0, 5);
    put(writer, 1, 3, RowKind.delete);
    put(writer, 2, 3);
    await writer.close();
    const ms = await open();
    await ms.sql(`CREATE TABLE t (id BIGINT, name STRING, PRIMARY KEY (id) NOT ENFORCED)
      WITH ('connector' = 'log', 'path' = '${path}', 'topic' = 't', 'format' = 'json', 'key.format' = 'json', 'scan.bounded.mode' = 'latest-offset')`);
    const ids = new Set<bigint>();
    for await (const { op, row } of ms.query<{ id: bigint }>('SELECT id FROM t')) op[0] === '+' ? ids.add(row.id) : ids.delete(row.id);
    await ms.close();
    expect([...ids].map(Number).sort()).toEqual([0, 2, 3, 4]);
  });

  it('is refused without a key, and from elsewhere than its first record', async () => {
    const path = freshPath();
    await write(path, "INSERT INTO t VALUES ('Ulm', CAST(1 AS BIGINT));");
    const ms = await open();
    await ms.sql(keyed(path, ", 'scan.startup.mode' = 'latest-offset'"));
    const read = async (): Promise<void> => {
      for await (const _ of ms.query('SELECT * FROM t'));
    };
    await expect(read()).rejects.toEqual(error('MS3090'));
    await ms.close();
  });
});
