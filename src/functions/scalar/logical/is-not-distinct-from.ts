import { distinctFunction } from './distinct-from.ts';

export const isNotDistinctFrom = distinctFunction('IS NOT DISTINCT FROM', 'TRUE where two values are equal; NULL counts as a value.', [
  { sql: 'CAST(NULL AS INT) IS NOT DISTINCT FROM CAST(NULL AS INT)', result: 'TRUE' },
  { sql: '1.5 IS NOT DISTINCT FROM 1.50', result: 'TRUE' },
  { sql: "'a' IS NOT DISTINCT FROM CAST(NULL AS STRING)", result: 'FALSE' },
]);
