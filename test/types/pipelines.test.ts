import {
  avg,
  type Change,
  type ColumnVector,
  caseWhen,
  coalesce,
  count,
  type Decimal,
  filesystem,
  fn,
  hop,
  type LocalDate,
  type LocalTime,
  lit,
  type Millstream,
  max,
  memory,
  minutes,
  nexmark,
  type Pipeline,
  type RowObject,
  rate,
  seconds,
  sum,
  type Timestamp,
  type TimestampLtz,
  t,
  tumble,
} from 'millstream';
import { describe, expectTypeOf, it } from 'vitest';

/** The tests hold for the compiler: nothing is called. */
const ms = undefined as unknown as Millstream;
const onlyTypes = (check: () => void): void => void check;

const trips = () =>
  ms.from(
    filesystem({
      path: 'trips.ndjson',
      format: 'json',
      schema: {
        id: t.bigint().notNull(),
        city: t.string(),
        fare: t.decimal(10, 2),
        seats: t.int().notNull(),
        km: t.double(),
        paid: t.boolean(),
        ts: t.timestamp(3),
      },
    }),
  );

type RowsOf<P> = P extends Pipeline<infer C> ? (Pipeline<C> extends AsyncIterable<Change<infer Row>> ? Row : never) : never;

describe('rows', () => {
  it('have the exact values of the columns, null where these may be', () => {
    onlyTypes(() => {
      const rows = trips().rows();
      expectTypeOf(rows).resolves.toEqualTypeOf<
        {
          id: bigint;
          city: string | null;
          fare: Decimal | null;
          seats: number;
          km: number | null;
          paid: boolean | null;
          ts: Timestamp | null;
        }[]
      >();
      expectTypeOf(trips().first()).resolves.extract<undefined>().toEqualTypeOf<undefined>();
    });
  });

  it('have a JavaScript class for each SQL type', () => {
    onlyTypes(() => {
      const schema = {
        a: t.tinyint().notNull(),
        b: t.smallint().notNull(),
        c: t.float().notNull(),
        d: t.date().notNull(),
        e: t.time().notNull(),
        f: t.timestampLtz(3).notNull(),
        g: t.bytes().notNull(),
        h: t.varchar(3).notNull(),
        i: t.intervalDayToSecond().notNull(),
        j: t.array(t.int()).notNull(),
        k: t.map(t.string().notNull(), t.bigint()).notNull(),
        l: t.row({ x: t.double(), y: t.row({ z: t.string().notNull() }) }).notNull(),
      };
      expectTypeOf(ms.from(memory([], { schema })).rows()).resolves.toEqualTypeOf<
        {
          a: number;
          b: number;
          c: number;
          d: LocalDate;
          e: LocalTime;
          f: TimestampLtz;
          g: Uint8Array;
          h: string;
          i: bigint;
          j: readonly (number | null)[];
          k: ReadonlyMap<string, bigint | null>;
          l: { x: number | null; y: { z: string } | null };
        }[]
      >();
    });
  });

  it('of the pipeline on the first page are inferred', () => {
    onlyTypes(() => {
      const perCity = trips()
        .watermark('ts', seconds(5))
        .where((r) => r.fare.gt(0))
        .window(tumble(minutes(1)))
        .groupBy('city')
        .select((r) => ({ city: r.city, trips: count(), mean: avg(r.fare) }));
      expectTypeOf(perCity).toEqualTypeOf<Pipeline<{ city: 'STRING'; trips: 'BIGINT NOT NULL'; mean: 'DECIMAL' }>>();
      expectTypeOf<RowsOf<typeof perCity>>().toEqualTypeOf<{ city: string | null; trips: bigint; mean: Decimal | null }>();
    });
  });

  it('of SQL are what the program says', () => {
    onlyTypes(() => {
      expectTypeOf(ms.query('SELECT 1 AS a').rows()).resolves.toEqualTypeOf<RowObject[]>();
      expectTypeOf(ms.query<{ a: number }>`SELECT ${1} AS a`.first()).resolves.toEqualTypeOf<{ a: number } | undefined>();
    });
  });

  it('come as columns, too', () => {
    onlyTypes(async () => {
      for await (const batch of trips().select('id', 'km').batches()) {
        expectTypeOf(batch.column('km')).toEqualTypeOf<ColumnVector<number | null>>();
        // @ts-expect-error: there is no such column.
        batch.column('kn');
      }
    });
  });
});

describe('expressions', () => {
  it('have the type that SQL gives them', () => {
    onlyTypes(() => {
      const made = trips().select((r) => ({
        bigintPlusInt: r.id.plus(r.seats),
        intPlusNumber: r.seats.plus(1),
        intPlusBigint: r.seats.plus(1n),
        decimalTimesNumber: r.fare.times(1.5),
        decimalTimesDouble: r.fare.times(r.km),
        intByInt: r.seats.dividedBy(2),
        remainder: r.id.mod(10),
        bigintRemainder: r.seats.mod(r.id),
        text: r.city.upper().concat('!'),
        size: r.city.length(),
        isDear: r.fare.gt(100),
        isFirst: r.id.eq(1n),
        known: r.city.isNotNull(),
        asText: r.id.cast(t.string()),
        tried: r.id.tryCast(t.int()),
        later: r.ts.plus(seconds(1)),
        year: r.ts.extract('YEAR'),
        chosen: caseWhen(r.fare.gt(100), 'dear').otherwise('cheap'),
        perhaps: caseWhen(r.fare.gt(100), r.seats).end(),
        mixed: caseWhen(r.paid, r.seats).otherwise(r.id),
        filled: coalesce(r.km, 0),
        still: coalesce(r.km, r.km),
        called: fn('REVERSE', t.string(), r.city),
        one: 1,
        big: 1n,
        none: lit(null, t.date()),
      }));
      expectTypeOf(made).toEqualTypeOf<
        Pipeline<{
          bigintPlusInt: 'BIGINT NOT NULL';
          intPlusNumber: 'INT NOT NULL';
          intPlusBigint: 'BIGINT NOT NULL';
          decimalTimesNumber: 'DECIMAL';
          decimalTimesDouble: 'DOUBLE';
          intByInt: 'INT NOT NULL';
          remainder: 'INT NOT NULL';
          bigintRemainder: 'BIGINT NOT NULL';
          text: 'STRING';
          size: 'INT';
          isDear: 'BOOLEAN';
          isFirst: 'BOOLEAN NOT NULL';
          known: 'BOOLEAN NOT NULL';
          asText: 'STRING NOT NULL';
          tried: 'INT';
          later: 'TIMESTAMP';
          year: 'BIGINT';
          chosen: 'STRING NOT NULL';
          perhaps: 'INT';
          mixed: 'BIGINT NOT NULL';
          filled: 'DOUBLE NOT NULL';
          still: 'DOUBLE';
          called: 'STRING';
          one: 'DOUBLE NOT NULL';
          big: 'BIGINT NOT NULL';
          none: 'DATE';
        }>
      >();
    });
  });

  it('of fields may be null when the row may be', () => {
    onlyTypes(() => {
      const fields = ms.from(nexmark()).select((r) => ({ auction: r.bid.auction, url: r.bid.field('url'), seen: r.bid.isNotNull() }));
      expectTypeOf<RowsOf<typeof fields>>().toEqualTypeOf<{ auction: bigint | null; url: string | null; seen: boolean }>();
    });
  });

  it('of aggregates may be null, counts not', () => {
    onlyTypes(() => {
      const totals = trips()
        .groupBy((r) => ({ initial: r.city.substring(1, 1) }))
        .select((r) => ({
          initial: r.initial,
          n: count(r.fare).distinct(),
          seats: sum(r.seats).filter(r.paid),
          best: max(r.ts),
          share: sum(r.fare).dividedBy(count()),
        }));
      expectTypeOf<RowsOf<typeof totals>>().toEqualTypeOf<{
        initial: string | null;
        n: bigint;
        seats: number | null;
        best: Timestamp | null;
        share: Decimal | null;
      }>();
    });
  });

  it('of windows are the columns that they add', () => {
    onlyTypes(() => {
      const ticks = ms
        .from(rate())
        .watermark('timestamp', seconds(1))
        .window(hop(minutes(2), minutes(1)));
      expectTypeOf(ticks.select('window_start', 'window_time')).toEqualTypeOf<
        Pipeline<{ window_start: 'TIMESTAMP NOT NULL'; window_time: 'TIMESTAMP_LTZ NOT NULL' }>
      >();
    });
  });
});

describe('mistakes', () => {
  it('in names are errors of the compiler', () => {
    onlyTypes(() => {
      // @ts-expect-error: no such column.
      trips().where((r) => r.fair.gt(0));
      // @ts-expect-error: no such column.
      trips().select('town');
      // @ts-expect-error: no such column.
      trips().groupBy('town');
      // @ts-expect-error: no such column.
      trips().select('id').orderBy('city');
      // @ts-expect-error: no such column.
      trips().watermark('time', seconds(1));
      // @ts-expect-error: no such field.
      ms.from(nexmark()).select((r) => ({ a: r.bid.seller }));
    });
  });

  it('in types are errors of the compiler', () => {
    onlyTypes(() => {
      // @ts-expect-error: a text is not compared with a number.
      trips().where((r) => r.city.eq(1));
      // @ts-expect-error: a number has no upper case.
      trips().select((r) => ({ a: r.fare.upper() }));
      // @ts-expect-error: a text is no condition.
      trips().where((r) => r.city);
      // @ts-expect-error: texts have no sum.
      trips().select((r) => ({ a: sum(r.city) }));
      // @ts-expect-error: DOUBLE has no remainder.
      trips().select((r) => ({ a: r.km.mod(2) }));
      // @ts-expect-error: a text and a number have no common type.
      trips().select((r) => ({ a: coalesce(r.city, 0) }));
      // @ts-expect-error: nor have they here.
      trips().select((r) => ({ a: caseWhen(r.paid, r.city).otherwise(r.id) }));
      // @ts-expect-error: a timestamp is compared with a Timestamp.
      trips().where((r) => r.ts.gt('2024-01-01'));
      // @ts-expect-error: only times have a watermark.
      trips().watermark('id', seconds(1));
      // @ts-expect-error: a table to read needs a schema.
      ms.from(filesystem({ path: 'x', format: 'json' }));
    });
  });

  it('in rows are errors of the compiler', () => {
    onlyTypes(() => {
      const schema = { id: t.bigint().notNull(), city: t.string() };
      memory([{ id: 1n }, { id: 2, city: null }], { schema });
      // @ts-expect-error: id may not be missing.
      memory([{ city: 'Paris' }], { schema });
      // @ts-expect-error: a text is no BIGINT.
      memory([{ id: '1' }], { schema });
    });
  });

  it('in the columns of a sink are errors of the compiler', () => {
    onlyTypes(() => {
      const sink = filesystem({ path: 'x', format: 'json', schema: { id: t.bigint(), city: t.string() } });
      trips().select('id').to(sink);
      trips().to(filesystem({ path: 'x', format: 'json' }));
      trips().to('any table');
      // @ts-expect-error: the sink has no column fare.
      trips().select('id', 'fare').to(sink);
      trips()
        .select((r) => ({ id: r.city }))
        // @ts-expect-error: a STRING does not fit in a BIGINT.
        .to(sink);
    });
  });
});

describe('tables of the session', () => {
  it('have the types that the program declares', () => {
    onlyTypes(() => {
      expectTypeOf(ms.table('trips', { id: t.bigint() })).toEqualTypeOf<Pipeline<{ id: 'BIGINT' }>>();
    });
  });

  it('have any type without a declaration', () => {
    onlyTypes(() => {
      const chosen = ms.table('trips').select((r) => ({ a: r['id']!.plus(1), b: r['id']!.cast(t.string()), c: r['place']!.field('lat') }));
      expectTypeOf(chosen).toEqualTypeOf<Pipeline<{ a: 'ANY'; b: 'STRING'; c: 'ANY' }>>();
    });
  });
});
