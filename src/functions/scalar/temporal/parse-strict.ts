import { daysInMonth, epochDayOf, MAX_EPOCH_DAY, MIN_EPOCH_DAY, MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { isoDayOfWeek } from './date-parts.ts';
import { MONTHS, type PatternToken, readDatePattern, WEEKDAYS } from './date-pattern.ts';
import { monthNumber } from './parse-lenient.ts';

/** Milliseconds from 1970-01-01 00:00:00 of a local time; undefined where the text is none. */
export type StrictParser = (text: string) => number | undefined;

const DEFAULT = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/;

/** `2020-01-02`, `2020-1-2 3:4:5.678`: what TO_TIMESTAMP reads without a pattern. Digits beyond milliseconds are cut. */
export function parseDefault(text: string): number | undefined {
  const match = DEFAULT.exec(text);
  if (match === null) return undefined;
  const day = smartDay(Number(match[1]), Number(match[2]), Number(match[3]));
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  return combine(day, clock(Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0), ms));
}

/** Adds a day and a time of day; undefined where one is, or outside the years 1 to 9999. */
function combine(day: number | undefined, ms: number | undefined): number | undefined {
  if (day === undefined || ms === undefined) return undefined;
  const whole = day + Math.floor(ms / MS_PER_DAY);
  return whole < MIN_EPOCH_DAY || whole > MAX_EPOCH_DAY ? undefined : day * MS_PER_DAY + ms;
}

/** Java's smart resolution: the day must be 1 to 31, and is cut to the end of the month. */
function smartDay(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return epochDayOf(year, month, Math.min(day, daysInMonth(year, month)));
}

/** 24:00:00 is the end of the day. */
function clock(hour: number, minute: number, second: number, ms: number): number | undefined {
  if (hour === 24 && minute === 0 && second === 0 && ms === 0) return MS_PER_DAY;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

type Fields = Readonly<Record<string, string | undefined>>;

/**
 * Reads text by a pattern as java.time.format.DateTimeFormatter does: all of the text must fit, and parts that the pattern does not
 * have are those of 1970-01-01 00:00:00. An offset is read and not applied, as in Flink.
 */
export function parseStrict(pattern: string, fail: (message: string) => never): StrictParser {
  const tokens = readDatePattern(pattern, 'DateTimeFormatter', fail);
  const regex = new RegExp(`^${tokens.map((token) => sourceOf(token, fail)).join('')}$`, 'u');
  const letters = tokens.flatMap((token) => (token.kind === 'field' ? [token.letter] : []));
  const hasShortYear = tokens.some((token) => token.kind === 'field' && /[yu]/.test(token.letter) && token.count === 2);
  return (text) => {
    const match = regex.exec(text);
    if (match === null) return undefined;
    const fields: Fields = Object.fromEntries(letters.map((letter, i) => [letter, match[i + 1]]));
    return combine(dayOfFields(fields, hasShortYear), clockOfFields(fields));
  };
}

function sourceOf(token: PatternToken, fail: (message: string) => never): string {
  if (token.kind === 'text') return token.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const { letter, count } = token;
  if (/[yu]/.test(letter)) return count === 2 ? '(\\d{2})' : `(\\d{${count},10})`;
  if (letter === 'S') return `(\\d{${count}})`;
  if (/[ML]/.test(letter) && count === 3) return `(${MONTHS.map((name) => name.slice(0, 3)).join('|')})`;
  if (/[ML]/.test(letter) && count === 4) return `(${MONTHS.join('|')})`;
  if (letter === 'E') return `(${WEEKDAYS.map((name) => (count === 4 ? name : name.slice(0, 3))).join('|')})`;
  if (letter === 'a' && count === 1) return '(AM|PM)';
  if (letter === 'D' && count === 3) return '(\\d{3})';
  if (letter === 'X') return `(Z|[+-]\\d{2}${count === 1 ? '(?:\\d{2})?' : count === 2 ? '\\d{2}' : ':\\d{2}'})`;
  if (/[MLdDHhKkms]/.test(letter) && count <= 2) return count === 1 ? '(\\d{1,10})' : '(\\d{2})';
  return fail(`${letter.repeat(count)} in a date pattern is not supported for reading`);
}

function dayOfFields(fields: Fields, hasShortYear: boolean): number | undefined {
  const yearText = fields['y'] ?? fields['u'];
  const year = yearText === undefined ? 1970 : Number(yearText) + (hasShortYear ? 2000 : 0);
  const monthText = fields['M'] ?? fields['L'];
  const month = monthText === undefined ? 1 : /\d/.test(monthText) ? Number(monthText) : monthNumber(monthText);
  if (fields['D'] !== undefined) {
    const number = Number(fields['D']);
    const first = smartDay(year, 1, 1);
    return first === undefined || number < 1 || number > epochDayOf(year + 1, 1, 1) - first ? undefined : first + number - 1;
  }
  const day = smartDay(year, month, Number(fields['d'] ?? 1));
  const weekday = fields['E'];
  return day !== undefined && weekday !== undefined && !WEEKDAYS[isoDayOfWeek(day) - 1]!.startsWith(weekday) ? undefined : day;
}

/** An hour of the half day (h, K) counts only with AM or PM, as in Java. */
function clockOfFields(fields: Fields): number | undefined {
  const ms = Number((fields['S'] ?? '').padEnd(3, '0').slice(0, 3));
  const [minute, second] = [Number(fields['m'] ?? 0), Number(fields['s'] ?? 0)];
  const half = fields['h'] ?? fields['K'];
  if (half !== undefined) {
    const hour = Number(half);
    if (hour > (fields['h'] === undefined ? 11 : 12) || (fields['h'] !== undefined && hour < 1)) return undefined;
    return clock(fields['a'] === undefined ? 0 : (hour % 12) + (fields['a'] === 'PM' ? 12 : 0), minute, second, ms);
  }
  if (fields['k'] !== undefined) return clock(Number(fields['k']) % 24, minute, second, ms);
  return clock(Number(fields['H'] ?? 0), minute, second, ms);
}
