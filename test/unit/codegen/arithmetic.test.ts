import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { type DecimalType, type SqlType, types } from '../../../src/data/types/sql-type.ts';
import type { Row } from '../../conformance/operator-run.ts';
import type { KeyValue } from '../../conformance/state-model.ts';
import { bind, schemaOf } from '../operators/support.ts';
import { compute } from './support.ts';

const BITS: Record<string, number> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

/** The integer that is left of a result in a type. */
function wrap(value: bigint, type: SqlType): KeyValue {
  const wrapped = BigInt.asIntN(BITS[type.root]!, value);
  return type.root === 'BIGINT' ? wrapped : Number(wrapped);
}

const OPERATORS: Readonly<Record<string, (a: bigint, b: bigint) => bigint | undefined>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0n ? undefined : a / b),
  '%': (a, b) => (b === 0n ? undefined : a % b),
};

describe('integer arithmetic wraps', () => {
  const integers = [types.tinyint(), types.smallint(), types.int(), types.bigint()] as const;

  it.each(integers.flatMap((a) => integers.map((b) => [a, b] as const)))('$0.root and $1.root', (a, b) => {
    const edges = (type: SqlType): KeyValue[] => {
      const most = 2n ** BigInt(BITS[type.root]! - 1);
      return [null, ...[-most, -most + 1n, -7n, -1n, 0n, 1n, 2n, 100n, most - 1n].map((value) => wrap(value, type))];
    };
    const schema = schemaOf({ a, b });
    const pairs = edges(a).flatMap((x) => edges(b).map((y): Row => [x, y]));
    for (const [operator, apply] of Object.entries(OPERATORS)) {
      const expression = bind(`a ${operator} b`, schema);
      const defined = pairs.filter(([x, y]) => x === null || y === null || apply(BigInt(x as number), BigInt(y as number)) !== undefined);
      const [got] = compute([expression], schema, defined);
      const expected = defined.map(([x, y]) =>
        x === null || y === null ? null : wrap(apply(BigInt(x as number), BigInt(y as number))!, expression.type),
      );
      expect(got, `${a.root} ${operator} ${b.root} as ${expression.type.root}`).toEqual(expected);
    }
  });

  it.each(integers)('unary minus and ABS of $root', (a) => {
    const schema = schemaOf({ a });
    const most = 2n ** BigInt(BITS[a.root]! - 1);
    const values = [null, -most, -1n, 0n, 5n, most - 1n];
    const rows = values.map((value): Row => [value === null ? null : wrap(value, a)]);
    const [minus, absolute] = compute([bind('-a', schema), bind('ABS(a)', schema)], schema, rows);
    expect(minus).toEqual(values.map((value) => (value === null ? null : wrap(-value, a))));
    expect(absolute).toEqual(values.map((value) => (value === null ? null : wrap(value < 0n ? -value : value, a))));
  });

  it('fails for a division by zero, but only where a row comes to it', () => {
    const schema = schemaOf({ a: types.bigint(), b: types.bigint() });
    const divided = bind('a / b', schema);
    expect(() => compute([divided], schema, [[1n, 0n]])).toThrow(expect.objectContaining({ code: 'MS2030' }));
    expect(() => compute([bind('a % b', schema)], schema, [[1n, 0n]])).toThrow(expect.objectContaining({ code: 'MS2030' }));
    expect(
      compute([divided], schema, [
        [null, 0n],
        [1n, null],
      ]),
    ).toEqual([[null, null]]);
    const guarded = [bind('b <> 0 AND a / b > 1', schema), bind('CASE WHEN b <> 0 THEN a / b END', schema)];
    expect(
      compute(guarded, schema, [
        [4n, 0n],
        [4n, 2n],
      ]),
    ).toEqual([
      [0, 1],
      [null, 2n],
    ]);
  });
});

/** A decimal as an exact fraction: value / 10^scale. */
interface Exact {
  readonly value: bigint;
  readonly scale: number;
}

const power = (n: number): bigint => 10n ** BigInt(n);
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n !== denominator < 0n ? -1n : 1n;
  const [n, d] = [magnitude(numerator), magnitude(denominator)];
  return sign * ((n * 2n + d) / (d * 2n));
}

/** The value with `scale` decimal places, rounded half up; null where it has more digits than the type. */
function roundedTo({ value, scale }: Exact, type: DecimalType): bigint | null {
  const moved = type.scale >= scale ? value * power(type.scale - scale) : divideHalfUp(value, power(scale - type.scale));
  return magnitude(moved) < power(type.precision) ? moved : null;
}

/** A quotient to 38 significant digits, rounded half up, as Java's MathContext(38, HALF_UP) gives it. */
function quotient(a: Exact, b: Exact): Exact {
  const extra = 80;
  const exact = divideHalfUp(a.value * power(extra + b.scale), b.value * power(a.scale));
  const digits = magnitude(exact).toString().length;
  const drop = Math.max(0, digits - 38);
  // 80 more places than asked for make the first rounding harmless.
  return { value: divideHalfUp(exact, power(drop)), scale: extra - drop };
}

const DECIMAL_OPERATORS: Readonly<Record<string, (a: Exact, b: Exact) => Exact>> = {
  '+': (a, b) => {
    const scale = Math.max(a.scale, b.scale);
    return { value: a.value * power(scale - a.scale) + b.value * power(scale - b.scale), scale };
  },
  '-': (a, b) => DECIMAL_OPERATORS['+']!(a, { ...b, value: -b.value }),
  '*': (a, b) => ({ value: a.value * b.value, scale: a.scale + b.scale }),
  '/': quotient,
};

describe('decimal arithmetic is exact', () => {
  const random = seededRandom(42);
  const randomType = (): DecimalType => {
    const precision = 1 + random.below(random.below(3) === 0 ? 38 : 20);
    return types.decimal(precision, random.below(precision + 1));
  };
  const randomValue = ({ precision }: DecimalType): bigint => {
    const digits = 1 + random.below(precision);
    let value = 0n;
    for (let i = 0; i < digits; i++) value = value * 10n + BigInt(random.below(8) === 0 ? 9 : random.below(10));
    return random.below(2) === 0 ? value : -value;
  };

  it.each(Object.keys(DECIMAL_OPERATORS))('%s of 60 pairs of types', (operator) => {
    for (let n = 0; n < 60; n++) {
      const [a, b] = [randomType(), randomType()];
      const schema = schemaOf({ a, b });
      const expression = bind(`a ${operator} b`, schema);
      const rows = Array.from({ length: 25 }, (): Row => [randomValue(a), randomValue(b)]).filter(([, y]) => operator !== '/' || y !== 0n);
      const [got] = compute([expression], schema, rows);
      const expected = rows.map(([x, y]) =>
        roundedTo(
          DECIMAL_OPERATORS[operator]!({ value: x as bigint, scale: a.scale }, { value: y as bigint, scale: b.scale }),
          expression.type as DecimalType,
        ),
      );
      expect(
        got,
        `seed 42, DECIMAL(${a.precision}, ${a.scale}) ${operator} DECIMAL(${b.precision}, ${b.scale}): ${JSON.stringify(expression.type)}`,
      ).toEqual(expected);
    }
  });

  it('compares decimals of different types by value', () => {
    for (let n = 0; n < 40; n++) {
      const [a, b] = [randomType(), randomType()];
      const schema = schemaOf({ a, b });
      const rows = Array.from({ length: 20 }, (_, i): Row => {
        const x = randomValue(a);
        const same = a.scale <= b.scale ? x * power(b.scale - a.scale) : x / power(a.scale - b.scale);
        return [x, i % 2 === 0 && magnitude(same) < power(b.precision) ? same : randomValue(b)];
      });
      const signs = ['=', '<>', '<', '<=', '>', '>='];
      const got = compute(
        signs.map((sign) => bind(`a ${sign} b`, schema)),
        schema,
        rows,
      );
      const order = rows.map(([x, y]) => {
        const difference = (x as bigint) * power(b.scale) - (y as bigint) * power(a.scale);
        return difference < 0n ? -1 : difference > 0n ? 1 : 0;
      });
      const expected = [
        (o: number) => o === 0,
        (o: number) => o !== 0,
        (o: number) => o < 0,
        (o: number) => o <= 0,
        (o: number) => o > 0,
        (o: number) => o >= 0,
      ];
      expect(got, `DECIMAL(${a.precision}, ${a.scale}) and DECIMAL(${b.precision}, ${b.scale})`).toEqual(
        expected.map((test) => order.map((o) => Number(test(o)))),
      );
    }
  });
});

describe('a decimal cast to fewer digits before the point', () => {
  const edges = (precision: number): bigint[] => {
    const powers = Array.from({ length: precision }, (_, n) => 10n ** BigInt(n));
    const words = [1n << 63n, 1n << 64n, (1n << 64n) + 1n, 1n << 65n, (1n << 126n) - 1n];
    return [0n, ...powers, ...powers.map((power) => power - 1n), ...words, 10n ** BigInt(precision) - 1n].filter(
      (value) => value < 10n ** BigInt(precision),
    );
  };

  it.each([
    [18, 17],
    [18, 3],
    [19, 18],
    [19, 1],
    [22, 20],
    [38, 19],
    [38, 20],
    [38, 37],
    [38, 12],
  ])('DECIMAL(%i, 1) as DECIMAL(%i, 1) is NULL where it does not fit', (from, to) => {
    const values = edges(from).flatMap((value) => [value, -value]);
    const schema = schemaOf({ a: types.decimal(from, 1) });
    const stored = (value: bigint, precision: number): KeyValue => (precision > 18 ? BigInt.asIntN(128, value) : value);
    const [got] = compute([bind(`CAST(a AS DECIMAL(${to}, 1))`, schema)], schema, [
      [null],
      ...values.map((value): Row => [stored(value, from)]),
    ]);
    const limit = 10n ** BigInt(to);
    expect(got).toEqual([null, ...values.map((value) => (value < limit && value > -limit ? value : null))]);
  });

  it.each([
    ['0.908', 'DECIMAL(4, 3)', 23],
    ['0.908', 'DECIMAL(4, 3)', 22],
    ['0.908', 'DECIMAL(4, 3)', 21],
    ['2.147483647', 'DECIMAL(10, 9)', 28],
    ['2.147483647', 'DECIMAL(10, 9)', 20],
  ])('a BIGINT times %s as %s, cast to %i digits', (factor, type, digits) => {
    const schema = schemaOf({ a: types.bigint() });
    const scale = factor.length - 2;
    const values = edges(19)
      .filter((value) => value < 1n << 63n)
      .flatMap((value) => [value, -value]);
    const all = [...values, -(1n << 63n), (1n << 63n) - 1n];
    const expression = bind(`CAST(CAST('${factor}' AS ${type}) * a AS DECIMAL(${digits}, ${scale}))`, schema);
    const [got] = compute(
      [expression],
      schema,
      all.map((value): Row => [value]),
    );
    const limit = 10n ** BigInt(digits);
    const exact = all.map((value) => value * BigInt(factor.replace('.', '')));
    expect(got).toEqual(exact.map((value) => (value < limit && value > -limit ? value : null)));
  });
});
