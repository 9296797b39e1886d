import { comparison } from './compare.ts';

export const greaterThan = comparison('>', 'TRUE where the first value is greater.', [
  { sql: '2 > 1', result: 'TRUE' },
  { sql: "DATE '2020-01-01' > DATE '2020-01-02'", result: 'FALSE' },
]);
