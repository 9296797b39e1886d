import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { param, signature } from '../../signatures.ts';

const entriesOf = (map: SqlType): SqlType | undefined =>
  map.root === 'MAP'
    ? types.array(
        types.row([
          { name: 'key', type: map.key },
          { name: 'value', type: map.value },
        ]),
      )
    : undefined;

export const mapEntries = cellFunction({
  name: 'MAP_ENTRIES',
  signatures: [signature([param.map], ([map]) => entriesOf(map!))],
  compute: (_, out) => {
    const row = out.children[0]!;
    return (map) => {
      const { start, count, column } = map!;
      out.open(0, count);
      for (let i = 0; i < count; i++) {
        row.setPresent(i);
        for (const part of [0, 1]) row.children[part]!.copy(column.children[part]!, start + i, i);
      }
      return true;
    };
  },
  doc: 'The entries of a map, as an array of rows of key and value.',
  examples: [
    { sql: "MAP_ENTRIES(MAP['a', 1, 'b', 2])", result: '[(a, 1), (b, 2)]' },
    { sql: 'MAP_ENTRIES(CAST(NULL AS MAP<STRING, INT>))', result: null },
  ],
});
