import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { bind, schemaOf } from '../operators/support.ts';
import { compute, passing } from './support.ts';

/** TRUE, FALSE or UNKNOWN. */
type Truth = boolean | null;
type Env = Readonly<Record<string, Truth | number>>;

/** A condition as SQL, and what it is worth. */
interface Condition {
  readonly sql: string;
  readonly value: (env: Env) => Truth;
}

const and = (a: Truth, b: Truth): Truth => (a === false || b === false ? false : a === null || b === null ? null : true);
const or = (a: Truth, b: Truth): Truth => (a === true || b === true ? true : a === null || b === null ? null : false);
const not = (a: Truth): Truth => (a === null ? null : !a);
const equal = (a: unknown, b: unknown): Truth => (a === null || b === null ? null : a === b);
const atLeast = (a: number | null, b: number | null): Truth => (a === null || b === null ? null : a >= b);

/** p and q may be null, s and t may not; x, y and z are integers that may be null, n is one that may not. */
const schema = schemaOf({
  p: types.boolean(),
  q: types.boolean(),
  s: types.boolean(false),
  t: types.boolean(false),
  x: types.int(),
  y: types.int(),
  z: types.int(),
  n: types.int(false),
});

const THREE: readonly Truth[] = [true, false, null];
const TWO: readonly Truth[] = [true, false];
const NUMBERS: readonly (number | null)[] = [1, 2, 3, null];

const truths: Env[] = THREE.flatMap((p) =>
  THREE.flatMap((q) => TWO.flatMap((s) => TWO.map((t) => ({ p, q, s, t, x: 1, y: 2, z: 3, n: 1 })))),
);
const numbers: Env[] = NUMBERS.flatMap((x) =>
  NUMBERS.flatMap((y) => NUMBERS.flatMap((z) => [1, 2].map((n) => ({ p: null, q: true, s: true, t: false, x, y, z, n }) as Env))),
);
const isPresent = (env: Env): boolean => Object.values(env).every((value) => value !== null);

const rowOf = (env: Env): Row =>
  schema.fields.map(({ name }) => {
    const value = env[name]!;
    return typeof value === 'boolean' ? Number(value) : value;
  });

/** Compares all conditions over all rows, as columns and as filters, and over the rows without nulls alone. */
function check(conditions: readonly Condition[], envs: readonly Env[]): void {
  const expressions = conditions.map(({ sql }) => bind(sql, schema));
  for (const wanted of [envs, envs.filter(isPresent)]) {
    const rows = wanted.map(rowOf);
    const got = compute(expressions, schema, rows);
    const wrong = conditions.flatMap(({ sql, value }, c) =>
      wanted.flatMap((env, i) => {
        const expected = value(env);
        const found = got[c]![i]!;
        return (found === null ? null : found === 1) === expected ? [] : [`${sql} over ${JSON.stringify(env)}: ${found}, not ${expected}`];
      }),
    );
    expect(wrong.slice(0, 5)).toEqual([]);
  }
}

function checkFilters(conditions: readonly Condition[], envs: readonly Env[]): void {
  const rows = envs.map(rowOf);
  for (const { sql, value } of conditions) {
    const expected = envs.flatMap((env, i) => (value(env) === true ? [i] : []));
    expect(passing(bind(sql, schema), schema, rows), sql).toEqual(expected);
  }
}

const column = (name: string): Condition => ({ sql: name, value: (env) => env[name] as Truth });
const atoms: readonly Condition[] = [
  ...['p', 'q', 's', 't'].map(column),
  { sql: 'TRUE', value: () => true },
  { sql: 'FALSE', value: () => false },
  { sql: 'CAST(NULL AS BOOLEAN)', value: () => null },
];

const unary: readonly ((a: Condition) => Condition)[] = [
  (a) => ({ sql: `NOT (${a.sql})`, value: (env) => not(a.value(env)) }),
  (a) => ({ sql: `(${a.sql}) IS TRUE`, value: (env) => a.value(env) === true }),
  (a) => ({ sql: `(${a.sql}) IS NOT TRUE`, value: (env) => a.value(env) !== true }),
  (a) => ({ sql: `(${a.sql}) IS FALSE`, value: (env) => a.value(env) === false }),
  (a) => ({ sql: `(${a.sql}) IS NOT FALSE`, value: (env) => a.value(env) !== false }),
  (a) => ({ sql: `(${a.sql}) IS UNKNOWN`, value: (env) => a.value(env) === null }),
  (a) => ({ sql: `(${a.sql}) IS NOT NULL`, value: (env) => a.value(env) !== null }),
];
const binary: readonly ((a: Condition, b: Condition) => Condition)[] = [
  (a, b) => ({ sql: `(${a.sql}) AND (${b.sql})`, value: (env) => and(a.value(env), b.value(env)) }),
  (a, b) => ({ sql: `(${a.sql}) OR (${b.sql})`, value: (env) => or(a.value(env), b.value(env)) }),
  (a, b) => ({ sql: `(${a.sql}) = (${b.sql})`, value: (env) => equal(a.value(env), b.value(env)) }),
  (a, b) => ({ sql: `COALESCE(${a.sql}, ${b.sql})`, value: (env) => a.value(env) ?? b.value(env) }),
  (a, b) => ({ sql: `CASE WHEN ${a.sql} THEN ${b.sql} END`, value: (env) => (a.value(env) === true ? b.value(env) : null) }),
  (a, b) => ({ sql: `CASE WHEN ${a.sql} THEN FALSE ELSE ${b.sql} END`, value: (env) => (a.value(env) === true ? false : b.value(env)) }),
];

describe('three-valued logic', () => {
  const one = atoms.flatMap((a) => unary.map((make) => make(a)));
  const two = atoms.flatMap((a) => atoms.flatMap((b) => binary.map((make) => make(a, b))));

  it('holds for every operator over every pair of operands', () => {
    check([...one, ...two], truths);
  });

  it('holds for operators over operators', () => {
    const random = seededRandom(7);
    const pick = (): Condition => {
      const pool = random.below(3) === 0 ? atoms : random.below(2) === 0 ? one : two;
      return pool[random.below(pool.length)]!;
    };
    const deeper = Array.from({ length: 350 }, () => binary[random.below(binary.length)]!(pick(), pick()));
    check(deeper, truths);
    const deepest = Array.from({ length: 100 }, (_, i) => unary[i % unary.length]!(deeper[random.below(deeper.length)]!));
    check(deepest, truths);
  });

  it('holds in filters, where UNKNOWN does not pass', () => {
    const random = seededRandom(8);
    const some = Array.from({ length: 60 }, () => binary[random.below(2)]!(two[random.below(two.length)]!, one[random.below(one.length)]!));
    checkFilters([...atoms, ...some], truths);
  });

  it('holds for AND and OR of many operands', () => {
    const random = seededRandom(9);
    const many = [3, 16, 17, 40].flatMap((count) =>
      ['AND', 'OR'].map((operator): Condition => {
        const operands = Array.from({ length: count }, () => (operator === 'AND' ? [...one, ...two] : two)[random.below(one.length)]!);
        const fold = operator === 'AND' ? and : or;
        return {
          sql: operands.map(({ sql }) => `(${sql})`).join(` ${operator} `),
          value: (env) => operands.reduce<Truth>((result, operand) => fold(result, operand.value(env)), operator === 'AND'),
        };
      }),
    );
    check(many, truths);
    checkFilters(many, truths);
  });
});

describe('comparisons of values that may be null', () => {
  const value = (env: Env, name: string): number | null => env[name] as number | null;
  const operands = ['x', 'y', 'n', '2', 'CAST(NULL AS INT)'];
  const of = (env: Env, operand: string): number | null => (operand === '2' ? 2 : operand.startsWith('CAST') ? null : value(env, operand));

  it('follow BETWEEN', () => {
    const conditions = operands.flatMap((a) =>
      operands.flatMap((low) =>
        operands.flatMap((high): Condition[] => {
          const inside = (env: Env, from: string, to: string): Truth =>
            and(atLeast(of(env, a), of(env, from)), atLeast(of(env, to), of(env, a)));
          return [
            { sql: `${a} BETWEEN ${low} AND ${high}`, value: (env) => inside(env, low, high) },
            { sql: `${a} NOT BETWEEN ${low} AND ${high}`, value: (env) => not(inside(env, low, high)) },
            { sql: `${a} BETWEEN SYMMETRIC ${low} AND ${high}`, value: (env) => or(inside(env, low, high), inside(env, high, low)) },
          ];
        }),
      ),
    );
    check(conditions, numbers);
  });

  it('follow IN over lists short and long, with and without NULL', () => {
    const filler = Array.from({ length: 12 }, (_, i) => String(100 + i));
    const lists = [
      ['1'],
      ['1', '2'],
      ['NULL'],
      ['2', 'NULL'],
      [...filler, '1'],
      [...filler, '1', 'NULL'],
      ['y'],
      ['y', '3'],
      ['y', 'z', 'NULL'],
    ];
    const conditions = ['x', 'n'].flatMap((a) =>
      lists.flatMap((list): Condition[] => {
        const found = (env: Env): Truth =>
          list.reduce<Truth>((result, item) => {
            const member = item === 'NULL' ? null : /^\d/.test(item) ? Number(item) : value(env, item);
            return or(result, equal(value(env, a), member));
          }, false);
        const items = list.map((item) => (item === 'NULL' ? 'CAST(NULL AS INT)' : item)).join(', ');
        return [
          { sql: `${a} IN (${items})`, value: found },
          { sql: `${a} NOT IN (${items})`, value: (env) => not(found(env)) },
        ];
      }),
    );
    check(conditions, numbers);
    checkFilters(conditions, numbers);
  });

  it('follow CASE with an operand, with few branches and many', () => {
    const conditions = [2, 40].map((count): Condition => {
      const branches = Array.from({ length: count }, (_, i) => `WHEN ${i + 2} THEN ${i % 2 === 0 ? 'p' : 's'}`).join(' ');
      return {
        sql: `CASE x ${branches} WHEN y THEN TRUE ELSE t END`,
        value: (env) => {
          const x = value(env, 'x');
          if (x !== null && x >= 2 && x < count + 2) return (x % 2 === 0 ? env['p'] : env['s']) as Truth;
          return x !== null && x === value(env, 'y') ? true : (env['t'] as Truth);
        },
      };
    });
    check(conditions, numbers);
  });

  it('follow NULLIF, IF and COALESCE', () => {
    const conditions: Condition[] = [
      { sql: 'NULLIF(x, y) IS NULL', value: (env) => env['x'] === null || equal(env['x'], env['y']) === true },
      { sql: 'IF(p, s, t)', value: (env) => (env['p'] === true ? env['s'] : env['t']) as Truth },
      { sql: 'COALESCE(x, y, n) = 2', value: (env) => (env['x'] ?? env['y'] ?? env['n']) === 2 },
      { sql: 'COALESCE(x, y) = 2', value: (env) => equal(env['x'] ?? env['y'], (env['x'] ?? env['y']) === null ? null : 2) },
    ];
    check(conditions, [...numbers, ...truths]);
  });
});
