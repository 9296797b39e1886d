import { describe, expect, it } from 'vitest';
import {
  and,
  avg,
  blackhole,
  caseWhen,
  coalesce,
  count,
  Decimal,
  days,
  fn,
  LocalDate,
  lit,
  memory,
  milliseconds,
  minutes,
  or,
  rate,
  SqlError,
  StreamError,
  seconds,
  sum,
  Timestamp,
  t,
  tumble,
} from '../../../src/index.ts';
import { openUtc, tripsOf } from './trips.ts';

const errorOf = (action: () => unknown): StreamError => {
  try {
    action();
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const firstTrip = async () => {
  const ms = await openUtc();
  return tripsOf(ms).where((r) => r.id.eq(1n));
};

describe('expressions', () => {
  it('compute as SQL does', async () => {
    const row = await (await firstTrip())
      .select((r) => ({
        a: r.seats.plus(3).minus(1).times(2),
        b: r.id.dividedBy(2),
        c: r.fare.times(Decimal.from('2.0')),
        d: r.fare.mod(5),
        e: r.km.round().plus(r.seats),
        f: r.km.floor(),
        g: r.km.ceil(),
        h: r.seats.negated().abs(),
        i: r.km.round(0),
        j: r.seats.plus(5n),
        k: r.id.mod(2),
      }))
      .first();
    expect(row).toEqual({
      a: 8,
      b: 0n,
      c: Decimal.from('25.000'),
      d: Decimal.from('2.50'),
      e: 6,
      f: 3,
      g: 4,
      h: 2,
      i: 4,
      j: 7n,
      k: 1,
    });
  });

  it('work on texts', async () => {
    const row = await (await firstTrip())
      .select((r) => ({
        a: r.city.upper().concat('-', r.city.lower()),
        b: r.city.substring(2),
        c: r.city.replace('a', 'o'),
        d: lit('  x ').trim(),
        e: r.city.startsWith('Pa').and(r.city.endsWith('is')),
        f: r.city.like('%r_s'),
        g: r.city.length(),
      }))
      .first();
    expect(row).toEqual({ a: 'PARIS-paris', b: 'aris', c: 'Poris', d: 'x', e: true, f: true, g: 5 });
  });

  it('work on times', async () => {
    const row = await (await firstTrip())
      .select((r) => ({
        a: r.ts.plus(days(1)).minus(milliseconds(1)),
        b: r.ts.extract('MINUTE'),
        c: r.ts.format('yyyy/MM/dd'),
        d: r.ts.gte(Timestamp.from('2024-01-01 00:00:10')),
        e: r.ts.cast(t.date()).eq(LocalDate.from('2024-01-01')),
        f: r.ts.between(Timestamp.from('2024-01-01'), Timestamp.from('2024-01-02')),
      }))
      .first();
    expect(row).toEqual({ a: Timestamp.from('2024-01-02 00:00:09.999'), b: 0n, c: '2024/01/01', d: true, e: true, f: true });
  });

  it('follow the logic of three values', async () => {
    const ms = await openUtc();
    const rows = await tripsOf(ms)
      .where((r) => r.id.eq(3))
      .select((r) => ({
        a: r.paid.and(true),
        b: r.paid.and(false),
        c: or(r.paid, r.id.eq(3n)),
        d: r.paid.isTrue(),
        e: r.paid.isFalse().not(),
        f: r.seats.eq(1),
        g: r.seats.isDistinctFrom(1),
        h: r.seats.isNotDistinctFrom(lit(null, t.int())),
        i: and(r.seats.isNull(), r.city.isNotNull()),
        j: coalesce(r.seats, -1),
        k: coalesce(r.seats, r.km.cast(t.int()), 0),
        l: caseWhen(r.paid, 'yes').otherwise('no or unknown'),
        m: caseWhen(r.paid, r.id).end(),
        n: r.id.notIn([1, 2]),
        o: r.fare.notBetween(1, 2),
      }))
      .rows();
    expect(rows).toEqual([
      {
        a: null,
        b: false,
        c: true,
        d: false,
        e: true,
        f: null,
        g: true,
        h: true,
        i: true,
        j: -1,
        k: 0,
        l: 'no or unknown',
        m: null,
        n: true,
        o: true,
      },
    ]);
  });

  it('are constants of the type that a value has by itself, or of the one given', async () => {
    const row = await (await firstTrip())
      .select(() => ({
        a: 0.1,
        b: lit(1e300),
        c: lit(Number.NaN),
        d: lit(-0),
        e: lit(5, t.smallint()),
        f: lit('12.345', t.decimal(5, 1)),
        g: -(2n ** 63n),
        h: Uint8Array.of(0, 255),
        i: Decimal.from('7'),
        j: true,
        k: lit(-5n),
      }))
      .first();
    expect(row).toEqual({
      a: 0.1,
      b: 1e300,
      c: Number.NaN,
      d: -0,
      e: 5,
      f: Decimal.from('12.3'),
      g: -(2n ** 63n),
      h: Uint8Array.of(0, 255),
      i: Decimal.from('7'),
      j: true,
      k: -5n,
    });
  });

  it('keep every digit of a number in a comparison', async () => {
    const ms = await openUtc();
    const big = [{ n: 2n ** 60n }, { n: 2n ** 60n + 1n }];
    const rows = ms.from(memory(big, { schema: { n: t.bigint() } }));
    expect(await rows.where((r) => r.n.gt(2n ** 60n)).rows()).toHaveLength(1);
    expect(await rows.where((r) => r.n.eq(2 ** 60)).rows()).toEqual([{ n: 2n ** 60n }]);
    expect(await rows.where((r) => r.n.gt(Decimal.from('1152921504606846976.5'))).rows()).toEqual([{ n: 2n ** 60n + 1n }]);
    expect(await rows.where((r) => r.n.lt(2n ** 70n)).rows()).toHaveLength(2);
    expect(await rows.where((r) => r.n.lt(2 ** 70)).rows()).toHaveLength(2);
  });

  it('call any function with a declared type', async () => {
    const trip = await firstTrip();
    expect(
      await trip.select((r) => ({ a: fn('LPAD', t.string(), r.city, lit(7, t.int()), '*'), b: fn('sqrt', t.double(), 4) })).first(),
    ).toEqual({ a: '**Paris', b: 2 });
    expect(errorOf(() => trip.select((r) => ({ a: fn('REVERSE', t.int(), r.city) })))).toMatchObject({
      code: 'MS1213',
      message: 'REVERSE returns STRING here, not INT',
    });
    expect(errorOf(() => trip.select((r) => ({ a: fn('REVERSE', t.string().notNull(), r.city) })))).toMatchObject({
      code: 'MS1213',
      hint: 'leave out notNull()',
    });
    expect(errorOf(() => trip.select((r) => ({ a: fn('REVERT', t.string(), r.city) })))).toMatchObject({ code: 'MS1106' });
  });
});

describe('mistakes', () => {
  it('in names are found where they are made, with the nearest name', async () => {
    const trip = await firstTrip();
    const wrong = (name: string) => (r: unknown) => (r as Record<string, never>)[name]!;
    expect(errorOf(() => trip.where(wrong('fair')))).toMatchObject({ code: 'MS1103', hint: 'did you mean fare?', span: undefined });
    // @ts-expect-error: there is no column cty.
    expect(errorOf(() => trip.select('cty'))).toMatchObject({ code: 'MS1103', hint: 'did you mean city?' });
    // @ts-expect-error: there is no column cty.
    expect(errorOf(() => trip.groupBy('cty'))).toMatchObject({ code: 'MS1103' });
    // @ts-expect-error: there is no column cty.
    expect(errorOf(() => trip.orderBy('cty'))).toMatchObject({ code: 'MS1103' });
  });

  it('in types are found where they are made', async () => {
    const trip = await firstTrip();
    // @ts-expect-error: a number is not like a text.
    expect(() => trip.where((r) => r.fare.like('x'))).toThrow(expect.objectContaining({ code: 'MS1213', span: undefined }));
    // @ts-expect-error: a text is no condition.
    expect(() => trip.where((r) => r.city)).toThrow(expect.objectContaining({ code: 'MS1205' }));
    // @ts-expect-error: a text is not compared with a number.
    expect(() => trip.where((r) => r.paid.eq(1))).toThrow(SqlError);
    // @ts-expect-error: an expression, not the function that makes it.
    expect(() => trip.select((r) => ({ a: r.city.upper }))).toThrow(expect.objectContaining({ code: 'MS1205' }));
  });

  it('in numbers beside integers are found, for they would change the type of the result', async () => {
    const trip = await firstTrip();
    expect(errorOf(() => trip.select((r) => ({ a: r.id.times(0.5) })))).toMatchObject({
      code: 'MS1205',
      hint: expect.stringContaining("Decimal.from('0.5')"),
    });
    expect(errorOf(() => trip.select((r) => ({ a: r.seats.plus(3e9) })))).toMatchObject({
      code: 'MS1205',
      hint: 'take a bigint: 3000000000n',
    });
    expect(await trip.select((r) => ({ a: r.id.plus(3e9), b: r.fare.plus(0.125), c: r.km.times(0.5) })).first()).toEqual({
      a: 3000000001n,
      b: Decimal.from('12.625'),
      c: 1.75,
    });
  });

  it('in grouping say what to do', async () => {
    const trip = await firstTrip();
    expect(errorOf(() => trip.select((r) => ({ city: r.city, n: count() })))).toMatchObject({
      code: 'MS1211',
      hint: expect.stringContaining('GROUP BY'),
    });
    expect(errorOf(() => trip.where((r) => sum(r.seats).gt(1n)))).toMatchObject({ code: 'MS1204' });
    expect(errorOf(() => trip.select((r) => ({ a: sum(avg(r.km)) })))).toMatchObject({ code: 'MS1204' });
  });

  it('in windows say what to do', async () => {
    const ms = await openUtc();
    const ticks = ms.from(rate());
    expect(errorOf(() => ticks.window(tumble(minutes(1))))).toMatchObject({ code: 'MS1203', hint: expect.stringContaining('.watermark(') });
    // @ts-expect-error: a BIGINT has no watermark.
    expect(errorOf(() => ticks.watermark('value', seconds(1)))).toMatchObject({ code: 'MS1208' });
    expect(errorOf(() => ticks.window(tumble(minutes(1), { on: 'timestamp' })))).toMatchObject({ code: 'MS1203' });
    expect(errorOf(() => seconds(0.0001))).toMatchObject({ code: 'MS1205' });
  });

  it('in unions, limits and selections are found', async () => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    expect(errorOf(() => trips.select('id').unionAll(trips.select('id', 'city')))).toMatchObject({ code: 'MS1206' });
    expect(errorOf(() => trips.select('id').unionAll(trips.select('city')))).toMatchObject({ code: 'MS1202' });
    expect(errorOf(() => trips.limit(-1))).toMatchObject({ code: 'MS1205' });
    expect(errorOf(() => trips.select(() => ({})))).toMatchObject({ code: 'MS1205' });
    expect(errorOf(() => ms.from(rate()).orderBy('value'))).toMatchObject({ code: 'MS1207' });
    expect(errorOf(() => trips.where((r) => r.id.in([])))).toMatchObject({ code: 'MS1205' });
  });

  it('in what is handed over are found', async () => {
    const ms = await openUtc();
    expect(errorOf(() => ms.from({} as ReturnType<typeof rate>))).toMatchObject({ code: 'MS1205' });
    expect(errorOf(() => ms.from(blackhole() as unknown as ReturnType<typeof rate>))).toMatchObject({
      code: expect.stringMatching(/^MS1/),
    });
    expect(errorOf(() => ms.table('trips', { id: t.bigint() }))).toMatchObject({ code: 'MS1101' });
    ms.register('trips', tripsOf(ms));
    expect(errorOf(() => ms.table('trips', { id: t.string() }))).toMatchObject({
      code: 'MS1214',
      message: 'column id of trips is BIGINT NOT NULL, not STRING',
    });
    expect(errorOf(() => ms.table('trips', { city: t.string().notNull() }))).toMatchObject({ code: 'MS1214' });
    expect(errorOf(() => ms.table('trips', { town: t.string() }))).toMatchObject({ code: 'MS1103' });
    expect(
      await ms
        .table('trips', { fare: t.decimal(5, 1), city: t.string() })
        .limit(1)
        .rows(),
    ).toEqual([{ fare: Decimal.from('12.50'), city: 'Paris' }]);
  });
});

describe('tables in pipelines', () => {
  it('get computed columns, on which a watermark can be', async () => {
    const ms = await openUtc();
    const source = memory([{ ms: 0 }, { ms: 61_000 }], { schema: { ms: t.bigint() } });
    const perMinute = ms
      .from(source)
      .withColumns((r) => ({ at: fn('TO_TIMESTAMP_LTZ', t.timestampLtz(3), r.ms, lit(3, t.int())) }))
      .watermark('at', seconds(0))
      .window(tumble(minutes(1)))
      .select((r) => ({ n: count(), from: r.window_start }));
    expect((await perMinute.rows()).map(({ n }) => n)).toEqual([1n, 1n]);
  });

  it('are dynamic without a schema', async () => {
    const ms = await openUtc();
    ms.register('trips', tripsOf(ms));
    const ids = ms
      .table('trips')
      .where((r) => r.city!.eq('Paris').and(r.seats!.gt(1)))
      .select((r) => ({ id: r.id!, twice: r.fare!.times(2) }));
    expect(await ids.rows()).toEqual([{ id: 1n, twice: Decimal.from('25.00') }]);
  });

  it('are selected whole with a spread', async () => {
    const ms = await openUtc();
    const rows = await tripsOf(ms)
      .select((r) => ({ ...r, twice: r.seats.times(2) }))
      .limit(1)
      .rows();
    expect(Object.keys(rows[0]!)).toEqual(['id', 'city', 'fare', 'seats', 'km', 'paid', 'ts', 'twice']);
  });
});
