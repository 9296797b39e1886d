import { dayOf, epochDayOf, MS_PER_DAY, monthOf, packedDateOf, yearOf } from '../../../data/values/civil-date.ts';
import { dayOfYear, isoDayOfWeek } from './date-parts.ts';
import { type Dialect, MONTHS, type PatternToken, readDatePattern, WEEKDAYS } from './date-pattern.ts';

/** A local point in time, taken apart once for all letters of a pattern. */
export interface Moment {
  readonly epochDay: number;
  readonly msOfDay: number;
  readonly nanoOfMs: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function momentOf(epochDay: number, msOfDay: number, nanoOfMs: number): Moment {
  const date = packedDateOf(epochDay);
  return { epochDay, msOfDay, nanoOfMs, year: yearOf(date), month: monthOf(date), day: dayOf(date) };
}

type Write = (moment: Moment) => string;
type Fail = (message: string) => never;

/** A pattern as a function, and the longest span, in milliseconds, within which its text stays the same; 0 for below a millisecond. */
export interface DateFormat {
  readonly format: Write;
  readonly spanMs: number;
}

const SPANS: Readonly<Record<string, number>> = {
  a: 3_600_000,
  H: 3_600_000,
  h: 3_600_000,
  K: 3_600_000,
  k: 3_600_000,
  m: 60_000,
  s: 1000,
  A: 1,
};

/** Compiles a pattern of date letters. `fail` is called with what is wrong and does not return. */
export function compileDateFormat(pattern: string, dialect: Dialect, fail: Fail): DateFormat {
  const tokens = readDatePattern(pattern, dialect, fail);
  const writers = tokens.map((token) => writerOf(token, dialect, fail));
  const spanMs = tokens.reduce((least, token) => Math.min(least, spanOf(token)), MS_PER_DAY);
  return { format: (moment) => writers.map((write) => write(moment)).join(''), spanMs };
}

function spanOf(token: PatternToken): number {
  if (token.kind === 'text') return MS_PER_DAY;
  if (token.letter === 'S') return token.count <= 3 ? 1 : 0;
  return token.letter === 'n' || token.letter === 'N' ? 0 : (SPANS[token.letter] ?? MS_PER_DAY);
}

function writerOf(token: PatternToken, dialect: Dialect, fail: Fail): Write {
  if (token.kind === 'text') return () => token.text;
  const { letter, count } = token;
  const write = dialect === 'SimpleDateFormat' ? simpleWriter(letter, count) : newWriter(letter, count);
  return write ?? fail(`${letter.repeat(count)} in a date pattern is not supported`);
}

const number =
  (value: (moment: Moment) => number, width: number): Write =>
  (moment) =>
    String(value(moment)).padStart(width, '0');

const hour = ({ msOfDay }: Moment): number => Math.floor(msOfDay / 3_600_000);
const NUMBERS: Readonly<Record<string, (moment: Moment) => number>> = {
  d: ({ day }) => day,
  D: ({ epochDay }) => dayOfYear(epochDay),
  H: hour,
  k: (moment) => hour(moment) || 24,
  K: (moment) => hour(moment) % 12,
  h: (moment) => hour(moment) % 12 || 12,
  m: ({ msOfDay }) => Math.floor(msOfDay / 60_000) % 60,
  s: ({ msOfDay }) => Math.floor(msOfDay / 1000) % 60,
  F: ({ day }) => Math.floor((day - 1) / 7) + 1,
  w: (moment) => weekOf(moment).week,
  W: ({ day, epochDay }) => Math.floor((day - 1 + sundayBased(epochDay - day + 1)) / 7) + 1,
  A: ({ msOfDay }) => msOfDay,
  n: ({ msOfDay, nanoOfMs }) => (msOfDay % 1000) * 1_000_000 + nanoOfMs,
  N: ({ msOfDay, nanoOfMs }) => msOfDay * 1_000_000 + nanoOfMs,
};

/** Days since Sunday. */
const sundayBased = (epochDay: number): number => isoDayOfWeek(epochDay) % 7;
const quarter = ({ month }: Moment): number => Math.ceil(month / 3);

/** Week and year by the rules of the USA: weeks begin on Sunday, and the first is the one with 1 January. */
function weekOf({ epochDay, year }: Moment): { year: number; week: number } {
  const sunday = epochDay - sundayBased(epochDay);
  const next = epochDayOf(year + 1, 1, 1);
  if (sunday + 6 >= next) return { year: year + 1, week: 1 };
  const first = epochDayOf(year, 1, 1);
  return { year, week: (sunday - (first - sundayBased(first))) / 7 + 1 };
}

/** Years: two letters are the last two digits. */
function yearWriter(of: (moment: Moment) => number, count: number): Write {
  if (count === 2) return (moment) => String(((of(moment) % 100) + 100) % 100).padStart(2, '0');
  return number(of, count);
}

const name =
  (names: readonly string[], of: (moment: Moment) => number, length: number | undefined): Write =>
  (moment) =>
    names[of(moment) - 1]!.slice(0, length);

const weekday = ({ epochDay }: Moment): number => isoDayOfWeek(epochDay);
const era =
  (count: number): Write =>
  () =>
    count === 4 ? 'Anno Domini' : count === 5 ? 'A' : 'AD';
const amPm: Write = (moment) => (hour(moment) < 12 ? 'AM' : 'PM');
const fraction =
  (count: number): Write =>
  ({ msOfDay, nanoOfMs }) =>
    String((msOfDay % 1000) * 1_000_000 + nanoOfMs)
      .padStart(9, '0')
      .slice(0, count);
const ORDINALS = ['1st quarter', '2nd quarter', '3rd quarter', '4th quarter'];

/** Letters that a count of 3, 4 or 5 turns into a short name, a full one, or an initial. */
function styled(count: number, names: readonly string[], of: (moment: Moment) => number): Write | undefined {
  return count === 3 ? name(names, of, 3) : count === 4 ? name(names, of, undefined) : count === 5 ? name(names, of, 1) : undefined;
}

/** java.time.format.DateTimeFormatter in the locale of the USA; undefined for a count that it refuses. */
function newWriter(letter: string, count: number): Write | undefined {
  switch (letter) {
    case 'y':
    case 'u':
      return yearWriter(({ year }) => year, count);
    case 'Y':
      return yearWriter((moment) => weekOf(moment).year, count);
    case 'G':
      return count <= 5 ? era(count) : undefined;
    case 'M':
    case 'L':
      return count <= 2 ? number(({ month }) => month, count) : styled(count, MONTHS, ({ month }) => month);
    case 'Q':
    case 'q':
      if (count <= 2) return number(quarter, count);
      return count === 3 ? (moment) => `Q${quarter(moment)}` : count === 4 ? (moment) => ORDINALS[quarter(moment) - 1]! : undefined;
    case 'E':
      return styled(Math.max(count, 3), WEEKDAYS, weekday);
    case 'e':
    case 'c':
      if (count > 2) return styled(count, WEEKDAYS, weekday);
      return letter === 'c' && count === 2 ? undefined : number(({ epochDay }) => sundayBased(epochDay) + 1, count);
    case 'a':
      return count === 1 ? amPm : undefined;
    case 'S':
      return count <= 9 ? fraction(count) : undefined;
    case 'A':
    case 'n':
    case 'N':
      return number(NUMBERS[letter]!, count);
    case 'D':
      return count <= 3 ? number(NUMBERS['D']!, count) : undefined;
    case 'W':
    case 'F':
      return count === 1 ? number(NUMBERS[letter]!, 1) : undefined;
    default:
      return count <= 2 && NUMBERS[letter] !== undefined ? number(NUMBERS[letter], count) : undefined;
  }
}

/** java.text.SimpleDateFormat in the locale of the USA. */
function simpleWriter(letter: string, count: number): Write | undefined {
  switch (letter) {
    case 'y':
      return yearWriter(({ year }) => year, count);
    case 'Y':
      return yearWriter((moment) => weekOf(moment).year, count);
    case 'G':
      return era(1);
    case 'M':
    case 'L':
      if (count < 3) return number(({ month }) => month, count);
      return name(MONTHS, ({ month }) => month, count === 3 ? 3 : undefined);
    case 'E':
      return name(WEEKDAYS, weekday, count < 4 ? 3 : undefined);
    case 'u':
      return number(weekday, count);
    case 'a':
      return amPm;
    case 'S':
      return number(({ msOfDay }) => msOfDay % 1000, count);
    default:
      return NUMBERS[letter] === undefined ? undefined : number(NUMBERS[letter], count);
  }
}
