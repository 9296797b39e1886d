import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  type Change,
  collect,
  count,
  Decimal,
  memory,
  SqlError,
  type StandardSchema,
  seconds,
  Timestamp,
  TimestampLtz,
  t,
  tumble,
} from '../../../src/index.ts';
import { openUtc, tripsOf } from './trips.ts';

/** What a library of schemas would make: numbers of the field n, doubled, odd ones refused. */
const evens: StandardSchema<{ n: number }, { n: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (row) => {
      const n = (row as { n?: unknown }).n;
      if (typeof n !== 'number') return { issues: [{ message: 'a number is needed', path: ['n'] }] };
      return n % 2 === 0 ? { value: { n: n * 2 } } : { issues: [{ message: 'odd', path: [{ key: 'n' }] }] };
    },
  },
};

const slowEvens: StandardSchema<{ n: number }, { n: number }> = {
  '~standard': { version: 1, vendor: 'test', validate: async (row) => evens['~standard'].validate(row) },
};

async function* later<T>(rows: readonly T[]): AsyncGenerator<T> {
  for (const row of rows) {
    await new Promise(setImmediate);
    yield row;
  }
}

function gcOf(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

describe('memory sources', () => {
  it('read an array as often as it is asked for', async () => {
    const ms = await openUtc();
    const source = memory([{ n: 1 }, { n: 2 }], { schema: { n: t.int() } });
    const rows = ms.from(source);
    expect(await rows.unionAll(rows).rows()).toHaveLength(4);
    expect(await ms.from(source).rows()).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('read an iterable once', async () => {
    const ms = await openUtc();
    const rows = ms.from(memory(new Set([{ n: 1 }]).values(), { schema: { n: t.int() } }));
    expect(await rows.rows()).toEqual([{ n: 1 }]);
    await expect(rows.rows()).rejects.toThrow(expect.objectContaining({ code: 'MS3053' }));
  });

  it('read an asynchronous iterable as it comes', async () => {
    const ms = await openUtc();
    const bounded = ms.from(memory(later([{ n: 1 }, { n: 2 }]), { schema: { n: t.int() }, bounded: true }));
    expect(await bounded.rows()).toEqual([{ n: 1 }, { n: 2 }]);
    const stream = ms.from(memory(later([{ n: 1 }, { n: 2 }]), { schema: { n: t.int() } }));
    await expect(stream.rows()).rejects.toThrow(expect.objectContaining({ code: 'MS1207' }));
    const seen: Change<{ n: number | null }>[] = [];
    for await (const change of stream) seen.push(change);
    expect(seen.map(({ row }) => row.n)).toEqual([1, 2]);
  });

  it('take what fits in without loss, and rows of rows', async () => {
    const ms = await openUtc();
    const at = new Date('2024-01-01T00:00:00.123Z');
    const schema = {
      id: t.bigint(),
      amount: t.decimal(5, 2),
      at: t.timestampLtz(3),
      place: t.row({ lat: t.double(), tags: t.array(t.string()) }),
    };
    const source = memory([{ id: 7, amount: 1.5, at, place: { lat: 1.5, tags: ['a', null] } }, { id: 8n }], { schema });
    const rows = ms.from(source);
    expect(await rows.rows()).toEqual([
      { id: 7n, amount: Decimal.from('1.50'), at: TimestampLtz.ofEpochMs(at.getTime()), place: { lat: 1.5, tags: ['a', null] } },
      { id: 8n, amount: null, at: null, place: null },
    ]);
    expect(await rows.select((r) => ({ lat: r.place.lat, tags: r.place.field('tags') })).rows()).toEqual([
      { lat: 1.5, tags: ['a', null] },
      { lat: null, tags: null },
    ]);
  });

  it('have event time', async () => {
    const ms = await openUtc();
    const events = later(['00:00:01', '00:00:02', '00:00:12'].map((time) => ({ ts: Timestamp.from(`2024-01-01 ${time}`) })));
    const counts = ms
      .from(memory(events, { schema: { ts: t.timestamp(3) } }))
      .watermark('ts', seconds(1), { idleTimeout: seconds(30) })
      .window(tumble(seconds(10)))
      .select((r) => ({ n: count(), from: r.window_start }));
    expect((await counts.first())!.n).toBe(2n);
  });

  it('are given up with the pipelines that read them, and kept for SQL', async () => {
    const collectGarbage = gcOf();
    const ms = await openUtc();
    const kept = memory([{ n: 1 }], { schema: { n: t.int() } });
    ms.register('kept', ms.from(kept));
    const refs = Array.from({ length: 20 }, () => {
      const rows = [{ n: 1 }];
      const made = new WeakRef(rows[0]!);
      void ms.from(memory(rows, { schema: { n: t.int() } })).rows();
      return made;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(3);
    expect(await ms.query('SELECT n FROM kept').rows()).toEqual([{ n: 1 }]);
  });

  it('refuse a row without a value for a column that is NOT NULL', async () => {
    const ms = await openUtc();
    const rows = [{}] as { n: number }[];
    await expect(ms.from(memory(rows, { schema: { n: t.int().notNull() } })).rows()).rejects.toThrow(
      expect.objectContaining({ code: 'MS2004' }),
    );
  });
});

describe('a Standard Schema', () => {
  it('judges and changes rows', async () => {
    const ms = await openUtc();
    const source = memory([{ n: 2 }, { n: 4 }], { schema: evens, columns: { n: t.bigint() } });
    expect(await ms.from(source).rows()).toEqual([{ n: 4n }, { n: 8n }]);
    const slow = memory(later([{ n: 2 }]), { schema: slowEvens, columns: { n: t.bigint() }, bounded: true });
    expect(await ms.from(slow).rows()).toEqual([{ n: 4n }]);
  });

  it('ends the job where it refuses a row', async () => {
    const ms = await openUtc();
    const iterable = [{ n: 2 }, { n: 3 }].values();
    await expect(ms.from(memory(iterable, { schema: evens, columns: { n: t.bigint() } })).rows()).rejects.toThrow(
      /the schema refuses row 2: n: odd/,
    );
    const stream = memory(later([{ n: 3 }]), { schema: slowEvens, columns: { n: t.bigint() }, bounded: true });
    await expect(ms.from(stream).rows()).rejects.toThrow(/refuses row 1/);
    await expect(async () => ms.from(memory([{ n: 3 }], { schema: evens, columns: { n: t.bigint() } })).rows()).rejects.toThrow(
      /refuses row 1/,
    );
  });

  it('needs columns, and rows that it can judge at once', async () => {
    const ms = await openUtc();
    const without = { schema: evens } as unknown as { schema: typeof evens; columns: { n: ReturnType<typeof t.bigint> } };
    expect(() => memory([{ n: 2 }], without)).toThrow(expect.objectContaining({ code: 'MS1302' }));
    const slow = memory([{ n: 2 }].values(), { schema: slowEvens, columns: { n: t.bigint() } });
    await expect(ms.from(slow).rows()).rejects.toThrow(/asynchronously/);
  });
});

describe('collect', () => {
  it('keeps changes and rows', async () => {
    const ms = await openUtc();
    const out = collect<{ city: string | null; n: bigint }>();
    await tripsOf(ms)
      .groupBy('city')
      .select((r) => ({ city: r.city, n: count() }))
      .to(out)
      .run();
    expect(out.rows).toEqual([
      { city: 'Paris', n: 2n },
      { city: 'Rome', n: 1n },
      { city: null, n: 1n },
    ]);
    expect(out.changes.every(({ op }) => op === '+I')).toBe(true);
  });

  it('hands changes to a callback, which may hold the pipeline up', async () => {
    const ms = await openUtc();
    let running = 0;
    let seen = 0;
    const out = collect(async (changes) => {
      running++;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen += changes.length;
      running--;
    });
    const rows = Array.from({ length: 20_000 }, (_, n) => ({ n }));
    await ms
      .from(memory(rows, { schema: { n: t.int() } }))
      .to(out)
      .run();
    expect(seen).toBe(20_000);
    expect(out.changes).toEqual([]);
  });

  it('fails the job when the callback throws', async () => {
    const ms = await openUtc();
    const out = collect(() => {
      throw new SqlError('MS1205', 'no');
    });
    await expect(tripsOf(ms).to(out).run()).rejects.toThrow(expect.objectContaining({ code: 'MS3054' }));
  });
});
