import { extremeFunction } from './extreme-value.ts';

export const greatest = extremeFunction('GREATEST', '>', 'The greatest of its arguments; NULL where one of them is.', [
  { sql: 'GREATEST(1, 3, 2)', result: '3' },
  { sql: 'GREATEST(1, 2.5)', result: '2.5' },
  { sql: "GREATEST('a', 'b', 'B')", result: 'b' },
  { sql: "GREATEST(1e0, CAST('NaN' AS DOUBLE))", result: 'NaN' },
  { sql: 'GREATEST(1, CAST(NULL AS INT))', result: null },
]);
