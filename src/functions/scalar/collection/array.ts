import { commonType } from '../../../data/types/arithmetic.ts';
import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { makeCell, storeCell } from '../../cells.ts';
import { define } from '../../plain-function.ts';

/** The type that holds all values; undefined where there is none, or nothing says it. */
export function elementType(values: readonly SqlType[]): SqlType | undefined {
  let common: SqlType | undefined;
  for (const type of values) {
    common = common === undefined ? type : commonType(common, type);
    if (common === undefined) return undefined;
  }
  return common?.root === 'NULL' ? undefined : common;
}

export const array = define({
  name: 'ARRAY',
  family: 'collection',
  signatures: [
    {
      text: '[ANY, ...]',
      resolve(args) {
        const element = elementType(args.map(({ type }) => type));
        return element && { args: args.map(() => element), returns: types.array(element, false) };
      },
    },
  ],
  nulls: 'own',
  nullable: false,
  bareNull: true,
  nested: true,
  emit(e, args, returns) {
    const { name, writer, code } = makeCell(e, 'array', returns);
    e.line(`${name}.begin();`);
    e.line(`${name}.open(0, ${args.length});`);
    args.forEach((arg, i) => {
      storeCell(e, writer.children[0]!, String(i), arg);
    });
    return code;
  },
  flink: (args) => `ARRAY[${args.join(', ')}]`,
  doc: 'An array of the values, whose type is the one that holds them all.',
  examples: [
    { sql: 'ARRAY[1, 2, 3]', result: '[1, 2, 3]' },
    { sql: "ARRAY['a', CAST(NULL AS STRING)]", result: '[a, NULL]' },
    { sql: 'ARRAY[ARRAY[1], ARRAY[2, 3]]', result: '[[1], [2, 3]]' },
  ],
});
