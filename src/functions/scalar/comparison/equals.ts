import { comparison } from './compare.ts';

export const equals = comparison('=', 'TRUE where both values are equal.', [
  { sql: '1 = 1.0', result: 'TRUE' },
  { sql: "'a' = 'b'", result: 'FALSE' },
  { sql: 'CAST(NULL AS INT) = 1', result: null },
]);
