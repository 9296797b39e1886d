import { types } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';

export const mapValues = cellFunction({
  name: 'MAP_VALUES',
  signatures: [signature([param.map], ([map]) => (map?.root === 'MAP' ? types.array(map.value) : undefined))],
  compute: (_, out) => (map) => {
    out.copyElements([map!.column.children[1]!], map!.start, map!.count, 0);
    return true;
  },
  doc: 'The values of a map, as an array.',
  examples: [
    { sql: "MAP_VALUES(MAP['b', 1, 'a', CAST(NULL AS INT)])", result: '[1, NULL]' },
    { sql: 'MAP_VALUES(CAST(NULL AS MAP<STRING, INT>))', result: null },
  ],
});
