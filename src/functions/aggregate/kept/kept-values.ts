import { CellWriter } from '../../../data/cell-writer.ts';
import { CellPacker } from '../../../data/packed-cell.ts';
import { type SqlType, types, withNullable, withoutTimeAttribute } from '../../../data/types/sql-type.ts';
import type { AggregateFunction, KeptResults } from '../../aggregate-function.ts';
import type { MadeAggregate } from '../made-aggregate.ts';
import { keptFunction } from './kept-function.ts';
import { sameBytes } from './kept-list.ts';

/** An array of all entries, which are packed values; NULL of none. */
const arrayResults: KeptResults = {
  writer(column) {
    const into = new CellWriter(column);
    const packer = new CellPacker(column.memory);
    return {
      begin: () => into.begin(),
      write(list, to) {
        if (list.isEmpty) return into.setNull(to);
        into.setPresent(to);
        let at = into.open(to, list.count());
        while (list.next()) packer.read(list.address, into.children[0]!, at++);
      },
    };
  },
};

/** ARRAY_AGG of an argument of a type. */
export const arrayOfKept = (element: SqlType): AggregateFunction =>
  keptFunction({
    name: 'ARRAY_AGG',
    returns: types.array(withoutTimeAttribute(element)),
    nullable: element.nullable,
    results: arrayResults,
  });

/** The first or the last entry, a packed value; NULL where there is none. */
function edgeResults(end: 'first' | 'last'): KeptResults {
  const move = end === 'first' ? 'next' : 'last';
  return {
    writer(column) {
      const into = new CellWriter(column);
      const packer = new CellPacker(column.memory);
      return {
        begin: () => into.begin(),
        write(list, to) {
          if (list[move]()) packer.read(list.address, into, to);
          else into.setNull(to);
        },
      };
    },
    isSame: (memory) => (one, other) => {
      const [isThere, isOther] = [one[move](), other[move]()];
      if (!isThere || !isOther) return isThere === isOther;
      return one.byteLength === other.byteLength && sameBytes(memory.u8, one.address, other.address, one.byteLength);
    },
  };
}

/** FIRST_VALUE and LAST_VALUE over rows that may be taken back: all values are kept in order of their arrival, and the end is looked for among those that are left. */
export function edgeOfKept(name: 'FIRST_VALUE' | 'LAST_VALUE', argument: SqlType): MadeAggregate {
  const returns = withoutTimeAttribute(withNullable(argument, true));
  const results = edgeResults(name === 'FIRST_VALUE' ? 'first' : 'last');
  return { function: keptFunction({ name, returns, results }), values: [{ argument: 0 }], form: 'present' };
}
