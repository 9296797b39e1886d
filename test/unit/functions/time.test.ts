import { describe, expect, it } from 'vitest';
import { SqlError } from '../../../src/common/errors.ts';
import { evaluate } from './evaluate.ts';

const shanghai = (sql: string): string | null => evaluate(sql, { timeZone: 'Asia/Shanghai' });
const berlin = (sql: string): string | null => evaluate(sql, { timeZone: 'Europe/Berlin' });

describe("functions of TIMESTAMP_LTZ go by the session's zone", () => {
  it('as Flink does', () => {
    expect(shanghai('HOUR(TO_TIMESTAMP_LTZ(0, 3))')).toBe('8');
    expect(shanghai("DATE_FORMAT(TO_TIMESTAMP_LTZ(0, 3), 'yyyy-MM-dd HH')")).toBe('1970-01-01 08');
    expect(shanghai("UNIX_TIMESTAMP('1970-01-01 08:00:00')")).toBe('0');
    expect(shanghai('FROM_UNIXTIME(0)')).toBe('1970-01-01 08:00:00');
    expect(shanghai('FLOOR(TO_TIMESTAMP_LTZ(0, 3) TO DAY)')).toBe('1970-01-01 00:00:00.000');
    expect(shanghai("TO_TIMESTAMP_LTZ('2020-01-02 03:04:05')")).toBe('2020-01-02 11:04:05.000');
    expect(shanghai("DATE_FORMAT('1970-01-01 00:00:00', 'HH')")).toBe('00');
  });

  it('on days when clocks change', () => {
    expect(berlin("DATE_FORMAT(TO_TIMESTAMP_LTZ('2024-03-31 00:59:59'), 'HH:mm')")).toBe('01:59');
    expect(berlin("DATE_FORMAT(TO_TIMESTAMP_LTZ('2024-03-31 01:00:00'), 'HH:mm')")).toBe('03:00');
    expect(berlin("DATE_FORMAT(TO_TIMESTAMP_LTZ('2024-10-27 01:00:00'), 'yyyy-MM-dd HH')")).toBe('2024-10-27 02');
  });
});

describe('before 1970', () => {
  it('parts of times are those of the calendar', () => {
    expect(evaluate("EXTRACT(HOUR FROM TIMESTAMP '1969-05-05 10:11:00')")).toBe('10');
    expect(evaluate("EXTRACT(DAY FROM TIMESTAMP '1969-05-05 10:11:00')")).toBe('5');
    expect(evaluate("DATE_FORMAT(TIMESTAMP '1969-12-31 23:59:59.123456', 'yyyy-MM-dd HH:mm:ss.SSSSSS')")).toBe(
      '1969-12-31 23:59:59.123456',
    );
    expect(evaluate("FLOOR(TIMESTAMP '1969-12-31 13:14:15' TO MONTH)")).toBe('1969-12-01 00:00:00');
  });
});

describe('precision', () => {
  it.each([0, 3, 6, 9])('TIMESTAMP(%i) has its parts and its text', (precision) => {
    const time = `CAST(TIMESTAMP '2020-01-02 03:04:05.123456789' AS TIMESTAMP(${precision}))`;
    const nanos = '123456789'.slice(0, precision).padEnd(9, '0');
    expect(evaluate(`EXTRACT(NANOSECOND FROM ${time})`)).toBe(String(Number(nanos)));
    expect(evaluate(`DATE_FORMAT(${time}, 'HH:mm:ss.SSSSSSSSS')`)).toBe(`03:04:05.${nanos}`);
    expect(evaluate(`FLOOR(${time} TO MINUTE)`)).toBe(`2020-01-02 03:04:00${precision === 0 ? '' : `.${'0'.repeat(precision)}`}`);
  });
});

describe('a bad pattern', () => {
  it.each([
    "DATE_FORMAT(LOCALTIMESTAMP, '{')",
    "DATE_FORMAT(LOCALTIMESTAMP, 'dddd')",
    "DATE_FORMAT(LOCALTIMESTAMP, '''x')",
    "FROM_UNIXTIME(1, 'b')",
    "'a' LIKE '!a' ESCAPE '!'",
  ])('is refused before anything runs: %s', (sql) => {
    expect(() => evaluate(sql)).toThrow(SqlError);
  });
});
