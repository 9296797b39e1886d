import { format } from 'node:util';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  addMonths,
  dayOf,
  epochDayOf,
  MAX_EPOCH_DAY,
  MIN_EPOCH_DAY,
  monthOf,
  packedDateOf,
  yearOf,
} from '../../../src/data/values/civil-date.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { LocalDate } from '../../../src/data/values/local-date.ts';
import { LocalTime } from '../../../src/data/values/local-time.ts';
import { doubleText, floatText } from '../../../src/data/values/number-text.ts';
import { MAX_EPOCH_MS, MIN_EPOCH_MS } from '../../../src/data/values/point-in-time.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { TimestampLtz } from '../../../src/data/values/timestamp-ltz.ts';

const SEED = 20260729;
const check = <T>(property: fc.IProperty<[T]>) => fc.assert(property, { seed: SEED, numRuns: 1000 });
const points = fc.record({ ms: fc.integer({ min: MIN_EPOCH_MS, max: MAX_EPOCH_MS }), nanos: fc.integer({ min: 0, max: 999_999 }) });

describe('Decimal', () => {
  it('keeps the scale it was written with', () => {
    expect(['1.10', '-0.050', '.5', '5.', '1e3', '1.5e-3', '0', '-7'].map((text) => Decimal.from(text).toString())).toEqual([
      '1.10',
      '-0.050',
      '0.5',
      '5',
      '1000',
      '0.0015',
      '0',
      '-7',
    ]);
    expect(Decimal.from(0.1).toString()).toBe('0.1');
    expect(Decimal.from(10n ** 30n).toString()).toBe('1000000000000000000000000000000');
  });

  it.each(['', 'abc', '1.2.3', 'NaN', 'Infinity', '0x10', '--1', '1e', '1_000'])('refuses %j', (text) => {
    expect(() => Decimal.from(text)).toThrow(expect.objectContaining({ code: 'MS2002' }));
  });

  it('refuses an exponent that asks for a number of absurd size', () => {
    expect(() => Decimal.from('1e999999999')).toThrow(expect.objectContaining({ code: 'MS2001' }));
    expect(() => Decimal.from(`1e${'9'.repeat(500)}`)).toThrow(expect.objectContaining({ code: 'MS2001' }));
    expect(Decimal.from('0e999999999').toString()).toBe('0');
  });

  it('adds, subtracts and multiplies exactly', () => {
    expect(Decimal.from('0.1').add(Decimal.from('0.20')).toString()).toBe('0.30');
    expect(Decimal.from('1').sub(Decimal.from('0.001')).toString()).toBe('0.999');
    expect(Decimal.from('1.5').mul(Decimal.from('-2.25')).toString()).toBe('-3.375');
    expect(Decimal.from('99999999999999999999').mul(10n).toString()).toBe('999999999999999999990');
  });

  it('compares by value, and rounds half away from zero', () => {
    expect(Decimal.from('1.0').equals(Decimal.from('1.00'))).toBe(true);
    expect(Decimal.from('1.0').equals('1.0')).toBe(false);
    expect(Decimal.from('-1.5').compare(Decimal.from('-1.49'))).toBe(-1);
    expect(['0.125', '-0.125', '0.124', '-0.126'].map((text) => Decimal.from(text).toScale(2).toString())).toEqual([
      '0.13',
      '-0.13',
      '0.12',
      '-0.13',
    ]);
  });

  it('counts digits', () => {
    expect(['0', '0.001', '12.30', '-999'].map((text) => Decimal.from(text).precision)).toEqual([1, 3, 4, 3]);
  });

  it('reads back what it prints', () => {
    const decimals = fc.tuple(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), fc.integer({ min: 0, max: 38 }));
    check(
      fc.property(decimals, ([unscaled, scale]) => {
        const { unscaled: again, scale: scaleAgain } = Decimal.from(new Decimal(unscaled, scale).toString());
        return again === unscaled && scaleAgain === scale;
      }),
    );
  });
});

describe('dates', () => {
  it('go from days to fields and back, over the years 1 to 9999', () => {
    check(
      fc.property(fc.integer({ min: MIN_EPOCH_DAY, max: MAX_EPOCH_DAY }), (day) => {
        const date = packedDateOf(day);
        const js = new Date(day * 86_400_000);
        return (
          epochDayOf(yearOf(date), monthOf(date), dayOf(date)) === day &&
          yearOf(date) === js.getUTCFullYear() &&
          monthOf(date) === js.getUTCMonth() + 1 &&
          dayOf(date) === js.getUTCDate()
        );
      }),
    );
  });

  it('read back what they print', () => {
    check(
      fc.property(
        fc.integer({ min: MIN_EPOCH_DAY, max: MAX_EPOCH_DAY }),
        (day) => LocalDate.from(String(new LocalDate(day))).epochDay === day,
      ),
    );
    expect([MIN_EPOCH_DAY, MAX_EPOCH_DAY].map((day) => String(new LocalDate(day)))).toEqual(['0001-01-01', '9999-12-31']);
  });

  it.each(['2020-02-30', '2019-02-29', '2020-13-01', '0000-01-01', '10000-01-01', '2020-01', 'x', ''])('refuse %j', (text) => {
    expect(() => LocalDate.from(text)).toThrow(expect.objectContaining({ code: 'MS2002' }));
  });

  it('add months to the end of shorter months', () => {
    const add = (text: string, months: number) => String(new LocalDate(addMonths(LocalDate.from(text).epochDay, months)));
    expect([add('2020-01-31', 1), add('2019-01-31', 1), add('2020-02-29', 12), add('2020-01-15', -1), add('2020-12-01', 1)]).toEqual([
      '2020-02-29',
      '2019-02-28',
      '2021-02-28',
      '2019-12-15',
      '2021-01-01',
    ]);
  });
});

describe('times and timestamps', () => {
  it('read back what they print', () => {
    check(
      fc.property(points, ({ ms, nanos }) => {
        const { epochMs, nanoOfMs } = Timestamp.from(new Timestamp(ms, nanos, 9).toString());
        const instant = TimestampLtz.from(new TimestampLtz(ms, nanos, 9).toJSON());
        return epochMs === ms && nanoOfMs === nanos && instant.epochMs === ms && instant.nanoOfMs === nanos;
      }),
    );
    check(fc.property(fc.integer({ min: 0, max: 86_399_999 }), (ms) => LocalTime.from(String(new LocalTime(ms))).msOfDay === ms));
  });

  it('print as SQL and as json', () => {
    const timestamp = Timestamp.from('2020-01-01T00:00:00.120');
    expect([String(timestamp), JSON.stringify(timestamp), String(timestamp.withPrecision(0)), timestamp.precision]).toEqual([
      '2020-01-01 00:00:00.120',
      '"2020-01-01 00:00:00.12"',
      '2020-01-01 00:00:00',
      3,
    ]);
    const instant = TimestampLtz.from('2020-07-01 12:00:00.5', 'Europe/Berlin');
    expect([String(instant), JSON.stringify(instant), instant.toLocalText('America/New_York')]).toEqual([
      '2020-07-01 10:00:00.5Z',
      '"2020-07-01 10:00:00.5Z"',
      '2020-07-01 06:00:00.5',
    ]);
    expect(JSON.stringify([LocalTime.from('10:11'), LocalTime.from('10:11:12.120'), LocalDate.from('2020-01-02')])).toBe(
      '["10:11:00","10:11:12.12","2020-01-02"]',
    );
  });

  it.each([
    ['2020-01-01 00:00:00Z', 1_577_836_800_000],
    ['2020-01-01T01:00:00+01:00', 1_577_836_800_000],
    ['2019-12-31 19:00:00 -05', 1_577_836_800_000],
    ['2020-01-01 01:00:00', 1_577_836_800_000],
  ])('%s is an instant', (text, epochMs) => {
    expect(TimestampLtz.from(text, 'Europe/Berlin').epochMs).toBe(epochMs);
  });

  it.each(['2020-01-01 24:00:00', '2020-01-01 10:60:00', '2020-02-30 00:00:00', 'now', '2020-01-01 10:00:00 Mars'])('refuse %j', (text) => {
    expect(() => Timestamp.from(text)).toThrow(expect.objectContaining({ code: 'MS2002' }));
    expect(() => TimestampLtz.from(text)).toThrow(expect.objectContaining({ code: 'MS2002' }));
  });

  it('compare by time, not by precision or class', () => {
    const [a, b] = [Timestamp.from('2020-01-01 00:00:00'), Timestamp.from('2020-01-01 00:00:00.000000001')];
    expect([a.compare(b) < 0, b.compare(a) > 0, a.equals(a.withPrecision(9)), a.equals(b)]).toEqual([true, true, true, false]);
    expect(a.equals(TimestampLtz.ofEpochMs(a.epochMs))).toBe(false);
  });

  it('become Temporal and Date values', () => {
    expect(Timestamp.from('0001-01-01 00:00:00.000000001').toTemporal(Temporal).toString()).toBe('0001-01-01T00:00:00.000000001');
    expect(TimestampLtz.from('2020-01-01 00:00:00.123456789Z').toTemporal(Temporal).epochNanoseconds).toBe(1_577_836_800_123_456_789n);
    expect(LocalDate.from('2020-02-29').toTemporal(Temporal).dayOfYear).toBe(60);
    expect(LocalTime.from('10:11:12.5').toTemporal(Temporal).toString()).toBe('10:11:12.5');
    expect(TimestampLtz.from('2020-01-01 00:00:00.5Z').toDate().toISOString()).toBe('2020-01-01T00:00:00.500Z');
    expect(Timestamp.from('2020-07-01 12:00:00').toDate('Europe/Berlin').toISOString()).toBe('2020-07-01T10:00:00.000Z');
  });

  it.skipIf('Temporal' in globalThis)('say where to get Temporal when there is none', () => {
    expect(() => LocalDate.from('2020-01-01').toTemporal()).toThrow(
      expect.objectContaining({ code: 'MS2008', hint: expect.stringContaining('temporal-polyfill') }),
    );
  });
});

describe('text of doubles and floats', () => {
  it('reads back as the same value', () => {
    check(fc.property(fc.double({ noNaN: true }), (value) => Object.is(Number(doubleText(value)), value)));
    check(fc.property(fc.float({ noNaN: true }), (value) => Object.is(Math.fround(Number(floatText(value))), value)));
  });

  it.each([
    [1, '1.0'],
    [-0, '-0.0'],
    [9_999_999, '9999999.0'],
    [1e7, '1.0E7'],
    [0.001, '0.001'],
    [0.000_999, '9.99E-4'],
    [1.5e-10, '1.5E-10'],
    [123_456.75, '123456.75'],
    [5e-324, '4.9E-324'],
    [1.797_693_134_862_315_7e308, '1.7976931348623157E308'],
  ])('%d is %s', (value, text) => {
    expect(doubleText(value)).toBe(text);
  });
});

describe('console.log', () => {
  it('shows values as they print', () => {
    const row = {
      d: Decimal.from('1.10'),
      t: Timestamp.from('2020-01-01 00:00:00'),
      l: TimestampLtz.ofEpochMs(0, 0),
      day: LocalDate.from('2020-01-01'),
    };
    expect(format('%o', row.d)).toBe('Decimal(1.10)');
    expect(format(row)).toContain('t: Timestamp(2020-01-01 00:00:00)');
    expect(format(row)).toContain('l: TimestampLtz(1970-01-01 00:00:00Z)');
    expect(format(LocalTime.from('10:11'))).toBe('LocalTime(10:11:00)');
  });
});
