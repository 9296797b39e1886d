import { commonType } from '../../../data/types/arithmetic.ts';
import type { SqlType } from '../../../data/types/sql-type.ts';
import { withNullable } from '../../../data/types/sql-type.ts';
import { cellFunction } from '../../collection-function.ts';
import { EntryList } from './entry-list.ts';

function unionType(maps: readonly SqlType[]): SqlType | undefined {
  let common: SqlType | undefined;
  for (const map of maps) {
    if (map.root !== 'MAP') return undefined;
    common = common === undefined ? map : commonType(common, map);
    if (common === undefined) return undefined;
  }
  return common;
}

export const mapUnion = cellFunction({
  name: 'MAP_UNION',
  signatures: [
    {
      text: '(MAP, ...)',
      resolve(args) {
        const common = unionType(args.map(({ type }) => type));
        return common && { args: args.map(({ type }) => withNullable(common, type.nullable)), returns: common };
      },
    },
  ],
  compute: (_, out) => {
    const entries = new EntryList(out);
    return (...maps) => {
      entries.begin(maps.reduce((sum, { count }) => sum + count, 0));
      for (const map of maps) {
        const [keys, values] = map.column.children;
        for (let i = map.start; i < map.start + map.count; i++) entries.put(keys!, i, values!, i);
      }
      return entries.done();
    };
  },
  doc: 'The entries of all maps. Of equal keys the last one counts.',
  examples: [
    { sql: "MAP_UNION(MAP['a', 1, 'b', 2], MAP['b', 3])['b']", result: '3' },
    { sql: "CARDINALITY(MAP_UNION(MAP['a', 1], MAP['b', 3], MAP['a', 5]))", result: '2' },
    { sql: "MAP_UNION(MAP['a', 1], CAST(NULL AS MAP<STRING, INT>))", result: null },
  ],
});
