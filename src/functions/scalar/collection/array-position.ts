import { types } from '../../../data/types/sql-type.ts';
import { cellTest } from '../../collection-function.ts';
import { indexIn, sameElement, withElement } from './elements.ts';

export const arrayPosition = cellTest({
  name: 'ARRAY_POSITION',
  signatures: [withElement(() => types.int())],
  compute: ([, element]) => {
    const same = sameElement(element!);
    return (array, value) => indexIn(same, array!, value!.column, value!.row) + 1;
  },
  doc: 'Where the first element that equals the value stands in an array, from 1; 0 where there is none.',
  examples: [
    { sql: 'ARRAY_POSITION(ARRAY[3, 2, 2], 2)', result: '2' },
    { sql: 'ARRAY_POSITION(ARRAY[3], 7)', result: '0' },
    { sql: 'ARRAY_POSITION(ARRAY[1, NULL], CAST(NULL AS INT))', result: null },
  ],
});
