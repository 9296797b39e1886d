import type { RowType, SqlType, TimeType } from '../types/sql-type.ts';
import { dayTimeText, yearMonthText } from './interval-text.ts';
import { LocalTime } from './local-time.ts';
import { doubleText, floatText } from './number-text.ts';
import { timeText } from './time-text.ts';
import { Timestamp } from './timestamp.ts';
import { TimestampLtz } from './timestamp-ltz.ts';
import type { RowObject, Value } from './value.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What Flink's CAST to STRING prints for a value of the type; `NULL` for null, as inside arrays and rows. */
export function valueText(value: Value, type: SqlType, timeZone: string): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'bigint':
      return type.root === 'INTERVAL_DAY_TIME' ? dayTimeText(value) : value.toString();
    case 'number':
      return numberText(value, type);
    default:
      return value === null ? 'NULL' : objectText(value, type, timeZone);
  }
}

function numberText(value: number, type: SqlType): string {
  if (type.root === 'DOUBLE') return doubleText(value);
  if (type.root === 'FLOAT') return floatText(value);
  return type.root === 'INTERVAL_YEAR_MONTH' ? yearMonthText(value) : String(value);
}

function objectText(value: Exclude<Value, null | boolean | number | bigint | string>, type: SqlType, timeZone: string): string {
  if (value instanceof Uint8Array) return utf8.decode(value);
  if (value instanceof Timestamp) return value.withPrecision((type as TimeType).precision).toString();
  if (value instanceof TimestampLtz) return value.withPrecision((type as TimeType).precision).toLocalText(timeZone);
  if (value instanceof LocalTime) return timeText(value.msOfDay, (type as TimeType).precision);
  if (type.root === 'ARRAY')
    return `[${(value as readonly Value[]).map((element) => valueText(element, type.element, timeZone)).join(', ')}]`;
  if (type.root === 'MAP') return mapText(value as ReadonlyMap<Value, Value>, type, timeZone);
  if (type.root === 'ROW') return rowText(value as RowObject, type, timeZone);
  return String(value);
}

function mapText(map: ReadonlyMap<Value, Value>, type: SqlType & { root: 'MAP' }, timeZone: string): string {
  const entries = [...map].map(([key, value]) => `${valueText(key, type.key, timeZone)}=${valueText(value, type.value, timeZone)}`);
  return `{${entries.join(', ')}}`;
}

function rowText(row: RowObject, type: RowType, timeZone: string): string {
  return `(${type.fields.map((field) => valueText(row[field.name] ?? null, field.type, timeZone)).join(', ')})`;
}
