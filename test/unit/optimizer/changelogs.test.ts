import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';

const TABLES = `
  CREATE TABLE orders (id BIGINT, customer INT, amount INT, note STRING, ts TIMESTAMP(3), arrived AS PROCTIME(), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
    WITH ('connector' = 'filesystem', 'path' = 'orders', 'format' = 'json');
  CREATE TABLE customers (id INT, name STRING, city STRING, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = 'customers', 'format' = 'json');
  CREATE TABLE cities (city STRING, land STRING) WITH ('connector' = 'filesystem', 'path' = 'cities', 'format' = 'json');
  CREATE TABLE totals (customer INT, total BIGINT, PRIMARY KEY (customer) NOT ENFORCED) WITH ('connector' = 'log', 'path' = 'p', 'topic' = 't', 'format' = 'json');
  CREATE TABLE by_total (customer INT, total BIGINT, PRIMARY KEY (total) NOT ENFORCED) WITH ('connector' = 'log', 'path' = 'p', 'topic' = 't', 'format' = 'json');`;

async function explain(statement: string, detail = ''): Promise<string> {
  const session = await Session.open();
  const sql = `${TABLES} EXPLAIN ${detail} ${statement}`;
  for (const node of session.parse(sql)) {
    const result = await session.run(node, sql);
    if (result.kind === 'text') return `\n${result.text.replace('== Optimized Plan ==\n', '').split('\n== Delivery ==')[0]}`;
  }
  throw new Error('no plan');
}

const changes = (statement: string): Promise<string> => explain(statement, 'CHANGELOG_MODE');

describe('plan-joins', () => {
  it('makes keys of equalities, and puts conditions of one side below', async () => {
    expect(
      await explain(
        'SELECT o.id, name FROM orders AS o, customers AS c WHERE o.customer = c.id AND amount > 5 AND city = name AND amount < c.id',
      ),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, name])
      +- Join(type=[inner], on=[customer = id], where=[(amount < id)], select=[id, name])
         +- Calc(select=[id, customer, amount], where=[(amount > 5)])
            +- Watermark(column=[ts], watermark=[(ts - 5000)])
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, ts])
         +- Calc(select=[id, name], where=[(city = name)])
            +- Scan(table=[customers], connector=[filesystem], bounded, columns=[id, name, city])
      "
    `);
  });

  it('joins several tables by what follows', async () => {
    expect(
      await explain('SELECT o.id, land FROM orders AS o, customers AS c, cities AS t WHERE o.customer = c.id AND c.city = t.city'),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, land])
      +- Join(type=[inner], on=[city = city], select=[id, land])
         +- Join(type=[inner], on=[customer = id], select=[id, city])
            +- Watermark(column=[ts], watermark=[(ts - 5000)])
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, ts])
            +- Scan(table=[customers], connector=[filesystem], bounded, columns=[id, city])
         +- Scan(table=[cities], connector=[filesystem], bounded, columns=[city, land])
      "
    `);
  });

  it('leaves conditions of an outer join where they decide about rows without a partner', async () => {
    expect(
      await explain(
        `SELECT o.id, name FROM orders AS o LEFT JOIN customers AS c ON o.customer + 1 = c.id AND amount > 5 AND city = 'Rome' WHERE note = 'n' AND name <> 'x'`,
      ),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, name])
      +- Calc(select=[id, name], where=[(name <> 'x')])
         +- Join(type=[left], on=[$key0 = id], where=[(amount > 5)], select=[id, name])
            +- Calc(select=[id, amount, (customer + 1) AS $key0], where=[(note = 'n')])
               +- Watermark(column=[ts], watermark=[(ts - 5000)])
                  +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, note, ts])
            +- Calc(select=[id, name], where=[(city = CAST('Rome' AS STRING NOT NULL))])
               +- Scan(table=[customers], connector=[filesystem], bounded, columns=[id, name, city])
      "
    `);
  });
});

describe('bound-ranks', () => {
  it('bounds a ranking by the condition above, and drops a number that nobody reads', async () => {
    expect(
      await explain(
        'SELECT id, note FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY amount DESC) AS n FROM orders) WHERE n <= 3 AND n > 1 AND note IS NOT NULL',
      ),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id, note])
      +- Calc(select=[id, note], where=[note IS NOT NULL])
         +- Rank(partitionBy=[customer], orderBy=[amount DESC, first come first], rows=[2..3])
            +- Watermark(column=[ts], watermark=[(ts - 5000)])
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, amount, note, ts])
      "
    `);
  });

  it('makes deduplication of an order by time', async () => {
    const first = 'SELECT id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY arrived) AS n FROM orders) WHERE n = 1';
    expect(await changes(first)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id]), changelogMode=[I]
      +- Calc(select=[id]), changelogMode=[I]
         +- Rank(partitionBy=[customer], orderBy=[first come first], rows=[1..1]), changelogMode=[I], uniqueKeys=[(customer)]
            +- Watermark(column=[ts], watermark=[(ts - 5000)]), changelogMode=[I]
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, ts]), changelogMode=[I]

      == State ==
      Rank: 1 row of each (customer); not bounded: nothing says when one is not needed any more
      "
    `);
    const last = 'SELECT id FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY ts DESC) AS n FROM orders) WHERE n = 1';
    expect(await changes(last)).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[id]), changelogMode=[I,UB,UA]
      +- Calc(select=[id]), changelogMode=[I,UB,UA]
         +- Rank(partitionBy=[customer], orderBy=[ts DESC, last come first], rows=[1..1]), changelogMode=[I,UB,UA], uniqueKeys=[(customer)]
            +- Watermark(column=[ts], watermark=[(ts - 5000)]), changelogMode=[I]
               +- Scan(table=[orders], connector=[filesystem], bounded, columns=[id, customer, ts]), changelogMode=[I]

      == State ==
      Rank: 1 row of each (customer); not bounded: nothing says when one is not needed any more
      "
    `);
  });
});

describe('the changelog of a plan', () => {
  it('has keys, kinds of changes and what is kept', async () => {
    expect(
      await changes(
        'SELECT name, total FROM customers AS c JOIN (SELECT customer, SUM(amount) AS total FROM orders GROUP BY customer) AS s ON c.id = s.customer',
      ),
    ).toMatchInlineSnapshot(`
      "
      Sink(table=[result], columns=[name, total]), changelogMode=[I,UB,UA]
      +- Join(type=[inner], on=[id = customer], select=[name, total]), changelogMode=[I,UB,UA]
         +- Scan(table=[customers], connector=[filesystem], bounded, columns=[id, name]), changelogMode=[I], uniqueKeys=[(id)]
         +- Calc(select=[customer, sum0 AS total]), changelogMode=[I,UB,UA], uniqueKeys=[(customer)]
            +- GroupAggregate(groupBy=[customer], select=[SUM(amount) AS sum0]), changelogMode=[I,UB,UA], uniqueKeys=[(customer)]
               +- Calc(select=[customer, amount]), changelogMode=[I]
                  +- Watermark(column=[ts], watermark=[(ts - 5000)]), changelogMode=[I]
                     +- Scan(table=[orders], connector=[filesystem], bounded, columns=[customer, amount, ts]), changelogMode=[I]

      == State ==
      Join: left: all rows (join key is unique); right: all rows (join key is unique); not bounded: nothing says when one is not needed any more
      GroupAggregate: a row for each (customer); not bounded: nothing says when one is not needed any more
      "
    `);
  });

  it('has -U rows only where somebody wants them', async () => {
    expect(await changes('INSERT INTO totals SELECT customer, SUM(amount) FROM orders GROUP BY customer')).toMatchInlineSnapshot(`
      "
      Sink(table=[totals], columns=[customer, total]), changelogMode=[I,UA], uniqueKeys=[(customer)]
      +- Calc(select=[customer, CAST(sum0 AS BIGINT) AS total]), changelogMode=[I,UA], uniqueKeys=[(customer)]
         +- GroupAggregate(groupBy=[customer], select=[SUM(amount) AS sum0]), changelogMode=[I,UA], uniqueKeys=[(customer)]
            +- Calc(select=[customer, amount]), changelogMode=[I]
               +- Watermark(column=[ts], watermark=[(ts - 5000)]), changelogMode=[I]
                  +- Scan(table=[orders], connector=[filesystem], bounded, columns=[customer, amount, ts]), changelogMode=[I]

      == State ==
      GroupAggregate: a row for each (customer); not bounded: nothing says when one is not needed any more
      "
    `);
  });

  it('is put in terms of the key of a sink', async () => {
    expect(await changes('INSERT INTO by_total SELECT customer, SUM(amount) FROM orders GROUP BY customer')).toMatchInlineSnapshot(`
      "
      Sink(table=[by_total], columns=[customer, total]), changelogMode=[I,UA,D], uniqueKeys=[(total)]
      +- UpsertMaterialize(key=[total]), changelogMode=[I,UA,D], uniqueKeys=[(total)]
         +- Calc(select=[customer, CAST(sum0 AS BIGINT) AS total]), changelogMode=[I,UB,UA], uniqueKeys=[(customer)]
            +- GroupAggregate(groupBy=[customer], select=[SUM(amount) AS sum0]), changelogMode=[I,UB,UA], uniqueKeys=[(customer)]
               +- Calc(select=[customer, amount]), changelogMode=[I]
                  +- Watermark(column=[ts], watermark=[(ts - 5000)]), changelogMode=[I]
                     +- Scan(table=[orders], connector=[filesystem], bounded, columns=[customer, amount, ts]), changelogMode=[I]

      == State ==
      UpsertMaterialize: all rows of each (total); not bounded: nothing says when one is not needed any more
      GroupAggregate: a row for each (customer); not bounded: nothing says when one is not needed any more
      "
    `);
  });
});
