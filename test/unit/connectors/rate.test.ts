import { describe, expect, it } from 'vitest';
import { optionNotes } from '../../../src/catalog/options.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import { rate } from '../../../src/connectors/rate/rate.ts';
import { RateSchedule } from '../../../src/connectors/rate/rate-schedule.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { drain, optionsOf, sourceContext } from './harness.ts';

const full: Schema = { fields: rate.descriptor.columns! };

async function open(raw: Record<string, string>, rest: Partial<SourceContext> = {}, schema = full): Promise<SourceReader> {
  return rate.openSource!(sourceContext(rate, await loadKernels(), schema, raw, rest));
}

/** All rows that can be had now, as [milliseconds, value]. */
function take(reader: SourceReader): { rows: [number, number][]; end: 'idle' | 'end' } {
  const rows: [number, number][] = [];
  const end = drain(reader, (batch) => {
    for (let i = 0; i < batch.rowCount; i++) rows.push([Number(batch.columns[0]!.values[i]), Number(batch.columns[1]!.values[i])]);
  });
  return { rows, end };
}

describe('the rate source', () => {
  it('makes a row a second, the first at once, each with the time at which it was due', async () => {
    const clock = new VirtualClock(10_000);
    const reader = await open({}, { clock });
    expect(take(reader)).toEqual({ rows: [[10_000, 0]], end: 'idle' });
    clock.advance(999);
    expect(take(reader).rows).toEqual([]);
    clock.advance(1501);
    expect(take(reader).rows).toEqual([
      [11_000, 1],
      [12_000, 2],
    ]);
  });

  it('spreads the rows of a second evenly', async () => {
    const clock = new VirtualClock(0);
    const reader = await open({ rowsPerSecond: '3' }, { clock });
    clock.advance(1000);
    expect(take(reader).rows.map(([ms]) => ms)).toEqual([0, 333, 666, 1000]);
  });

  it('waits until the next row is due, and no longer than it is let', async () => {
    const clock = new VirtualClock(0);
    const reader = await open({ 'rows-per-second': '2' }, { clock });
    take(reader);
    let woken = false;
    const waiting = reader.wait(new AbortController().signal).then(() => (woken = true));
    clock.advance(499);
    await Promise.resolve();
    expect(woken).toBe(false);
    clock.advance(1);
    await waiting;
    expect(take(reader).rows).toEqual([[500, 1]]);
    const stop = new AbortController();
    const stopped = reader.wait(stop.signal);
    stop.abort();
    await stopped;
    expect(take(reader).rows).toEqual([]);
  });

  it('catches up in batches after a pause', async () => {
    const clock = new VirtualClock(0);
    const reader = await open({ rowsPerSecond: '10000' }, { clock });
    clock.advance(1000);
    const sizes: number[] = [];
    drain(reader, (batch) => sizes.push(batch.rowCount));
    expect(sizes).toEqual([4096, 4096, 10_010 - 8192]);
  });

  it('ends after number-of-rows', async () => {
    const clock = new VirtualClock(0);
    const reader = await open({ 'number-of-rows': '2' }, { clock });
    expect(reader.progress()).toEqual({ done: 0, total: 2 });
    clock.advance(5000);
    expect(take(reader)).toMatchObject({
      rows: [
        [0, 0],
        [1000, 1],
      ],
      end: 'end',
    });
    expect(reader.progress()).toEqual({ done: 2, total: 2 });
    expect([...reader.activeSplits]).toEqual([]);
    expect(rate.descriptor.source!.bounded(optionsOf(rate, { 'number-of-rows': '2' }))).toBe(true);
    expect(rate.descriptor.source!.bounded(optionsOf(rate, {}))).toBe(false);
  });

  it('divides the rows among subtasks', async () => {
    const clock = new VirtualClock(0);
    const readers = await Promise.all(
      [0, 1, 2].map((index) => open({ rowsPerSecond: '7', 'number-of-rows': '8' }, { clock, subtask: { index, count: 3 } })),
    );
    clock.advance(2000);
    expect(readers.map((reader) => take(reader).rows.map(([, value]) => value))).toEqual([
      [0, 3, 6],
      [1, 4, 7],
      [2, 5],
    ]);
  });

  it('resumes from its position on its first clock', async () => {
    const clock = new VirtualClock(0);
    const first = await open({}, { clock });
    clock.advance(1000);
    take(first);
    clock.advance(5000);
    const second = await open({}, { clock });
    second.restore(JSON.parse(JSON.stringify(first.position())));
    expect(take(second).rows).toEqual([2, 3, 4, 5, 6].map((value) => [value * 1000, value]));
    expect(() => second.restore({})).toThrow(expect.objectContaining({ code: 'MS1304' }));
  });

  it('fills microseconds where the column has them, and only the columns asked for', async () => {
    const clock = new VirtualClock(1000);
    const reader = await open({}, { clock }, { fields: [{ name: 'timestamp', type: types.timestamp(6) }] });
    const batch = reader.poll();
    expect(typeof batch !== 'string' && batch.columns[0]!.values[0]).toBe(1_000_000n);
  });

  it('notes that numPartitions has no effect', () => {
    expect(optionNotes(rate.descriptor.options, { numPartitions: '4' })).toHaveLength(1);
  });

  it.each([
    [{ rowsPerSecond: '0' }, full, 'MS1304'],
    [{ rampUpTime: '-PT1S' }, full, 'MS1304'],
    [{}, { fields: [{ name: 'ts', type: types.timestamp(3) }] }, 'MS3001'],
    [{}, { fields: [{ name: 'value', type: types.int() }] }, 'MS3001'],
    [{}, { fields: [{ name: 'timestamp', type: types.bigint() }] }, 'MS3001'],
  ])('refuses %j over %j', async (raw, schema, code) => {
    await expect(open(raw as Record<string, string>, {}, schema)).rejects.toMatchObject({ code });
  });
});

describe('the schedule of a rate with a ramp-up time', () => {
  it('grows by the same number of rows a second', () => {
    const schedule = new RateSchedule(10, 4);
    expect([0, 1, 2, 3, 4, 5, 6].map((second) => schedule.valueAt(second))).toEqual([0, 2, 6, 12, 20, 30, 40]);
  });

  it('makes nothing while the speed is below one row a second', () => {
    const schedule = new RateSchedule(1, 3);
    expect([0, 1000, 2999, 3000, 4000].map((ms) => schedule.dueWithin(ms))).toEqual([0, 0, 0, 1, 2]);
    expect(schedule.dueMs(0)).toBe(3000);
  });

  it('says the same in both directions', () => {
    for (const [rows, ramp] of [
      [1, 0],
      [3, 0],
      [10, 4],
      [1000, 7],
      [999_983, 2],
    ] as const) {
      const schedule = new RateSchedule(rows, ramp);
      for (let value = 0; value < 5000; value += 13) {
        const due = schedule.dueMs(value);
        expect(schedule.dueWithin(due)).toBeGreaterThan(value);
        expect(schedule.dueWithin(due - 1)).toBeLessThanOrEqual(value);
      }
    }
  });
});
