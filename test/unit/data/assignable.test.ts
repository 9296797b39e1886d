import { describe, expect, it } from 'vitest';
import { isAssignable, typesEqual } from '../../../src/data/types/assignable.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { typeOf } from './type-of.ts';

/** For each type, the types of columns that Flink 2.3 inserts it into without a CAST. */
const ACCEPTED: readonly (readonly [from: string, to: string])[] = [
  ['TINYINT', 'TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['SMALLINT', 'SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['INT', 'INT BIGINT FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['BIGINT', 'BIGINT FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['FLOAT', 'FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['DOUBLE', 'DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['DECIMAL(10,2)', 'FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['DECIMAL(5,3)', 'FLOAT DOUBLE DECIMAL(10,2) DECIMAL(5,3)'],
  ['BOOLEAN', 'BOOLEAN'],
  ['CHAR(3)', 'CHAR(3) CHAR(5) VARCHAR(3) VARCHAR(5) STRING'],
  ['CHAR(5)', 'CHAR(3) CHAR(5) VARCHAR(3) VARCHAR(5) STRING'],
  ['VARCHAR(3)', 'VARCHAR(3) VARCHAR(5) STRING'],
  ['VARCHAR(5)', 'VARCHAR(3) VARCHAR(5) STRING'],
  ['STRING', 'VARCHAR(3) VARCHAR(5) STRING'],
  ['BINARY(2)', 'BINARY(2) VARBINARY(4) BYTES'],
  ['VARBINARY(4)', 'VARBINARY(4) BYTES'],
  ['BYTES', 'VARBINARY(4) BYTES'],
  ['DATE', 'DATE'],
  ['TIME(0)', 'TIME(0)'],
  ['TIMESTAMP(3)', 'DATE TIME(0) TIMESTAMP(3) TIMESTAMP(6) TIMESTAMP_LTZ(3) TIMESTAMP_LTZ(6)'],
  ['TIMESTAMP(6)', 'DATE TIME(0) TIMESTAMP(3) TIMESTAMP(6) TIMESTAMP_LTZ(3) TIMESTAMP_LTZ(6)'],
  ['TIMESTAMP_LTZ(3)', 'TIMESTAMP(3) TIMESTAMP(6) TIMESTAMP_LTZ(3) TIMESTAMP_LTZ(6)'],
  ['TIMESTAMP_LTZ(6)', 'TIMESTAMP(3) TIMESTAMP(6) TIMESTAMP_LTZ(3) TIMESTAMP_LTZ(6)'],
];

describe('isAssignable', () => {
  it.each(ACCEPTED)('%s goes into %s', (from, to) => {
    const all = ACCEPTED.map(([type]) => type);
    expect(all.filter((type) => isAssignable(typeOf(from), typeOf(type))).join(' ')).toBe(to);
  });

  it('looks into arrays, maps and rows, whose field names do not count', () => {
    expect(isAssignable(types.array(types.int()), types.array(types.bigint()))).toBe(true);
    expect(isAssignable(types.array(types.bigint()), types.array(types.int()))).toBe(false);
    expect(isAssignable(types.map(types.string(), types.int()), types.map(types.string(), types.bigint()))).toBe(true);
    const row = (name: string, type = types.int()) => types.row([{ name, type }]);
    expect(isAssignable(row('a'), row('b', types.bigint()))).toBe(true);
    expect(isAssignable(row('a'), types.row([]))).toBe(false);
  });

  it('takes a bare NULL for anything, and ignores nullability', () => {
    expect(isAssignable(types.null(), types.date())).toBe(true);
    expect(isAssignable(types.int(), types.int(false))).toBe(true);
  });
});

describe('typesEqual', () => {
  it('compares everything but the time attribute', () => {
    expect(typesEqual(types.decimal(10, 2), types.decimal(10, 2))).toBe(true);
    expect(typesEqual(types.decimal(10, 2), types.decimal(10, 3))).toBe(false);
    expect(typesEqual(types.varchar(3), types.varchar(4))).toBe(false);
    expect(typesEqual(types.int(), types.int(false))).toBe(false);
    expect(typesEqual(types.timestamp(3), { ...types.timestamp(3), timeAttribute: 'rowtime' })).toBe(true);
    expect(typesEqual(types.timestamp(3), types.timestamp(6))).toBe(false);
    expect(typesEqual(types.array(types.int()), types.array(types.int(false)))).toBe(false);
    expect(typesEqual(types.row([{ name: 'a', type: types.int() }]), types.row([{ name: 'b', type: types.int() }]))).toBe(false);
  });
});
