import { deepStrictEqual } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { type RowType, types } from '../../../src/data/types/sql-type.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import { jsonNumber, printsExactNumbers } from '../../../src/data/values/json-number.ts';
import { toJsonText } from '../../../src/data/values/json-text.ts';
import { LocalDate } from '../../../src/data/values/local-date.ts';
import { LocalTime } from '../../../src/data/values/local-time.ts';
import { rowFactory, stringifyRow } from '../../../src/data/values/row.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';
import { TimestampLtz } from '../../../src/data/values/timestamp-ltz.ts';
import type { RowObject, Value } from '../../../src/data/values/value.ts';
import { jsonOf, throughColumn } from './column-fixture.ts';

/** A row whose fields have the given types and values. */
function rowOf(fields: Readonly<Record<string, readonly [RowType['fields'][number]['type'], Value]>>): { type: RowType; row: RowObject } {
  const type = types.row(Object.entries(fields).map(([name, [fieldType]]) => ({ name, type: fieldType })));
  return { type, row: rowFactory(type)(Object.values(fields).map(([, value]) => value)) };
}

/** What Flink's json format wrote for these values (decimals as plain numbers). */
const FLINK_ROW = rowOf({
  d: [types.decimal(20, 10), Decimal.from('0.0000000100')],
  f: [types.float(), 1e10],
  g: [types.double(), 1],
  t3: [types.timestamp(3), Timestamp.from('2020-01-01 00:00:00.120')],
  l3: [types.timestampLtz(3), TimestampLtz.from('2020-01-01 00:00:00.12Z')],
  dt: [types.date(), LocalDate.from('0020-01-01')],
  tm: [types.time(3), LocalTime.from('10:11:12.120')],
  b: [types.bytes(), new Uint8Array([0x48, 0x65, 0x6c])],
  m: [
    types.map(types.string(), types.int()),
    new Map<Value, Value>([
      ['a', 1],
      ['b', null],
    ]),
  ],
  a: [types.array(types.bigint()), [9007199254740993n]],
  r: [
    types.row([
      { name: 'a', type: types.int() },
      { name: 'b', type: types.string() },
    ]),
    { a: 1, b: 'x"y/é' },
  ],
  n: [types.int(), null],
});
const FLINK_JSON =
  '{"d":0.0000000100,"f":1.0E10,"g":1.0,"t3":"2020-01-01 00:00:00.12","l3":"2020-01-01 00:00:00.12Z","dt":"0020-01-01","tm":"10:11:12.12",' +
  '"b":"SGVs","m":{"a":1,"b":null},"a":[9007199254740993],"r":{"a":1,"b":"x\\"y/é"},"n":null}';

describe('rows as JSON', () => {
  it('prints what the json format prints, on every engine', () => {
    expect(stringifyRow(FLINK_ROW.row)).toBe(FLINK_JSON);
    expect(toJsonText(FLINK_ROW.row, FLINK_ROW.type)).toBe(FLINK_JSON);
    expect(jsonOf(FLINK_ROW.type, FLINK_ROW.row)).toBe(FLINK_JSON);
  });

  it.runIf(printsExactNumbers)('JSON.stringify prints the same text', () => {
    expect(JSON.stringify(FLINK_ROW.row)).toBe(FLINK_JSON);
  });

  it.skipIf(printsExactNumbers)(
    'JSON.stringify without rawJSON prints equal numbers, or exact strings where numbers would be rounded',
    () => {
      const parsed = JSON.parse(JSON.stringify(FLINK_ROW.row));
      expect(parsed).toMatchObject({ d: 1e-8, f: 1e10, g: 1, a: ['9007199254740993'], b: 'SGVs', m: { a: 1, b: null } });
    },
  );

  it('never rounds a number', () => {
    const fallback = (text: string) => (printsExactNumbers ? text : jsonNumber(text));
    expect([fallback('9007199254740992'), fallback('1.10'), fallback('0.10000000000000000001'), fallback('1E400')].map(String)).toEqual(
      printsExactNumbers
        ? ['9007199254740992', '1.10', '0.10000000000000000001', '1E400']
        : ['9007199254740992', '1.1', '0.10000000000000000001', '1E400'],
    );
    expect(jsonNumber('NaN')).toBe('NaN');
    expect(toJsonText(Number.POSITIVE_INFINITY, types.double())).toBe('"Infinity"');
  });

  it('prints rows of others by the class of their values', () => {
    expect(stringifyRow({ n: 1n, x: 1.5, list: [Decimal.from('1.10')], inner: { t: Timestamp.from('2020-01-01') }, z: null })).toBe(
      '{"n":1,"x":1.5,"list":[1.10],"inner":{"t":"2020-01-01 00:00:00"},"z":null}',
    );
  });
});

describe('row objects', () => {
  it('equal plain literals, and show no extra property', () => {
    const { row } = rowOf({ city: [types.string(), 'Bern'], n: [types.bigint(), 3n] });
    deepStrictEqual(row, { city: 'Bern', n: 3n });
    expect(row).toStrictEqual({ city: 'Bern', n: 3n });
    expect(Object.keys(row)).toEqual(['city', 'n']);
    expect({ ...row }).not.toHaveProperty('toJSON');
  });

  it('take any name of a field', () => {
    const { row } = rowOf({
      constructor: [types.int(), 1] as const,
      toString: [types.int(), 2] as const,
      ['__proto__']: [types.int(), 3],
      toJSON: [types.int(), 4],
    });
    expect(Object.entries(row)).toEqual([
      ['constructor', 1],
      ['toString', 2],
      ['__proto__', 3],
      ['toJSON', 4],
    ]);
    expect(stringifyRow(row)).toBe('{"constructor":1,"toString":2,"__proto__":3,"toJSON":4}');
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('reads only own fields when written to a column', () => {
    const type = types.row([
      { name: 'toString', type: types.string() },
      { name: 'a', type: types.int() },
    ]);
    expect(throughColumn(type, { a: 1 })).toEqual({ toString: null, a: 1 });
    expect(throughColumn(type, ['x', 2])).toEqual({ toString: 'x', a: 2 });
    expect(() => throughColumn(type, 5)).toThrow(expect.objectContaining({ code: 'MS2003' }));
    expect(() => throughColumn(type, new Map())).toThrow(expect.objectContaining({ code: 'MS2003' }));
  });
});
