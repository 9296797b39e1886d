import type { Random } from '../../src/common/random.ts';
import { type Call, type Item, isInsertOnly, type JoinKind, type Kind, kindsOf, type Order, type Query } from './query.ts';

export const TABLES = ['a', 'b', 'c'];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)]!;
const chance = (random: Random, share: number): boolean => random.next() < share;

/** Some of the numbers below `count`, each once, in any order. */
function some(random: Random, count: number, most: number): number[] {
  const left = [...Array(count).keys()];
  return Array.from({ length: Math.min(count, random.below(most + 1)) }, () => left.splice(random.below(left.length), 1)[0]!);
}

const isTime = (kind: Kind): boolean => kind === 'time' || kind === 'rowtime';
const alike = (a: Kind, b: Kind): boolean => a === b || (isTime(a) && isTime(b));

const OPERATORS = [
  ...['filter', 'project', 'join', 'join', 'join', 'group', 'group', 'distinct', 'union', 'top', 'top', 'window'],
  ...['set', 'member', 'member', 'value', 'value', 'over', 'over'],
];

/** A query over TABLES that is at most `depth` operators deep. */
export function generateQuery(random: Random, depth: number): Query {
  if (depth === 0) return { op: 'scan', table: pick(random, TABLES) };
  const input = (): Query => generateQuery(random, Math.max(0, depth - 1 - random.below(2)));
  switch (pick(random, OPERATORS)) {
    case 'filter': {
      const from = input();
      return { op: 'filter', input: from, condition: condition(random, kindsOf(from), 1) };
    }
    case 'project':
      return project(random, input());
    case 'join':
      return join(random, input(), input());
    case 'group':
      return group(random, input());
    case 'distinct':
      return { op: 'distinct', input: narrow(random, input()) };
    case 'union':
      return union(input(), input());
    case 'set': {
      const both = union(narrow(random, input()), narrow(random, input()));
      if (both.op !== 'union') return both;
      return { ...both, op: 'set', operator: pick(random, ['INTERSECT', 'EXCEPT']), all: chance(random, 0.5) };
    }
    case 'member': {
      const [left, right] = [input(), input()];
      const pair = equalPair(random, left, right);
      return pair === undefined
        ? left
        : { op: 'member', left, right, form: pick(random, ['IN', 'NOT IN', 'EXISTS', 'NOT EXISTS']), ...pair };
    }
    case 'value': {
      const [left, right] = [input(), input()];
      const pair = equalPair(random, left, right);
      return pair === undefined ? left : { op: 'value', left, right, ...pair, call: call(random, kindsOf(right)) };
    }
    case 'over':
      return over(random, input());
    case 'top':
      return top(random, input());
    default:
      return window(random, input()) ?? group(random, input());
  }
}

function condition(random: Random, kinds: readonly Kind[], depth: number): string {
  if (depth > 0 && chance(random, 0.3)) {
    const [a, b] = [condition(random, kinds, depth - 1), condition(random, kinds, depth - 1)];
    return pick(random, [`(${a} AND ${b})`, `(${a} OR ${b})`, `NOT (${a})`]);
  }
  const column = random.below(kinds.length);
  const it = `{${column}}`;
  switch (kinds[column]!) {
    case 'long': {
      const others = kinds.flatMap((kind, i) => (kind === 'long' && i !== column ? [i] : []));
      const other = others.length > 0 && chance(random, 0.4) ? `{${pick(random, others)}}` : String(random.below(9) - 2);
      return pick(random, [
        `${it} ${pick(random, ['=', '<>', '<', '<=', '>', '>='])} ${other}`,
        `${it} IN (1, 2, ${random.below(9)})`,
        `${it} IS ${pick(random, ['', 'NOT '])}NULL`,
        `${it} % 3 = ${random.below(3)}`,
        `${it} IS NOT DISTINCT FROM ${other}`,
        `${it} BETWEEN ${random.below(4)} AND ${random.below(9)}`,
      ]);
    }
    case 'text':
      return pick(random, [
        `${it} <> 'b'`,
        `${it} IS ${pick(random, ['', 'NOT '])}NULL`,
        `${it} LIKE '%a%'`,
        `${it} IN ('a', 'bb')`,
        `${it} > 'b'`,
      ]);
    default:
      return `${it} ${pick(random, ['<', '>='])} TIMESTAMP '2024-01-01 00:0${random.below(3)}:00'`;
  }
}

function item(random: Random, kinds: readonly Kind[]): Item {
  const column = random.below(kinds.length);
  const it = `{${column}}`;
  const kind = kinds[column]!;
  if (chance(random, 0.5)) return { sql: it, kind };
  switch (kind) {
    case 'long': {
      const forms = [
        `${it} + 1`,
        `${it} * -2`,
        `COALESCE(${it}, -1)`,
        `CASE WHEN ${condition(random, kinds, 0)} THEN ${it} ELSE 0 END`,
        `${it} % 4`,
      ];
      return chance(random, 0.2) ? { sql: `CAST(${it} AS STRING)`, kind: 'text' } : { sql: pick(random, forms), kind };
    }
    case 'text':
      return chance(random, 0.3)
        ? { sql: `CAST(CHAR_LENGTH(${it}) AS BIGINT)`, kind: 'long' }
        : { sql: pick(random, [`${it} || 'x'`, `UPPER(${it})`, `COALESCE(${it}, '?')`, `SUBSTRING(${it}, 1, 1)`]), kind };
    default:
      return { sql: it, kind };
  }
}

/** Half of the time columns only, so that a time attribute stays one. */
function project(random: Random, input: Query): Query {
  const kinds = kindsOf(input);
  return { op: 'project', input, items: Array.from({ length: 1 + random.below(4) }, () => item(random, kinds)) };
}

/** One to three of the columns: different rows of all of them are hardly ever equal. */
function narrow(random: Random, input: Query): Query {
  const kinds = kindsOf(input);
  const columns = some(random, kinds.length, 2);
  if (columns.length === 0) columns.push(random.below(kinds.length));
  return { op: 'project', input, items: columns.map((column) => ({ sql: `{${column}}`, kind: kinds[column]! })) };
}

function join(random: Random, left: Query, right: Query): Query {
  const [leftKinds, rightKinds] = [kindsOf(left), kindsOf(right)];
  const pairs = leftKinds.flatMap((a, l) =>
    rightKinds.flatMap((b, r) => (alike(a, b) && !isTime(a) ? [[l, r + leftKinds.length] as const] : [])),
  );
  const equal = pairs.length === 0 ? [] : Array.from({ length: 1 + random.below(2) }, () => pick(random, pairs));
  const conditions = equal.map(([l, r]) => `{${l}} = {${r}}`);
  if (conditions.length === 0 || chance(random, 0.25)) conditions.push(condition(random, [...leftKinds, ...rightKinds], 1));
  const type: JoinKind = pick(random, ['INNER', 'INNER', 'LEFT', 'RIGHT', 'FULL']);
  return { op: 'join', type, left, right, condition: conditions.join(' AND ') };
}

function call(random: Random, kinds: readonly Kind[]): Call {
  const longs = kinds.flatMap((kind, i) => (kind === 'long' ? [i] : []));
  const filter = chance(random, 0.2) ? { filter: condition(random, kinds, 0) } : {};
  const distinct = chance(random, 0.2) ? { distinct: true } : {};
  const column = random.below(kinds.length);
  const forms: Call[] = [
    { function: 'COUNT', ...filter },
    { function: 'COUNT', column, ...distinct, ...filter },
  ];
  if (longs.length > 0) {
    const long = pick(random, longs);
    forms.push({ function: 'SUM', column: long, ...distinct, ...filter }, { function: 'AVG', column: long, ...filter });
  }
  forms.push({ function: pick(random, ['MIN', 'MAX']), column, ...filter });
  return pick(random, forms);
}

function group(random: Random, input: Query): Query {
  const kinds = kindsOf(input);
  const calls = Array.from({ length: 1 + random.below(3) }, () => call(random, kinds));
  const keys = some(random, kinds.length, 2);
  return { op: 'group', input, keys, calls, ...(keys.length > 0 && chance(random, 0.2) && { rollup: true }) };
}

/** Both sides are cut to the columns that they have alike. */
function union(left: Query, right: Query): Query {
  const [leftKinds, rightKinds] = [kindsOf(left), kindsOf(right)];
  const pairs: (readonly [number, number])[] = [];
  for (const [l, kind] of leftKinds.entries()) {
    const r = rightKinds.findIndex((other, i) => alike(kind, other) && !pairs.some(([, taken]) => taken === i));
    if (r !== -1) pairs.push([l, r]);
  }
  if (pairs.length === 0) return left;
  const side = (input: Query, kinds: readonly Kind[], columns: readonly number[]): Query => ({
    op: 'project',
    input,
    items: columns.map((column) => ({ sql: `{${column}}`, kind: kinds[column]! })),
  });
  return {
    op: 'union',
    left: side(
      left,
      leftKinds,
      pairs.map(([l]) => l),
    ),
    right: side(
      right,
      rightKinds,
      pairs.map(([, r]) => r),
    ),
  };
}

/** Columns of both sides that can be equal. */
function equalPair(random: Random, left: Query, right: Query): { leftColumn: number; rightColumn: number } | undefined {
  const pairs = kindsOf(left).flatMap((a, leftColumn) =>
    kindsOf(right).flatMap((b, rightColumn) => (alike(a, b) ? [{ leftColumn, rightColumn }] : [])),
  );
  return pairs.length === 0 ? undefined : pick(random, pairs);
}

/** All columns, so that only equal rows are alike. */
function total(random: Random, width: number, partition: readonly number[]): Order {
  const first = some(random, width, width).filter((column) => !partition.includes(column));
  const rest = [...Array(width).keys()].filter((column) => !first.includes(column));
  return [...first, ...rest].map((column) => ({ column, descending: chance(random, 0.5) }));
}

function over(random: Random, input: Query): Query {
  const kinds = kindsOf(input);
  const partition = some(random, kinds.length, 2);
  const forms = Array.from({ length: 1 + random.below(2) }, () => call(random, kinds));
  const calls = forms.map(({ distinct: _distinct, filter: _filter, ...rest }) => rest);
  const order = total(random, kinds.length, partition);
  return { op: 'over', input, partition, order, ...(chance(random, 0.6) && { preceding: random.below(6) }), calls };
}

function top(random: Random, input: Query): Query {
  const width = kindsOf(input).length;
  const partition = some(random, width, 2);
  const order = total(random, width, partition);
  return { op: 'top', input, partition, order, limit: 1 + random.below(4), numbered: chance(random, 0.4) };
}

function window(random: Random, input: Query): Query | undefined {
  const kinds = kindsOf(input);
  const time = kinds.indexOf('rowtime');
  if (time === -1 || !isInsertOnly(input)) return undefined;
  const slide = pick(random, [5, 10, 30]);
  const calls = Array.from({ length: 1 + random.below(2) }, () => call(random, kinds));
  const keys = some(random, kinds.length, 1).filter((key) => key !== time);
  return { op: 'window', input, time, size: slide * pick(random, [1, 1, 2, 3]), slide, keys, calls };
}
