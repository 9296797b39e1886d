import { datePart } from './extract.ts';

export const dayofmonth = datePart('DAYOFMONTH', 'DAY', 'The number of a day in its month, 1 to 31.', [
  { sql: "DAYOFMONTH(TIMESTAMP '2020-02-03 01:00:00')", result: '3' },
  { sql: "DAYOFMONTH(DATE '1969-05-05')", result: '5' },
]);
