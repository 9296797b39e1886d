import { datePart } from './extract.ts';

export const month = datePart('MONTH', 'MONTH', 'The month of a date, 1 to 12.', [
  { sql: "MONTH(TIMESTAMP '2020-02-03 01:02:03')", result: '2' },
  { sql: "MONTH(DATE '2020-12-31')", result: '12' },
]);
