import { cellFunction } from '../../collection-function.ts';
import { addingElement } from './adding-element.ts';

export const arrayAppend = cellFunction({
  name: 'ARRAY_APPEND',
  ...addingElement(false),
  doc: 'The array with one more element behind the others.',
  examples: [
    { sql: "ARRAY_APPEND(ARRAY['a'], 'b')", result: '[a, b]' },
    { sql: 'ARRAY_APPEND(ARRAY[1], CAST(NULL AS INT))', result: '[1, NULL]' },
    { sql: 'ARRAY_APPEND(CAST(NULL AS ARRAY<INT>), 1)', result: null },
  ],
});
