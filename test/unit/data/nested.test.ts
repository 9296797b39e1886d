import { describe, expect, it } from 'vitest';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Value } from '../../../src/data/values/value.ts';
import { columnOf, jsonOf, textOf, throughColumn } from './column-fixture.ts';

const read = (type: Parameters<typeof columnOf>[0], values: readonly unknown[]): Value[] => {
  const column = columnOf(type, values);
  return values.map((_, row) => descriptorOf(type).read(column, row));
};

describe('arrays, maps and rows in columns', () => {
  it('keeps arrays of all lengths apart, with nulls inside and between', () => {
    const values = [[1, 2], null, [], [null, 3], null, [4]];
    expect(read(types.array(types.int()), values)).toEqual(values);
  });

  it('keeps more elements than a batch has rows', () => {
    const values = Array.from({ length: 100 }, (_, i) => Array.from({ length: 500 }, (_, j) => `${i}/${j}`));
    expect(read(types.array(types.string()), values)).toEqual(values);
  });

  it('keeps maps, their order and their nulls', () => {
    const type = types.map(types.string(false), types.decimal(10, 2));
    const map = new Map<Value, Value>([
      ['z', null],
      ['a', null],
    ]);
    expect([...(throughColumn(type, map) as Map<Value, Value>)]).toEqual([...map]);
    expect(throughColumn(types.map(types.string(), types.int()), { a: 1 })).toEqual(new Map([['a', 1]]));
    expect(() => throughColumn(type, [1])).toThrow(expect.objectContaining({ code: 'MS2003' }));
  });

  it('keeps rows in arrays in rows, and null rows between', () => {
    const inner = types.row([
      { name: 'x', type: types.int(false) },
      { name: 'list', type: types.array(types.string()) },
    ]);
    const type = types.row([
      { name: 'rows', type: types.array(inner) },
      { name: 'n', type: types.bigint() },
    ]);
    const values = [
      { rows: [{ x: 1, list: ['a', 'b'] }, null, { x: 2, list: null }], n: 1n },
      null,
      { rows: null, n: null },
      { rows: [{ x: 3, list: ['c'] }], n: 4n },
    ];
    expect(read(type, values)).toEqual(values);
  });

  it('writes a batch anew without traces of the last one', () => {
    const type = types.array(types.int());
    const column = columnOf(type, [[1, null], [2]]);
    const descriptor = descriptorOf(type);
    column.hasNulls = false;
    descriptor.write(column, 0, [7, 8, 9], undefined as never);
    expect(descriptor.read(column, 0)).toEqual([7, 8, 9]);
  });

  it('prints as Flink', () => {
    const row = types.row([
      { name: 'a', type: types.int() },
      { name: 's', type: types.array(types.string()) },
    ]);
    expect(textOf(row, { a: null, s: ['a', 'b', null] })).toBe('(NULL, [a, b, NULL])');
    expect(jsonOf(row, { a: null, s: ['a', '"'] })).toBe('{"a":null,"s":["a","\\""]}');
    expect(textOf(types.map(types.string(), types.int()), { a: 1, b: null })).toBe('{a=1, b=NULL}');
    expect(textOf(types.intervalDayTime(), 93_784_567n)).toBe('+1 02:03:04.567');
    expect([textOf(types.intervalDayTime(), -1000n), textOf(types.intervalYearMonth(), 14), textOf(types.intervalYearMonth(), -1)]).toEqual(
      ['-0 00:00:01.000', '+1-02', '-0-01'],
    );
  });

  it('compares nested values by their parts', () => {
    const type = types.row([
      { name: 'm', type: types.map(types.string(), types.int()) },
      { name: 'a', type: types.array(types.decimal(20, 1)) },
    ]);
    const column = columnOf(type, [
      { m: { a: 1, b: null }, a: [1n, null] },
      { m: { b: null, a: 1 }, a: [1n, null] },
      { m: { b: 2, a: 1 }, a: [1n, null] },
      { m: { a: 1, b: null }, a: [1n] },
    ]);
    const { equals, compare } = descriptorOf(type);
    expect([1, 2, 3].map((row) => equals(column, 0, column, row))).toEqual([true, false, false]);
    expect(() => compare(column, 0, column, 1)).toThrow(expect.objectContaining({ code: 'MS2005' }));
  });

  it('orders text by bytes, doubles as Java, decimals by value', () => {
    const order = (type: Parameters<typeof columnOf>[0], values: readonly unknown[]) => {
      const column = columnOf(type, values);
      return values.map((_, i) => i).sort((i, j) => descriptorOf(type).compare(column, i, column, j));
    };
    expect(order(types.string(), ['\u{1f600}', '\uffee', 'b', 'ab', 'a', ''])).toEqual([5, 4, 3, 2, 1, 0]);
    expect(order(types.double(), [Number.NaN, 1, 0, -0, Number.NEGATIVE_INFINITY])).toEqual([4, 3, 2, 1, 0]);
    expect(order(types.decimal(38, 2), [10n ** 30n, 1n, -(10n ** 30n)])).toEqual([2, 1, 0]);
    expect(order(types.bytes(), [new Uint8Array([255]), new Uint8Array([1, 0]), new Uint8Array([1])])).toEqual([2, 1, 0]);
  });
});
