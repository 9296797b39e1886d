import { datePart } from './extract.ts';

export const week = datePart('WEEK', 'WEEK', "The week of a date by ISO 8601, 1 to 53: the year's first week has its first Thursday.", [
  { sql: "WEEK(DATE '2020-02-03')", result: '6' },
  { sql: "WEEK(DATE '2021-01-01')", result: '53' },
]);
