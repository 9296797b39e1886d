import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';
import { elementsOf } from './elements.ts';

export const arraySlice = cellFunction({
  name: 'ARRAY_SLICE',
  signatures: [signature([param.array, param.int, param.int], ([array]) => array!, { optional: 1 })],
  compute: (_, out) => (array, from, to) => {
    const { start, count } = array!;
    // Places count from 1, or from the end where they are negative; 0 is the first.
    const place = (at: number): number => (at < 0 ? count + at + 1 : at);
    const first = Math.max(1, place(from!.column.values[0] as number));
    const last = Math.min(count, to === undefined ? count : place(to.column.values[0] as number));
    const taken = Math.max(0, last - first + 1);
    out.open(0, taken);
    for (let i = 0; i < taken; i++) out.children[0]!.copy(elementsOf(array!), start + first - 1 + i, i);
    return true;
  },
  doc: 'The elements from one place to another, both counted from 1, or from the end where they are negative.',
  examples: [
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], 2, 3)', result: '[2, 3]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], -2)', result: '[3, 4]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], -3, -2)', result: '[2, 3]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], 0, 2)', result: '[1, 2]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], 3, 9)', result: '[3, 4]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], 3, 2)', result: '[]' },
    { sql: 'ARRAY_SLICE(ARRAY[1, 2, 3, 4], -9, 2)', result: '[1, 2]' },
  ],
});
