import { extreme } from './extreme.ts';

export const max = extreme('MAX', '>', 'The greatest value that is not null; NULL when there is none.', [
  { sql: 'SELECT MAX(x) FROM (VALUES (2), (1)) AS t(x)', result: '2' },
  { sql: "SELECT MAX(x) FROM (VALUES ('b'), ('a')) AS t(x)", result: 'b' },
]);
