import { extremeElement } from './extreme-element.ts';

export const arrayMax = extremeElement('ARRAY_MAX', 1, 'The greatest element of an array; NULLs do not count.', [
  { sql: 'ARRAY_MAX(ARRAY[2, NULL, 3])', result: '3' },
  { sql: "ARRAY_MAX(ARRAY['b', 'a'])", result: 'b' },
  { sql: 'ARRAY_MAX(ARRAY[CAST(NULL AS INT)])', result: null },
]);
