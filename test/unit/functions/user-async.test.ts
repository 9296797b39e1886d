import { afterEach, describe, expect, it } from 'vitest';
import { asyncScalar, type DeclaredFunction, type Millstream, milliseconds, open, t } from '../../../src/index.ts';

let opened: Millstream | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function session(functions: Record<string, DeclaredFunction>, more: object = {}): Promise<Millstream> {
  opened = await open({ functions, ...more });
  return opened;
}

async function failure(ms: Millstream, sql: string): Promise<unknown> {
  try {
    return await ms.query(sql).rows();
  } catch (error) {
    return error;
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Later rows are ready before earlier ones. */
const name = asyncScalar({ args: [t.int()], returns: t.string(), nulls: 'skip' }, async (n) => {
  await pause(12 - 4 * n);
  return `n${n}`;
});
const V = "FROM (VALUES (1, 'a'), (2, 'b'), (3, 'a')) AS v(a, b)";

describe('asynchronous functions', () => {
  it('give each row the value that its call comes to, in the order of the rows', async () => {
    const ms = await session({ name });
    expect(await ms.query(`SELECT a, name(a) AS n, b ${V}`).rows()).toEqual([
      { a: 1, n: 'n1', b: 'a' },
      { a: 2, n: 'n2', b: 'b' },
      { a: 3, n: 'n3', b: 'a' },
    ]);
  });

  it('stand in conditions, in one another, in CASE, in keys and in arguments of aggregates', async () => {
    const twice = asyncScalar({ args: [t.int()], returns: t.int() }, async (n) => (n ?? 0) * 2);
    const ms = await session({ name, twice });
    expect(await ms.query(`SELECT a ${V} WHERE b = 'a' AND name(a) <> 'n1'`).rows()).toEqual([{ a: 3 }]);
    expect(await ms.query(`SELECT twice(twice(a) + 1) AS n ${V}`).rows()).toEqual([{ n: 6 }, { n: 10 }, { n: 14 }]);
    expect(await ms.query(`SELECT CASE WHEN a = 2 THEN name(a) ELSE 'x' END AS n ${V}`).rows()).toEqual([
      { n: 'x' },
      { n: 'n2' },
      { n: 'x' },
    ]);
    const grouped = await ms.query(`SELECT twice(a) > 3 AS big, SUM(twice(a)) AS s ${V} GROUP BY twice(a) > 3`).rows();
    expect(grouped).toEqual([
      { big: false, s: 2 },
      { big: true, s: 10 },
    ]);
  });

  it('are called once for equal calls of a row, and not for rows that another condition leaves out', async () => {
    const seen: number[] = [];
    const spy = asyncScalar({ args: [t.int()], returns: t.int() }, async (n) => {
      seen.push(n!);
      return n;
    });
    const ms = await session({ spy });
    expect(await ms.query(`SELECT spy(a) AS x, spy(a) + 1 AS y ${V} WHERE a > 1 AND spy(a) < 9`).rows()).toHaveLength(2);
    expect(seen).toEqual([2, 3]);
  });

  it('get NULL, or are not called with it', async () => {
    const shown = asyncScalar({ args: [t.int()], returns: t.string() }, async (n) => String(n));
    const ms = await session({ name, shown });
    expect(await ms.query('SELECT name(CAST(NULL AS INT)) AS a, shown(CAST(NULL AS INT)) AS b').rows()).toEqual([{ a: null, b: 'null' }]);
  });

  it('are awaited so many at once as their capacity says, or else the setting', async () => {
    let [now, most] = [0, 0];
    const call = async (): Promise<number> => {
      most = Math.max(most, ++now);
      await pause(2);
      return now--;
    };
    const own = asyncScalar({ args: [t.int()], returns: t.int(), capacity: 3 }, call);
    const other = asyncScalar({ args: [t.int()], returns: t.int() }, call);
    const ms = await session({ own, other });
    await ms.sql("SET 'table.exec.async-scalar.max-concurrent-operations' = '5'");
    await ms.sql(
      "CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'number-of-rows' = '40', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '40')",
    );
    expect(await ms.query('SELECT own(id) FROM g').rows()).toHaveLength(40);
    expect(most).toBe(3);
    expect(await ms.query('SELECT other(id) FROM g').rows()).toHaveLength(40);
    expect(most).toBe(5);
  });

  it('are called again when they fail, as often as they or the settings say', async () => {
    let calls = 0;
    const shaky = asyncScalar({ args: [t.int()], returns: t.int(), retryDelay: milliseconds(1) }, async (n) => {
      if (++calls < 3) throw new Error('not now');
      return n;
    });
    const ms = await session({ shaky });
    expect(await ms.query('SELECT shaky(7) AS n').rows()).toEqual([{ n: 7 }]);
    expect(calls).toBe(3);
    calls = 0;
    await ms.sql("SET 'table.exec.async-scalar.retry-strategy' = 'NO_RETRY'");
    const error = await failure(ms, 'SELECT shaky(8) AS n');
    expect(error).toMatchObject({ code: 'MS1252' });
    expect(String(error)).toMatch(/SHAKY\(8\) in .*async-call failed: not now/);
  });

  it('end the job where a call takes too long, and name it', async () => {
    const never = asyncScalar(
      { args: [t.string()], returns: t.int(), timeout: milliseconds(20) },
      () => new Promise<number>(() => undefined),
    );
    const ms = await session({ never });
    const error = await failure(ms, "SELECT never('x')");
    expect(error).toMatchObject({ code: 'MS1258' });
    expect(String(error)).toMatch(/NEVER\('x'\) in .* within 20 ms/);
  });

  it('end the job where they come to a value of another type', async () => {
    const wrong = asyncScalar({ args: [t.int()], returns: t.int() }, async () => 1.5);
    const strict = asyncScalar({ args: [t.int()], returns: t.int().notNull() }, async () => null as unknown as number);
    const ms = await session({ wrong, strict });
    expect(await failure(ms, 'SELECT wrong(1)')).toMatchObject({ code: 'MS1253' });
    expect(await failure(ms, 'SELECT strict(1)')).toMatchObject({ code: 'MS1253' });
  });

  it('follow rows that are updated, unless they are not deterministic', async () => {
    const drawn = asyncScalar({ args: [t.bigint()], returns: t.double(), deterministic: false }, async () => 1);
    const shown = asyncScalar({ args: [t.bigint()], returns: t.string() }, async (n) => `${n}`);
    const ms = await session({ drawn, shown });
    const counts = `(SELECT b, COUNT(*) AS n ${V} GROUP BY b)`;
    expect(await ms.query(`SELECT b, shown(n) AS s FROM ${counts} WHERE shown(n) <> '9'`).rows()).toEqual([
      { b: 'a', s: '2' },
      { b: 'b', s: '1' },
    ]);
    expect(await failure(ms, `SELECT b, drawn(n) FROM ${counts}`)).toMatchObject({ code: 'MS1257' });
  });

  it('are refused where nothing waits for them', async () => {
    const ms = await session({ name });
    expect(await failure(ms, 'VALUES (name(1))')).toMatchObject({ code: 'MS1402' });
    await expect(ms.sql("SET 'table.exec.async-scalar.max-attempts' = '0'")).rejects.toMatchObject({ code: 'MS1303' });
  });

  it('are refused where they are declared badly', () => {
    const declare = asyncScalar as unknown as (options: unknown, fn?: unknown) => unknown;
    expect(() => declare({ args: [], returns: t.int(), capacity: 0 }, async () => 1)).toThrow(/capacity is a whole number above 0/);
    expect(() => declare({ args: [], returns: t.int(), timeout: 5 }, async () => 1)).toThrow(/timeout takes a duration/);
    expect(() => declare({ args: [], returns: t.int(), vectorized: true }, async () => 1)).toThrow(/no option 'vectorized'/);
  });

  it('is shown in the plan', async () => {
    const ms = await session({ name });
    const [plan] = await ms.query(`EXPLAIN SELECT a, name(a + 1) AS n ${V}`).rows();
    expect(Object.values(plan!).join()).toMatch(/AsyncCall\(calls=\[NAME\(argument1\)\]/);
  });
});
