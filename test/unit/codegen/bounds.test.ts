import { describe, expect, it } from 'vitest';
import { rowsOf } from './session-support.ts';

const list = (count: number, item: (i: number) => string, separator = ', '): string =>
  Array.from({ length: count }, (_, i) => item(i)).join(separator);
const nest = (depth: number, wrap: (inner: string) => string, inner: string): string =>
  depth === 0 ? inner : nest(depth - 1, wrap, wrap(inner));
const TWO_ROWS = 'FROM (VALUES (1), (200)) AS t (x)';

/** Runs, or says that it is too deep: quickly in either case. */
async function runsOrRefuses(sql: string, expected: readonly string[]): Promise<void> {
  const start = performance.now();
  const rows = await rowsOf(sql).catch((error: { code: string }) => error.code);
  if (rows !== 'MS1006') expect(rows).toEqual(expected);
  expect(performance.now() - start).toBeLessThan(15_000);
}

describe('queries of unusual size run', () => {
  it('IN lists of 10,000 numbers, texts and decimals', async () => {
    expect(await rowsOf(`SELECT x ${TWO_ROWS} WHERE x IN (${list(10_000, (i) => `${i + 2}`)})`)).toEqual(['{"x":200}']);
    expect(await rowsOf(`SELECT s FROM (VALUES ('k9999'), ('k')) AS t (s) WHERE s IN (${list(10_000, (i) => `'k${i}'`)})`)).toEqual([
      '{"s":"k9999"}',
    ]);
    const decimals = `SELECT d FROM (VALUES (1.50), (7.25)) AS t (d) WHERE d NOT IN (${list(10_000, (i) => `${i}.5`)})`;
    expect(await rowsOf(decimals)).toEqual(['{"d":7.25}']);
  });

  it('long IN lists of doubles, infinity among them', async () => {
    const sql = `SELECT COUNT(*) AS n FROM (VALUES (1e0), (CAST('Infinity' AS DOUBLE)), (1e21)) AS t (x) WHERE x IN ('1e21', ${list(10, (i) => `'${i + 5}'`)}, 'Infinity')`;
    expect((await rowsOf(sql)).at(-1)).toBe('{"n":2}');
  });

  it('AND and OR of 2,000 operands', async () => {
    expect(await rowsOf(`SELECT x ${TWO_ROWS} WHERE x > 1${list(2000, (i) => ` AND x <> ${i + 300}`, '')}`)).toEqual(['{"x":200}']);
    expect(await rowsOf(`SELECT x ${TWO_ROWS} WHERE ${list(2000, (i) => `x = ${i + 2}`, ' OR ')}`)).toEqual(['{"x":200}']);
  });

  it('CASE of 3,000 branches', async () => {
    const sql = `SELECT CASE x ${list(3000, (i) => `WHEN ${i + 100} THEN ${i}`, ' ')} ELSE -1 END AS c ${TWO_ROWS}`;
    expect(await rowsOf(sql)).toEqual(['{"c":-1}', '{"c":100}']);
  });

  it('UNION ALL of 200 queries', async () => {
    const rows = await rowsOf(list(200, (i) => `SELECT ${i} AS x`, ' UNION ALL '));
    expect(rows.sort()).toEqual(Array.from({ length: 200 }, (_, i) => `{"x":${i}}`).sort());
  });

  it('1,000 columns', async () => {
    const sql = `SELECT ${list(1000, (i) => `c${i} + 1 AS c${i}`)} FROM (VALUES (${list(1000, String)})) AS t (${list(1000, (i) => `c${i}`)})`;
    const [row] = await rowsOf(sql);
    expect(Object.values(JSON.parse(row!))).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  it('300 aggregates', async () => {
    const rows = await rowsOf(`SELECT ${list(300, (i) => `SUM(x + ${i}) AS s${i}`)} ${TWO_ROWS}`);
    expect(Object.values(JSON.parse(rows.at(-1)!))).toEqual(Array.from({ length: 300 }, (_, i) => 201 + 2 * i));
  });

  it('10,000 rows of VALUES', async () => {
    expect((await rowsOf(`SELECT COUNT(*) AS n, SUM(x) AS s FROM (VALUES ${list(10_000, (i) => `(${i})`)}) AS t (x)`)).at(-1)).toBe(
      '{"n":10000,"s":49995000}',
    );
  });
});

describe('queries of unusual depth run or are refused', () => {
  it.each([
    ['calls in calls', `SELECT ${nest(300, (x) => `ABS(${x})`, 'x')} AS c ${TWO_ROWS}`, ['{"c":1}', '{"c":200}']],
    ['calls in calls, too many', `SELECT ${nest(3000, (x) => `ABS(${x})`, 'x')} AS c ${TWO_ROWS}`, ['{"c":1}', '{"c":200}']],
    ['chains of operators', `SELECT x${' + 1'.repeat(900)} AS c ${TWO_ROWS}`, ['{"c":901}', '{"c":1100}']],
    ['chains of operators, too long', `SELECT x${' + 1'.repeat(9000)} AS c ${TWO_ROWS}`, ['{"c":9001}', '{"c":9200}']],
    ['CASE in CASE', `SELECT ${nest(150, (x) => `CASE WHEN x > 0 THEN ${x} ELSE 0 END`, 'x')} AS c ${TWO_ROWS}`, ['{"c":1}', '{"c":200}']],
    ['parentheses', `SELECT ${'('.repeat(20_000)}x${')'.repeat(20_000)} AS c ${TWO_ROWS}`, ['{"c":1}', '{"c":200}']],
    ['NOT', `SELECT x ${TWO_ROWS} WHERE ${'NOT '.repeat(2000)} x > 1`, ['{"x":200}']],
    ['sub-queries', nest(80, (x) => `SELECT x + 1 AS x FROM (${x})`, `SELECT x ${TWO_ROWS}`), ['{"x":81}', '{"x":280}']],
    [
      'sub-queries that use a column twice',
      nest(60, (x) => `SELECT x - x / 2 AS x FROM (${x})`, `SELECT x ${TWO_ROWS}`),
      ['{"x":1}', '{"x":1}'],
    ],
    ['sub-queries, too many', nest(2000, (x) => `SELECT x + 1 AS x FROM (${x})`, `SELECT x ${TWO_ROWS}`), []],
    ['UNION ALL in UNION ALL', `${nest(60, (x) => `SELECT * FROM (${x} UNION ALL SELECT 1)`, 'SELECT 1 AS x')} LIMIT 1`, ['{"x":1}']],
    ['NULLIF in NULLIF', `SELECT ${nest(40, (x) => `NULLIF(${x}, 7)`, 'x')} AS c ${TWO_ROWS}`, ['{"c":1}', '{"c":200}']],
    ['NULLIF in NULLIF, grouped', `SELECT 1 AS c ${TWO_ROWS} GROUP BY ${nest(40, (x) => `NULLIF(${x}, 7)`, 'x')}`, []],
    ['NULLIF in NULLIF, explained', `EXPLAIN SELECT ${nest(40, (x) => `NULLIF(${x}, 7)`, 'x')} AS c ${TWO_ROWS}`, []],
    [
      'BETWEEN in BETWEEN',
      `SELECT x ${TWO_ROWS} WHERE ${nest(40, (x) => `(${x}) BETWEEN FALSE AND TRUE`, 'x > 1')}`,
      ['{"x":1}', '{"x":200}'],
    ],
  ])('%s', async (_, sql, expected) => {
    await runsOrRefuses(sql, expected);
  });

  it('common tables that double: the plan is made, though its rows are too many to wait for', async () => {
    const tables = list(40, (i) => `c${i + 1} AS (SELECT * FROM c${i} UNION ALL SELECT * FROM c${i})`);
    expect(await rowsOf(`WITH c0 AS (SELECT 1 AS x), ${tables} SELECT * FROM c40 LIMIT 2`)).toEqual(['{"x":1}', '{"x":1}']);
  }, 10_000);
});
