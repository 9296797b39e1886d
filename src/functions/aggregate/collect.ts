import { CellWriter } from '../../data/cell-writer.ts';
import { CellPacker } from '../../data/packed-cell.ts';
import { multisetType, withNullable, withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { KeptResults } from '../aggregate-function.ts';
import { keptFunction } from './kept/kept-function.ts';
import { madeByCall } from './made-by-call.ts';

/** A multiset of counted entries, which are packed values; one without elements of none. */
const multisetResults: KeptResults = {
  writer(column) {
    const into = new CellWriter(column);
    const packer = new CellPacker(column.memory);
    return {
      begin: () => into.begin(),
      write(list, to) {
        into.setPresent(to);
        const [elements, counts] = into.children as [CellWriter, CellWriter];
        let at = into.open(to, list.count());
        for (; list.next(); at++) {
          packer.read(list.valueAddress, elements, at);
          counts.setPresent(at);
          counts.column.values[at] = list.times;
        }
      },
    };
  },
};

export const collect = madeByCall({
  name: 'COLLECT',
  takes: 'COLLECT(x)',
  make({ args: [value, ...others] }) {
    if (value === undefined || others.length > 0) return undefined;
    const returns = multisetType(withoutTimeAttribute(withNullable(value.type, false)), false);
    return {
      function: keptFunction({ name: 'COLLECT', returns, results: multisetResults, counted: true }),
      values: [{ argument: 0 }],
      form: 'present',
    };
  },
  doc: 'A multiset of the values that are not NULL: each with how often it came.',
  examples: [{ sql: "SELECT COLLECT(x) FROM (VALUES ('a'), (CAST(NULL AS STRING)), ('a')) AS t(x)", result: '{a=2}' }],
});
