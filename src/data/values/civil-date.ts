/**
 * Days since 1970-01-01 <-> year, month and day in the proleptic Gregorian calendar, by arithmetic on years that begin in March
 * (so that the leap day is the last day of a year). Exact for all years that fit in 32-bit days.
 */
export const MS_PER_DAY = 86_400_000;
/** 0001-01-01 and 9999-12-31, the first and last day of SQL's dates. */
export const MIN_EPOCH_DAY = -719_162;
export const MAX_EPOCH_DAY = 2_932_896;

const DAYS_PER_400_YEARS = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT = 719_468;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days of a month; `month` counts from 1. */
export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : DAYS_IN_MONTH[month - 1]!;
}

/** Days since 1970-01-01 of a date. A day beyond the month's end runs on into the next month; the month must be 1 to 12. */
export function epochDayOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * DAYS_PER_400_YEARS + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - EPOCH_SHIFT;
}

/** A date packed into one number, so that taking one apart allocates nothing: read it with yearOf, monthOf and dayOf. */
export type PackedDate = number;

export function packedDateOf(epochDay: number): PackedDate {
  const z = epochDay + EPOCH_SHIFT;
  const era = Math.floor(z / DAYS_PER_400_YEARS);
  const doe = z - era * DAYS_PER_400_YEARS;
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36_524) | 0) - ((doe / 146_096) | 0)) / 365) | 0;
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0));
  const mp = ((5 * doy + 2) / 153) | 0;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return (yoe + era * 400 + (month <= 2 ? 1 : 0)) * 512 + month * 32 + (doy - (((153 * mp + 2) / 5) | 0) + 1);
}

export const yearOf = (date: PackedDate): number => Math.floor(date / 512);
export const monthOf = (date: PackedDate): number => (date >> 5) & 15;
export const dayOf = (date: PackedDate): number => date & 31;

/** The date `months` later; the day is cut to the end of the month, as ADD months and interval arithmetic do in SQL. */
export function addMonths(epochDay: number, months: number): number {
  const date = packedDateOf(epochDay);
  const total = yearOf(date) * 12 + monthOf(date) - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  return epochDayOf(year, month, Math.min(dayOf(date), daysInMonth(year, month)));
}
