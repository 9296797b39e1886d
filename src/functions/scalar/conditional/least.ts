import { extremeFunction } from './extreme-value.ts';

export const least = extremeFunction('LEAST', '<', 'The least of its arguments; NULL where one of them is.', [
  { sql: 'LEAST(3, 1, 2)', result: '1' },
  { sql: "LEAST('a', 'B')", result: 'B' },
  { sql: "LEAST(DATE '2020-01-01', DATE '2019-12-31')", result: '2019-12-31' },
  { sql: 'LEAST(1, CAST(NULL AS INT))', result: null },
]);
