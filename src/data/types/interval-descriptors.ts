import type { Column } from '../column.ts';
import { dayTimeText, yearMonthText } from '../values/interval-text.ts';
import { describe, outOfRange, wrongClass } from './descriptor.ts';
import { bigintDescriptor, longOf } from './number-descriptors.ts';

const monthsAt = (column: Column, row: number): number => column.values[row] as number;

/** INTERVAL DAY TO SECOND: a bigint of milliseconds. */
export const dayTimeDescriptor = describe({
  roots: ['INTERVAL_DAY_TIME'],
  jsType: 'bigint (milliseconds)',
  read: bigintDescriptor.read,
  json: bigintDescriptor.json,
  compare: bigintDescriptor.compare,
  write: (column, row, value) => {
    column.values[row] = longOf(value, column);
  },
  text: (column, row) => dayTimeText(column.values[row] as bigint),
});

/** INTERVAL YEAR TO MONTH: a number of months. */
export const yearMonthDescriptor = describe({
  roots: ['INTERVAL_YEAR_MONTH'],
  jsType: 'number (months)',
  read: monthsAt,
  write: (column, row, value) => {
    if (typeof value !== 'number') wrongClass(column.type, 'a number of months', value);
    if ((value | 0) !== value) outOfRange(column.type, value);
    column.values[row] = value;
  },
  text: (column, row) => yearMonthText(monthsAt(column, row)),
  json: (column, row) => String(monthsAt(column, row)),
  compare: (a, aRow, b, bRow) => monthsAt(a, aRow) - monthsAt(b, bRow),
});

/** The type of a bare NULL: there is no other value. */
export const nullDescriptor = describe({
  roots: ['NULL'],
  jsType: 'null',
  read: () => null,
  write: (column, _row, value) => wrongClass(column.type, 'null', value),
  text: () => 'NULL',
  json: () => 'null',
  compare: () => 0,
});
