import { mergedType } from '../../../data/types/common-type.ts';
import { compareDoubles } from '../../../data/types/number-descriptors.ts';
import type { SqlType } from '../../../data/types/sql-type.ts';
import type { Code, Emitter } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction, Signature } from '../../scalar-function.ts';
import { compareCode } from '../comparison/compare.ts';

const UNORDERED = new Set<SqlType['root']>(['MAP', 'ARRAY', 'ROW', 'NULL']);

/** All arguments are cast to the least type that holds them all. */
const sameType: Signature = {
  text: '(ANY, ...)',
  resolve(args) {
    const typed = args.filter(({ type }) => type.root !== 'NULL').map(({ type }) => type);
    const common = typed.reduce<SqlType | undefined>((held, type) => held && mergedType(held, type), typed[0]);
    if (common === undefined || UNORDERED.has(common.root)) return undefined;
    return { args: args.map(({ type }) => ({ ...common, nullable: type.nullable })), returns: common };
  },
};

/** GREATEST (sign '>') or LEAST (sign '<') of values of one type. NaN is greater than all numbers. */
export function extremeFunction(
  name: 'GREATEST' | 'LEAST',
  sign: '<' | '>',
  doc: string,
  examples: ScalarFunction['examples'],
): ScalarFunction {
  return define({
    name,
    family: 'conditional',
    signatures: [sameType],
    emit(e, [first, ...others], returns) {
      const value = e.variable(name.toLowerCase(), first!.value);
      const aux = first!.aux === '' ? '' : e.variable(`${name.toLowerCase()}_2`, first!.aux);
      const best: Code = { type: returns, value, aux, isNull: null };
      for (const other of others) {
        e.block(`if (${beats(e, sign, other, best)})`, () => {
          e.line(`${value} = ${other.value};`);
          if (aux !== '') e.line(`${aux} = ${other.aux};`);
        });
      }
      return best;
    },
    doc,
    examples,
  });
}

function beats(e: Emitter, sign: '<' | '>', other: Code, best: Code): string {
  const isFloating = best.type.root === 'DOUBLE' || best.type.root === 'FLOAT';
  if (isFloating) return `${e.helper('compareDoubles', compareDoubles)}(${other.value}, ${best.value}) ${sign} 0`;
  return compareCode(e, sign, other, best);
}
