import { datePart } from './extract.ts';

export const year = datePart('YEAR', 'YEAR', 'The year of a date.', [
  { sql: "YEAR(DATE '2020-02-03')", result: '2020' },
  { sql: "YEAR(TIMESTAMP '1969-05-05 10:00:00')", result: '1969' },
  { sql: 'YEAR(CAST(NULL AS DATE))', result: null },
]);
