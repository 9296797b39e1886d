import { types } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';

export const mapKeys = cellFunction({
  name: 'MAP_KEYS',
  signatures: [signature([param.map], ([map]) => (map?.root === 'MAP' ? types.array(map.key) : undefined))],
  compute: (_, out) => (map) => {
    out.copyElements([map!.column.children[0]!], map!.start, map!.count, 0);
    return true;
  },
  doc: 'The keys of a map, as an array.',
  examples: [
    { sql: "MAP_KEYS(MAP['b', 1, 'a', CAST(NULL AS INT)])", result: '[b, a]' },
    { sql: 'MAP_KEYS(CAST(NULL AS MAP<STRING, INT>))', result: null },
  ],
});
