import { cellFunction } from '../../collection-function.ts';
import { ElementList, elementsOf, sameElement, withElement } from './elements.ts';

export const arrayRemove = cellFunction({
  name: 'ARRAY_REMOVE',
  signatures: [withElement((array) => array)],
  nulls: 'own',
  nullable: 'as-first',
  bareNull: true,
  compute: ([, element], out) => {
    const same = sameElement(element!);
    const list = new ElementList(out);
    return (array, value) => {
      if (array!.isNull) return false;
      const elements = elementsOf(array!);
      list.begin(array!.count);
      for (let i = array!.start; i < array!.start + array!.count; i++) {
        const isIt = value!.isNull ? elements.isNull(i) : same(elements, i, value!.column, value!.row);
        if (!isIt) list.add(elements, i);
      }
      return list.done();
    };
  },
  doc: 'The array without the elements that equal the value; NULL equals NULL.',
  examples: [
    { sql: 'ARRAY_REMOVE(ARRAY[1, 2, 1], 1)', result: '[2]' },
    { sql: 'ARRAY_REMOVE(ARRAY[1, NULL, 2], CAST(NULL AS INT))', result: '[1, 2]' },
    { sql: 'ARRAY_REMOVE(CAST(NULL AS ARRAY<INT>), 1)', result: null },
  ],
});
