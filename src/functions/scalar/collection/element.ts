import { DataError } from '../../../common/errors.ts';
import { cellFunction } from '../../collection-function.ts';
import { elementOf, param, signature } from '../../signatures.ts';

export const element = cellFunction({
  name: 'ELEMENT',
  signatures: [signature([param.array], ([array]) => elementOf(array!))],
  nullable: true,
  compute: (_, out) => (array) => {
    if (array!.count > 1) throw new DataError('MS1242', `ELEMENT of an array of ${array!.count} elements`);
    return array!.count === 1 && out.copyFrom(array!.column.children[0]!, array!.start);
  },
  doc: 'The only element of an array, NULL of an empty one. Fails where there are more.',
  examples: [
    { sql: 'ELEMENT(ARRAY[7])', result: '7' },
    { sql: 'ELEMENT(CAST(NULL AS ARRAY<INT>))', result: null },
  ],
});
