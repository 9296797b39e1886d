import { extreme } from './extreme.ts';

export const min = extreme('MIN', '<', 'The least value that is not null; NULL when there is none.', [
  { sql: 'SELECT MIN(x) FROM (VALUES (2), (1)) AS t(x)', result: '1' },
  { sql: "SELECT MIN(x) FROM (VALUES ('b'), ('a')) AS t(x)", result: 'a' },
]);
