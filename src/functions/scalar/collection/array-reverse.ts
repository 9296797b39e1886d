import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';
import { elementsOf } from './elements.ts';

export const arrayReverse = cellFunction({
  name: 'ARRAY_REVERSE',
  signatures: [signature([param.array], ([array]) => array!)],
  compute: (_, out) => (array) => {
    const { start, count } = array!;
    out.open(0, count);
    for (let i = 0; i < count; i++) out.children[0]!.copy(elementsOf(array!), start + count - 1 - i, i);
    return true;
  },
  doc: 'The elements in reverse order.',
  examples: [
    { sql: 'ARRAY_REVERSE(ARRAY[1, NULL, 3])', result: '[3, NULL, 1]' },
    { sql: 'ARRAY_REVERSE(CAST(NULL AS ARRAY<INT>))', result: null },
  ],
});
