import { types } from '../../../data/types/sql-type.ts';
import { cellTest } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';

export const cardinality = cellTest({
  name: 'CARDINALITY',
  signatures: [signature([param.array], types.int()), signature([param.map], types.int()), signature([param.multiset], types.int())],
  compute: () => (collection) => collection!.count,
  doc: 'How many elements an array has, or entries a map, or different elements a multiset.',
  examples: [
    { sql: 'CARDINALITY(ARRAY[1, 2, 3])', result: '3' },
    { sql: "CARDINALITY(MAP['a', 1])", result: '1' },
    { sql: 'CARDINALITY(CAST(NULL AS ARRAY<INT>))', result: null },
  ],
});
