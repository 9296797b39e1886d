import { cellFunction } from '../../collection-function.ts';
import { elementOf } from '../../signatures.ts';
import { arraysAlike, ElementList, elementsOf, indexIn, sameElement } from './elements.ts';

export const arrayExcept = cellFunction({
  name: 'ARRAY_EXCEPT',
  signatures: [arraysAlike(2, 2)],
  compute: ([array], out) => {
    const same = sameElement(elementOf(array!)!);
    const list = new ElementList(out);
    return (left, right) => {
      const elements = elementsOf(left!);
      list.begin(left!.count);
      for (let i = left!.start; i < left!.start + left!.count; i++) {
        const isThere = indexIn(same, right!, elements, i) >= 0;
        if (!isThere && !list.has(same, elements, i)) list.add(elements, i);
      }
      return list.done();
    };
  },
  doc: 'The elements of the first array that the second one does not have, each once.',
  examples: [
    { sql: 'ARRAY_EXCEPT(ARRAY[1, 1, 2, NULL, 4], ARRAY[1, NULL, 5])', result: '[2, 4]' },
    { sql: 'ARRAY_EXCEPT(CAST(NULL AS ARRAY<INT>), ARRAY[1])', result: null },
  ],
});
