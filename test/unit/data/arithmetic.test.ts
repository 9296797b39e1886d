import { describe, expect, it } from 'vitest';
import {
  type ArithmeticOperator,
  arithmeticType,
  avgType,
  commonType,
  decimalResult,
  sumType,
} from '../../../src/data/types/arithmetic.ts';
import { printType } from '../../../src/data/types/print-type.ts';
import { isNumeric, type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { commons, products, quotients, remainders, sums } from './flink-types.ts';
import { typeOf } from './type-of.ts';

interface Table {
  readonly types: string;
  readonly rows: Readonly<Record<string, string>>;
}

/** Every cell of a table as left type, right type and what Flink printed. */
function cells(table: Table): [string, string, string][] {
  const names = table.types.split(' ');
  return Object.entries(table.rows).flatMap(([left, row]) =>
    row.split(' ').map((result, i): [string, string, string] => [left, names[i]!, result]),
  );
}

const print = (type: SqlType | undefined): string => (type === undefined ? '-' : printType(type).replaceAll(' ', ''));

describe('types of arithmetic', () => {
  it.each<[ArithmeticOperator, Table]>([
    ['+', sums],
    ['-', sums],
    ['*', products],
    ['/', quotients],
    ['%', remainders],
  ])('%s is typed as in Flink', (operator, table) => {
    const ours = cells(table).map(([a, b]) => `${a} ${operator} ${b} = ${print(arithmeticType(operator, typeOf(a), typeOf(b)))}`);
    expect(ours).toEqual(cells(table).map(([a, b, result]) => `${a} ${operator} ${b} = ${result}`));
  });

  it('is nullable when an operand is', () => {
    expect(print(decimalResult('*', types.decimal(10, 2, false), types.decimal(5, 3, false)))).toBe('DECIMAL(16,5)NOTNULL');
    expect(arithmeticType('+', types.int(false), types.bigint())?.nullable).toBe(true);
    expect(arithmeticType('%', types.int(), types.double())).toBeUndefined();
    expect(arithmeticType('+', types.int(), types.string())).toBeUndefined();
  });

  it.each([
    ['INT', 'INT', 'INT'],
    ['TINYINT', 'TINYINT', 'TINYINT'],
    ['BIGINT', 'BIGINT', 'BIGINT'],
    ['FLOAT', 'FLOAT', 'FLOAT'],
    ['DOUBLE', 'DOUBLE', 'DOUBLE'],
    ['DECIMAL(10,2)', 'DECIMAL(38,2)', 'DECIMAL(38,6)'],
    ['DECIMAL(38,0)', 'DECIMAL(38,0)', 'DECIMAL(38,6)'],
    ['DECIMAL(20,15)', 'DECIMAL(38,15)', 'DECIMAL(38,15)'],
  ])('SUM and AVG of %s', (type, sum, avg) => {
    expect(isNumeric(typeOf(type))).toBe(true);
    expect(print(sumType(typeOf(type)))).toBe(sum);
    expect(print(avgType(typeOf(type)))).toBe(avg);
  });
});

describe('the common type', () => {
  it('is that of Flink', () => {
    const ours = cells(commons).map(([a, b]) => `${a} and ${b}: ${print(commonType(typeOf(a), typeOf(b)))}`);
    expect(ours).toEqual(cells(commons).map(([a, b, result]) => `${a} and ${b}: ${result}`));
  });

  it('mixes fixed lengths to a varying one', () => {
    expect(print(commonType(types.char(1, false), types.char(3, false)))).toBe('VARCHAR(3)NOTNULL');
    expect(print(commonType(types.binary(1), types.binary(2)))).toBe('VARBINARY(2)');
    expect(print(commonType(types.time(0), types.time(3)))).toBe('TIME(3)');
  });

  it('looks into arrays, maps and rows, and keeps the names of the first row', () => {
    expect(print(commonType(types.array(types.int()), types.array(types.bigint())))).toBe('ARRAY<BIGINT>');
    const map = commonType(types.map(types.char(1, false), types.int(false)), types.map(types.char(3, false), types.bigint(false)));
    expect(print(map)).toBe('MAP<VARCHAR(3)NOTNULL,BIGINTNOTNULL>');
    const a = types.row([{ name: 'a', type: types.int() }]);
    const b = types.row([{ name: 'b', type: types.bigint() }]);
    expect(print(commonType(a, b))).toBe('ROW<`a`BIGINT>');
    expect(commonType(a, types.row([]))).toBeUndefined();
  });

  it('is nullable when one of them is, and takes the other type of a bare NULL', () => {
    expect(commonType(types.int(false), types.int(false))?.nullable).toBe(false);
    expect(commonType(types.int(false), types.int())?.nullable).toBe(true);
    expect(print(commonType(types.null(), types.int(false)))).toBe('INT');
  });
});
