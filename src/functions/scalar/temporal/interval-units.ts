/** A unit without the prefix of ODBC: SQL_TSI_DAY is DAY. */
export const plainUnit = (unit: string): string => unit.replace(/^SQL_TSI_/, '');

/** Units of months. */
export const MONTHS_OF: Readonly<Record<string, number>> = { CENTURY: 1200, DECADE: 120, YEAR: 12, QUARTER: 3, MONTH: 1 };

/** Units of a fixed length, in milliseconds. */
export const MS_OF: Readonly<Record<string, number>> = {
  WEEK: 604_800_000,
  DAY: 86_400_000,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
  MILLISECOND: 1,
};
