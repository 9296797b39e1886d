import type { Column } from '../column.ts';
import { doubleText, floatText } from '../values/number-text.ts';
import { describe, outOfRange, type TypeDescriptor, wrongClass } from './descriptor.ts';
import type { TypeRoot } from './sql-type.ts';

const numberAt = (column: Column, row: number): number => column.values[row] as number;
const longAt = (column: Column, row: number): bigint => column.values[row] as bigint;

function compareLongs(a: Column, aRow: number, b: Column, bRow: number): number {
  const x = longAt(a, aRow);
  const y = longAt(b, bRow);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** An integer type of up to 32 bits; `bits` bounds what may be written. Also INTERVAL YEAR TO MONTH (months). */
function smallInteger(root: TypeRoot, bits: number): TypeDescriptor {
  const limit = 2 ** (bits - 1);
  return describe({
    roots: [root],
    jsType: 'number',
    read: numberAt,
    write: (column, row, value) => {
      const number = typeof value === 'bigint' ? Number(value) : value;
      if (typeof number !== 'number') wrongClass(column.type, 'a number', value);
      if (!Number.isInteger(number) || number < -limit || number >= limit) outOfRange(column.type, value);
      column.values[row] = number;
    },
    text: (column, row) => String(numberAt(column, row)),
    json: (column, row) => String(numberAt(column, row)),
    compare: (a, aRow, b, bRow) => numberAt(a, aRow) - numberAt(b, bRow),
  });
}

export const tinyintDescriptor = smallInteger('TINYINT', 8);
export const smallintDescriptor = smallInteger('SMALLINT', 16);
export const intDescriptor = smallInteger('INT', 32);

/** A bigint or an integer that a double holds exactly. Throws MS2003 or MS2001. */
export function longOf(value: unknown, column: Column): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : outOfRange(column.type, value);
  if (typeof value !== 'number') return wrongClass(column.type, 'a bigint', value);
  return Number.isSafeInteger(value) ? BigInt(value) : outOfRange(column.type, value);
}

export const bigintDescriptor = describe({
  roots: ['BIGINT'],
  jsType: 'bigint',
  read: longAt,
  write: (column, row, value) => {
    column.values[row] = longOf(value, column);
  },
  text: (column, row) => longAt(column, row).toString(),
  json: (column, row) => longAt(column, row).toString(),
  compare: compareLongs,
});

/** FLOAT and DOUBLE. Order is Java's: -0.0 before 0.0, NaN equal to itself and after all else. */
function floating(root: 'FLOAT' | 'DOUBLE', print: (value: number) => string): TypeDescriptor {
  return describe({
    roots: [root],
    jsType: 'number',
    read: numberAt,
    write: (column, row, value) => {
      if (typeof value !== 'number') wrongClass(column.type, 'a number', value);
      column.values[row] = value;
    },
    text: (column, row) => print(numberAt(column, row)),
    json: (column, row) => jsonText(numberAt(column, row), print),
    compare: (a, aRow, b, bRow) => compareDoubles(numberAt(a, aRow), numberAt(b, bRow)),
  });
}

export const floatDescriptor = floating('FLOAT', floatText);
export const doubleDescriptor = floating('DOUBLE', doubleText);

/** JSON has no NaN and no infinity: they are written as strings. */
function jsonText(value: number, print: (value: number) => string): string {
  return Number.isFinite(value) ? print(value) : `"${print(value)}"`;
}

/** Java's Double.compare. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a)) return 1;
  if (Number.isNaN(b)) return -1;
  return Object.is(a, -0) ? -1 : 1;
}

export const booleanDescriptor = describe({
  roots: ['BOOLEAN'],
  jsType: 'boolean',
  read: (column, row) => numberAt(column, row) !== 0,
  write: (column, row, value) => {
    if (typeof value !== 'boolean') wrongClass(column.type, 'a boolean', value);
    column.values[row] = value ? 1 : 0;
  },
  text: (column, row) => (numberAt(column, row) === 0 ? 'FALSE' : 'TRUE'),
  json: (column, row) => (numberAt(column, row) === 0 ? 'false' : 'true'),
  compare: (a, aRow, b, bRow) => numberAt(a, aRow) - numberAt(b, bRow),
});
