import { DataError } from '../../common/errors.ts';
import { printType } from '../types/print-type.ts';
import type { RowType, SqlType, TypeRoot } from '../types/sql-type.ts';
import { castToBoolean, castToDecimal, castToFloating, castToInteger } from './cast-number.ts';
import { castToBytes, castToText } from './cast-text.ts';
import { castToDate, castToTime, castToTimestamp, castToTimestampLtz } from './cast-time.ts';
import { rowFactory } from './row.ts';
import type { RowObject, Value } from './value.ts';

export interface CastOptions {
  /** IANA name of the session's time zone, which TIMESTAMP_LTZ is read and shown in. */
  readonly timeZone: string;
}

const NUMBERS: readonly TypeRoot[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'];
const TEXTS: readonly TypeRoot[] = ['CHAR', 'VARCHAR'];
const BYTES: readonly TypeRoot[] = ['BINARY', 'VARBINARY'];
const TIMESTAMPS: readonly TypeRoot[] = ['TIMESTAMP', 'TIMESTAMP_LTZ'];

/** What each type can be cast to; every type can be cast to itself and to text. Flink's table, as its planner answers. */
const TARGETS: Readonly<Record<TypeRoot, readonly TypeRoot[]>> = {
  NULL: [],
  BOOLEAN: NUMBERS,
  TINYINT: ['BOOLEAN', ...NUMBERS],
  SMALLINT: ['BOOLEAN', ...NUMBERS],
  INT: ['BOOLEAN', ...NUMBERS],
  BIGINT: ['BOOLEAN', ...NUMBERS],
  FLOAT: ['BOOLEAN', ...NUMBERS],
  DOUBLE: ['BOOLEAN', ...NUMBERS],
  DECIMAL: ['BOOLEAN', ...NUMBERS],
  CHAR: ['BOOLEAN', ...NUMBERS, ...BYTES, 'DATE', 'TIME', ...TIMESTAMPS],
  VARCHAR: ['BOOLEAN', ...NUMBERS, ...BYTES, 'DATE', 'TIME', ...TIMESTAMPS],
  BINARY: BYTES,
  VARBINARY: BYTES,
  DATE: TIMESTAMPS,
  TIME: TIMESTAMPS,
  TIMESTAMP: ['DATE', 'TIME', ...TIMESTAMPS],
  TIMESTAMP_LTZ: ['DATE', 'TIME', ...TIMESTAMPS],
  INTERVAL_DAY_TIME: [],
  INTERVAL_YEAR_MONTH: [],
  ROW: [],
  ARRAY: [],
  MAP: [],
};

/** Whether SQL has a cast between the types (a bare NULL casts to any). */
export function canCast(from: SqlType, to: SqlType): boolean {
  if (from.root === 'NULL' || TEXTS.includes(to.root)) return true;
  if (from.root === 'ARRAY' && to.root === 'ARRAY') return canCast(from.element, to.element);
  if (from.root === 'MAP' && to.root === 'MAP')
    return from.isMultiset === to.isMultiset && canCast(from.key, to.key) && canCast(from.value, to.value);
  if (from.root === 'ROW' && to.root === 'ROW') {
    return from.fields.length === to.fields.length && from.fields.every((field, i) => canCast(field.type, to.fields[i]!.type));
  }
  return from.root === to.root || TARGETS[from.root].includes(to.root);
}

/**
 * CAST of an exact value, as Flink does it: integers wrap around, FLOAT and DOUBLE to integers saturate, a DECIMAL that does not fit
 * is null, text is cut to its length, digits beyond a time's precision are cut. Null stays null.
 * Throws MS2002 for text that is no value of the type (and for NaN as a DECIMAL), MS2001 for text of a number that does not fit, and
 * MS2005 where SQL has no such cast.
 */
export function castValue(value: Value, from: SqlType, to: SqlType, options: CastOptions): Value {
  if (value === null) return null;
  if (!canCast(from, to)) throw new DataError('MS2005', `cannot cast ${printType(from)} to ${printType(to)}`);
  return castPresent(value, from, to, options);
}

/** TRY_CAST: as castValue, with null for what cannot be cast. */
export function tryCastValue(value: Value, from: SqlType, to: SqlType, options: CastOptions): Value {
  try {
    return castValue(value, from, to, options);
  } catch (error) {
    if (error instanceof DataError && error.code !== 'MS2005') return null;
    throw error;
  }
}

function castPresent(value: Value, from: SqlType, to: SqlType, options: CastOptions): Value {
  switch (to.root) {
    case 'BOOLEAN':
      return castToBoolean(value, to);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return castToInteger(value, from, to);
    case 'FLOAT':
    case 'DOUBLE':
      return castToFloating(value, from, to);
    case 'DECIMAL':
      return castToDecimal(value, to);
    case 'CHAR':
    case 'VARCHAR':
      return castToText(value, from, to, options.timeZone);
    case 'BINARY':
    case 'VARBINARY':
      return castToBytes(value, to);
    case 'DATE':
      return castToDate(value, to, options.timeZone);
    case 'TIME':
      return castToTime(value, to, options.timeZone);
    case 'TIMESTAMP':
      return castToTimestamp(value, to, options.timeZone);
    case 'TIMESTAMP_LTZ':
      return castToTimestampLtz(value, to, options.timeZone);
    default:
      return castParts(value, from, to, options);
  }
}

/** Arrays, maps and rows part by part; what is left (intervals) stays as it is. */
function castParts(value: Value, from: SqlType, to: SqlType, options: CastOptions): Value {
  if (from.root === 'ARRAY' && to.root === 'ARRAY') {
    return (value as readonly Value[]).map((element) => castValue(element, from.element, to.element, options));
  }
  if (from.root === 'MAP' && to.root === 'MAP') {
    const entries = [...(value as ReadonlyMap<Value, Value>)];
    return new Map(
      entries.map(([key, item]) => [castValue(key, from.key, to.key, options), castValue(item, from.value, to.value, options)]),
    );
  }
  return from.root === 'ROW' && to.root === 'ROW' ? castRow(value as RowObject, from, to, options) : value;
}

function castRow(row: RowObject, from: RowType, to: RowType, options: CastOptions): RowObject {
  return rowFactory(to)(from.fields.map((field, i) => castValue(row[field.name] ?? null, field.type, to.fields[i]!.type, options)));
}
