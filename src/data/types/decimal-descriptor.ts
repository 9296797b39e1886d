import { DataError } from '../../common/errors.ts';
import type { Column } from '../column.ts';
import { Decimal, decimalText, fitsPrecision } from '../values/decimal.ts';
import { describe, outOfRange, wrongClass } from './descriptor.ts';
import type { DecimalType } from './sql-type.ts';

/** DECIMAL. What is written is rounded to the scale (HALF_UP) and must fit in the precision. */
export const decimalDescriptor = describe({
  roots: ['DECIMAL'],
  jsType: 'Decimal',
  read: (column, row) => new Decimal(unscaledAt(column, row), scaleOf(column)),
  write: (column, row, value) => {
    const { unscaled } = decimalOf(value, column).toScale(scaleOf(column));
    if (!fitsPrecision(unscaled, (column.type as DecimalType).precision)) outOfRange(column.type, value);
    setUnscaled(column, row, unscaled);
  },
  text: (column, row) => decimalText(unscaledAt(column, row), scaleOf(column)),
  json: (column, row) => decimalText(unscaledAt(column, row), scaleOf(column)),
  compare: (a, aRow, b, bRow) => {
    if (scaleOf(a) !== scaleOf(b))
      return new Decimal(unscaledAt(a, aRow), scaleOf(a)).compare(new Decimal(unscaledAt(b, bRow), scaleOf(b)));
    const x = unscaledAt(a, aRow);
    const y = unscaledAt(b, bRow);
    return x < y ? -1 : x > y ? 1 : 0;
  },
});

const scaleOf = (column: Column): number => (column.type as DecimalType).scale;

/** The unscaled integer of a DECIMAL of either storage. */
export function unscaledAt(column: Column, row: number): bigint {
  const low = column.values[row] as bigint;
  if (column.storage === 'i64') return low;
  return ((column.aux[row] as bigint) << 64n) | BigInt.asUintN(64, low);
}

/** Stores the unscaled integer, which must fit in the type's precision. */
export function setUnscaled(column: Column, row: number, unscaled: bigint): void {
  column.values[row] = BigInt.asIntN(64, unscaled);
  if (column.storage === 'i128') column.aux[row] = BigInt.asIntN(64, unscaled >> 64n);
}

function decimalOf(value: unknown, column: Column): Decimal {
  if (value instanceof Decimal) return value;
  if (typeof value === 'bigint') return Decimal.from(value);
  if (typeof value !== 'number') return wrongClass(column.type, 'a Decimal, a bigint or a number', value);
  try {
    return Decimal.from(value);
  } catch (error) {
    if (error instanceof DataError) return outOfRange(column.type, value);
    throw error;
  }
}
