import { comparison } from './compare.ts';

export const notEquals = comparison('<>', 'TRUE where the values differ. != is the same.', [
  { sql: '1 <> 2', result: 'TRUE' },
  { sql: "'a' <> 'a'", result: 'FALSE' },
]);
