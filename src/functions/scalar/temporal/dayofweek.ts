import { datePart } from './extract.ts';

export const dayofweek = datePart('DAYOFWEEK', 'DOW', 'The number of a day in its week: Sunday is 1, Saturday 7.', [
  { sql: "DAYOFWEEK(DATE '2020-02-02')", result: '1' },
  { sql: "DAYOFWEEK(DATE '2020-02-03')", result: '2' },
]);
