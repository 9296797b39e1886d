import { describe, expect, it } from 'vitest';
import { type Clock, VirtualClock } from '../../../../src/common/clock.ts';
import { openLog } from '../../../../src/connectors/log/store/log-store.ts';
import { RowKind } from '../../../../src/data/batch.ts';
import { freshPath, idsIn, openSink, openSource, put, range, take } from './tables.ts';

const KEYED = { 'key.format': 'json' };
const upsert = (path: string, clock: Clock, raw: Readonly<Record<string, string>> = {}) =>
  openSink(path, { ...KEYED, ...raw }, { primaryKey: [0], insertOnly: false, clock });

/** Writes the ids [0, keys) again and again. */
async function rounds(path: string, keys: number, count: number, clock: Clock, raw: Readonly<Record<string, string>> = {}): Promise<void> {
  const writer = await upsert(path, clock, raw);
  for (let n = 0; n < count; n++) {
    put(writer, 0, keys);
    await writer.prepareCommit!(n);
  }
  await writer.close();
}

async function topicOf(path: string) {
  const store = await openLog(path, true);
  const topic = store.topic('t')!;
  const ends = store.ends(topic, 0);
  const blocks = store.entries(topic, 0, 0, 10_000).length;
  await store.close();
  return { ...ends, blocks };
}

const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);

describe('a compacted topic', () => {
  it.each(['none', 'lz4'])('keeps the newest record of each key, at its offset (%s)', async (type) => {
    const path = freshPath();
    const clock = new VirtualClock(1000);
    await rounds(path, 1000, 60, clock, { 'properties.compression.type': type, ...(type === 'lz4' && { 'sink.block-size': '64 kb' }) });
    if (type === 'lz4') for (let n = 0; n < 8; n++) await rounds(path, 1000, 60, clock);
    const { start, end, byteSize } = await topicOf(path);
    const records = type === 'lz4' ? 540_000 : 60_000;
    expect([start, end]).toEqual([0, records]);
    const ids = await idsIn(path);
    expect(ids.length).toBeLessThan(30_000);
    expect(byteSize).toBeLessThan(1_500_000);
    expect(ids.slice(-1000)).toEqual(range(0, 1000));
    // A reader that was in the midst of it goes on, at any offset.
    const last = records - 500;
    const startup = { 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': `partition:0,offset:${last}` };
    expect(await idsIn(path, startup)).toEqual(range(500, 1000));
    const early = { ...startup, 'scan.startup.specific-offsets': 'partition:0,offset:17' };
    expect(sorted([...new Set(await idsIn(path, early))])).toEqual(range(0, 1000));
  });

  it('is compacted while it is read, and no reader misses a key', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1000);
    await rounds(path, 500, 2, clock);
    const reader = await openSource(path, { 'scan.bounded.mode': 'unbounded' });
    const writer = await upsert(path, clock);
    const seen: number[] = [];
    for (let n = 0; n < 80; n++) {
      put(writer, n, n + 500);
      await writer.prepareCommit!(n);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (n % 10 === 0) seen.push(...take(reader));
    }
    await writer.close();
    for (let ids = take(reader); ids.length > 0; ids = take(reader)) seen.push(...ids);
    await reader.close();
    expect(sorted([...new Set(seen)])).toEqual(range(0, 579));
    const left = await idsIn(path);
    expect(left.length).toBeLessThan(41_000);
    expect(sorted([...new Set(left)])).toEqual(range(0, 579));
  });

  it('keeps deletions for as long as is said, and not for longer', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1_000_000);
    const raw = { 'retention.tombstones': '1 h' };
    const deletions = async (): Promise<number> => {
      const store = await openLog(path, true);
      const topic = store.topic('t')!;
      const { RecordCursor } = await import('../../../../src/connectors/log/store/record-block.ts');
      const { Codecs } = await import('../../../../src/connectors/kafka/codecs/codecs.ts');
      let count = 0;
      for (const entry of store.entries(topic, 0, 0, 10_000)) {
        const records = new RecordCursor(store.block(entry.block)!.slice(), entry.baseOffset, new Codecs(), 't');
        while (records.next()) if (records.isDeletion) count++;
      }
      await store.close();
      return count;
    };
    const writer = await upsert(path, clock, raw);
    put(writer, 5000, 5010);
    put(writer, 5000, 5010, RowKind.delete);
    await writer.close();
    await rounds(path, 1000, 30, clock, raw);
    expect(await deletions()).toBe(10);
    expect((await idsIn(path)).filter((id) => id >= 5000)).toEqual([]);
    await rounds(path, 1000, 60, clock);
    expect(await deletions()).toBe(10);
    clock.advance(2 * 3_600_000);
    await rounds(path, 1000, 60, clock);
    expect(await deletions()).toBe(0);
    expect(sorted([...new Set(await idsIn(path))])).toEqual(range(0, 1000));
  });

  it('puts small blocks together', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1000);
    await rounds(path, 20, 800, clock);
    const { blocks } = await topicOf(path);
    expect(blocks).toBeLessThan(500);
  });

  it('is exactly once, too: what is not committed is not compacted', async () => {
    const path = freshPath();
    const clock = new VirtualClock(1000);
    const open = () =>
      openSink(
        path,
        { ...KEYED, 'sink.delivery-guarantee': 'exactly-once' },
        { primaryKey: [0], insertOnly: false, clock, checkpointed: true },
      );
    const writer = await open();
    await writer.restore!([]);
    for (let n = 0; n < 40; n++) {
      put(writer, 0, 1000);
      await writer.commit!(await writer.prepareCommit!(n));
    }
    put(writer, 0, 1000);
    const prepared = await writer.prepareCommit!(40);
    await writer.close(new Error('killed'));
    const next = await open();
    await next.restore!([prepared]);
    await next.close();
    const { end } = await topicOf(path);
    expect(end).toBe(41_000);
    const ids = await idsIn(path);
    expect(ids.length).toBeLessThan(30_000);
    expect(ids.slice(-1000)).toEqual(range(0, 1000));
  });
});
