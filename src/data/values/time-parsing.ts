import { DataError } from '../../common/errors.ts';
import { daysInMonth, epochDayOf, MS_PER_DAY } from './civil-date.ts';
import { instantOfLocal } from './time-zone.ts';

const DATE = String.raw`(\d{1,4})-(\d{1,2})-(\d{1,2})`;
const CLOCK = String.raw`(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9})\d*)?)?`;
const DATE_ONLY = new RegExp(`^${DATE}$`);
const CLOCK_ONLY = new RegExp(`^${CLOCK}$`);
const DATE_TIME = new RegExp(`^${DATE}(?:[ T]${CLOCK})?$`);
const OFFSET_AT_END = /(?:(Z)|([+-])(\d{2}):?(\d{2})?)$/i;

/** A date and time read from text. `digits` is how many digits of the second's fraction were written. */
export interface ParsedTimestamp {
  readonly epochMs: number;
  readonly nanoOfMs: number;
  readonly digits: number;
}

type Match = readonly (string | undefined)[];

/** Days since 1970-01-01 of `2020-01-31`, or undefined. */
export function tryParseDate(text: string): number | undefined {
  const match = DATE_ONLY.exec(text);
  return match === null ? undefined : dayOfFields(match, 1);
}

/** Milliseconds of the day of `10:11`, `10:11:12` or `10:11:12.123`, or undefined. */
export function tryParseTime(text: string): number | undefined {
  const match = CLOCK_ONLY.exec(text);
  return match === null ? undefined : clockOfFields(match, 1);
}

/** A date with or without a time of day, or undefined. */
export function tryParseTimestamp(text: string): ParsedTimestamp | undefined {
  const match = DATE_TIME.exec(text);
  if (match === null) return undefined;
  const day = dayOfFields(match, 1);
  const ms = match[4] === undefined ? 0 : clockOfFields(match, 4);
  if (day === undefined || ms === undefined) return undefined;
  const fraction = match[7] ?? '';
  return { epochMs: day * MS_PER_DAY + ms, nanoOfMs: Number(fraction.padEnd(9, '0').slice(3)), digits: fraction.length };
}

/** A timestamp with an offset or `Z` at its end, or local to the zone; undefined when it is neither. */
export function tryParseInstant(text: string, timeZone: string): ParsedTimestamp | undefined {
  const offset = text.length > 11 ? OFFSET_AT_END.exec(text) : null;
  const parsed = tryParseTimestamp(offset === null ? text : text.slice(0, offset.index).trimEnd());
  if (parsed === undefined) return undefined;
  if (offset === null) return { ...parsed, epochMs: instantOfLocal(parsed.epochMs, timeZone) };
  const minutes = offset[2] === undefined ? 0 : Number(offset[3]) * 60 + Number(offset[4] ?? 0);
  return { ...parsed, epochMs: parsed.epochMs - (offset[2] === '-' ? -minutes : minutes) * 60_000 };
}

export const parseDate = (text: string): number => tryParseDate(text.trim()) ?? unreadable(text, 'DATE', '2020-01-31');
export const parseTime = (text: string): number => tryParseTime(text.trim()) ?? unreadable(text, 'TIME', '10:11:12.123');
export const parseTimestamp = (text: string, typeName: string): ParsedTimestamp =>
  tryParseTimestamp(text.trim()) ?? unreadable(text, typeName, '2020-01-31 10:11:12.123');
export const parseInstant = (text: string, timeZone: string): ParsedTimestamp =>
  tryParseInstant(text.trim(), timeZone) ?? unreadable(text, 'TIMESTAMP_LTZ', '2020-01-31 10:11:12.123Z');

function dayOfFields(match: Match, at: number): number | undefined {
  const year = Number(match[at]);
  const month = Number(match[at + 1]);
  const day = Number(match[at + 2]);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return epochDayOf(year, month, day);
}

function clockOfFields(match: Match, at: number): number | undefined {
  const hour = Number(match[at]);
  const minute = Number(match[at + 1]);
  const second = Number(match[at + 2] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + Number((match[at + 3] ?? '').padEnd(3, '0').slice(0, 3));
}

function unreadable(text: string, typeName: string, example: string): never {
  throw new DataError('MS2002', `${JSON.stringify(text.slice(0, 100))} is not a ${typeName}`, { hint: `write it as '${example}'` });
}
