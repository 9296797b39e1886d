import type { Decimal } from './decimal.ts';
import type { LocalDate } from './local-date.ts';
import type { LocalTime } from './local-time.ts';
import type { Timestamp } from './timestamp.ts';
import type { TimestampLtz } from './timestamp-ltz.ts';

/** A row as JavaScript code sees it: the fields by name, in order. Rows made by Millstream print themselves exactly (see row.ts). */
export interface RowObject {
  readonly [field: string]: Value;
}

/**
 * An exact SQL value in JavaScript.
 *
 * | SQL | JavaScript |
 * |---|---|
 * | BOOLEAN | boolean |
 * | TINYINT, SMALLINT, INT, FLOAT, DOUBLE | number |
 * | BIGINT | bigint |
 * | DECIMAL | Decimal |
 * | CHAR, VARCHAR, STRING | string |
 * | BINARY, VARBINARY, BYTES | Uint8Array |
 * | DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ | LocalDate, LocalTime, Timestamp, TimestampLtz |
 * | INTERVAL DAY TO SECOND | bigint (milliseconds) |
 * | INTERVAL YEAR TO MONTH | number (months) |
 * | ARRAY, MAP, ROW | array, Map, RowObject |
 * | NULL | null |
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Decimal
  | LocalDate
  | LocalTime
  | Timestamp
  | TimestampLtz
  | RowObject
  | readonly Value[]
  | ReadonlyMap<Value, Value>;
