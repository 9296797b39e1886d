import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { QueryBinder } from '../../../src/binder/query-binder.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Expression } from '../../../src/plan/expressions/expression.ts';
import {
  columnsOf,
  conjunction,
  conjuncts,
  isDeterministic,
  literal,
  measureTree,
  rewrite,
  some,
  substituteColumns,
  walkExpression,
} from '../../../src/plan/expressions/visit.ts';
import { sink, union } from '../../../src/plan/make.ts';
import type { PlanNode, ScanNode } from '../../../src/plan/nodes/node.ts';
import { needUpdateBefore } from '../../../src/plan/update-before.ts';
import { isBounded, rewritePlan } from '../../../src/plan/visit.ts';
import { bind, schemaOf } from '../operators/support.ts';

const schema = schemaOf({ a: types.int(), b: types.int(), p: types.boolean() });

/** x + x, so often over that the tree has 2^levels leaves. */
function doubled(levels: number): Expression {
  const plus = bind('a + b', schema);
  if (plus.kind !== 'call') throw new Error('no call');
  let result: Expression = bind('a', schema);
  for (let n = 0; n < levels; n++) result = { ...plus, args: [result, result] };
  return result;
}

describe('expressions', () => {
  it('are visited once, however often they are used', () => {
    const huge = doubled(60);
    let visits = 0;
    walkExpression(huge, () => ++visits > 0);
    expect(visits).toBe(61);
    expect([...columnsOf(huge)]).toEqual([0]);
    expect(isDeterministic(huge)).toBe(true);
    expect(some(huge, ({ kind }) => kind === 'case')).toBe(false);
    expect(measureTree(huge)).toEqual({ size: 2 ** 61 - 1, depth: 61 });
  });

  it('stay shared when they are rewritten, and the same when nothing is', () => {
    const huge = doubled(60);
    expect(rewrite(huge, (node) => node)).toBe(huge);
    const replaced = substituteColumns(huge, [literal(1, types.int(false))]);
    expect(columnsOf(replaced).size).toBe(0);
    expect(measureTree(replaced)).toEqual(measureTree(huge));
  });

  it('know what differs from call to call', () => {
    expect(isDeterministic(bind('a + CAST(RAND() AS INT)', schema))).toBe(false);
    expect(isDeterministic(bind('a + b', schema))).toBe(true);
  });

  it('are taken apart at AND and put together again', () => {
    const condition = bind('p AND (a > 1 AND b > 2) AND NOT p', schema);
    const parts = conjuncts(condition);
    expect(parts).toHaveLength(4);
    expect(conjuncts(conjunction(parts))).toEqual(parts);
    expect([conjunction([]), conjunction(parts.slice(0, 1)), conjuncts(undefined)]).toEqual([undefined, parts[0], []]);
  });
});

const table = { name: 't', connector: 'c', options: new Map(), schema, metadata: new Map(), primaryKey: [] };
const scan = (bounded: boolean): ScanNode => ({ kind: 'scan', table, bounded, schema, insertOnly: true });

describe('plans', () => {
  it('are walked once where they are shared', () => {
    let node: PlanNode = scan(true);
    for (let n = 0; n < 60; n++) node = union([node, node]);
    expect(isBounded(node)).toBe(true);
    let visits = 0;
    rewritePlan(node, (inner) => {
      visits++;
      return inner;
    });
    expect(visits).toBe(61);
    expect(isBounded(union([node, scan(false)]))).toBe(false);
    expect(needUpdateBefore({ sinks: [sink(node, undefined)] }, () => true).size).toBe(62);
  });

  it('want -U only below what takes rows back', async () => {
    const session = await Session.open();
    const sql = "CREATE TABLE t (a INT, b INT) WITH ('connector' = 'datagen')";
    await session.run(session.parse(sql)[0]!, sql);
    const wanted = (query: string): string[] => {
      const [statement] = session.parse(query);
      if (statement?.kind !== 'queryStatement') throw new Error('no query');
      const { node } = new QueryBinder(session.binderContext).bindQuery(statement.query);
      return [...needUpdateBefore({ sinks: [sink(node, undefined)] }, () => false)].map(({ kind }) => kind).sort();
    };
    expect(wanted('SELECT a, COUNT(*) FROM t GROUP BY a')).toEqual(['calc', 'scan']);
    expect(wanted('SELECT a, COUNT(*) FROM t GROUP BY a HAVING COUNT(*) > 1')).toContain('aggregate');
    expect(wanted('SELECT n, COUNT(*) FROM (SELECT a, COUNT(*) AS n FROM t GROUP BY a) GROUP BY n')).toContain('aggregate');
  });
});
