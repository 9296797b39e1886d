import { isInterval, isNumeric } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { code } from '../../code.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { wrap } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

export const negate: ScalarFunction = {
  name: 'NEGATE',
  family: 'arithmetic',
  signatures: [
    {
      text: '(NUMERIC)',
      resolve: ([operand, ...rest]) =>
        operand !== undefined && rest.length === 0 && (isNumeric(operand.type) || isInterval(operand.type))
          ? { args: [operand.type], returns: operand.type }
          : undefined,
    },
  ],
  nulls: 'propagate',
  emit(e, [operand], returns) {
    if (isDecimal(returns) && storageOf(returns) === 'i128') return fromWide(e, 'negated', `-${wideValue(operand!)}`, returns, false);
    if (storageOf(returns) === 'i64') return code(returns, e.bind('negated', `BigInt.asIntN(64, -${operand!.value})`));
    return code(returns, e.bind('negated', wrap(returns, `-${operand!.value}`)));
  },
  flink: ([operand]) => `(- ${operand})`,
  doc: 'A number or an interval with the other sign.',
  examples: [
    { sql: '-(1 + 1)', result: '-2' },
    { sql: '-(1.50)', result: '-1.50' },
  ],
};
