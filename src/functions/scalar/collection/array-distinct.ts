import { cellFunction } from '../../collection-function.ts';
import { elementOf, param, signature } from '../../signatures.ts';
import { ElementList, elementsOf, sameElement } from './elements.ts';

export const arrayDistinct = cellFunction({
  name: 'ARRAY_DISTINCT',
  signatures: [signature([param.array], ([array]) => array!)],
  compute: ([array], out) => {
    const same = sameElement(elementOf(array!)!);
    const list = new ElementList(out);
    return (given) => {
      const elements = elementsOf(given!);
      list.begin(given!.count);
      for (let i = given!.start; i < given!.start + given!.count; i++) if (!list.has(same, elements, i)) list.add(elements, i);
      return list.done();
    };
  },
  doc: 'The array without elements that equal one before them.',
  examples: [
    { sql: 'ARRAY_DISTINCT(ARRAY[2, 1, NULL, 2, NULL])', result: '[2, 1, NULL]' },
    { sql: 'ARRAY_DISTINCT(CAST(NULL AS ARRAY<INT>))', result: null },
  ],
});
