import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { types } from '../../../src/data/types/sql-type.ts';
import { canCast, castValue, tryCastValue } from '../../../src/data/values/cast.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import type { Value } from '../../../src/data/values/value.ts';
import { typeOf } from './type-of.ts';

const options = { timeZone: 'Europe/Berlin' };

/** What Flink 2.3 answered to CAST(TRY_CAST(CAST(text AS from) AS to) AS STRING) in a session in Europe/Berlin: [from, to, [text, answer][]]. */
type Answers = readonly [from: string, to: string, pairs: readonly (readonly [string, string | null])[]][];
const answers = JSON.parse(readFileSync(new URL('./flink-casts.json', import.meta.url), 'utf8')) as Answers;

/**
 * Flink prints floats with the digits of the Java that runs it; these are the ones Java 17 prints with more digits than needed
 * (JDK-4511638, mended in 19), with what we and newer versions of Java print.
 */
const JAVA_17_DIGITS: Readonly<Record<string, string>> = {
  '2.14748365E9': '2.1474836E9',
  '-2.14748365E9': '-2.1474836E9',
  '1.23456784E16': '1.2345678E16',
  '9.0071993E15': '9.007199E15',
  '3.6028797018963968E16': '3.602879701896397E16',
};

/** Where we differ on purpose: `from to text` and what we answer (docs/design/values.md says why). */
const DIFFERENCES: Readonly<Record<string, string | null>> = {
  'STRING DECIMAL(10,2) 99999999.995': null,
  'STRING DECIMAL(10,2) 1e-30': '0.00',
  'STRING DECIMAL(38,10) \u0661': null,
  'STRING DECIMAL(38,10) \uff11': null,
  'STRING DATE  2020-01-31 10:11:12 ': '2020-01-31',
};

function expectedOf(from: string, to: string, text: string, answer: string | null): string | null {
  const difference = DIFFERENCES[`${from} ${to} ${text}`];
  if (difference !== undefined) return difference;
  return answer === null ? null : (JAVA_17_DIGITS[answer] ?? answer);
}

function ours(text: string, from: string, to: string): Value {
  const source = tryCastValue(text, types.string(), typeOf(from), options);
  return castValue(tryCastValue(source, typeOf(from), typeOf(to), options), typeOf(to), types.string(), options);
}

describe('CAST', () => {
  it.each(answers.map(([from, to, pairs]) => ({ from, to, pairs })))('$from to $to is as in Flink', ({ from, to, pairs }) => {
    const expected = pairs.map(([text, answer]) => [text, expectedOf(from, to, text, answer)]);
    expect(pairs.map(([text]) => [text, ours(text, from, to)])).toEqual(expected);
  });

  it('refuses text that is no value, and says what to do', () => {
    const cast = (text: string, to: string) => () => castValue(text, types.string(), typeOf(to), options);
    expect(cast('x', 'INT')).toThrow(expect.objectContaining({ code: 'MS2002', message: '"x" is no INT' }));
    expect(cast('300', 'TINYINT')).toThrow(expect.objectContaining({ code: 'MS2001', hint: 'TRY_CAST gives NULL instead' }));
    expect(cast('99999999999', 'DECIMAL(10,2)')).toThrow(expect.objectContaining({ code: 'MS2001' }));
    expect(cast('2020-13-01', 'DATE')).toThrow(expect.objectContaining({ code: 'MS2002' }));
  });

  it('makes a number that does not fit in a DECIMAL null', () => {
    expect(castValue(100, types.int(), types.decimal(4, 2), options)).toBeNull();
    expect(castValue(99.995, types.double(), types.decimal(4, 2), options)).toBeNull();
    expect(castValue(99.994, types.double(), types.decimal(4, 2), options)).toEqual(Decimal.from('99.99'));
  });

  it('refuses NaN as a DECIMAL, and TRY_CAST makes it null', () => {
    expect(() => castValue(Number.NaN, types.double(), types.decimal(4, 2), options)).toThrow(expect.objectContaining({ code: 'MS2002' }));
    expect(tryCastValue(Number.NaN, types.double(), types.decimal(4, 2), options)).toBeNull();
  });

  it('saturates infinities and makes NaN zero', () => {
    const cast = (value: number, to: string) => castValue(value, types.double(), typeOf(to), options);
    expect([cast(Number.NaN, 'INT'), cast(Number.POSITIVE_INFINITY, 'INT'), cast(Number.NEGATIVE_INFINITY, 'BIGINT')]).toEqual([
      0,
      2_147_483_647,
      -(2n ** 63n),
    ]);
    expect([cast(Number.POSITIVE_INFINITY, 'TINYINT'), cast(Number.NaN, 'BOOLEAN')]).toEqual([-1, true]);
  });

  it('answers at once, whatever the exponent', () => {
    const decimal = (text: string) => tryCastValue(text, types.string(), types.decimal(38, 10), options);
    expect(decimal('1e99999999')).toBeNull();
    expect(decimal('1e-99999999')).toEqual(new Decimal(0n, 10));
    expect(decimal('0e99999999')).toEqual(new Decimal(0n, 10));
    expect(decimal(`1e${'9'.repeat(400)}`)).toBeNull();
    expect(decimal(`0.${'0'.repeat(100_000)}1`)).toEqual(new Decimal(0n, 10));
    expect(tryCastValue(`${' '.repeat(100_000)}x`, types.string(), types.int(), options)).toBeNull();
    expect(tryCastValue(`${'0'.repeat(100_000)}7`, types.string(), types.int(), options)).toBe(7);
  });

  it('rounds text and 64-bit integers to FLOAT once', () => {
    const float = (text: string) => castValue(text, types.string(), types.float(), options);
    expect(float('1.00000005960464488641292746251565404236316680908203125')).toBe(1.0000001192092896);
    expect(float('1.000000059604644775390625')).toBe(1);
    expect(castValue(9007199791611905n, types.bigint(), types.float(), options)).toBe(9007200328482816);
    expect(castValue(-9007199791611905n, types.bigint(), types.float(), options)).toBe(-9007200328482816);
    expect(castValue(9007199791611904n, types.bigint(), types.float(), options)).toBe(9007199254740992);
  });

  it('takes the day and the second of times before 1970 (Flink is one late)', () => {
    const evening = Timestamp.from('1960-05-05 10:00:00.129');
    expect(String(castValue(evening, types.timestamp(3), types.date(), options))).toBe('1960-05-05');
    expect(String(castValue(evening, types.timestamp(3), types.timestamp(2), options))).toBe('1960-05-05 10:00:00.12');
    expect(castValue(castValue(evening, types.timestamp(3), types.time(0), options), types.time(0), types.string(), options)).toBe(
      '10:00:00',
    );
  });

  it.each([
    ['1.x', 'DECIMAL(10,2)'],
    ['1L', 'DECIMAL(10,2)'],
    ['1e', 'DECIMAL(38,10)'],
    ['0x1p3', 'DOUBLE'],
    ['0000-01-01', 'DATE'],
    ['9999-12-31 24:00:00', 'TIMESTAMP(3)'],
    ['10:11:12.12x', 'TIME(3)'],
    ['2020-01-31 10:11:12Z', 'TIMESTAMP_LTZ(3)'],
  ])('refuses %s as %s', (text, to) => {
    expect(() => castValue(text, types.string(), typeOf(to), options)).toThrow(expect.objectContaining({ code: 'MS2002' }));
    expect(tryCastValue(text, types.string(), typeOf(to), options)).toBeNull();
  });

  it('counts code points of bytes cast to CHAR, too', () => {
    const bytes = new TextEncoder().encode('a\u{1f600}bc');
    expect(castValue(bytes, types.bytes(), types.char(3), options)).toBe('a\u{1f600}b');
    expect(castValue(bytes, types.bytes(), types.char(5), options)).toBe('a\u{1f600}bc ');
  });

  it('casts arrays, maps and rows part by part, and to text', () => {
    const toText = (value: Value, type: ReturnType<typeof typeOf>) => castValue(value, type, types.string(), options);
    const array = types.array(types.string());
    expect(castValue(['1', null], array, types.array(types.int()), options)).toEqual([1, null]);
    expect(toText([1, 2, null], types.array(types.int()))).toBe('[1, 2, NULL]');
    const map = types.map(types.string(), types.timestamp(1));
    expect(
      toText(
        new Map<Value, Value>([
          ['1', Timestamp.from('2020-01-01 00:00:00.1')],
          ['b', null],
        ]),
        map,
      ),
    ).toBe('{1=2020-01-01 00:00:00.1, b=NULL}');
    const row = types.row([
      { name: 's', type: types.string() },
      { name: 'b', type: types.boolean() },
      { name: 'i', type: types.intervalDayTime() },
    ]);
    expect(toText({ s: '1', b: true, i: 86_400_000n }, row)).toBe('(1, TRUE, +1 00:00:00.000)');
    const narrow = types.row([{ name: 'x', type: types.int() }]);
    expect(castValue({ s: '1' }, types.row([{ name: 's', type: types.string() }]), narrow, options)).toEqual({ x: 1 });
  });

  it.each([
    ['INT', 'DATE'],
    ['DATE', 'TIME(0)'],
    ['TIME(0)', 'DATE'],
    ['BYTES', 'INT'],
    ['INT', 'BYTES'],
    ['BOOLEAN', 'DATE'],
    ['TIMESTAMP(3)', 'BIGINT'],
  ])('knows no cast of %s to %s', (from, to) => {
    expect(canCast(typeOf(from), typeOf(to))).toBe(false);
    expect(() => castValue(1, typeOf(from), typeOf(to), options)).toThrow(expect.objectContaining({ code: 'MS2005' }));
  });
});
