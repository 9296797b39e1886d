import { datePart } from './extract.ts';

export const hour = datePart('HOUR', 'HOUR', 'The hour of a time, 0 to 23.', [
  { sql: "HOUR(TIMESTAMP '2020-01-02 03:04:05')", result: '3' },
  { sql: "HOUR(TIME '23:04:05')", result: '23' },
  { sql: "HOUR(DATE '2020-01-01')", result: '0' },
]);
