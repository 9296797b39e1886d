import { DataError } from '../../../common/errors.ts';
import { isInteger, type SqlType } from '../../../data/types/sql-type.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { numericOperator } from './binary.ts';
import { wrap } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

/** Throws MS2030: an integer or a decimal divided by zero ends the job, as in Flink. */
export function divisionByZero(): never {
  throw new DataError('MS2030', 'division by zero', { hint: 'guard the divisor, for instance with NULLIF(x, 0)' });
}

/** Writes the check of an integer divisor; constants other than 0 need none. */
export function refuseZero(e: Emitter, divisor: Code): void {
  const zero = divisor.type.root === 'BIGINT' ? '0n' : '0';
  if (/^\d+n?$/.test(divisor.value) && divisor.value !== zero) return;
  e.line(`if (${divisor.value} === ${zero}) ${e.helper('divisionByZero', divisionByZero)}();`);
}

/** The quotient of unscaled values, rounded half away from zero; `shift` digits are made first. */
function divideBy(shift: number): (left: bigint, right: bigint) => bigint {
  const factor = 10n ** BigInt(Math.max(shift, 0));
  return (left, right) => {
    if (right === 0n) divisionByZero();
    const numerator = left * factor;
    const quotient = numerator / right;
    const remainder = numerator % right;
    const [r, d] = [remainder < 0n ? -remainder : remainder, right < 0n ? -right : right];
    if (r * 2n < d) return quotient;
    return numerator < 0n !== right < 0n ? quotient - 1n : quotient + 1n;
  };
}

function divideDecimals(e: Emitter, left: Code, right: Code, returns: SqlType): Code {
  if (!isDecimal(left.type) || !isDecimal(right.type) || !isDecimal(returns)) return left;
  const divide = e.helper('divide', divideBy(returns.scale - left.type.scale + right.type.scale));
  return fromWide(e, 'quotient', `${divide}(${wideValue(left)}, ${wideValue(right)})`, returns, true);
}

export const divide: ScalarFunction = {
  name: '/',
  family: 'arithmetic',
  signatures: [numericOperator('/')],
  nulls: 'propagate',
  emit(e, [left, right], returns) {
    if (isDecimal(returns)) return divideDecimals(e, left!, right!, returns);
    if (!isInteger(returns)) return code(returns, e.bind('quotient', wrap(returns, `${left!.value} / ${right!.value}`)));
    refuseZero(e, right!);
    const quotient = returns.root === 'BIGINT' ? `${left!.value} / ${right!.value}` : `Math.trunc(${left!.value} / ${right!.value})`;
    return code(returns, e.bind('quotient', wrap(returns, quotient)));
  },
  flink: ([left, right]) => `(${left} / ${right})`,
  doc: 'The quotient of two numbers: whole for integers, cut towards zero. An exact number divided by zero ends the job.',
  examples: [
    { sql: '7 / 2', result: '3' },
    { sql: '-7 / 2', result: '-3' },
    { sql: '7 / 2.0', result: '3.500000' },
    { sql: '1e0 / 4', result: '0.25' },
  ],
};
