import { comparison } from './compare.ts';

export const notEquals = comparison('<>', 'TRUE where the values differ.', [
  { sql: '1 <> 2', result: 'TRUE' },
  { sql: "'a' <> 'a'", result: 'FALSE' },
]);
