import type { CellWriter } from '../../../data/cell-writer.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { bothNullOrEqual } from '../../../data/types/null-equality.ts';
import { types } from '../../../data/types/sql-type.ts';
import { makeCell, storeCell } from '../../cells.ts';
import { define } from '../../plain-function.ts';
import { elementType } from './array.ts';

/** Where the key at `at` stands among those before it, or `at` itself. */
const placeOf = ({ column }: CellWriter) => {
  const descriptor = descriptorOf(column.type);
  return (at: number): number => {
    for (let i = 0; i < at; i++) if (bothNullOrEqual(descriptor, column, i, column, at)) return i;
    return at;
  };
};

export const map = define({
  name: 'MAP',
  family: 'collection',
  signatures: [
    {
      text: '[ANY, ANY, ...]',
      resolve(args) {
        const key = elementType(args.filter((_, i) => i % 2 === 0).map(({ type }) => type));
        const value = elementType(args.filter((_, i) => i % 2 === 1).map(({ type }) => type));
        if (key === undefined || value === undefined || args.length % 2 === 1) return undefined;
        return { args: args.map((_, i) => (i % 2 === 0 ? key : value)), returns: types.map(key, value, false) };
      },
    },
  ],
  nulls: 'own',
  nullable: false,
  bareNull: true,
  nested: true,
  emit(e, args, returns) {
    const { name, writer, code } = makeCell(e, 'map', returns);
    const [keys, values] = writer.children as [CellWriter, CellWriter];
    const place = e.helper('place_of', placeOf(keys));
    e.line(`${name}.begin();`);
    e.line(`${name}.open(0, ${args.length / 2});`);
    const count = e.variable('entries', '0');
    for (let i = 0; i < args.length; i += 2) {
      storeCell(e, keys, count, args[i]!);
      const at = e.bind('at', `${place}(${count})`);
      storeCell(e, values, at, args[i + 1]!);
      e.line(`if (${at} === ${count}) ${count}++;`);
    }
    e.line(`${code.value}.aux[0] = ${count};`);
    return code;
  },
  flink: (args) => `MAP[${args.join(', ')}]`,
  doc: 'A map of keys and values, which take turns. Of equal keys the last one counts.',
  examples: [
    { sql: "MAP['a', 1, 'b', 2]", result: '{a=1, b=2}' },
    { sql: "MAP['a', 1, 'a', 2]", result: '{a=2}' },
  ],
});
