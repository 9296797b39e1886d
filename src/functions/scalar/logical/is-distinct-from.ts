import { distinctFunction } from './distinct-from.ts';

export const isDistinctFrom = distinctFunction('IS DISTINCT FROM', 'TRUE where two values differ; NULL counts as a value.', [
  { sql: '1 IS DISTINCT FROM 1.0', result: 'FALSE' },
  { sql: '1 IS DISTINCT FROM CAST(NULL AS INT)', result: 'TRUE' },
  { sql: "'a' IS DISTINCT FROM 'b'", result: 'TRUE' },
]);
