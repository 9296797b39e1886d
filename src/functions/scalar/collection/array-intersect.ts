import { cellFunction } from '../../collection-function.ts';
import { elementOf } from '../../signatures.ts';
import { arraysAlike, ElementList, elementsOf, indexIn, sameElement } from './elements.ts';

export const arrayIntersect = cellFunction({
  name: 'ARRAY_INTERSECT',
  signatures: [arraysAlike(2, 2)],
  compute: ([array], out) => {
    const same = sameElement(elementOf(array!)!);
    const list = new ElementList(out);
    return (left, right) => {
      const elements = elementsOf(left!);
      list.begin(left!.count);
      for (let i = left!.start; i < left!.start + left!.count; i++) {
        const isThere = indexIn(same, right!, elements, i) >= 0;
        if (isThere && !list.has(same, elements, i)) list.add(elements, i);
      }
      return list.done();
    };
  },
  doc: 'The elements that both arrays have, each once, in the order of the first.',
  examples: [
    { sql: 'ARRAY_INTERSECT(ARRAY[1, 1, 2, NULL, 4], ARRAY[1, NULL, 5])', result: '[1, NULL]' },
    { sql: 'ARRAY_INTERSECT(CAST(NULL AS ARRAY<INT>), ARRAY[1])', result: null },
  ],
});
