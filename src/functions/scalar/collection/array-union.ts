import { cellFunction } from '../../collection-function.ts';
import { elementOf } from '../../signatures.ts';
import { arraysAlike, ElementList, elementsOf, sameElement } from './elements.ts';

export const arrayUnion = cellFunction({
  name: 'ARRAY_UNION',
  signatures: [arraysAlike(2, 2)],
  compute: ([array], out) => {
    const same = sameElement(elementOf(array!)!);
    const list = new ElementList(out);
    return (...arrays) => {
      list.begin(arrays[0]!.count + arrays[1]!.count);
      for (const each of arrays) {
        const elements = elementsOf(each);
        for (let i = each.start; i < each.start + each.count; i++) if (!list.has(same, elements, i)) list.add(elements, i);
      }
      return list.done();
    };
  },
  doc: 'The elements of both arrays, each once.',
  examples: [
    { sql: 'ARRAY_UNION(ARRAY[1, 2, 2], ARRAY[2, 3, NULL])', result: '[1, 2, 3, NULL]' },
    { sql: 'ARRAY_UNION(CAST(NULL AS ARRAY<INT>), ARRAY[1])', result: null },
  ],
});
