import { comparison } from './compare.ts';

export const lessOrEqual = comparison('<=', 'TRUE where the first value is not greater.', [
  { sql: '2 <= 2', result: 'TRUE' },
  { sql: '3 <= 2.5', result: 'FALSE' },
]);
