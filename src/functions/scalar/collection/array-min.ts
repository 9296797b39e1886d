import { extremeElement } from './extreme-element.ts';

export const arrayMin = extremeElement('ARRAY_MIN', -1, 'The least element of an array; NULLs do not count.', [
  { sql: 'ARRAY_MIN(ARRAY[2, NULL, 3])', result: '2' },
  { sql: "ARRAY_MIN(ARRAY['b', 'a'])", result: 'a' },
  { sql: 'ARRAY_MIN(ARRAY[CAST(NULL AS INT)])', result: null },
]);
