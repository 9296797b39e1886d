import { afterEach, describe, expect, it } from 'vitest';
import { aggregate, type DeclaredFunction, type Millstream, open, t } from '../../../src/index.ts';

let opened: Millstream | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function session(functions: Record<string, DeclaredFunction>, more: object = {}): Promise<Millstream> {
  opened = await open({ functions, ...more });
  return opened;
}

async function rows(ms: Millstream, sql: string): Promise<unknown> {
  return ms.query(sql).rows();
}

async function failure(ms: Millstream, sql: string): Promise<unknown> {
  try {
    return await ms.query(sql).rows();
  } catch (error) {
    return error;
  }
}

/** The values in order, with what each number of them is. */
const median = aggregate({
  args: [t.bigint()],
  returns: t.bigint(),
  accumulator: () => ({ values: [] as bigint[] }),
  accumulate: (state, value) => {
    state.values.push(value);
    return undefined;
  },
  retract: ({ values }, value) => ({ values: values.toSpliced(values.indexOf(value), 1) }),
  merge: (a, b) => ({ values: [...a.values, ...b.values] }),
  result: ({ values }) => values.toSorted((a, b) => (a < b ? -1 : 1))[values.length >> 1] ?? null,
});

const product = aggregate({
  args: [t.bigint()],
  returns: t.bigint().notNull(),
  accumulator: () => 1n,
  accumulate: (a, b) => a * b,
  result: (a) => a,
});
const joined = aggregate({
  args: [t.string()],
  returns: t.string(),
  accumulator: () => [] as string[],
  accumulate: (all, text) => [...all, text],
  merge: (a, b) => [...a, ...b],
  result: (all) => (all.length === 0 ? null : all.toSorted().join('+')),
});

const ROWS = "(VALUES ('a', 3), ('b', 5), ('a', 1), ('a', CAST(NULL AS INT)), ('a', 2), ('b', 7)) AS v(k, x)";

describe('aggregate functions of a program', () => {
  it('see the rows of their group whose argument is not NULL', async () => {
    const ms = await session({ median, product, joined });
    expect(await rows(ms, `SELECT k, median(x) AS m, product(x) AS p, COUNT(*) AS n FROM ${ROWS} GROUP BY k`)).toEqual([
      { k: 'a', m: 2n, p: 6n, n: 4n },
      { k: 'b', m: 7n, p: 35n, n: 2n },
    ]);
    expect(await rows(ms, `SELECT median(x) AS m, joined(k) AS t, joined(k) FILTER (WHERE x > 2) AS f FROM ${ROWS}`)).toEqual([
      { m: 3n, t: 'a+a+a+a+b+b', f: 'a+b+b' },
    ]);
  });

  it('have a result without rows', async () => {
    const ms = await session({ median, product });
    expect(await rows(ms, `SELECT median(x) AS m, product(x) AS p FROM ${ROWS} WHERE x > 100`)).toEqual([]);
    const batch = await session({ median, product }, { settings: { 'execution.runtime-mode': 'batch' } });
    expect(await rows(batch, `SELECT median(x) AS m, product(x) AS p FROM ${ROWS} WHERE x > 100`)).toEqual([{ m: null, p: 1n }]);
    await ms.close();
  });

  it.each(['batch', 'record'])('keep accumulators over batches: changes by %s', async (how) => {
    const ms = await session({ median, joined }, { settings: { 'millstream.changelog': how } });
    await ms.sql(`CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '20000', 'rows-per-second' = '1000000000',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '20000')`);
    const limit = how === 'record' ? 200 : 20_000;
    const groups = how === 'record' ? 2 : 400;
    const sql = `SELECT MOD(n, ${groups}) AS k, median(n) AS m, COUNT(*) AS c FROM numbers WHERE n <= ${limit} GROUP BY MOD(n, ${groups})`;
    const made = (await rows(ms, sql)) as { k: number | bigint; m: bigint; c: bigint }[];
    const each = limit / groups;
    expect(made.length).toBe(groups);
    for (const { k, m, c } of made) {
      expect(c).toBe(BigInt(each));
      const first = Number(k) === 0 ? BigInt(groups) : BigInt(k);
      expect(m).toBe(first + BigInt(groups) * BigInt(each >> 1));
    }
  });

  it('take rows back with retract, and are refused without', async () => {
    const ms = await session({ median, product }, { settings: { 'millstream.changelog': 'record' } });
    const grouped = `(SELECT k, SUM(x) AS s FROM ${ROWS} GROUP BY k)`;
    expect(await rows(ms, `SELECT median(s) AS m FROM ${grouped}`)).toEqual([{ m: 12n }]);
    expect(await failure(ms, `SELECT product(s) AS m FROM ${grouped}`)).toMatchObject({
      code: 'MS1257',
      hint: expect.stringContaining('retract'),
    });
  });

  describe('in windows', () => {
    const source = `CREATE TABLE e (n BIGINT, ts AS TO_TIMESTAMP_LTZ(n * 1000, 3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen',
      'number-of-rows' = '12', 'rows-per-second' = '1000000000', 'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '11')`;
    const grouped = (fn: string, window: string): string =>
      `SELECT ${fn}(n) AS m, COUNT(*) AS c FROM ${window} GROUP BY window_start, window_end`;
    const tumble = "TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '4' SECOND)";
    const hop = "HOP(TABLE e, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '4' SECOND)";
    const cumulate = "CUMULATE(TABLE e, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '4' SECOND)";
    const sessions = "SESSION(TABLE e, DESCRIPTOR(ts), INTERVAL '3' SECOND)";

    it('are merged where windows are put together', async () => {
      const ms = await session({ median, product });
      await ms.sql(source);
      expect(await rows(ms, grouped('median', tumble))).toEqual([2n, 6n, 10n].map((m) => ({ m, c: 4n })));
      expect(await rows(ms, grouped('product', tumble))).toEqual([0n, 840n, 7920n].map((m) => ({ m, c: 4n })));
      expect(await rows(ms, grouped('median', hop))).toEqual([
        { m: 1n, c: 2n },
        ...[2n, 4n, 6n, 8n, 10n].map((m) => ({ m, c: 4n })),
        { m: 11n, c: 2n },
      ]);
      expect(await rows(ms, grouped('median', cumulate))).toEqual([
        { m: 1n, c: 2n },
        { m: 2n, c: 4n },
        { m: 5n, c: 2n },
        { m: 6n, c: 4n },
        { m: 9n, c: 2n },
        { m: 10n, c: 4n },
      ]);
      expect(await rows(ms, grouped('median', sessions))).toEqual([{ m: 6n, c: 12n }]);
    });

    it('are refused without merge', async () => {
      const ms = await session({ product });
      await ms.sql(source);
      for (const window of [hop, cumulate, sessions]) {
        expect(await failure(ms, grouped('product', window))).toMatchObject({ code: 'MS1257', hint: expect.stringContaining('merge') });
      }
    });
  });

  it('are named when they fail, return what the type does not hold, or hold what cannot be kept', async () => {
    const base = { args: [t.int()], returns: t.int(), accumulator: () => ({ n: 0 }) } as const;
    const ms = await session({
      thrower: aggregate({
        ...base,
        accumulate: (_, x) => {
          throw new Error(`no ${x}`);
        },
        result: ({ n }) => n,
      }),
      wrong: aggregate({ ...base, accumulate: () => undefined, result: () => 'x' as never }),
      odd: aggregate({ ...base, accumulate: () => ({ n: 1, at: new Date(0) }), result: ({ n }) => n }),
    });
    expect(await failure(ms, `SELECT thrower(x) AS y FROM ${ROWS}`)).toMatchObject({
      code: 'MS1252',
      message: expect.stringMatching(/THROWER\(3\) in .*no 3/),
    });
    expect(await failure(ms, `SELECT wrong(x) AS y FROM ${ROWS}`)).toMatchObject({
      code: 'MS1253',
      message: expect.stringMatching(/WRONG\(\) in/),
    });
    expect(await failure(ms, `SELECT odd(x) AS y FROM ${ROWS}`)).toMatchObject({
      code: 'MS1252',
      message: expect.stringMatching(/holds a Date/),
    });
  });

  it('refuse other arguments, and stand where aggregates do', async () => {
    const ms = await session({ median });
    expect(await failure(ms, `SELECT median(k) AS m FROM ${ROWS}`)).toMatchObject({ code: 'MS1213', hint: 'it takes MEDIAN(BIGINT)' });
    expect(await failure(ms, `SELECT median(*) AS m FROM ${ROWS}`)).toMatchObject({ code: 'MS1213' });
    expect(await failure(ms, `SELECT median(DISTINCT x) AS m FROM ${ROWS}`)).toMatchObject({ code: 'MS1402' });
    expect(await failure(ms, `SELECT k FROM ${ROWS} WHERE median(x) > 1`)).toMatchObject({ code: 'MS1204' });
  });
});
