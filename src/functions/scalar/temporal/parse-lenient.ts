import { epochDayOf, MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { zoneRules } from '../../../data/values/time-zone.ts';
import { MONTHS, type PatternToken, readDatePattern, WEEKDAYS } from './date-pattern.ts';

/** Milliseconds from 1970-01-01 00:00:00 of a text, local to `timeZone` unless the text has an offset; undefined where it does not fit. */
export type LenientParser = (text: string, timeZone?: string) => number | undefined;

type Fields = Readonly<Record<string, string | undefined>>;

/**
 * Reads text as java.text.SimpleDateFormat does when it is lenient: the pattern must fit the text's beginning; a number takes all its
 * digits unless another follows directly; numbers out of range roll on (month 13 is January of the next year).
 */
export function parseLenient(pattern: string, fail: (message: string) => never): LenientParser {
  const tokens = readDatePattern(pattern, 'SimpleDateFormat', fail);
  const regex = new RegExp(`^${tokens.map((token, i) => sourceOf(token, tokens[i + 1], fail)).join('')}`, 'i');
  const letters = tokens.flatMap((token) => (token.kind === 'field' ? [token.letter] : []));
  const counts: Readonly<Record<string, number>> = Object.fromEntries(
    tokens.flatMap((token) => (token.kind === 'field' ? [[token.letter, token.count]] : [])),
  );
  return (text, timeZone = 'UTC') => {
    const match = regex.exec(text);
    if (match === null) return undefined;
    const fields: Fields = Object.fromEntries(letters.map((letter, i) => [letter, match[i + 1]]));
    return millisecondsOf(fields, counts, timeZone);
  };
}

const isNumeric = (token: PatternToken | undefined): boolean =>
  token?.kind === 'field' && (/[yYdDHkKhmsSwWFu]/.test(token.letter) || (/[ML]/.test(token.letter) && token.count < 3));

function sourceOf(token: PatternToken, next: PatternToken | undefined, fail: (message: string) => never): string {
  if (token.kind === 'text') return token.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/ +/g, ' +');
  const { letter, count } = token;
  if (isNumeric(token)) return `\\s*([+-]?\\d{${isNumeric(next) ? `${count},${count}` : '1,'}})`;
  if (letter === 'M' || letter === 'L') return `\\s*(${MONTHS.flatMap((name) => [name, name.slice(0, 3)]).join('|')})`;
  if (letter === 'E') return `\\s*(${WEEKDAYS.flatMap((name) => [name, name.slice(0, 3)]).join('|')})`;
  if (letter === 'a') return '\\s*(AM|PM)';
  if (letter === 'G') return '\\s*(AD)';
  if (letter === 'Z' || letter === 'X' || letter === 'z') return '\\s*(Z|UTC|(?:GMT)?[+-]\\d{2}(?::?\\d{2})?)';
  return fail(`${letter} in a date pattern is not supported for reading`);
}

function millisecondsOf(fields: Fields, counts: Readonly<Record<string, number>>, timeZone: string): number {
  const number = (letter: string, otherwise: number): number => (fields[letter] === undefined ? otherwise : Number(fields[letter]));
  const monthText = fields['M'] ?? fields['L'];
  const month = monthText === undefined ? 1 : /\d/.test(monthText) ? Number(monthText) : monthNumber(monthText);
  const year = yearNumber(fields['y'], counts['y']);
  const months = year * 12 + month - 1;
  const first = epochDayOf(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1);
  const day = fields['D'] === undefined ? first + number('d', 1) - 1 : epochDayOf(year, 1, 1) + number('D', 1) - 1;
  const half = fields['a']?.toUpperCase() === 'PM' ? 12 : 0;
  const hour = fields['H'] ?? (fields['k'] === undefined ? undefined : String(Number(fields['k']) % 24));
  const hours = hour === undefined ? half + number('K', number('h', 0) % 12) : Number(hour);
  const local = day * MS_PER_DAY + ((hours * 60 + number('m', 0)) * 60 + number('s', 0)) * 1000 + number('S', 0);
  const offset = offsetMs(fields['Z'] ?? fields['X'] ?? fields['z']);
  return local - (offset ?? zoneRules(timeZone).offsetOfLocal(local));
}

export const monthNumber = (text: string): number =>
  MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase()) + 1;

/** Two digits for `y` or `yy` are a year of 1950 to 2049; Java's window moves with the clock. */
function yearNumber(text: string | undefined, count = 4): number {
  if (text === undefined) return 1970;
  const year = Number(text);
  return count <= 2 && /^\d{2}$/.test(text) ? year + (year >= 50 ? 1900 : 2000) : year;
}

export function offsetMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
}
