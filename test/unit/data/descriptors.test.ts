import { describe, expect, it } from 'vitest';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { LocalDate } from '../../../src/data/values/local-date.ts';
import { LocalTime } from '../../../src/data/values/local-time.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { TimestampLtz } from '../../../src/data/values/timestamp-ltz.ts';
import { columnOf, jsonOf, textOf, throughColumn } from './column-fixture.ts';

describe('values through columns', () => {
  it.each([
    [types.boolean(), true],
    [types.tinyint(), -128],
    [types.smallint(), 32_767],
    [types.int(), -2_147_483_648],
    [types.bigint(), -9_223_372_036_854_775_808n],
    [types.float(), 0.5],
    [types.double(), 1e300],
    [types.double(), Number.NaN],
    [types.string(), 'héllo \u{1f600} and a text that is longer than the short path'],
    [types.string(), ''],
    [types.bytes(), new Uint8Array([0, 255, 128])],
    [types.date(), LocalDate.from('9999-12-31')],
    [types.time(3), LocalTime.from('23:59:59.999')],
    [types.timestamp(3), Timestamp.from('0001-01-01 00:00:00.001')],
    [types.timestamp(6), Timestamp.from('1969-12-31 23:59:59.999999')],
    [types.timestamp(9), Timestamp.from('9999-12-31 23:59:59.999999999')],
    [types.timestampLtz(6), TimestampLtz.from('0001-01-01 00:00:00.000001Z')],
    [types.decimal(38, 10), Decimal.from('-1234567890123456789012345678.0123456789')],
    [types.decimal(18, 2), Decimal.from('9999999999999999.99')],
  ])('%o keeps %s', (type, value) => {
    expect(throughColumn(type, value)).toEqual(value);
    expect(throughColumn(type, null)).toBeNull();
  });

  it('keeps nulls apart from values, and forgets stale null flags', () => {
    const column = columnOf(types.int(), [1, null, 3]);
    const descriptor = descriptorOf(types.int());
    expect([0, 1, 2].map((row) => descriptor.read(column, row))).toEqual([1, null, 3]);
    column.hasNulls = false;
    descriptor.write(column, 0, null, undefined as never);
    descriptor.write(column, 1, 5, undefined as never);
    expect([0, 1].map((row) => descriptor.read(column, row))).toEqual([null, 5]);
  });

  it.each([
    [types.tinyint(), 128, 'MS2001'],
    [types.int(), 1.5, 'MS2001'],
    [types.int(), '1', 'MS2003'],
    [types.bigint(), 2n ** 63n, 'MS2001'],
    [types.bigint(), 2 ** 53, 'MS2001'],
    [types.decimal(4, 2), Decimal.from('99.995'), 'MS2001'],
    [types.decimal(4, 2), Number.NaN, 'MS2001'],
    [types.string(), 1, 'MS2003'],
    [types.varchar(2), 'abc', 'MS2001'],
    [types.timestamp(3), new Date(), 'MS2003'],
    [types.timestamp(3), new Timestamp(1e15, 0, 3), 'MS2001'],
    [types.int(false), null, 'MS2004'],
    [types.boolean(), 1, 'MS2003'],
  ])('%o refuses %s with %s', (type, value, code) => {
    expect(() => throughColumn(type, value)).toThrow(expect.objectContaining({ code }));
  });

  it('names the type and the value in errors', () => {
    expect(() => throughColumn(types.decimal(4, 2, false), 100)).toThrow('100 does not fit in DECIMAL(4, 2) NOT NULL');
    expect(() => throughColumn(types.bigint(), 'x')).toThrow('BIGINT takes a bigint, not string');
  });
});

describe('text and json of values', () => {
  it.each([
    [types.boolean(), true, 'TRUE', 'true'],
    [types.bigint(), 9_007_199_254_740_993n, '9007199254740993', '9007199254740993'],
    [types.double(), 1, '1.0', '1.0'],
    [types.double(), 1e7, '1.0E7', '1.0E7'],
    [types.double(), -1e-5, '-1.0E-5', '-1.0E-5'],
    [types.double(), 0.001, '0.001', '0.001'],
    [types.double(), 123456.789, '123456.789', '123456.789'],
    [types.double(), Number.NaN, 'NaN', '"NaN"'],
    [types.double(), Number.NEGATIVE_INFINITY, '-Infinity', '"-Infinity"'],
    [types.double(), 5e-324, '4.9E-324', '4.9E-324'],
    [types.double(), 1e21, '1.0E21', '1.0E21'],
    [types.float(), Math.fround(0.1), '0.1', '0.1'],
    [types.float(), 123_456_789, '1.2345679E8', '1.2345679E8'],
    [types.float(), 16_777_216, '1.6777216E7', '1.6777216E7'],
    [types.float(), Math.fround(3.4e38), '3.4E38', '3.4E38'],
    [types.decimal(20, 10), Decimal.from('0.00000001'), '0.0000000100', '0.0000000100'],
    [types.decimal(10, 3), Decimal.from('1.1'), '1.100', '1.100'],
    [types.decimal(10, 3), Decimal.from('100'), '100.000', '100.000'],
    [types.decimal(10, 3), Decimal.from('-0.5'), '-0.500', '-0.500'],
    [types.timestamp(0), Timestamp.from('2020-01-01'), '2020-01-01 00:00:00', '"2020-01-01 00:00:00"'],
    [types.timestamp(3), Timestamp.from('2020-01-01 00:00:00.12'), '2020-01-01 00:00:00.120', '"2020-01-01 00:00:00.12"'],
    [types.timestamp(6), Timestamp.from('2020-01-01 00:00:00.1234'), '2020-01-01 00:00:00.123400', '"2020-01-01 00:00:00.1234"'],
    [types.timestampLtz(3), TimestampLtz.from('0010-01-01 00:00:00Z'), '0010-01-01 00:00:00.000', '"0010-01-01 00:00:00Z"'],
    [types.date(), LocalDate.from('0020-01-01'), '0020-01-01', '"0020-01-01"'],
    [types.time(3), LocalTime.from('10:11:12.120'), '10:11:12.12', '"10:11:12.12"'],
    [types.bytes(), new Uint8Array([0x48, 0x65, 0x6c]), 'Hel', '"SGVs"'],
    [types.string(), 'x"y/é', 'x"y/é', '"x\\"y/é"'],
    [types.int(), null, 'NULL', 'null'],
  ])('%o %s', (type, value, text, json) => {
    expect(textOf(type, value)).toBe(text);
    expect(jsonOf(type, value)).toBe(json);
  });
});
