import { describe, expect, it } from 'vitest';
import { printType } from '../../../src/data/types/print-type.ts';
import { types } from '../../../src/data/types/sql-type.ts';

describe('printType', () => {
  it.each([
    [types.int(), 'INT'],
    [types.decimal(10, 2, false), 'DECIMAL(10, 2) NOT NULL'],
    [types.string(), 'STRING'],
    [types.varchar(5), 'VARCHAR(5)'],
    [types.char(1), 'CHAR(1)'],
    [types.bytes(), 'BYTES'],
    [types.varbinary(3), 'VARBINARY(3)'],
    [types.binary(1), 'BINARY(1)'],
    [types.time(), 'TIME(0)'],
    [types.timestamp(9, false), 'TIMESTAMP(9) NOT NULL'],
    [types.timestampLtz(), 'TIMESTAMP_LTZ(6)'],
    [types.intervalDayTime(false), 'INTERVAL SECOND(3) NOT NULL'],
    [types.intervalYearMonth(false), 'INTERVAL MONTH NOT NULL'],
    [types.null(), 'NULL'],
    [types.array(types.int(false)), 'ARRAY<INT NOT NULL>'],
    [types.map(types.string(), types.row([{ name: 'a b', type: types.int() }])), 'MAP<STRING, ROW<`a b` INT>>'],
    [
      types.row([
        { name: 'a`b', type: types.int(false) },
        { name: 's', type: types.string() },
      ]),
      'ROW<`a``b` INT NOT NULL, `s` STRING>',
    ],
  ])('%o as Flink does', (type, text) => {
    expect(printType(type)).toBe(text);
  });
});
