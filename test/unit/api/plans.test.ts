import { describe, expect, it } from 'vitest';
import {
  and,
  avg,
  blackhole,
  type Columns,
  caseWhen,
  coalesce,
  count,
  Decimal,
  fn,
  hop,
  lit,
  type Millstream,
  max,
  milliseconds,
  min,
  minutes,
  nexmark,
  not,
  or,
  type Pipeline,
  seconds,
  sum,
  t,
  tumble,
} from '../../../src/index.ts';
import { openUtc, tripSchema, tripsOf } from './trips.ts';

const MINUTES = `TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE)`;

type Trips = ReturnType<typeof tripsOf>;

/** What SQL says, and what a pipeline over the table trips says. */
const pairs: readonly (readonly [sql: string, pipeline: (trips: Trips, ms: Millstream) => unknown])[] = [
  ['SELECT * FROM trips', (trips) => trips],
  ['SELECT id, city FROM trips', (trips) => trips.select('id', 'city')],
  ['SELECT city AS place, id FROM trips', (trips) => trips.select((r) => ({ place: r.city, id: r.id }))],
  ['SELECT * FROM trips WHERE fare > 10', (trips) => trips.where((r) => r.fare.gt(10))],
  ['SELECT * FROM trips WHERE fare > 10.5 AND id <> 3', (trips) => trips.where((r) => r.fare.gt(10.5)).where((r) => r.id.ne(3n))],
  [
    `SELECT id FROM trips WHERE (city = 'Rome' OR seats >= 2) AND NOT paid`,
    (trips) => trips.where((r) => and(or(r.city.eq('Rome'), r.seats.gte(2)), not(r.paid))).select('id'),
  ],
  ['SELECT id FROM trips WHERE seats BETWEEN 1 AND 3', (trips) => trips.where((r) => r.seats.between(1, 3)).select('id')],
  [`SELECT id FROM trips WHERE city IN ('Rome', 'Oslo')`, (trips) => trips.where((r) => r.city.in(['Rome', 'Oslo'])).select('id')],
  [`SELECT id FROM trips WHERE city NOT LIKE 'P%'`, (trips) => trips.where((r) => r.city.notLike('P%')).select('id')],
  ['SELECT id FROM trips WHERE seats IS NULL', (trips) => trips.where((r) => r.seats.isNull()).select('id')],
  [
    'SELECT seats + 1 AS a, fare * 2 AS b, km / 2 AS c FROM trips',
    (trips) => trips.select((r) => ({ a: r.seats.plus(1), b: r.fare.times(2), c: r.km.dividedBy(2) })),
  ],
  ['SELECT id % 2 AS odd, -seats AS less FROM trips', (trips) => trips.select((r) => ({ odd: r.id.mod(2), less: r.seats.negated() }))],
  ['SELECT fare * 1.1 AS dear FROM trips', (trips) => trips.select((r) => ({ dear: r.fare.times(1.1) }))],
  [
    `SELECT UPPER(city) AS a, city || '!' AS b, SUBSTRING(city FROM 1 FOR 2) AS c, CHAR_LENGTH(city) AS d FROM trips`,
    (trips) => trips.select((r) => ({ a: r.city.upper(), b: r.city.concat('!'), c: r.city.substring(1, 2), d: r.city.length() })),
  ],
  [
    'SELECT CAST(id AS STRING) AS a, TRY_CAST(city AS INT) AS b FROM trips',
    (trips) => trips.select((r) => ({ a: r.id.cast(t.string()), b: r.city.tryCast(t.int()) })),
  ],
  [
    `SELECT CASE WHEN fare > 10 THEN 'dear' WHEN fare > 5 THEN 'fair' ELSE 'cheap' END AS price FROM trips`,
    (trips) => trips.select((r) => ({ price: caseWhen(r.fare.gt(10), 'dear').when(r.fare.gt(5), 'fair').otherwise('cheap') })),
  ],
  ['SELECT COALESCE(seats, 0) AS seats FROM trips', (trips) => trips.select((r) => ({ seats: coalesce(r.seats, 0) }))],
  [`SELECT REVERSE(city) AS back FROM trips`, (trips) => trips.select((r) => ({ back: fn('reverse', t.string(), r.city) }))],
  [
    `SELECT 1e0 AS a, CAST(5 AS BIGINT) AS b, 'x' AS c, 1.50 AS d FROM trips`,
    (trips) => trips.select(() => ({ a: 1, b: 5n, c: 'x', d: Decimal.from('1.50') })),
  ],
  [
    `SELECT CAST(NULL AS INT) AS nothing, CAST('7' AS INT) AS seven FROM trips`,
    (trips) => trips.select(() => ({ nothing: lit(null, t.int()), seven: lit('7', t.int()) })),
  ],
  ['SELECT COUNT(*) AS n, SUM(fare) AS total FROM trips', (trips) => trips.select((r) => ({ n: count(), total: sum(r.fare) }))],
  [
    'SELECT city, COUNT(*) AS n, AVG(fare) AS mean, MIN(fare) AS low, MAX(fare) AS high FROM trips GROUP BY city',
    (trips) => trips.groupBy('city').select((r) => ({ city: r.city, n: count(), mean: avg(r.fare), low: min(r.fare), high: max(r.fare) })),
  ],
  [
    'SELECT city, COUNT(DISTINCT seats) AS n, SUM(fare) FILTER (WHERE paid) AS paid FROM trips GROUP BY city',
    (trips) => trips.groupBy('city').select((r) => ({ city: r.city, n: count(r.seats).distinct(), paid: sum(r.fare).filter(r.paid) })),
  ],
  [
    'SELECT city, COUNT(*) AS n FROM trips GROUP BY city HAVING COUNT(*) > 1',
    (trips) =>
      trips
        .groupBy('city')
        .select((r) => ({ city: r.city, n: count() }))
        .where((r) => r.n.gt(1n)),
  ],
  [
    'SELECT UPPER(city) AS name, COUNT(*) * 2 AS n FROM trips GROUP BY UPPER(city)',
    (trips) => trips.groupBy((r) => ({ name: r.city.upper() })).select((r) => ({ name: r.name, n: count().times(2) })),
  ],
  [
    `SELECT window_start, city, COUNT(*) AS trips, AVG(fare) AS mean FROM ${MINUTES} WHERE fare > 0 GROUP BY window_start, window_end, city`,
    (trips) =>
      trips
        .where((r) => r.fare.gt(0))
        .window(tumble(minutes(1)))
        .groupBy('city')
        .select((r) => ({ window_start: r.window_start, city: r.city, trips: count(), mean: avg(r.fare) })),
  ],
  [
    `SELECT window_end, COUNT(*) AS n FROM ${MINUTES} GROUP BY window_start, window_end`,
    (trips) => trips.window(tumble(minutes(1))).select((r) => ({ window_end: r.window_end, n: count() })),
  ],
  [`SELECT id, window_start FROM ${MINUTES}`, (trips) => trips.window(tumble(minutes(1))).select('id', 'window_start')],
  [
    `SELECT window_start, COUNT(*) AS n FROM HOP(TABLE trips, DESCRIPTOR(ts), INTERVAL '30' SECOND, INTERVAL '2' MINUTE) GROUP BY window_start, window_end`,
    (trips) => trips.window(hop(minutes(2), seconds(30))).select((r) => ({ window_start: r.window_start, n: count() })),
  ],
  [
    `SELECT window_start, COUNT(*) AS n FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '0.500' SECOND, INTERVAL '0.100' SECOND) GROUP BY window_start, window_end`,
    (trips) =>
      trips
        .window(tumble(milliseconds(500), { offset: milliseconds(100), on: 'ts' }))
        .select((r) => ({ window_start: r.window_start, n: count() })),
  ],
  [
    `SELECT window_time, city, COUNT(*) AS n FROM ${MINUTES} GROUP BY window_start, window_end, window_time, city`,
    (trips) =>
      trips
        .window(tumble(minutes(1)))
        .groupBy('city')
        .select((r) => ({ window_time: r.window_time, city: r.city, n: count() })),
  ],
  [
    `WITH q AS (SELECT id, ts FROM trips WHERE id > 1) SELECT window_start, COUNT(*) AS n FROM TUMBLE(TABLE q, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end`,
    (trips) =>
      trips
        .where((r) => r.id.gt(1))
        .select('id', 'ts')
        .window(tumble(minutes(1)))
        .select((r) => ({ window_start: r.window_start, n: count() })),
  ],
  ['SELECT DISTINCT city FROM trips', (trips) => trips.select('city').distinct()],
  [
    'SELECT id FROM trips UNION ALL SELECT id FROM trips WHERE id > 2',
    (trips) => trips.select('id').unionAll(trips.where((r) => r.id.gt(2)).select('id')),
  ],
  ['SELECT city FROM trips UNION SELECT city FROM trips', (trips) => trips.select('city').union(trips.select('city'))],
  [
    'SELECT id FROM trips ORDER BY fare DESC, id LIMIT 2',
    (trips) =>
      trips
        .orderBy((r) => [r.fare.desc(), r.id])
        .limit(2)
        .select('id'),
  ],
  [
    'SELECT city, id FROM trips ORDER BY city, id LIMIT 2 OFFSET 1',
    (trips) => trips.select('city', 'id').orderBy('city', 'id').limit(2, 1),
  ],
  [
    'SELECT x + 1 AS y FROM (SELECT seats * 2 AS x FROM trips) WHERE x > 2',
    (trips) =>
      trips
        .select((r) => ({ x: r.seats.times(2) }))
        .where((r) => r.x.gt(2))
        .select((r) => ({ y: r.x.plus(1) })),
  ],
  [
    "SELECT id, ts + INTERVAL '90' SECOND AS later FROM trips",
    (trips) => trips.select((r) => ({ id: r.id, later: r.ts.plus(seconds(90)) })),
  ],
  [
    `SELECT EXTRACT(HOUR FROM ts) AS h, DATE_FORMAT(ts, 'yyyy') AS y FROM trips`,
    (trips) => trips.select((r) => ({ h: r.ts.extract('HOUR'), y: r.ts.format('yyyy') })),
  ],
];

/** The text without the names of the tables, which differ by what made them. */
const planOf = (explained: string): string => explained.split('\n').slice(1).join('\n');

describe('plans of both faces', () => {
  it.each(pairs)('are the same: %s', async (sql, make) => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    const pipeline = make(trips, ms) as Pipeline<Columns>;
    ms.register('trips', trips);
    expect(planOf(pipeline.explain())).toBe(planOf(ms.query(sql).explain()));
  });

  it('are the same again when the SQL that a pipeline prints is read', async () => {
    for (const [, make] of pairs) {
      const ms = await openUtc();
      const pipeline = make(tripsOf(ms), ms) as Pipeline<Columns>;
      const [create, query] = pipeline.toSql().split(';\n');
      await ms.sql(create!);
      expect(planOf(ms.query(query!).explain())).toBe(planOf(pipeline.explain()));
    }
  });

  it('are the same for fields of rows', async () => {
    const ms = await openUtc();
    await ms.sql(`CREATE TABLE events WITH ('connector' = 'nexmark', 'events.num' = '100')`);
    const events = ms.from(nexmark({ eventsNum: 100 }), 'events');
    const bids = events
      .where((r) => r.event_type.eq(2))
      .select((r) => ({ auction: r.bid.auction, euro: r.bid.price.times(Decimal.from('0.908')) }));
    const sql = 'SELECT bid.auction, bid.price * 0.908 AS euro FROM events WHERE event_type = 2';
    expect(planOf(bids.explain())).toBe(planOf(ms.query(sql).explain()));
  });

  it('are the same for a table that SQL has created, and for INSERT', async () => {
    const ms = await openUtc();
    await ms.sql(`
      CREATE TABLE trips (id BIGINT NOT NULL, city STRING, fare DECIMAL(10, 2), seats INT, km DOUBLE, paid BOOLEAN, ts TIMESTAMP(3))
      WITH ('connector' = 'filesystem', 'path' = 'trips.ndjson', 'format' = 'json');
      CREATE TABLE kept (id BIGINT, city STRING) WITH ('connector' = 'blackhole')`);
    const delivery = ms
      .table('trips', tripSchema)
      .where((r) => r.id.gt(1))
      .select('id', 'city')
      .to('kept');
    const [inserted] = await ms
      .query<{ result: string }>('EXPLAIN CHANGELOG_MODE INSERT INTO kept SELECT id, city FROM trips WHERE id > 1')
      .rows();
    expect(planOf(delivery.explain({ code: false }))).toBe(planOf(inserted!.result));
  });

  it('read a common source once', async () => {
    const ms = await openUtc();
    const trips = tripsOf(ms);
    const both = trips.select('id').unionAll(trips.select((r) => ({ id: r.id.plus(1) })));
    expect(both.explain({ code: false }).match(/Scan\(/g)).toHaveLength(1);
    expect(both.to(blackhole()).explain({ code: false })).toContain('(see above)');
  });
});
