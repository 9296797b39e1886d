import { comparison } from './compare.ts';

export const greaterOrEqual = comparison('>=', 'TRUE where the first value is not less.', [
  { sql: '2 >= 2', result: 'TRUE' },
  { sql: '1 >= 2', result: 'FALSE' },
]);
