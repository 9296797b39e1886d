import type { SqlType, TimeType } from '../types/sql-type.ts';
import { unreadable } from './cast-number.ts';
import { MS_PER_DAY } from './civil-date.ts';
import { LocalDate } from './local-date.ts';
import { LocalTime } from './local-time.ts';
import { cutMs } from './point-in-time.ts';
import { tryParseDate, tryParseInstant, tryParseTime, tryParseTimestamp } from './time-parsing.ts';
import { instantOfLocal, localOfInstant } from './time-zone.ts';
import { Timestamp } from './timestamp.ts';
import { TimestampLtz } from './timestamp-ltz.ts';
import { trimControls } from './trim.ts';
import type { Value } from './value.ts';

/** To DATE: the day of a timestamp; of a TIMESTAMP_LTZ the day in the session's time zone. */
export function castToDate(value: Value, to: SqlType, timeZone: string): Value {
  if (value instanceof LocalDate) return value;
  if (typeof value !== 'string') return new LocalDate(Math.floor(localMsOf(value, timeZone) / MS_PER_DAY));
  const day = tryParseDate(trimControls(value));
  return day === undefined ? unreadable(value, to) : new LocalDate(day);
}

/** To TIME(p): digits beyond the precision (and beyond milliseconds) are cut. */
export function castToTime(value: Value, to: TimeType, timeZone: string): Value {
  const ms = typeof value === 'string' ? tryParseTime(trimControls(value)) : msOfDay(localMsOf(value, timeZone));
  return ms === undefined ? unreadable(value as string, to) : new LocalTime(cutMs(ms, to.precision));
}

/** To TIMESTAMP(p): digits beyond the precision are cut; a TIME is on 1970-01-01. */
export function castToTimestamp(value: Value, to: TimeType, timeZone: string): Value {
  if (typeof value !== 'string') return new Timestamp(localMsOf(value, timeZone), nanosOf(value), 9).withPrecision(to.precision);
  const parsed = tryParseTimestamp(trimControls(value));
  return parsed === undefined ? unreadable(value, to) : new Timestamp(parsed.epochMs, parsed.nanoOfMs, 9).withPrecision(to.precision);
}

/** To TIMESTAMP_LTZ(p): what has no offset is local time of the session's zone. */
export function castToTimestampLtz(value: Value, to: TimeType, timeZone: string): Value {
  if (value instanceof TimestampLtz) return value.withPrecision(to.precision);
  if (typeof value !== 'string') {
    return new TimestampLtz(instantOfLocal(localMsOf(value, timeZone), timeZone), nanosOf(value), 9).withPrecision(to.precision);
  }
  const parsed = tryParseInstant(trimControls(value), timeZone);
  return parsed === undefined ? unreadable(value, to) : new TimestampLtz(parsed.epochMs, parsed.nanoOfMs, 9).withPrecision(to.precision);
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
