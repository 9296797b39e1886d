import { valueAtEnd } from './value-at-end.ts';

export const lastValue = valueAtEnd('LAST_VALUE', 'last', 'The value that is not null and came last; NULL when there is none.', [
  { sql: 'SELECT LAST_VALUE(x) FROM (VALUES (CAST(NULL AS INT)), (2), (3), (CAST(NULL AS INT))) AS t(x)', result: '3' },
  { sql: "SELECT LAST_VALUE(x) FROM (VALUES ('a'), ('b')) AS t(x)", result: 'b' },
]);
