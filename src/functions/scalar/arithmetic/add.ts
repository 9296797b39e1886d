import { isInterval, type SqlType } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { numericOperator } from './binary.ts';
import { addInterval, intervals, timeAndInterval } from './datetime-operand.ts';
import { isPlain, plainOperator } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

/** `a + b` (sign 1) or `a - b` (sign -1) of any operands that the two operators share. */
export function emitSum(e: Emitter, left: Code, right: Code, returns: SqlType, sign: 1 | -1): Code {
  const operator = sign === 1 ? '+' : '-';
  if (isPlain(returns)) return plainOperator(e, sign === 1 ? 'sum' : 'difference', operator, left, right, returns);
  if (isDecimal(returns)) return sumDecimals(e, left, right, returns, operator);
  if (isInterval(left.type) && isInterval(right.type)) {
    const sum = `${left.value} ${operator} ${right.value}`;
    return code(returns, e.bind('interval', storageOf(returns) === 'i64' ? `BigInt.asIntN(64, ${sum})` : `(${sum}) | 0`));
  }
  return isInterval(left.type) ? addInterval(e, right, left, sign, returns) : addInterval(e, left, right, sign, returns);
}

function sumDecimals(e: Emitter, left: Code, right: Code, returns: SqlType, operator: string): Code {
  if (!isDecimal(left.type) || !isDecimal(right.type) || !isDecimal(returns)) return left;
  const scale = Math.max(left.type.scale, right.type.scale);
  const scaled = (operand: Code, own: number) =>
    own === scale ? wideValue(operand) : `${wideValue(operand)} * ${10n ** BigInt(scale - own)}n`;
  const sum = `${scaled(left, left.type.scale)} ${operator} ${scaled(right, right.type.scale)}`;
  if (storageOf(returns) === 'i64') return code(returns, e.bind('sum', `BigInt.asIntN(64, ${sum})`));
  const shifted = scale > returns.scale ? e.bind('rounded', `${e.helper('roundDown', roundBy(scale - returns.scale))}(${sum})`) : sum;
  return fromWide(e, 'sum', shifted, returns, true);
}

/** Drops `digits` decimal digits, rounding half away from zero. */
export function roundBy(digits: number): (value: bigint) => bigint {
  const factor = 10n ** BigInt(digits);
  const half = factor / 2n;
  return (value) => (value < 0n ? (value - half) / factor : (value + half) / factor);
}

export const add: ScalarFunction = {
  name: '+',
  family: 'arithmetic',
  signatures: [numericOperator('+'), timeAndInterval(true), intervals],
  nulls: 'propagate',
  total: (args) => args.every(({ type }) => isPlain(type)),
  nullable: false,
  emit: (e, [left, right], returns) => emitSum(e, left!, right!, returns, 1),
  flink: ([left, right]) => `(${left} + ${right})`,
  doc: 'The sum of two numbers, or a time moved on by an interval. Integers wrap around; a decimal that overflows is NULL.',
  examples: [
    { sql: '1 + 2', result: '3' },
    { sql: '2147483647 + 1', result: '-2147483648' },
    { sql: '1.25 + 1', result: '2.25' },
    { sql: "DATE '2020-01-31' + INTERVAL '1' MONTH", result: '2020-02-29' },
  ],
};
