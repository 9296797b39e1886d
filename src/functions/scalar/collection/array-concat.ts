import { cellFunction } from '../../collection-function.ts';
import { arraysAlike, elementsOf } from './elements.ts';

export const arrayConcat = cellFunction({
  name: 'ARRAY_CONCAT',
  signatures: [arraysAlike(1, Number.POSITIVE_INFINITY)],
  compute: (_, out) => {
    const elements = out.children[0]!;
    return (...arrays) => {
      out.open(
        0,
        arrays.reduce((sum, { count }) => sum + count, 0),
      );
      let to = 0;
      for (const array of arrays) for (let i = 0; i < array.count; i++) elements.copy(elementsOf(array), array.start + i, to++);
      return true;
    };
  },
  doc: 'The elements of all arrays, one array behind the other.',
  examples: [
    { sql: 'ARRAY_CONCAT(ARRAY[1], ARRAY[2, 3], ARRAY[4])', result: '[1, 2, 3, 4]' },
    { sql: "ARRAY_CONCAT(ARRAY['a'], ARRAY['bbb'])", result: '[a, bbb]' },
    { sql: 'ARRAY_CONCAT(ARRAY[1], CAST(NULL AS ARRAY<INT>))', result: null },
  ],
});
