import { describe, expect, it } from 'vitest';
import { planWithout } from './plan-with.ts';

const TABLES = `
  CREATE TABLE plain (a INT, b INT, c STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
    WITH ('connector' = 'filesystem', 'path' = 'plain', 'format' = 'json');
  CREATE VIEW busy AS SELECT a, c, COUNT(*) AS n FROM plain GROUP BY a, c;
  CREATE TABLE sums (a INT, n BIGINT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'blackhole');
  CREATE TABLE counts (a INT, n BIGINT) WITH ('connector' = 'blackhole');`;

const count = (plan: string, part: string): number => plan.split(part).length - 1;

describe('share-sub-plans', () => {
  const SET = `STATEMENT SET BEGIN
    INSERT INTO sums SELECT a, SUM(n) FROM busy GROUP BY a;
    INSERT INTO counts SELECT a, n FROM busy WHERE n > 1;
    END`;

  it('computes what several INSERTs say once', async () => {
    const plan = await planWithout([], TABLES, SET);
    expect(count(plan, 'groupBy=[a, c]')).toBe(1);
    expect(count(plan, '(see above)')).toBe(1);
    expect(count(await planWithout(['share-sub-plans'], TABLES, SET), 'groupBy=[a, c]')).toBe(2);
  });

  it('is switched off by the setting of Flink', async () => {
    const off = `${TABLES} SET 'table.optimizer.reuse-sub-plan-enabled' = 'false';`;
    expect(count(await planWithout([], off, SET), 'groupBy=[a, c]')).toBe(2);
  });

  it('aggregates a window once for its rows and for their maximum', async () => {
    const counted = `SELECT a, COUNT(*) AS n, window_start AS s, window_end AS e
      FROM TABLE(HOP(TABLE plain, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '10' SECOND)) GROUP BY a, window_start, window_end`;
    const sql = `SELECT x.a, x.n FROM (${counted}) AS x JOIN (SELECT MAX(n) AS m, s, e FROM (${counted}) AS t GROUP BY s, e) AS y
      ON x.s = y.s AND x.e = y.e AND x.n >= y.m`;
    expect(count(await planWithout([], TABLES, sql), 'window=[HOP(')).toBe(1);
  });

  it('keeps apart what gives another value each time', async () => {
    const drawn = 'SELECT a, RAND() AS r FROM plain';
    const sql = `SELECT x.a, x.r, y.r FROM (${drawn}) AS x JOIN (${drawn}) AS y ON x.a = y.a`;
    expect(count(await planWithout([], TABLES, sql), 'RAND()')).toBe(2);
  });

  it('keeps apart what differs in a constant, a type or an order', async () => {
    const union = (one: string, other: string): string => `SELECT * FROM (${one}) UNION ALL SELECT * FROM (${other})`;
    const top = (order: string) =>
      `SELECT a, b FROM (SELECT a, b, ROW_NUMBER() OVER (PARTITION BY a ORDER BY b ${order}) AS n FROM plain) WHERE n <= 3`;
    for (const [one, other] of [
      ['SELECT a, b + 1 AS x FROM plain', 'SELECT a, b + 2 AS x FROM plain'],
      ['SELECT a, SUM(b) AS x FROM plain GROUP BY a', 'SELECT a, MAX(b) AS x FROM plain GROUP BY a'],
      ['SELECT a, COUNT(b) AS x FROM plain GROUP BY a', 'SELECT a, COUNT(DISTINCT b) AS x FROM plain GROUP BY a'],
      [top('ASC'), top('DESC')],
    ] as const) {
      expect(count(await planWithout([], TABLES, union(one, other)), '(see above)')).toBe(1);
      expect(count(await planWithout([], TABLES, union(one, one)), '(see above)')).toBe(1);
      expect(await planWithout([], TABLES, union(one, one))).not.toMatch(/\[#1\] Watermark/);
      expect(await planWithout([], TABLES, union(one, other))).toMatch(/\[#1\] (Watermark|Calc\(select=\[a, b\]\)\n +\+- Watermark)/);
    }
  });
});
