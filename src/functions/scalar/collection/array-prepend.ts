import { cellFunction } from '../../collection-function.ts';
import { addingElement } from './adding-element.ts';

export const arrayPrepend = cellFunction({
  name: 'ARRAY_PREPEND',
  ...addingElement(true),
  doc: 'The array with one more element before the others.',
  examples: [
    { sql: "ARRAY_PREPEND(ARRAY['a'], 'b')", result: '[b, a]' },
    { sql: 'ARRAY_PREPEND(ARRAY[1], CAST(NULL AS INT))', result: '[NULL, 1]' },
    { sql: 'ARRAY_PREPEND(CAST(NULL AS ARRAY<INT>), 1)', result: null },
  ],
});
