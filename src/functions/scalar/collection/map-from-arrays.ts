import { DataError } from '../../../common/errors.ts';
import { types } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';
import { elementsOf } from './elements.ts';
import { EntryList } from './entry-list.ts';

export const mapFromArrays = cellFunction({
  name: 'MAP_FROM_ARRAYS',
  signatures: [
    signature([param.array, param.array], ([keys, values]) =>
      keys?.root === 'ARRAY' && values?.root === 'ARRAY' ? types.map(keys.element, values.element) : undefined,
    ),
  ],
  compute: (_, out) => {
    const entries = new EntryList(out);
    return (keys, values) => {
      const { count } = keys!;
      if (count !== values!.count) throw new DataError('MS1242', `MAP_FROM_ARRAYS of ${count} keys and ${values!.count} values`);
      entries.begin(count);
      for (let i = 0; i < count; i++) entries.put(elementsOf(keys!), keys!.start + i, elementsOf(values!), values!.start + i);
      return entries.done();
    };
  },
  doc: 'A map of the keys of one array and the values of another of the same length. Of equal keys the last one counts.',
  examples: [
    { sql: "MAP_FROM_ARRAYS(ARRAY['x', 'y'], ARRAY[1, 2])", result: '{x=1, y=2}' },
    { sql: "MAP_FROM_ARRAYS(ARRAY['x', 'x'], ARRAY[1, 2])", result: '{x=2}' },
    { sql: "MAP_FROM_ARRAYS(ARRAY['x'], CAST(NULL AS ARRAY<INT>))", result: null },
  ],
});
