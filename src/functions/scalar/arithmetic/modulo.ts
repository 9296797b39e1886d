import { isInteger } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { intOfLong } from '../../long-number.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { numericOperator } from './binary.ts';
import { divisionByZero, refuseZero } from './divide.ts';
import { wrap } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

/** The remainder of two unscaled values of different scales, at the larger scale. */
function remainder(leftShift: number, rightShift: number): (left: bigint, right: bigint) => bigint {
  const [a, b] = [10n ** BigInt(leftShift), 10n ** BigInt(rightShift)];
  return (left, right) => (right === 0n ? divisionByZero() : (left * a) % (right * b));
}

export const modulo: ScalarFunction = {
  name: '%',
  aliases: ['MOD'],
  family: 'arithmetic',
  signatures: [numericOperator('%')],
  nulls: 'propagate',
  emit(e, operands, returns) {
    const [left, right] = [operands[0]!, operands[1]!];
    if (isDecimal(returns) && isDecimal(left.type) && isDecimal(right.type)) {
      const scale = Math.max(left.type.scale, right.type.scale);
      const rest = e.helper('remainder', remainder(scale - left.type.scale, scale - right.type.scale));
      return fromWide(e, 'rest', `${rest}(${wideValue(left)}, ${wideValue(right)})`, returns, true);
    }
    if (isInteger(returns)) refuseZero(e, right);
    const rest = `${left.value} % ${right.value}`;
    if (right.type.root === 'BIGINT' && isInteger(returns) && returns.root !== 'BIGINT') return code(returns, intOfLong(e, rest));
    return code(returns, e.bind('rest', wrap(right.type, rest)));
  },
  flink: ([left, right]) => `MOD(${left}, ${right})`,
  doc: 'The remainder of a division; it has the sign of the first number.',
  examples: [
    { sql: 'MOD(7, 3)', result: '1' },
    { sql: '-7 % 3', result: '-1' },
    { sql: 'MOD(7.5, 2)', result: '1.5' },
  ],
};
