import { datePart } from './extract.ts';

export const quarter = datePart('QUARTER', 'QUARTER', 'The quarter of a date, 1 to 4.', [
  { sql: "QUARTER(DATE '2020-02-03')", result: '1' },
  { sql: "QUARTER(DATE '2020-12-31')", result: '4' },
]);
