import { datePart } from './extract.ts';

export const dayofyear = datePart('DAYOFYEAR', 'DOY', 'The number of a day in its year, 1 to 366.', [
  { sql: "DAYOFYEAR(DATE '2020-02-03')", result: '34' },
  { sql: "DAYOFYEAR(DATE '2020-12-31')", result: '366' },
]);
