import type { SqlType, TimeType } from '../types/sql-type.ts';
import { unreadable } from './cast-error.ts';
import { daysInMonth, epochDayOf, MS_PER_DAY } from './civil-date.ts';
import { LocalDate } from './local-date.ts';
import { LocalTime } from './local-time.ts';
import { cutMs, MAX_EPOCH_MS } from './point-in-time.ts';
import { instantOfLocal, localOfInstant } from './time-zone.ts';
import { Timestamp } from './timestamp.ts';
import { TimestampLtz } from './timestamp-ltz.ts';
import { trimControls } from './trim.ts';
import type { Value } from './value.ts';

const DATE = /^(\d{1,6})(?:-(\d{1,2})(?:-(\d{1,2})(?: .*)?)?)?$/s;
const CLOCK = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?)?$/;
const DATE_TIME = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/;

/** To DATE: the day of a timestamp; of a TIMESTAMP_LTZ the day in the session's time zone. Reads `2020-01-31`, `2020-01`, `2020`; what follows a space is left out. */
export function castToDate(value: Value, to: SqlType, timeZone: string): Value {
  if (value instanceof LocalDate) return value;
  if (typeof value === 'string') return dateOfText(value, to);
  return new LocalDate(Math.floor(localMsOf(value, timeZone) / MS_PER_DAY));
}

/** To TIME(p): digits beyond the precision (and beyond milliseconds) are cut. Reads `10:11:12.123`, `10:11`, `10`. */
export function castToTime(value: Value, to: TimeType, timeZone: string): Value {
  const ms = typeof value === 'string' ? clockOfText(value, to) : msOfDay(localMsOf(value, timeZone));
  return new LocalTime(cutMs(ms, to.precision));
}

/** To TIMESTAMP(p): digits beyond the precision are cut; a TIME is on 1970-01-01. Reads `2020-01-31` and `2020-01-31 10:11:12.123`. */
export function castToTimestamp(value: Value, to: TimeType, timeZone: string): Value {
  const point = typeof value === 'string' ? pointOfText(value, to) : new Timestamp(localMsOf(value, timeZone), nanosOf(value), 9);
  return point.withPrecision(to.precision);
}

/** To TIMESTAMP_LTZ(p): what is cast is local time of the session's zone. Text is read as for TIMESTAMP: Flink takes no offset here. */
export function castToTimestampLtz(value: Value, to: TimeType, timeZone: string): Value {
  if (value instanceof TimestampLtz) return value.withPrecision(to.precision);
  const { epochMs, nanoOfMs } = castToTimestamp(value, { ...to, precision: 9 }, timeZone) as Timestamp;
  return new TimestampLtz(instantOfLocal(epochMs, timeZone), nanoOfMs, 9).withPrecision(to.precision);
}

const msOfDay = (ms: number): number => ms - Math.floor(ms / MS_PER_DAY) * MS_PER_DAY;

/** Milliseconds of local time from 1970-01-01 00:00:00. */
function localMsOf(value: Value, timeZone: string): number {
  if (value instanceof Timestamp) return value.epochMs;
  if (value instanceof TimestampLtz) return localOfInstant(value.epochMs, timeZone);
  if (value instanceof LocalDate) return value.epochDay * MS_PER_DAY;
  return (value as LocalTime).msOfDay;
}

function nanosOf(value: Value): number {
  return value instanceof Timestamp || value instanceof TimestampLtz ? value.nanoOfMs : 0;
}

function dateOfText(text: string, to: SqlType): LocalDate {
  const [found, year = '', month = '1', day = '1'] = DATE.exec(trimControls(text)) ?? [];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (found === undefined || y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return unreadable(text, to);
  return LocalDate.of(y, m, d);
}

function clockOfText(text: string, to: SqlType): number {
  const [found, hour = '', minute = '0', second = '0', fraction = ''] = CLOCK.exec(trimControls(text)) ?? [];
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (found === undefined || h > 23 || m > 59 || s > 59) return unreadable(text, to);
  return clockMs(h, m, s, fraction);
}

const clockMs = (h: number, m: number, s: number, fraction: string): number =>
  ((h * 60 + m) * 60 + s) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));

/**
 * A timestamp as Flink's CAST reads it (java.time's "smart" resolution): no spaces around it, four digits of a year, up to nine of a
 * fraction; a day up to 31 that the month does not have is its last day, and 24:00:00 is the midnight that ends the day.
 */
function pointOfText(text: string, to: SqlType): Timestamp {
  const match = DATE_TIME.exec(text);
  if (match === null) return unreadable(text, to);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const [y, mo, d] = [Number(year), Number(month), Number(day)];
  const [h, mi, s] = [Number(hour), Number(minute), Number(second)];
  if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > 31 || mi > 59 || s > 59 || h > 24) return unreadable(text, to);
  const nanos = Number(fraction.padEnd(9, '0'));
  if (h === 24 && (mi > 0 || s > 0 || nanos > 0)) return unreadable(text, to);
  const epochMs = epochDayOf(y, mo, Math.min(d, daysInMonth(y, mo))) * MS_PER_DAY + clockMs(h, mi, s, fraction);
  return epochMs > MAX_EPOCH_MS ? unreadable(text, to) : new Timestamp(epochMs, nanos % 1_000_000, 9);
}
