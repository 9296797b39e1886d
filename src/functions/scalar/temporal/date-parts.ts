import { dayOf, epochDayOf, monthOf, packedDateOf, yearOf } from '../../../data/values/civil-date.ts';

/** Parts of a date, from days since 1970-01-01. */
export type DatePart = (epochDay: number) => number;

const year: DatePart = (day) => yearOf(packedDateOf(day));
const month: DatePart = (day) => monthOf(packedDateOf(day));
/** Monday is 1, Sunday 7. */
export const isoDayOfWeek: DatePart = (day) => ((((day + 3) % 7) + 7) % 7) + 1;
export const dayOfYear: DatePart = (day) => day - epochDayOf(year(day), 1, 1) + 1;
/** The Thursday of a date's week decides which year the week belongs to (ISO 8601). */
const thursday: DatePart = (day) => day - isoDayOfWeek(day) + 4;

/** By the names of EXTRACT. DOW counts from Sunday as 1. */
export const dateParts: Readonly<Record<string, DatePart>> = {
  MILLENNIUM: (day) => Math.floor((year(day) + 999) / 1000),
  CENTURY: (day) => Math.floor((year(day) + 99) / 100),
  DECADE: (day) => Math.floor(year(day) / 10),
  YEAR: year,
  ISOYEAR: (day) => year(thursday(day)),
  QUARTER: (day) => Math.ceil(month(day) / 3),
  MONTH: month,
  WEEK: (day) => Math.ceil(dayOfYear(thursday(day)) / 7),
  DAY: (day) => dayOf(packedDateOf(day)),
  DOY: dayOfYear,
  DOW: (day) => (isoDayOfWeek(day) % 7) + 1,
  ISODOW: isoDayOfWeek,
};
