import type { SqlType, Storage, TypeRoot } from './sql-type.ts';

const FIXED: Partial<Record<TypeRoot, Storage>> = {
  NULL: 'i8',
  BOOLEAN: 'i8',
  TINYINT: 'i8',
  SMALLINT: 'i16',
  INT: 'i32',
  DATE: 'i32',
  TIME: 'i32',
  BIGINT: 'i64',
  FLOAT: 'f32',
  DOUBLE: 'f64',
  INTERVAL_DAY_TIME: 'i64',
  INTERVAL_YEAR_MONTH: 'i32',
  CHAR: 'bytes',
  VARCHAR: 'bytes',
  BINARY: 'bytes',
  VARBINARY: 'bytes',
  ROW: 'row',
  ARRAY: 'array',
  MAP: 'map',
};

/**
 * How a type lies in memory (invariant 1). BOOLEAN is 0 or 1. DATE is days since 1970-01-01, TIME milliseconds of the day,
 * TIMESTAMP and TIMESTAMP_LTZ milliseconds (precision <= 3) or microseconds (<= 6) since 1970-01-01, above that
 * milliseconds and nanoseconds of the millisecond (ts96). DECIMAL is the unscaled integer: i64 up to 18 digits, else i128.
 */
export function storageOf(type: SqlType): Storage {
  if (type.root === 'DECIMAL') return type.precision <= 18 ? 'i64' : 'i128';
  if (type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ') return type.precision <= 6 ? 'i64' : 'ts96';
  return FIXED[type.root]!;
}

/** Units of a timestamp column's i64 per second: 1,000 or 1,000,000; for ts96 the milliseconds part. */
export const timestampUnitsPerSecond = (precision: number): 1000 | 1_000_000 => (precision > 3 && precision <= 6 ? 1_000_000 : 1000);

/** Whether values of a storage lie in child columns. */
export const isNestedStorage = (storage: Storage): boolean => storage === 'row' || storage === 'array' || storage === 'map';

/** Bytes of one element of `values` and of `aux` by storage; 0 where there is no such array. */
export const ELEMENT_BYTES: Readonly<Record<Storage, readonly [values: number, aux: number]>> = {
  i8: [1, 0],
  i16: [2, 0],
  i32: [4, 0],
  i64: [8, 0],
  f32: [4, 0],
  f64: [8, 0],
  bytes: [4, 4],
  i128: [8, 8],
  ts96: [8, 4],
  row: [0, 0],
  array: [4, 4],
  map: [4, 4],
};
