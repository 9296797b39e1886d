import { describe, expect, it } from 'vitest';
import { RowKind, type RowKindCode } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { GroupAggregateOperator } from '../../../src/operators/group-aggregate.ts';
import { SortOperator } from '../../../src/operators/sort.ts';
import { WindowAggregateOperator } from '../../../src/operators/window-aggregate.ts';
import { WindowAssignOperator } from '../../../src/operators/window-assign.ts';
import type { AggregateCall, WindowSpec } from '../../../src/plan/nodes/node.ts';
import { insert, watermark } from '../../conformance/operator.ts';
import { changeText, type Delivery, type InputItem, OperatorRun, type RunSubject } from '../../conformance/operator-run.ts';
import { aggregate, schemaOf } from './support.ts';

const schema = schemaOf({ key: types.bigint(), label: types.string(), at: types.timestamp(3) });
const call = aggregate.bind(undefined, schema);
const AT_ONCE: Delivery = { name: 'all at once', cut: 'all at once', refusals: 3 };
const SINGLY: Delivery = { name: 'singly', cut: 'singly' };

function groups(calls: readonly AggregateCall[], changelog: 'batch' | 'record', inputInsertOnly: boolean): RunSubject {
  const output = { fields: [schema.fields[0]!, ...calls.map(({ name, type }) => ({ name, type }))] };
  const options = { input: schema, output, keys: [0], calls, inputInsertOnly, updateBefore: true, changelog, timeZone: 'UTC' } as const;
  return { make: () => new GroupAggregateOperator(options), input: schema, keys: [0] };
}

const change = (kind: RowKindCode, key: bigint, label = 'x'): InputItem => ({
  kind: 'row',
  row: [key, label, 0n],
  change: kind,
  port: 0,
  split: 0,
});

async function changesOf(subject: RunSubject, delivery: Delivery, items: readonly InputItem[]): Promise<string[]> {
  const { steps, last } = await OperatorRun.run(subject, delivery, items, 1);
  return [...steps.flatMap(({ changes }) => changes), ...last].map(changeText);
}

describe('group aggregate, at its bounds', () => {
  it('emits more changes than a batch holds, while the outlet refuses', async () => {
    const items = Array.from({ length: 4096 }, (_, i) => insert([BigInt(i), 'x', 0n]));
    const again = items.map((item) => ({ ...item }));
    const all = await changesOf(groups([call('COUNT')], 'batch', true), AT_ONCE, [...items, ...again]);
    expect(all.filter((text) => text.startsWith('+I'))).toHaveLength(4096);
    expect(all.filter((text) => text.startsWith('-U'))).toHaveLength(4096);
    expect(new Set(all.filter((text) => text.startsWith('+U'))).size).toBe(4096);
    expect(all.at(-1)).toMatch(/^\+U.*bigint:2\]$/);
  });

  it('ends thousands of groups in one batch, and begins them again', async () => {
    const items = [RowKind.insert, RowKind.delete, RowKind.insert].flatMap((kind) =>
      Array.from({ length: 3000 }, (_, i) => change(kind, BigInt(i))),
    );
    const all = await changesOf(groups([call('COUNT')], 'record', false), { ...AT_ONCE, restores: true }, items);
    expect(all.filter((text) => text.startsWith('+I'))).toHaveLength(6000);
    expect(all.filter((text) => text.startsWith('-D'))).toHaveLength(3000);
  });

  it.each(['batch', 'record'] as const)('ignores, in mode %s, what is taken back from a group without rows', async (changelog) => {
    const calls = [call('COUNT'), call('COUNT', 'label', { distinct: true })];
    for (const delivery of [AT_ONCE, SINGLY]) {
      const taken = await changesOf(groups(calls, changelog, false), delivery, [
        change(RowKind.delete, 1n),
        change(RowKind.updateBefore, 1n),
      ]);
      expect(taken).toEqual([]);
      const items = [change(RowKind.delete, 1n), change(RowKind.insert, 1n), change(RowKind.insert, 2n)];
      expect(await changesOf(groups(calls, changelog, false), delivery, items)).toEqual([
        '+I[bigint:1|bigint:1|bigint:1]',
        '+I[bigint:2|bigint:1|bigint:1]',
      ]);
    }
  });

  it('keeps texts of many kilobytes: the memory grows while a batch is looked up', async () => {
    const long = (i: number) => `${i}`.padStart(24_000, '.');
    const items = Array.from({ length: 750 }, (_, i) => insert([BigInt(i % 3), long(i), 0n]));
    const calls = [
      call('COUNT', 'label', { distinct: true }),
      call('COUNT', 'key', { distinct: true }),
      call('MAX', 'label'),
      call('COUNT'),
    ];
    const all = await changesOf(groups(calls, 'batch', true), { name: 'all at once', cut: 'all at once' }, items);
    expect(all.map((text) => text.replace(/\.+/, '.'))).toEqual([
      '+I[bigint:0|bigint:250|bigint:1|string:.747|bigint:250]',
      '+I[bigint:1|bigint:250|bigint:1|string:.748|bigint:250]',
      '+I[bigint:2|bigint:250|bigint:1|string:.749|bigint:250]',
    ]);
  });
});

const tumble: WindowSpec = { kind: 'tumble', sizeMs: 1000, slideMs: 1000, offsetMs: 0, timeColumn: 2, eventTime: true };

function windows(window: WindowSpec, calls: readonly AggregateCall[]): RunSubject {
  const end = { name: 'window_end', type: types.timestamp(3, false) };
  const output = { fields: [schema.fields[0]!, ...calls.map(({ name, type }) => ({ name, type })), end] };
  const options = { input: schema, output, window, keys: [0], calls, properties: ['end'], timeZone: 'UTC' } as const;
  return { make: () => new WindowAggregateOperator(options), input: schema, keys: [0] };
}

describe('window aggregate, at its bounds', () => {
  it('closes windows of thousands of keys, while the outlet refuses', async () => {
    const items = Array.from({ length: 9000 }, (_, i) => insert([BigInt(i), 'x', BigInt(i % 2)]));
    const hop: WindowSpec = { ...tumble, kind: 'hop', sizeMs: 3000 };
    for (const [window, perKey] of [
      [tumble, 1],
      [hop, 3],
    ] as const) {
      const all = await changesOf(windows(window, [call('COUNT'), call('MAX', 'label')]), AT_ONCE, [...items, watermark(2n ** 63n - 1n)]);
      expect(new Set(all).size).toBe(9000 * perKey);
      expect(all).toHaveLength(9000 * perKey);
    }
  });

  it('closes thousands of windows at once, in their order', async () => {
    const items = Array.from({ length: 5000 }, (_, i) => insert([0n, 'x', BigInt(((i * 7919) % 5000) * 1000)]));
    const all = await changesOf(windows(tumble, [call('COUNT')]), AT_ONCE, [...items, watermark(2n ** 63n - 1n)]);
    expect(all).toEqual(Array.from({ length: 5000 }, (_, i) => `+I[bigint:0|bigint:1|bigint:${(i + 1) * 1000}]`));
  });

  it('refuses a row without a time', async () => {
    const run = changesOf(windows(tumble, [call('COUNT')]), SINGLY, [insert([1n, 'x', 0n]), insert([1n, 'x', null])]);
    await expect(run).rejects.toThrow(expect.objectContaining({ code: 'MS2031', message: 'the time attribute of a row is NULL' }));
  });

  it('does not look at the time of rows that do not count', async () => {
    const items = Array.from({ length: 40 }, (_, i) => insert([1n, 'x', BigInt(i)]));
    const all = await changesOf(windows(tumble, [call('COUNT')]), { name: 'selected', cut: 'all at once', selected: true }, [
      ...items,
      watermark(5000n),
    ]);
    expect(all).toEqual(['+I[bigint:1|bigint:40|bigint:1000]']);
  });
});

const BERLIN = { timeZone: 'Europe/Berlin' };
const zoned = schemaOf({ key: types.bigint(), at: types.timestampLtz(3) });

/** Rows at instants, and the watermark at `until`: the results of counting them per local hour, as `end of the window: count`. */
async function localHours(instants: readonly string[], until: string): Promise<string[]> {
  const count = aggregate(zoned, 'COUNT');
  const window: WindowSpec = { kind: 'tumble', sizeMs: 3_600_000, slideMs: 3_600_000, offsetMs: 0, timeColumn: 1, eventTime: true };
  const fields = [
    { name: 'n', type: count.type },
    { name: 'window_end', type: types.timestamp(3, false) },
  ];
  const make = () =>
    new WindowAggregateOperator({ input: zoned, output: { fields }, window, keys: [], calls: [count], properties: ['end'], ...BERLIN });
  const items = instants.flatMap((text) => {
    const ms = BigInt(Date.parse(text));
    return [insert([1n, ms]), watermark(ms)];
  });
  const { steps } = await OperatorRun.run({ make, input: zoned, keys: [] }, SINGLY, [...items, watermark(BigInt(Date.parse(until)))], 1);
  return steps.flatMap(({ changes }) => changes.map(({ row }) => `${new Date(Number(row[1])).toISOString().slice(0, 16)}: ${row[0]}`));
}

describe('windows of local time', () => {
  it('counts both passes of the hour that is repeated in autumn in one window', async () => {
    const times = ['2024-10-26T23:30:00Z', '2024-10-27T00:10:00Z', '2024-10-27T00:50:00Z', '2024-10-27T01:10:00Z', '2024-10-27T02:20:00Z'];
    expect(await localHours(times, '2024-10-27T03:00:00Z')).toEqual(['2024-10-27T02:00: 1', '2024-10-27T03:00: 3', '2024-10-27T04:00: 1']);
  });

  it('has no window for the hour that is left out in spring', async () => {
    const times = ['2024-03-31T00:30:00Z', '2024-03-31T00:59:59Z', '2024-03-31T01:00:00Z', '2024-03-31T02:00:00Z'];
    expect(await localHours(times, '2024-03-31T04:00:00Z')).toEqual(['2024-03-31T02:00: 2', '2024-03-31T04:00: 1', '2024-03-31T05:00: 1']);
  });
});

describe('window assignment, at its bounds', () => {
  it('hands on nothing for an empty selection', async () => {
    const output = { fields: [...schema.fields, ...['s', 'e', 't'].map((name) => ({ name, type: types.timestamp(3, false) }))] };
    const make = () => new WindowAssignOperator({ input: schema, output, window: tumble, timeZone: 'UTC' });
    expect(await changesOf({ make, input: schema }, AT_ONCE, [])).toEqual([]);
  });
});

describe('sort, at its bounds', () => {
  it('puts NULL first and NaN last', async () => {
    const numbers = schemaOf({ x: types.double() });
    const keys = [{ column: 0, descending: false, nullsFirst: true }];
    const make = () => new SortOperator({ schema: numbers, keys, offset: 0, limit: undefined });
    const values = [Number.NaN, 0, 5, null, Number.NEGATIVE_INFINITY];
    const { last } = await OperatorRun.run(
      { make, input: numbers },
      SINGLY,
      values.map((value) => insert([value])),
      1,
    );
    expect(last.map(({ row }) => row[0])).toEqual([null, Number.NEGATIVE_INFINITY, 0, 5, Number.NaN]);
  });

  it('sorts more rows than a batch holds, while the outlet refuses', async () => {
    const keys = [{ column: 0, descending: true, nullsFirst: false }];
    const make = () => new SortOperator({ schema, keys, offset: 0, limit: undefined });
    const items = Array.from({ length: 10_000 }, (_, i) => insert([BigInt((i * 7919) % 10_000), 'x', 0n]));
    const all = await changesOf({ make, input: schema }, AT_ONCE, items);
    expect(all).toEqual(Array.from({ length: 10_000 }, (_, i) => `+I[bigint:${9999 - i}|string:x|bigint:0]`));
  });
});
