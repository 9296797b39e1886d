import { describe, expect, it } from 'vitest';
import { type Change, count, Decimal, memory, rate, SqlError, sum, t, VirtualClock } from '../../../src/index.ts';
import { openUtc, tripRows, tripSchema, tripsOf } from './trips.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => ({ n: i, even: i % 2 === 0 }));
const numberSchema = { n: t.bigint(), even: t.boolean() };

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('changes', () => {
  it('are inserts of exact values for a query that only inserts', async () => {
    const ms = await openUtc();
    expect(await listOf(tripsOf(ms).select('id', 'fare').limit(2))).toEqual([
      { op: '+I', row: { id: 1n, fare: Decimal.from('12.50') } },
      { op: '+I', row: { id: 2n, fare: Decimal.from('8.00') } },
    ]);
  });

  it('take back and replace rows of an updated result', async () => {
    const ms = await openUtc({ settings: { 'millstream.changelog': 'record' } });
    const perCity = tripsOf(ms)
      .where((r) => r.city.eq('Paris'))
      .groupBy('city')
      .select((r) => ({ city: r.city, n: count() }));
    expect((await listOf(perCity)).map(({ op, row }) => `${op} ${row.n}`)).toEqual(['+I 1', '-U 1', '+U 2']);
  });

  it('can be read again, each time from the beginning', async () => {
    const ms = await openUtc();
    const ids = tripsOf(ms).select('id');
    expect(await ids.rows()).toEqual(await ids.rows());
  });

  it('print themselves as the json format does', async () => {
    const ms = await openUtc();
    const [row] = await tripsOf(ms).select('id', 'ts', 'paid').rows();
    expect(JSON.stringify(row)).toBe('{"id":1,"ts":"2024-01-01 00:00:10","paid":true}');
  });
});

describe('rows', () => {
  it('are all rows, nulls included', async () => {
    const ms = await openUtc();
    expect(await ms.from(memory(tripRows, { schema: tripSchema })).rows()).toEqual(tripRows);
  });

  it('are the final ones of an updated result, in the order in which they first came', async () => {
    const ms = await openUtc({ settings: { 'millstream.changelog': 'record' } });
    const totals = tripsOf(ms)
      .groupBy('city')
      .select((r) => ({ city: r.city, fares: sum(r.fare) }));
    expect(await totals.rows()).toEqual([
      { city: 'Paris', fares: Decimal.from('19.75') },
      { city: 'Rome', fares: Decimal.from('8.00') },
      { city: null, fares: null },
    ]);
  });

  it('count equal rows', async () => {
    const ms = await openUtc();
    const parts = ms.from(memory(numbers(10), { schema: numberSchema })).groupBy('n', 'even');
    const evens = parts.select((r) => ({ even: r.even, n: count() }));
    expect(await evens.rows()).toHaveLength(10);
  });

  it('are refused for input without end', async () => {
    const ms = await openUtc();
    await expect(ms.from(rate()).rows()).rejects.toThrow(expect.objectContaining({ code: 'MS1207' }));
  });

  it('may be many', async () => {
    const ms = await openUtc();
    const rows = await ms.from(memory(numbers(20_000), { schema: numberSchema })).rows();
    expect(rows).toHaveLength(20_000);
    expect(rows[19_999]).toEqual({ n: 19_999n, even: false });
  });
});

describe('first', () => {
  it('is one row of a source without end, which is then ended', async () => {
    const clock = new VirtualClock(0);
    const ms = await openUtc({ clock });
    const first = ms
      .from(rate({ rowsPerSecond: 1 }))
      .select('value')
      .first();
    while (clock.now() < 5000) {
      clock.advance(1000);
      await new Promise(setImmediate);
    }
    expect(await first).toEqual({ value: 0n });
  });

  it('is undefined where there is no row', async () => {
    const ms = await openUtc();
    expect(
      await tripsOf(ms)
        .where((r) => r.id.gt(100))
        .first(),
    ).toBeUndefined();
  });
});

describe('batches', () => {
  it('hand over columns, numbers in typed arrays', async () => {
    const ms = await openUtc();
    const [batch] = await listOf(tripsOf(ms).select('id', 'seats', 'paid', 'city').batches());
    expect(batch!.size).toBe(4);
    expect(batch!.ops).toBeNull();
    expect(batch!.column('id').values).toEqual(BigInt64Array.of(1n, 2n, 3n, 4n));
    const seats = batch!.column('seats');
    expect([0, 1, 2, 3].map((row) => seats.get(row))).toEqual([2, 1, null, 4]);
    expect(seats.nulls).toEqual(Uint8Array.of(0, 0, 1, 0));
    expect([0, 1, 2].map((row) => batch!.column('paid').get(row))).toEqual([true, false, null]);
    expect(batch!.column('city').values).toEqual(['Paris', 'Rome', 'Paris', null]);
    expect(batch!.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id BIGINT NOT NULL',
      'seats INT',
      'paid BOOLEAN',
      'city STRING',
    ]);
  });

  it('hold only the rows that count', async () => {
    const ms = await openUtc();
    const evens = ms.from(memory(numbers(5000), { schema: numberSchema })).where((r) => r.even);
    const batches = await listOf(evens.batches());
    const values = batches.flatMap((batch) => [...(batch.column('n').values as BigInt64Array)]);
    expect(values).toEqual(Array.from({ length: 2500 }, (_, i) => BigInt(2 * i)));
  });

  it('stay as they are when the next ones come', async () => {
    const ms = await openUtc();
    const batches = await listOf(ms.from(memory(numbers(9000), { schema: numberSchema })).batches());
    expect(batches.length).toBeGreaterThan(1);
    expect(batches[0]!.column('n').get(0)).toBe(0n);
  });

  it('name the column that is not there', async () => {
    const ms = await openUtc();
    const [batch] = await listOf(tripsOf(ms).select('id').batches());
    expect(() => batch!.column('ID' as 'id')).toThrow(RangeError);
  });
});

describe('a slow consumer', () => {
  it('holds the query up: no more than a few batches are read ahead', async () => {
    const ms = await openUtc();
    let produced = 0;
    function* endless() {
      for (;;) yield { n: produced++, even: true };
    }
    const changes = ms.from(memory(endless(), { schema: numberSchema })).changes();
    await changes.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(produced).toBeLessThan(5 * 4096);
    await changes.return();
  });

  it('loses no row', async () => {
    const ms = await openUtc();
    let expected = 0n;
    for await (const batch of ms.from(memory(numbers(30_000), { schema: numberSchema })).batches()) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      for (let row = 0; row < batch.size; row++) expect(batch.column('n').get(row)).toBe(expected++);
    }
    expect(expected).toBe(30_000n);
  });

  it('that leaves early ends the query', async () => {
    const ms = await openUtc();
    let closed = false;
    function* endless() {
      try {
        for (let n = 0; ; n++) yield { n, even: true };
      } finally {
        closed = true;
      }
    }
    const taken: Change<unknown>[] = [];
    for await (const change of ms.from(memory(endless(), { schema: numberSchema }))) {
      taken.push(change);
      if (taken.length === 3) break;
    }
    expect(taken).toHaveLength(3);
    expect(closed).toBe(true);
  });
});

describe('failures', () => {
  const failing = [{ n: 1 }, { n: 0 }];

  it('come to the reader after the rows before them', async () => {
    const ms = await openUtc();
    const quotients = ms.from(memory(failing, { schema: { n: t.int() } })).select((r) => ({ q: r.n.dividedBy(r.n.minus(1)) }));
    await expect(quotients.rows()).rejects.toThrow(expect.objectContaining({ code: 'MS2030' }));
    await expect(listOf(quotients)).rejects.toThrow('division by zero');
  });

  it('of a row of the wrong class name column and row', async () => {
    const ms = await openUtc();
    const rows = [{ n: 'one' }] as unknown as { n: number }[];
    await expect(ms.from(memory(rows, { schema: { n: t.int() } })).rows()).rejects.toThrow(/column n in row 1/);
  });

  it('come from a closed Millstream', async () => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    await ms.close();
    await expect(trips.rows()).rejects.toThrow(SqlError);
    await expect(trips.rows()).rejects.toThrow(expect.objectContaining({ code: 'MS1501' }));
  });
});
