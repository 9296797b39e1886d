import { valueAtEnd } from './value-at-end.ts';

export const firstValue = valueAtEnd('FIRST_VALUE', 'first', 'The value that is not null and came first; NULL when there is none.', [
  { sql: 'SELECT FIRST_VALUE(x) FROM (VALUES (CAST(NULL AS INT)), (2), (3), (CAST(NULL AS INT))) AS t(x)', result: '2' },
  { sql: "SELECT FIRST_VALUE(x) FROM (VALUES ('a'), ('b')) AS t(x)", result: 'a' },
]);
