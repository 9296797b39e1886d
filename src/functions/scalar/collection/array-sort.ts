import { descriptorOf } from '../../../data/types/descriptors.ts';
import { cellFunction } from '../../collection-function.ts';
import { elementOf, param, signature } from '../../signatures.ts';
import { elementsOf } from './elements.ts';

export const arraySort = cellFunction({
  name: 'ARRAY_SORT',
  signatures: [signature([param.sortable, param.boolean, param.boolean], ([array]) => array!, { optional: 2 })],
  compute: ([array], out) => {
    const descriptor = descriptorOf(elementOf(array!)!);
    return (given, ascending, nullsFirst) => {
      const { start, count } = given!;
      const elements = elementsOf(given!);
      const sign = ascending === undefined || ascending.column.values[0] === 1 ? 1 : -1;
      const nulls = (nullsFirst === undefined ? sign === 1 : nullsFirst.column.values[0] === 1) ? -1 : 1;
      const places = Array.from({ length: count }, (_, i) => start + i);
      places.sort((a, b) => {
        const [noA, noB] = [elements.isNull(a), elements.isNull(b)];
        if (noA || noB) return noA === noB ? 0 : noA ? nulls : -nulls;
        return sign * descriptor.compare(elements, a, elements, b);
      });
      out.open(0, count);
      for (let i = 0; i < count; i++) out.children[0]!.copy(elements, places[i]!, i);
      return true;
    };
  },
  doc: 'The elements in their order, descending where the second argument is FALSE. NULLs come first where it ascends, else last, unless the third argument says otherwise.',
  examples: [
    { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1])', result: '[NULL, 1, 3]' },
    { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1], FALSE)', result: '[3, 1, NULL]' },
    { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1], TRUE, FALSE)', result: '[1, 3, NULL]' },
    { sql: 'ARRAY_SORT(ARRAY[3, NULL, 1], FALSE, TRUE)', result: '[NULL, 3, 1]' },
    { sql: "ARRAY_SORT(ARRAY['b', 'a'])", result: '[a, b]' },
  ],
});
