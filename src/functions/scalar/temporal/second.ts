import { datePart } from './extract.ts';

export const second = datePart('SECOND', 'SECOND', 'The second of a time, 0 to 59; its fraction is cut.', [
  { sql: "SECOND(TIMESTAMP '2020-02-03 01:02:03.9')", result: '3' },
  { sql: "SECOND(TIME '01:02:59')", result: '59' },
]);
