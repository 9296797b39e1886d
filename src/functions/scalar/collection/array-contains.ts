import { types } from '../../../data/types/sql-type.ts';
import { cellTest } from '../../collection-function.ts';
import { elementsOf, indexIn, sameElement, withElement } from './elements.ts';

export const arrayContains = cellTest({
  name: 'ARRAY_CONTAINS',
  signatures: [withElement(() => types.boolean())],
  nulls: 'own',
  nullable: 'as-first',
  bareNull: true,
  compute: ([, element]) => {
    const same = sameElement(element!);
    return (array, value) => {
      if (array!.isNull) return null;
      if (!value!.isNull) return indexIn(same, array!, value!.column, value!.row) >= 0;
      const elements = elementsOf(array!);
      for (let i = 0; i < array!.count; i++) if (elements.isNull(array!.start + i)) return true;
      return false;
    };
  },
  doc: 'Whether an array has an element that equals the value; NULL equals NULL.',
  examples: [
    { sql: 'ARRAY_CONTAINS(ARRAY[1, 2], 2)', result: 'TRUE' },
    { sql: 'ARRAY_CONTAINS(ARRAY[1, 2], 3)', result: 'FALSE' },
    { sql: 'ARRAY_CONTAINS(ARRAY[1, NULL], CAST(NULL AS INT))', result: 'TRUE' },
    { sql: 'ARRAY_CONTAINS(CAST(NULL AS ARRAY<INT>), 1)', result: null },
  ],
});
