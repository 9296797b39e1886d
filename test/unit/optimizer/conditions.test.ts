import { describe, expect, it } from 'vitest';
import { planWithout } from './plan-with.ts';

const TABLES = `
  CREATE TABLE l (id INT, k INT, v INT, f DOUBLE, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
    WITH ('connector' = 'filesystem', 'path' = 'l', 'format' = 'json');
  CREATE TABLE r (id INT, k BIGINT, w INT, f DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
    WITH ('connector' = 'filesystem', 'path' = 'r', 'format' = 'json');`;

const planOf = (sql: string, ...without: string[]): Promise<string> => planWithout(without, TABLES, sql);
/** The lines of a plan, from the sink on, without their indent. */
const lines = (plan: string): string[] =>
  plan
    .trim()
    .split('\n')
    .map((line) => line.replace(/^\s*\+- /, ''));
/** What the calc straight above the scan of a table asks; undefined where it asks nothing. */
function askedOf(plan: string, table: string): string | undefined {
  const all = lines(plan);
  const scan = all.findIndex((line) => line.startsWith(`Scan(table=[${table}]`));
  const above = all.slice(0, scan).reverse();
  const calc = above.find((line) => !line.startsWith('Watermark'))!;
  return /where=\[(.*)\]\)$/.exec(calc)?.[1];
}

describe('push-down-filters', () => {
  const BOTH = ['push-down-filters', 'push-down-filters-again'];

  it('filters before a GROUP BY where the condition is about its keys', async () => {
    const sql = 'SELECT k, n FROM (SELECT k, id, COUNT(*) AS n FROM l GROUP BY k, id) WHERE k > 3 AND n > 2 AND k + id < 9';
    expect(askedOf(await planOf(sql), 'l')).toBe('((k > 3) AND ((k + id) < 9))');
    expect(lines(await planOf(sql))[1]).toMatch(/where=\[\(n > 2\)\]|where=\[\(count0 > 2\)\]/);
    expect(askedOf(await planOf(sql, ...BOTH), 'l')).toBeUndefined();
  });

  it('leaves a condition above an aggregate of all rows, which has a row of none', async () => {
    expect(askedOf(await planOf('SELECT n FROM (SELECT COUNT(*) AS n FROM l) WHERE FALSE'), 'l')).toBeUndefined();
  });

  it('filters before the aggregate of a window, not by the window', async () => {
    const sql = `SELECT * FROM (SELECT k, window_start AS s, COUNT(*) AS n
      FROM TABLE(TUMBLE(TABLE l, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY k, window_start, window_end)
      WHERE k = 7 AND s > TIMESTAMP '2024-01-01 00:00:00'`;
    const plan = await planOf(sql);
    expect(askedOf(plan, 'l')).toBe('(k = 7)');
    expect(plan.indexOf('2024-01-01')).toBeLessThan(plan.indexOf('WindowAggregate'));
  });

  it('filters before a ranking and OVER by their partition', async () => {
    const top = 'SELECT * FROM (SELECT k, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS n FROM l) WHERE n <= 3 AND k = 1';
    expect(askedOf(await planOf(top), 'l')).toBe('(k = 1)');
    expect(await planOf(top)).toMatch(/rows=\[1\.\.3\]/);
    const sum = 'SELECT * FROM (SELECT k, v, SUM(v) OVER (PARTITION BY k ORDER BY ts) AS n FROM l) WHERE v > 2 AND k = 1';
    expect(askedOf(await planOf(sum), 'l')).toBe('(k = 1)');
  });

  it('goes through several nodes, joins among them', async () => {
    const sql = `SELECT * FROM (SELECT x.k, SUM(n) AS m FROM (SELECT k, id, COUNT(*) AS n FROM l GROUP BY k, id) AS x
      JOIN r ON x.id = r.id GROUP BY x.k) WHERE k = 5`;
    expect(askedOf(await planOf(sql), 'l')).toBe('(k = 5)');
  });

  it('does not repeat nor move what differs each time', async () => {
    const sql = 'SELECT * FROM (SELECT k, COUNT(*) AS n FROM l GROUP BY k) WHERE k > RAND()';
    expect(askedOf(await planOf(sql), 'l')).toBeUndefined();
  });

  it('leaves a condition above what others read, too', async () => {
    const sql = `WITH c AS (SELECT k, COUNT(*) AS n FROM l GROUP BY k)
      SELECT * FROM c WHERE k = 1 UNION ALL SELECT * FROM c WHERE n = 1`;
    expect(askedOf(await planOf(sql), 'l')).toBeUndefined();
  });
});

describe('derive-conditions', () => {
  const on = (type: string, where: string): string => `SELECT l.v, r.w FROM l ${type} JOIN r ON l.id = r.id ${where}`;

  it('asks of the other side what holds for the key it must equal', async () => {
    const sql = on('', "WHERE l.id > 5 AND l.s = 'x'");
    expect(askedOf(await planOf(sql), 'r')).toBe('(id > 5)');
    expect(askedOf(await planOf(sql, 'derive-conditions'), 'r')).toBeUndefined();
    expect(askedOf(await planOf(on('', 'WHERE r.id IN (1, 2)')), 'l')).toBe('id IN (1, 2)');
  });

  it('keeps the rows of an outer join that have no partner', async () => {
    expect(askedOf(await planOf(on('LEFT', 'WHERE l.id > 5')), 'r')).toBe('(id > 5)');
    expect(askedOf(await planOf(on('LEFT', 'AND r.id > 5')), 'l')).toBeUndefined();
    expect(askedOf(await planOf(on('RIGHT', 'AND l.id > 5')), 'r')).toBeUndefined();
    expect(askedOf(await planOf(on('FULL', 'WHERE l.id > 5')), 'r')).toBeUndefined();
  });

  it('leaves alone keys that are not of one type, and floating zeros', async () => {
    expect(askedOf(await planOf('SELECT l.v FROM l JOIN r ON l.k = r.k WHERE l.k > 5'), 'r')).toBeUndefined();
    expect(askedOf(await planOf('SELECT l.v FROM l JOIN r ON l.f = r.f WHERE l.f > 5'), 'r')).toBeUndefined();
  });

  it('leaves alone what may fail', async () => {
    expect(askedOf(await planOf(on('', 'WHERE 10 / l.id > 5')), 'r')).toBeUndefined();
  });
});

describe('factor-conditions', () => {
  it('finds the key of a join in each branch of an OR', async () => {
    const sql = 'SELECT l.v, r.w FROM l, r WHERE (l.id = r.id AND l.v > 1) OR (l.v < 0 AND l.id = r.id AND r.w = 2)';
    expect(await planOf(sql)).toMatch(/on=\[id = id\], where=\[\(\(v > 1\) OR \(\(v < 0\) AND \(w = 2\)\)\)\]/);
    expect(await planOf(sql, 'factor-conditions')).toMatch(/on=\[true\]/);
  });

  it('is the common part where a branch has no more', async () => {
    expect(askedOf(await planOf('SELECT v FROM l WHERE (k = 1 AND v > 2) OR k = 1'), 'l')).toBe('(k = 1)');
  });

  it('leaves what may fail in its place', async () => {
    const sql = 'SELECT v FROM l WHERE (v > 0 AND 1 / v = 1) OR (v < 0 AND 1 / v = 1)';
    expect(askedOf(await planOf(sql), 'l')).toMatch(/^\(\(\(v > 0\) AND/);
  });
});
