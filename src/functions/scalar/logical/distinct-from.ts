import { types } from '../../../data/types/sql-type.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { compareCode, orderType } from '../comparison/compare.ts';

/** Whether two values differ, NULL being a value that equals itself. Never NULL. */
export function distinctFunction(
  name: 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM',
  doc: string,
  examples: ScalarFunction['examples'],
): ScalarFunction {
  return define({
    name,
    family: 'logical',
    signatures: [
      {
        text: '(ANY, ANY)',
        resolve([left, right, ...rest]) {
          if (left === undefined || right === undefined || rest.length > 0) return undefined;
          const common = orderType(left.type, right.type);
          if (common === undefined) return undefined;
          const args = [left, right].map(({ type }) => ({ ...common, nullable: type.nullable || type.root === 'NULL' }));
          return { args, returns: types.boolean() };
        },
      },
    ],
    nulls: 'own',
    nullable: false,
    bareNull: true,
    nested: true,
    emit(e, [left, right], returns) {
      const isDistinct = e.bind('is_distinct', differ(e, left!, right!));
      return code(returns, name === 'IS DISTINCT FROM' ? isDistinct : `!${isDistinct}`);
    },
    flink: ([left, right]) => `(${left} ${name} ${right})`,
    doc,
    examples,
  });
}

function differ(e: Emitter, left: Code, right: Code): string {
  if (left.isNull === 'true') return right.isNull === 'true' ? 'false' : `!(${right.isNull ?? 'false'})`;
  if (right.isNull === 'true') return `!(${left.isNull ?? 'false'})`;
  const values = compareCode(e, '<>', left, right);
  if (left.isNull === null && right.isNull === null) return values;
  const [a, b] = [left.isNull ?? 'false', right.isNull ?? 'false'];
  return `${a} ? !${b} : ${b} || ${values}`;
}
