import { datePart } from './extract.ts';

export const minute = datePart('MINUTE', 'MINUTE', 'The minute of a time, 0 to 59.', [
  { sql: "MINUTE(TIMESTAMP '2020-02-03 01:02:03')", result: '2' },
  { sql: "MINUTE(TIME '01:59:03')", result: '59' },
]);
