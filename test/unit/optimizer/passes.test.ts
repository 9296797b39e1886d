import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { passes } from '../../../src/optimizer/optimizer.ts';

const TABLES = `
  CREATE TABLE orders (id BIGINT, customer STRING, amount DECIMAL(10, 2), note STRING,
    address ROW<street STRING, town ROW<name STRING, code INT>>, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
    WITH ('connector' = 'filesystem', 'path' = 'orders', 'format' = 'json');
  CREATE TABLE plain (a INT, b INT, c STRING) WITH ('connector' = 'filesystem', 'path' = 'plain', 'format' = 'json');
  CREATE TABLE sums (a INT, n BIGINT) WITH ('connector' = 'blackhole');
  CREATE TABLE copies (a INT, b INT) WITH ('connector' = 'blackhole');`;

/** The plan of a statement when only the named passes run. */
async function planWith(names: readonly string[], statement: string): Promise<string> {
  const session = await Session.open();
  const disabled = passes.flatMap(({ name }) => (names.includes(name) ? [] : [name]));
  const sql = `${TABLES} SET 'millstream.optimizer.disabled' = '${disabled.join(',')}'; EXPLAIN ${statement}`;
  for (const node of session.parse(sql)) {
    const result = await session.run(node, sql);
    if (result.kind === 'text') return `\n${result.text.replace('== Optimized Plan ==\n', '').split('\n== Delivery ==')[0]}`;
  }
  throw new Error('no plan');
}

const planBefore = (statement: string): Promise<string> => planWith([], statement);
const ALL = passes.map(({ name }) => name);

describe('fold-constants', () => {
  const SQL = `SELECT a + (2 * 3 - 1) AS x, UPPER('abc') AS u, CASE WHEN 1 > 2 THEN a ELSE b END AS e FROM plain
    WHERE TRUE AND b > 10 / 5 AND (FALSE OR a > 1)`;

  it('computes what depends on no column', async () => {
    expect(await planBefore(SQL)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[x, u, e])
      +- Calc(select=[(a + ((2 * 3) - 1)) AS x, UPPER('abc') AS u, CASE WHEN (1 > 2) THEN a ELSE b END AS e])
         +- Calc(select=[a, b, c], where=[(TRUE AND (b > (10 / 5)) AND (FALSE OR (a > 1)))])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
    expect(await planWith(['fold-constants'], SQL)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[x, u, e])
      +- Calc(select=[(a + 5) AS x, 'ABC' AS u, CASE WHEN FALSE THEN a ELSE b END AS e])
         +- Calc(select=[a, b, c], where=[((b > 2) AND (a > 1))])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
  });

  it('leaves what fails to fail when a row comes, and what differs each time', async () => {
    expect(await planWith(['fold-constants'], 'SELECT 1 / 0 AS x, RAND() AS r, a FROM plain WHERE a > 1 / 0')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[x, r, a])
      +- Calc(select=[(1 / 0) AS x, RAND() AS r, a])
         +- Calc(select=[a, b, c], where=[(a > (1 / 0))])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
  });

  it('decides conditions', async () => {
    expect(await planWith(['fold-constants'], 'SELECT a FROM plain WHERE 1 = 2 AND a > 0')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a])
      +- Calc(select=[a])
         +- Calc(select=[a, b, c], where=[FALSE])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
    expect(await planWith(['fold-constants'], 'SELECT a FROM plain WHERE a > 0 OR 1 = 1')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a])
      +- Calc(select=[a])
         +- Calc(select=[a, b, c], where=[((a > 0) OR TRUE)])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
  });
});

describe('merge-calcs', () => {
  it('makes one calc of several', async () => {
    const sql = 'SELECT x * 2 AS y FROM (SELECT a + b AS x, c FROM plain WHERE a > 1) WHERE x < 100';
    expect(await planBefore(sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[y])
      +- Calc(select=[(x * 2) AS y])
         +- Calc(select=[x, c], where=[(x < 100)])
            +- Calc(select=[(a + b) AS x, c])
               +- Calc(select=[a, b, c], where=[(a > 1)])
                  +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
    expect(await planWith(['merge-calcs'], sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[y])
      +- Calc(select=[((a + b) * 2) AS y], where=[((a > 1) AND ((a + b) < 100))])
         +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
  });

  it('does not repeat what differs each time', async () => {
    expect(await planWith(['merge-calcs'], 'SELECT r, r * r AS s FROM (SELECT RAND() AS r FROM plain)')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[r, s])
      +- Calc(select=[r, (r * r) AS s])
         +- Calc(select=[RAND() AS r])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
      "
    `);
  });

  it('does not merge into several consumers', async () => {
    const sql = 'WITH t AS (SELECT a + b AS x FROM plain) SELECT x + 1 FROM t UNION ALL SELECT x + 2 FROM t';
    expect(await planWith(['merge-calcs'], sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[EXPR$0])
      +- Union(all=[true], columns=[EXPR$0])
         +- Calc(select=[(x + 1) AS EXPR$0])
            +- [#1] Calc(select=[(a + b) AS x])
               +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
         +- Calc(select=[(x + 2) AS EXPR$0])
            +- [#1] (see above)
      "
    `);
  });

  it('lets no tree grow beyond what can be walked', async () => {
    let sql = 'SELECT a AS x FROM plain';
    for (let n = 0; n < 30; n++) sql = `SELECT x + x AS x FROM (${sql})`;
    const plan = await planWith(ALL, sql);
    expect(plan.length).toBeLessThan(50_000);
    expect(plan.match(/Calc/g)!.length).toBeGreaterThan(2);
  });
});

describe('push-down-filters', () => {
  const only = ['merge-calcs', 'push-down-filters', 'merge-calcs-again'];

  it('filters before rows are put into windows, where the condition is not about the window', async () => {
    const sql = `SELECT window_start, id FROM HOP(TABLE orders, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '10' SECOND)
      WHERE amount IS NOT NULL AND window_start <> window_end AND customer = note`;
    expect(await planBefore(sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[window_start, id])
      +- Calc(select=[window_start, id])
         +- Calc(select=[id, customer, amount, note, address, ts, window_start, window_end, window_time], where=[(amount IS NOT NULL AND (window_start <> window_end) AND (customer = note))])
            +- Window(window=[HOP(time=[ts], size=[10000 ms], slide=[5000 ms])])
               +- Watermark(column=[ts], watermark=[(ts - 5000)])
                  +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, note, address(street, town(name, code)), ts])
      "
    `);
    expect(await planWith(only, sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[window_start, id])
      +- Calc(select=[window_start, id], where=[(window_start <> window_end)])
         +- Window(window=[HOP(time=[ts], size=[10000 ms], slide=[5000 ms])])
            +- Calc(select=[id, customer, amount, note, address, ts], where=[(amount IS NOT NULL AND (customer = note))])
               +- Watermark(column=[ts], watermark=[(ts - 5000)])
                  +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, note, address(street, town(name, code)), ts])
      "
    `);
  });

  it('filters in the branches of a union', async () => {
    const sql = 'SELECT * FROM (SELECT a, b FROM plain UNION ALL SELECT b, a FROM plain) WHERE a > 1';
    expect(await planBefore(sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a, b])
      +- Calc(select=[a, b])
         +- Calc(select=[a, b], where=[(a > 1)])
            +- Union(all=[true], columns=[a, b])
               +- Calc(select=[a, b])
                  +- [#1] Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
               +- Calc(select=[b, a])
                  +- [#1] (see above)
      "
    `);
    expect(await planWith(only, sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a, b])
      +- Union(all=[true], columns=[a, b])
         +- Calc(select=[a, b], where=[(a > 1)])
            +- [#1] Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b, c])
         +- Calc(select=[b, a], where=[(b > 1)])
            +- [#1] (see above)
      "
    `);
  });

  it('does not filter below a watermark: rows that are dropped still move time on', async () => {
    expect(await planWith(ALL, 'SELECT id, ts FROM orders WHERE amount IS NULL')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, ts])
      +- Calc(select=[id, ts], where=[amount IS NULL])
         +- Watermark(column=[ts], watermark=[(ts - 5000)])
            +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, amount, ts])
      "
    `);
  });

  it('does not push a condition that differs each time into a union', async () => {
    expect(
      await planWith(ALL, 'SELECT * FROM (SELECT a FROM plain UNION ALL SELECT b FROM plain) WHERE RAND() > RAND()'),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a])
      +- Calc(select=[a], where=[(RAND() > RAND())])
         +- Union(all=[true], columns=[a])
            +- Calc(select=[a])
               +- [#1] Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b])
            +- Calc(select=[b])
               +- [#1] (see above)
      "
    `);
  });
});

describe('prune-columns', () => {
  it('reads only the columns, and the fields of rows, that are needed', async () => {
    const sql = 'SELECT id, address.town.code + 1 AS code FROM orders WHERE address.street IS NOT NULL';
    expect(await planBefore(sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, code])
      +- Calc(select=[id, (address.town.code + 1) AS code])
         +- Calc(select=[id, customer, amount, note, address, ts], where=[address.street IS NOT NULL])
            +- Watermark(column=[ts], watermark=[(ts - 5000)])
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, note, address(street, town(name, code)), ts])
      "
    `);
    expect(await planWith(['merge-calcs', 'prune-columns', 'drop-empty-calcs'], sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, code])
      +- Calc(select=[id, (address.town.code + 1) AS code], where=[address.street IS NOT NULL])
         +- Watermark(column=[ts], watermark=[(ts - 5000)])
            +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, address(street, town(code)), ts])
      "
    `);
  });

  it('reads no column for COUNT(*)', async () => {
    expect(await planWith(ALL, 'SELECT COUNT(*) FROM plain')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[EXPR$0])
      +- Calc(select=[count0 AS EXPR$0])
         +- GroupAggregate(groupBy=[], select=[COUNT(*) AS count0])
            +- Scan(table=[plain], connector=[filesystem], bounded, columns=[])
      "
    `);
  });

  it('keeps what any of several sinks needs', async () => {
    const sql = `STATEMENT SET BEGIN
      INSERT INTO sums SELECT a, COUNT(*) FROM plain GROUP BY a;
      INSERT INTO copies SELECT a, b FROM plain WHERE b > 1;
    END`;
    expect(await planWith(ALL, sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[sums], columns=[a, n])
      +- Calc(select=[a, count0 AS n])
         +- GroupAggregate(groupBy=[a], select=[COUNT(*) AS count0])
            +- Calc(select=[a])
               +- [#1] Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b])
      Sink(table=[copies], columns=[a, b])
      +- Calc(select=[a, b], where=[(b > 1)])
         +- [#1] (see above)
      "
    `);
  });

  it('reaches through unions, windows and aggregates', async () => {
    const union = 'SELECT b FROM (SELECT a, b, c FROM plain UNION ALL SELECT b, a, c FROM plain)';
    expect(await planWith(ALL, union)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[b])
      +- Union(all=[true], columns=[b])
         +- Calc(select=[b])
            +- [#1] Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b])
         +- Calc(select=[a])
            +- [#1] (see above)
      "
    `);
    const window = `SELECT customer, COUNT(*) AS n, MAX(window_end) AS last FROM
      (SELECT window_start, window_end, customer, SUM(amount) AS total, COUNT(note) AS notes
       FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, customer)
      GROUP BY customer`;
    expect(await planWith(ALL, window)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[customer, n, last])
      +- Calc(select=[customer, count0 AS n, max1 AS last])
         +- GroupAggregate(groupBy=[customer], select=[COUNT(*) AS count0, MAX(window_end) AS max1])
            +- Calc(select=[customer, window_end])
               +- WindowAggregate(groupBy=[customer], select=[], window=[TUMBLE(time=[ts], size=[60000 ms])], emit=[when the watermark passes the window's end])
                  +- Watermark(column=[ts], watermark=[(ts - 5000)])
                     +- Scan(table=[orders], connector=[filesystem], bounded, columns=[customer, ts])
      "
    `);
    expect(
      await planWith(ALL, "SELECT id, window_end FROM TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE)"),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, window_end])
      +- Calc(select=[id, window_end])
         +- Window(window=[TUMBLE(time=[ts], size=[60000 ms])])
            +- Watermark(column=[ts], watermark=[(ts - 5000)])
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, ts])
      "
    `);
  });

  it('keeps the fields of a ROW that is handed on in step with its source', async () => {
    const sql = `SELECT t.code FROM (SELECT address.town AS t FROM orders UNION ALL SELECT address.town FROM orders)`;
    expect(await planWith(ALL, sql)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[code])
      +- Calc(select=[t.code AS code])
         +- Union(all=[true], columns=[t])
            +- Calc(select=[address.town AS t])
               +- [#1] Watermark(column=[ts], watermark=[(ts - 5000)])
                  +- Scan(table=[orders], connector=[filesystem], bounded, columns=[address(town(name, code)), ts])
            +- Calc(select=[address.town AS town])
               +- [#1] (see above)
      "
    `);
  });

  it('keeps all columns of a sort, a sink and a DISTINCT', async () => {
    expect(await planWith(ALL, 'SELECT a FROM (SELECT DISTINCT a, b FROM plain) ORDER BY a LIMIT 3')).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[a])
      +- Sort(orderBy=[a ASC], offset=[0], fetch=[3])
         +- Calc(select=[a])
            +- GroupAggregate(groupBy=[a, b], select=[])
               +- Scan(table=[plain], connector=[filesystem], bounded, columns=[a, b])
      "
    `);
  });
});

describe('share-expressions', () => {
  it('computes equal expressions once', async () => {
    const session = await Session.open();
    const sql = `${TABLES} EXPLAIN CODEGEN SELECT a * b AS x, a * b + 1 AS y, CHAR_LENGTH(c) AS l FROM plain WHERE a * b > 10 AND CHAR_LENGTH(c) > 2`;
    let code = '';
    for (const node of session.parse(sql)) {
      const result = await session.run(node, sql);
      if (result.kind === 'text') code = result.text;
    }
    expect(code.match(/textLength/g)).toHaveLength(1);
    expect(code.match(/Math\.imul/g)).toHaveLength(1);
  });
});

describe('passes', () => {
  it('have names of their own, and are timed', async () => {
    expect(new Set(ALL).size).toBe(ALL.length);
    const session = await Session.open();
    const sql = 'EXPLAIN PLAN_ADVICE SELECT 1 + 1';
    const result = await session.run(session.parse(sql)[0]!, sql);
    if (result.kind !== 'text') throw new Error('no text');
    for (const name of ALL) expect(result.text).toMatch(new RegExp(`^${name}: [0-9.]+ ms$`, 'm'));
  });
});
