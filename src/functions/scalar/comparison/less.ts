import { comparison } from './compare.ts';

export const lessThan = comparison('<', 'TRUE where the first value is less.', [
  { sql: '1 < 2', result: 'TRUE' },
  { sql: "'b' < 'a'", result: 'FALSE' },
]);
