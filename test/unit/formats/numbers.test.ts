import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SqlType, types as t } from '../../../src/data/types/sql-type.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { batchFromText, batchOf, encodeAll, schemaOf } from './format-fixture.ts';

const SEED = 20_260_101;

async function written(type: SqlType, rows: readonly unknown[]): Promise<string[]> {
  const schema = schemaOf({ v: type });
  const out = await encodeAll(
    jsonFormat,
    schema,
    await batchOf(
      schema,
      rows.map((value) => [value]),
    ),
    {},
    1 << 20,
  );
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice(5, -1));
}

async function readNumbers(type: SqlType, texts: readonly string[]): Promise<number[]> {
  const batch = await batchFromText(jsonFormat, schemaOf({ v: type }), texts.map((text) => `{"v":${text}}\n`).join(''));
  return texts.map((_, row) => batch.columns[0]!.values[row] as number);
}

const doubles = fc
  .bigInt(0n, (1n << 64n) - 1n)
  .map((bits) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  })
  .filter(Number.isFinite);
const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] => fc.sample(arbitrary, { numRuns: count, seed: SEED });
const floats = (count: number): number[] => sample(fc.float({ noNaN: true, noDefaultInfinity: true }), count);
const digits = fc.stringMatching(/^[1-9][0-9]{0,30}$/);
const decimalTexts = fc
  .tuple(fc.constantFrom('', '-'), digits, fc.option(fc.stringMatching(/^[0-9]{1,30}$/)), fc.option(fc.integer({ min: -345, max: 330 })))
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
  );

/** The exact decimal digits of the middle between a double and the next one up, with `last` added behind. */
function middleText(value: number, last: string): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent === 0 ? 0n : 1n << 52n);
  const power = (exponent === 0 ? 1 : exponent) - 1075 - 1;
  const middle = 2n * mantissa + 1n;
  if (power >= 0) return `${middle << BigInt(power)}.0${last}`;
  return `${middle * 5n ** BigInt(-power)}${last}e${power - last.length}`;
}

describe('DOUBLE', () => {
  it('is read as the nearest double, as JavaScript reads it', async () => {
    const texts = [...sample(decimalTexts, 3000), ...sample(doubles, 3000).map(String)].slice(0, 4000);
    expect(await readNumbers(t.double(), texts)).toEqual(texts.map(Number));
  });
  it('is read right even in the middle between two doubles, and a hair beside it', async () => {
    const middles = sample(doubles, 300).flatMap((value) => [
      middleText(value, ''),
      middleText(value, '1'),
      middleText(value, '0'.repeat(40)),
      middleText(value, `${'0'.repeat(40)}1`),
    ]);
    const texts = middles.filter((text) => text.length < 900);
    expect(texts.length).toBeGreaterThan(800);
    expect(await readNumbers(t.double(), texts)).toEqual(texts.map(Number));
  });
  it('is written with the shortest digits that read back', async () => {
    const values = sample(doubles, 4000);
    const texts = await written(t.double(), values);
    expect(texts.map(Number)).toEqual(values);
    const significant = (text: string) =>
      text
        .toLowerCase()
        .replace(/e.*/, '')
        .replace(/[-.]/g, '')
        .replace(/^0+|0+$/g, '').length;
    expect(texts.map((text) => Math.max(2, significant(text)))).toEqual(values.map((value) => Math.max(2, significant(String(value)))));
  });
});

describe('FLOAT', () => {
  it('is read back as written', async () => {
    const values = floats(4000);
    expect(await readNumbers(t.float(), await written(t.float(), values))).toEqual(values);
  });
  it('is the nearest float, not that of the nearest double', async () => {
    // The middle between two floats, and texts a hair beside it that round to that middle as doubles.
    const texts = floats(500)
      .filter((value) => Math.abs(value) > 1e-30 && Math.abs(value) < 1e30)
      .flatMap((value) => {
        const view = new DataView(new ArrayBuffer(4));
        view.setFloat32(0, Math.abs(value));
        const bits = view.getUint32(0);
        view.setUint32(0, bits + 1);
        const next = view.getFloat32(0);
        const middle = exactText((Math.abs(value) + next) / 2);
        return [
          { text: middle, low: Math.abs(value), high: next, even: bits % 2 === 0 },
          { text: `${middle}000001`, low: next, high: next, even: true },
        ];
      });
    const read = await readNumbers(
      t.float(),
      texts.map(({ text }) => text),
    );
    expect(read).toEqual(texts.map(({ low, high, even }) => (even ? low : high)));
  });
});

/** All digits of a double below 1e30 with a point in them. */
function exactText(value: number): string {
  let exponent = 0;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    exponent++;
  }
  const digits = (BigInt(whole) * 5n ** BigInt(exponent)).toString().padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  return exponent === 0 ? `${BigInt(value)}.0` : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

describe('integers and decimals', () => {
  it('come back exactly', async () => {
    const longs = sample(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), 1000);
    const lines = longs.map((value) => `{"v":${value}}\n`).join('');
    const schema = schemaOf({ v: t.bigint() });
    expect(await encodeAll(jsonFormat, schema, await batchFromText(jsonFormat, schema, lines), {}, 1 << 20)).toBe(lines);
    const decimals = sample(fc.tuple(fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n), fc.integer({ min: 0, max: 38 })), 300);
    for (const [unscaled, scale] of decimals) {
      const sign = unscaled < 0n ? '-' : '';
      const all = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
      const line = `{"v":${sign}${all.slice(0, all.length - scale)}${scale === 0 ? '' : `.${all.slice(all.length - scale)}`}}\n`;
      const type = schemaOf({ v: t.decimal(38, scale) });
      expect(
        await encodeAll(jsonFormat, type, await batchFromText(jsonFormat, type, line), { 'encode.decimal-as-plain-number': 'true' }),
      ).toBe(line);
    }
  });
});
