import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { StreamError } from '../../../src/common/errors.ts';
import { nexmark } from '../../../src/connectors/nexmark/nexmark.ts';
import { nexmarkColumns } from '../../../src/connectors/nexmark/nexmark-columns.ts';
import type { Batch } from '../../../src/data/batch.ts';
import type { Column } from '../../../src/data/column.ts';
import type { Field, Schema } from '../../../src/data/schema.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { drain, optionsOf, sourceContext } from './harness.ts';

type Value = null | number | bigint | string | { [name: string]: Value };
type Row = { [name: string]: Value };

const full: Schema = { fields: nexmarkColumns };

/** The official table with only these fields, as projection push-down prunes it. */
function pruned(names: readonly string[]): Schema {
  const fields = nexmarkColumns.flatMap(({ name, type }): Field[] => {
    if (type.root !== 'ROW') return names.includes(name) ? [{ name, type }] : [];
    const kept = type.fields.filter((field) => names.includes(`${name}.${field.name}`));
    return kept.length === 0 ? [] : [{ name, type: { ...type, fields: kept } }];
  });
  return { fields };
}

function valueAt(column: Column, type: SqlType, row: number): Value {
  if (column.isNull(row)) return null;
  if (type.root === 'ROW')
    return Object.fromEntries(type.fields.map((field, i) => [field.name, valueAt(column.children[i]!, field.type, row)]));
  if (column.storage === 'bytes') return column.memory.text(Number(column.values[row]) >>> 0, Number(column.aux[row]));
  return column.values[row]!;
}

function rowsOf(batch: Batch, schema: Schema): Row[] {
  return Array.from({ length: batch.rowCount }, (_, row) =>
    Object.fromEntries(schema.fields.map(({ name, type }, i) => [name, valueAt(batch.columns[i]!, type, row)])),
  );
}

async function open(raw: Record<string, string>, schema: Schema = full, rest: Partial<SourceContext> = {}): Promise<SourceReader> {
  return nexmark.openSource!(sourceContext(nexmark, await loadKernels(), schema, raw, rest));
}

async function generate(raw: Record<string, string>, schema: Schema = full, rest: Partial<SourceContext> = {}): Promise<Row[]> {
  const rows: Row[] = [];
  const reader = await open(raw, schema, rest);
  expect(drain(reader, (batch) => rows.push(...rowsOf(batch, schema)))).toBe('end');
  await reader.close();
  return rows;
}

const kindOf = (row: Row): Row => (row.person ?? row.auction ?? row.bid) as Row;
const bidsOf = (rows: readonly Row[]): Row[] => rows.flatMap((row) => (row.bid === null ? [] : [row.bid as Row]));
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function refusal(raw: Record<string, string>, schema: Schema = full): Promise<StreamError> {
  try {
    await open(raw, schema);
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
  throw new Error('the source was opened');
}

describe('nexmark events', () => {
  it('makes the fields of a row that is null null', async () => {
    const reader = await open({ 'events.num': '50' }, pruned(['event_type', 'bid.price']));
    let bids = 0;
    drain(reader, (batch) => {
      const [type, bid] = batch.columns as [Column, Column];
      for (let i = 0; i < batch.rowCount; i++) {
        expect(bid.children[0]!.isNull(i)).toBe(type.values[i] !== 2);
        bids += type.values[i] === 2 ? 1 : 0;
      }
    });
    expect(bids).toBe(46);
    await reader.close();
  });

  it('come as 1 person, 3 auctions and 46 bids in every 50, two auctions first and the first person as event 48', async () => {
    const rows = await generate({ 'events.num': '5000' });
    const kinds = rows.map((row) => row.event_type);
    expect(kinds.slice(0, 52).join('')).toBe(`11${'2'.repeat(46)}0111`);
    expect([0, 1, 2].map((kind) => kinds.filter((other) => other === kind).length)).toEqual([100, 300, 4600]);
    const present = rows.map(({ person, auction, bid }) => [person, auction, bid].flatMap((value, kind) => (value === null ? [] : [kind])));
    expect(present).toEqual(kinds.map((kind) => [kind]));
  });

  it('number persons and auctions without gaps, and give bidders ids of their own', async () => {
    const rows = await generate({ 'events.num': '6000' });
    const persons = rows.flatMap((row) => (row.person === null ? [] : [(row.person as Row).id]));
    const auctions = rows.flatMap((row) => (row.auction === null ? [] : [(row.auction as Row).id]));
    expect(persons).toEqual(persons.map((_, i) => 1001n + BigInt(i)));
    expect(auctions).toEqual(auctions.map((_, i) => 1001n + BigInt(i)));
    const bids = bidsOf(rows);
    expect(Math.min(...bids.map(({ bidder }) => Number(bidder)))).toBe(2000);
    expect(Math.min(...bids.map(({ auction }) => Number(auction)))).toBe(1000);
  });

  it('advance by the rate from the base time, and auctions expire after they open', async () => {
    const rows = await generate({ 'events.num': '1000', 'first-event.rate': '500', 'base-time': '2026-01-01 00:00:00' });
    const base = Date.UTC(2026, 0, 1);
    expect(rows.map((row) => kindOf(row).dateTime)).toEqual(rows.map((_, i) => BigInt(base + 2 * (i + 1))));
    const lives = rows.flatMap(({ auction }) =>
      auction === null ? [] : [Number((auction as Row).expires) - Number((auction as Row).dateTime)],
    );
    expect(Math.min(...lives)).toBeGreaterThan(0);
    expect(Math.max(...lives)).toBeLessThanOrEqual(2 * 1666 * 2);
  });

  it('are the same from a seed, and others from another', async () => {
    const once = await generate({ 'events.num': '6000', seed: '7' });
    expect(await generate({ 'events.num': '6000', seed: '7' })).toEqual(once);
    const other = await generate({ 'events.num': '6000', seed: '8' });
    expect(other.filter((row, i) => kindOf(row).extra === kindOf(once[i]!).extra)).toEqual([]);
  });

  it('are the same events at any parallelism', async () => {
    const all = await generate({ 'events.num': '20000' });
    const parts = await Promise.all([0, 1, 2].map((index) => generate({ 'events.num': '20000' }, full, { subtask: { index, count: 3 } })));
    const keyOf = (row: Row): string => JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(parts.flat().map(keyOf).sort()).toEqual(all.map(keyOf).sort());
    expect(parts.map((part) => part.length)).toEqual([4096 + 4096, 4096 + 20000 - 4 * 4096, 4096]);
  });

  it.each([
    ['numbers of bids', ['bid.price', 'bid.auction']],
    ['one text', ['bid.extra']],
    ['texts whose length depends on others', ['auction.extra', 'person.extra']],
    ['a url without its channel', ['event_type', 'bid.url']],
    ['fields in another order', ['person.state', 'person.name', 'auction.reserve']],
  ])('do not depend on which columns are read: %s', async (_, names) => {
    const all = await generate({ 'events.num': '5000' });
    const some = await generate({ 'events.num': '5000' }, pruned(names));
    const pick = (row: Row): Row =>
      Object.fromEntries(
        pruned(names).fields.map(({ name, type }) => {
          const value = row[name]!;
          if (type.root !== 'ROW' || value === null) return [name, value];
          return [name, Object.fromEntries(type.fields.map((field) => [field.name, (value as Row)[field.name]!]))];
        }),
      );
    expect(some).toEqual(all.map(pick));
  });

  it('resume where they stopped', async () => {
    const all = await generate({ 'events.num': '12000' });
    const first = await open({ 'events.num': '12000' });
    first.poll();
    const second = await open({ 'events.num': '12000' });
    second.restore(JSON.parse(JSON.stringify(first.position())));
    const rest: Row[] = [];
    drain(second, (batch) => rest.push(...rowsOf(batch, full)));
    expect(rest).toEqual(all.slice(4096));
  });

  it('follow other proportions', async () => {
    const options = { 'events.num': '100', 'person.proportion': '0', 'auction.proportion': '0', 'bid.proportion': '1' };
    const rows = await generate(options);
    expect(rows.every((row) => row.event_type === 2 && row.bid !== null)).toBe(true);
    const people = await generate({ ...options, 'person.proportion': '1', 'bid.proportion': '0' });
    expect(people.map((row) => (row.person as Row).id)).toEqual(people.map((_, i) => 1002n + BigInt(i)));
  });
});

describe('the distributions of nexmark', () => {
  const sample = generate({ 'events.num': '100000', 'first-event.rate': '500' });

  it('prices are 100 * 10^(6 u): even on a logarithmic scale from 1 to 1,000,000', async () => {
    const exponents = bidsOf(await sample).map((bid) => Math.log10(Number(bid.price) / 100) / 6);
    expect(Math.min(...exponents)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...exponents)).toBeLessThanOrEqual(1);
    for (const part of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      expect(exponents.filter((x) => x < part).length / exponents.length).toBeCloseTo(part, 1.7);
    }
  });

  it('half of the bids go to the hot auction, three quarters come from the hot bidder', async () => {
    const bids = bidsOf(await sample).slice(10_000);
    const share = (test: (bid: Row) => boolean): number => bids.filter(test).length / bids.length;
    expect(share(({ auction }) => Number(auction) % 100 === 0)).toBeCloseTo(0.505, 1.7);
    expect(share(({ bidder }) => Number(bidder) % 100 === 1)).toBeCloseTo(0.7525, 1.7);
    expect(share(({ channel }) => ['Google', 'Facebook', 'Baidu', 'Apple'].includes(channel as string))).toBeCloseTo(0.5, 1.7);
  });

  it('urls belong to their channel and have three parts; nine in ten of the others name an id', async () => {
    const urls = new Map<string, string>();
    for (const { channel, url } of bidsOf(await sample)) {
      expect(url).toMatch(
        /^https:\/\/www\.nexmark\.com\/[a-z_]{3,4}\/[a-z_]{3,4}\/[a-z_]{3,4}\/item\.htm\?query=1(&channel_id=-?\d{1,10})?$/,
      );
      expect(urls.get(channel as string) ?? url).toBe(url);
      urls.set(channel as string, url as string);
    }
    const cold = [...urls].filter(([channel]) => channel.startsWith('channel-'));
    expect(cold.length).toBeGreaterThan(9800);
    expect(cold.every(([channel]) => Number(channel.slice(8)) < 10_000 && channel === `channel-${Number(channel.slice(8))}`)).toBe(true);
    expect(cold.filter(([, url]) => url.includes('channel_id')).length / cold.length).toBeCloseTo(0.9, 1.7);
    expect(urls.get('channel-9309')).toMatch(/query=1(&channel_id=1172045824)?$/);
  });

  it('texts have the characters and lengths of the original', async () => {
    const rows = await sample;
    const extras = bidsOf(rows).map(({ extra }) => extra as string);
    expect(extras.every((extra) => /^[H-Z[\\\]^_`a-z]{54,81}$/.test(extra))).toBe(true);
    expect(mean(extras.map((extra) => extra.length))).toBeCloseTo(67.5, 0);
    const letters = new Map<string, number>();
    for (const extra of extras) for (const letter of extra) letters.set(letter, (letters.get(letter) ?? 0) + 1);
    const total = extras.reduce((sum, extra) => sum + extra.length, 0);
    const uneven = [...letters].filter(([letter, count]) => Math.abs((count / total) * (letter === 'a' ? 26 : 52) - 1) > 0.12);
    expect(letters.size).toBe(51);
    expect(uneven).toEqual([]);
    for (const extra of extras.slice(0, 1000)) expect(extra).toMatch(/^(?:[H-Z[\\\]^_`a]{6}|[a-z]{6})+(?:[H-Z[\\\]^_`a]{0,5}|[a-z]{0,5})$/);
    for (const { auction, person } of rows) {
      if (auction !== null) {
        const { itemName, description, extra } = auction as Record<string, string>;
        expect(itemName).toMatch(/^(?! )[a-z ]{0,19}(?<! )$/);
        expect(description).toMatch(/^(?! )[a-z ]{0,99}(?<! )$/);
        expect(Math.abs(48 + itemName!.length + description!.length + extra!.length - 500)).toBeLessThanOrEqual(91);
      }
      if (person !== null) {
        const { name, emailAddress, creditCard, state, city, extra } = person as Record<string, string>;
        expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
        expect(emailAddress).toMatch(/^[a-z ]{0,6}@[a-z ]{0,4}\.com$/);
        expect(creditCard).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
        const size = 8 + name!.length + emailAddress!.length + creditCard!.length + state!.length + city!.length + extra!.length;
        expect(Math.abs(size - 200)).toBeLessThanOrEqual(31);
      }
    }
  });
});

describe('the nexmark source', () => {
  it('is bounded by events.num or stop-at, unless it is kept alive', () => {
    const bounded = (raw: Record<string, string>): boolean => nexmark.descriptor.source!.bounded(optionsOf(nexmark, raw));
    expect([{}, { 'events.num': '5' }, { 'stop-at': '5' }, { 'events.num': '5', 'keep-alive': 'true' }].map(bounded)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('reports progress and the end of its split', async () => {
    const reader = await open({ 'events.num': '5000' });
    expect(reader.progress()).toEqual({ done: 0, total: 5000 });
    expect([...reader.activeSplits]).toEqual([0]);
    expect(drain(reader, () => {})).toBe('end');
    expect(reader.progress()).toEqual({ done: 5000, total: 5000 });
    expect([...reader.activeSplits]).toEqual([]);
  });

  it('stays open without rows when kept alive, until it is told to stop', async () => {
    const reader = await open({ 'events.num': '10', 'keep-alive': 'true' });
    expect(drain(reader, () => {})).toBe('idle');
    const stop = new AbortController();
    const waiting = reader.wait(stop.signal);
    stop.abort();
    await waiting;
    expect(reader.poll()).toBe('idle');
  });

  it.each(['rate.limited', 'max-emit-speed'])('paces events by the clock (%s)', async (name) => {
    const clock = new VirtualClock(5000);
    const raw = { 'first-event.rate': '1000', 'events.num': '30', [name]: String(name === 'rate.limited') };
    const reader = await open(raw, full, { clock });
    let rows = 0;
    const take = (): 'idle' | 'end' => drain(reader, (batch) => (rows += batch.rowCount));
    expect(take()).toBe('idle');
    expect(rows).toBe(0);
    clock.advance(1);
    expect([take(), rows]).toEqual(['idle', 1]);
    clock.advance(9);
    expect([take(), rows]).toEqual(['idle', 10]);
    const waiting = reader.wait(new AbortController().signal);
    clock.advance(1);
    await waiting;
    expect([take(), rows]).toEqual(['idle', 11]);
    clock.advance(1000);
    expect([take(), rows]).toEqual(['end', 30]);
  });

  it('paces the events after a restore from the moment it is restored', async () => {
    const clock = new VirtualClock(0);
    const reader = await open({ 'first-event.rate': '1000', 'rate.limited': 'true' }, full, { clock });
    reader.restore({ event: 1000, baseTime: '0' });
    let rows = 0;
    drain(reader, (batch) => (rows += batch.rowCount));
    clock.advance(5);
    drain(reader, (batch) => (rows += batch.rowCount));
    expect(rows).toBe(5);
  });

  it('gives its memory back', async () => {
    const kernels = await loadKernels();
    const context = sourceContext(nexmark, kernels, full, { 'events.num': '5000' });
    const run = async (): Promise<number> => {
      const reader = await nexmark.openSource!(context);
      drain(reader, () => {});
      await reader.close();
      return kernels.allocatedTop();
    };
    const top = await run();
    expect(await run()).toBe(top);
  });

  it.each([
    [{ 'first-event.rate': '0' }, 'MS1304', 'first-event.rate'],
    [{ 'bid.hot-ratio.auctions': '0' }, 'MS1304', 'bid.hot-ratio.auctions'],
    [{ 'person.proportion': '-1' }, 'MS1304', 'person.proportion'],
    [{ 'person.proportion': '0', 'auction.proportion': '0', 'bid.proportion': '0' }, 'MS1304', 'add up to 0'],
    [{ 'bid.avg-size': '2 mb' }, 'MS1304', 'bid.avg-size'],
    [{ 'events.num': '-1' }, 'MS1304', 'events.num'],
    [{ 'base-time': '2026-02-30 00:00:00' }, 'MS1303', 'base-time'],
    [{ 'base-time': 'yesterday' }, 'MS1303', 'base-time'],
  ])('refuses %j', async (raw, code, text) => {
    const error = await refusal(raw as Record<string, string>);
    expect(error.code).toBe(code);
    expect(error.message).toContain(text);
  });

  it('refuses columns it does not have, and types it does not fill', async () => {
    expect(await refusal({}, { fields: [{ name: 'event_typ', type: types.int() }] })).toMatchObject({
      code: 'MS3001',
      hint: "did you mean 'event_type'?",
    });
    expect((await refusal({}, { fields: [{ name: 'event_type', type: types.bigint() }] })).message).toContain('must be INT');
    const bid = (name: string, type: SqlType): Schema => ({ fields: [{ name: 'bid', type: types.row([{ name, type }]) }] });
    expect((await refusal({}, bid('prize', types.bigint()))).hint).toBe("did you mean 'bid.price'?");
    expect((await refusal({}, bid('price', types.int()))).message).toContain('must be BIGINT');
    expect((await refusal({}, bid('dateTime', types.timestamp(6)))).message).toContain('must be TIMESTAMP(3)');
    expect((await refusal({}, bid('url', types.varchar(10)))).code).toBe('MS3001');
  });

  it('takes large events in smaller batches', async () => {
    const reader = await open({ 'events.num': '2000', 'bid.avg-size': '100 kb' }, pruned(['bid.extra']));
    let rows = 0;
    let longest = 0;
    drain(reader, (batch) => {
      rows += batch.rowCount;
      longest = Math.max(longest, batch.rowCount);
    });
    expect(rows).toBe(2000);
    expect(longest).toBeLessThan(1000);
  });
});
