import type { Column } from '../column.ts';
import { MAX_EPOCH_DAY, MIN_EPOCH_DAY, MS_PER_DAY } from '../values/civil-date.ts';
import { LocalDate } from '../values/local-date.ts';
import { LocalTime } from '../values/local-time.ts';
import { cutMs, cutNanos, MAX_EPOCH_MS, MIN_EPOCH_MS, type PointInTime } from '../values/point-in-time.ts';
import { dateText, timeJsonText, timestampJsonText, timestampText, timeText } from '../values/time-text.ts';
import { localOfInstant } from '../values/time-zone.ts';
import { Timestamp } from '../values/timestamp.ts';
import { TimestampLtz } from '../values/timestamp-ltz.ts';
import { describe, outOfRange, wrongClass } from './descriptor.ts';
import type { SqlType, TimeType } from './sql-type.ts';

const numberAt = (column: Column, row: number): number => column.values[row] as number;
const precisionOf = (column: Column): number => (column.type as TimeType).precision;

export const dateDescriptor = describe({
  roots: ['DATE'],
  jsType: 'LocalDate',
  read: (column, row) => new LocalDate(numberAt(column, row)),
  write: (column, row, value) => {
    if (!(value instanceof LocalDate)) wrongClass(column.type, 'a LocalDate', value);
    if (!(value.epochDay >= MIN_EPOCH_DAY && value.epochDay <= MAX_EPOCH_DAY)) outOfRange(column.type, value);
    column.values[row] = value.epochDay;
  },
  text: (column, row) => dateText(numberAt(column, row)),
  json: (column, row) => `"${dateText(numberAt(column, row))}"`,
  compare: (a, aRow, b, bRow) => numberAt(a, aRow) - numberAt(b, bRow),
});

export const timeDescriptor = describe({
  roots: ['TIME'],
  jsType: 'LocalTime',
  read: (column, row) => new LocalTime(numberAt(column, row)),
  write: (column, row, value) => {
    if (!(value instanceof LocalTime)) wrongClass(column.type, 'a LocalTime', value);
    if (!(value.msOfDay >= 0 && value.msOfDay < MS_PER_DAY)) outOfRange(column.type, value);
    column.values[row] = cutMs(value.msOfDay, precisionOf(column));
  },
  text: (column, row) => timeText(numberAt(column, row), precisionOf(column)),
  json: (column, row) => `"${timeJsonText(numberAt(column, row), precisionOf(column))}"`,
  compare: (a, aRow, b, bRow) => numberAt(a, aRow) - numberAt(b, bRow),
});

export const timestampDescriptor = describe({
  roots: ['TIMESTAMP'],
  jsType: 'Timestamp',
  read: (column, row) => new Timestamp(epochMsAt(column, row), nanoOfMsAt(column, row), precisionOf(column)),
  write: (column, row, value) => {
    if (!(value instanceof Timestamp)) wrongClass(column.type, 'a Timestamp', value);
    setPoint(column, row, value);
  },
  text: (column, row) => timestampText(epochMsAt(column, row), nanoOfMsAt(column, row), precisionOf(column)),
  json: (column, row) => `"${timestampJsonText(epochMsAt(column, row), nanoOfMsAt(column, row), precisionOf(column))}"`,
  compare: comparePoints,
});

export const timestampLtzDescriptor = describe({
  roots: ['TIMESTAMP_LTZ'],
  jsType: 'TimestampLtz',
  read: (column, row) => new TimestampLtz(epochMsAt(column, row), nanoOfMsAt(column, row), precisionOf(column)),
  write: (column, row, value) => {
    const instant = value instanceof Date ? TimestampLtz.ofEpochMs(value.getTime()) : value;
    if (!(instant instanceof TimestampLtz)) wrongClass(column.type, 'a TimestampLtz or a Date', value);
    setPoint(column, row, instant);
  },
  text: (column, row, timeZone = 'UTC') =>
    timestampText(localOfInstant(epochMsAt(column, row), timeZone), nanoOfMsAt(column, row), precisionOf(column)),
  json: (column, row) => `"${timestampJsonText(epochMsAt(column, row), nanoOfMsAt(column, row), precisionOf(column))}Z"`,
  compare: comparePoints,
});

/** Milliseconds since 1970 of a timestamp column's value, rounded down, whatever the precision. */
export function epochMsAt(column: Column, row: number): number {
  const units = column.values[row] as bigint;
  if (!isMicros(column.type)) return Number(units);
  return Number((units - (((units % 1000n) + 1000n) % 1000n)) / 1000n);
}

/** Nanoseconds after that millisecond, 0 to 999,999. */
export function nanoOfMsAt(column: Column, row: number): number {
  if (column.storage === 'ts96') return column.aux[row] as number;
  return isMicros(column.type) ? (((Number((column.values[row] as bigint) % 1000n) + 1000) % 1000) * 1000) | 0 : 0;
}

/** Stores a point in time, cut to the column's precision. Throws MS2001 outside the years 1 to 9999. */
export function setPoint(column: Column, row: number, point: PointInTime): void {
  const { epochMs, nanoOfMs } = point;
  if (!(epochMs >= MIN_EPOCH_MS && epochMs <= MAX_EPOCH_MS && Number.isInteger(epochMs))) outOfRange(column.type, epochMs);
  const precision = precisionOf(column);
  const nanos = cutNanos(nanoOfMs, precision);
  const ms = BigInt(cutMs(epochMs, precision));
  column.values[row] = isMicros(column.type) ? ms * 1000n + BigInt(Math.floor(nanos / 1000)) : ms;
  if (column.storage === 'ts96') column.aux[row] = nanos;
}

const isMicros = (type: SqlType): boolean => {
  const { precision } = type as TimeType;
  return precision > 3 && precision <= 6;
};

function comparePoints(a: Column, aRow: number, b: Column, bRow: number): number {
  return epochMsAt(a, aRow) - epochMsAt(b, bRow) || nanoOfMsAt(a, aRow) - nanoOfMsAt(b, bRow);
}
