import { isInterval, isNumeric, type SqlType } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import type { ScalarFunction, Signature } from '../../scalar-function.ts';
import { roundBy } from './add.ts';
import { numericOperator } from './binary.ts';
import { isPlain, plainOperator } from './operate.ts';
import { fromWide, isDecimal, limitOf, wideValue } from './wide.ts';

const intervalTimes: Signature = {
  text: '(INTERVAL, NUMERIC)',
  resolve([left, right, ...rest]) {
    if (left === undefined || right === undefined || rest.length > 0) return undefined;
    const whole = (type: SqlType) => isNumeric(type) && /INT$/.test(type.root);
    if (isInterval(left.type) && whole(right.type)) return { args: [left.type, right.type], returns: left.type };
    if (isInterval(right.type) && whole(left.type)) return { args: [left.type, right.type], returns: right.type };
    return undefined;
  },
};

/**
 * Two factors of at most 64 bits give at most 128. The first is split into halves of 32 bits, so that with a second of at most 31
 * bits every step stays within 64-bit arithmetic, which the JIT compiles to machine instructions; a general bigint would be
 * allocated for each row. It sees that a step fits only where the step itself is cut to 64 bits, shifts and masks too.
 */
function multiplyBySmall(e: Emitter, left: Code, factor: bigint, returns: SqlType): Code {
  const lower = `BigInt.asIntN(64, BigInt.asIntN(64, ${left.value} & 0xffffffffn) * ${factor}n)`;
  const upper = `BigInt.asIntN(64, BigInt.asIntN(64, ${left.value} >> 32n) * ${factor}n)`;
  const carry = e.bind('product_carry', `BigInt.asIntN(64, ${e.bind('product_low', lower)} >> 32n)`);
  const high = e.bind('product_high', `BigInt.asIntN(64, ${upper} + ${carry})`);
  const value = e.bind('product', `BigInt.asIntN(64, ${left.value} * ${factor}n)`);
  const most = isDecimal(left.type) ? (limitOf(left.type) - 1n) * factor : undefined;
  const aux = e.bind('product_2', `BigInt.asIntN(64, ${high} >> 32n)`);
  return { type: returns, value, aux, isNull: null, ...(most === undefined ? {} : { most }) };
}

const fitsInLong = (operand: Code): boolean => storageOf(operand.type) === 'i64' || operand.narrow === true;

function smallConstant(operand: Code): bigint | undefined {
  const digits = /^\d+n$/.test(operand.value) ? BigInt(operand.value.slice(0, -1)) : undefined;
  return operand.constant !== undefined && digits !== undefined && digits < 2n ** 31n ? digits : undefined;
}

function multiplyDecimals(e: Emitter, left: Code, right: Code, returns: SqlType): Code {
  if (!isDecimal(left.type) || !isDecimal(right.type) || !isDecimal(returns)) return left;
  const scale = left.type.scale + right.type.scale;
  if (storageOf(returns) === 'i64' && scale === returns.scale)
    return code(returns, e.bind('product', `BigInt.asIntN(64, ${left.value} * ${right.value})`));
  if (scale === returns.scale && left.type.precision + right.type.precision <= 38) {
    const [byRight, byLeft] = [smallConstant(right), smallConstant(left)];
    if (byRight !== undefined && fitsInLong(left)) return multiplyBySmall(e, left, byRight, returns);
    if (byLeft !== undefined && fitsInLong(right)) return multiplyBySmall(e, right, byLeft, returns);
  }
  const product = `${wideValue(left)} * ${wideValue(right)}`;
  const rounded = scale > returns.scale ? `${e.helper('round', roundBy(scale - returns.scale))}(${product})` : product;
  return fromWide(e, 'product', rounded, returns, true);
}

export const multiply: ScalarFunction = {
  name: '*',
  family: 'arithmetic',
  signatures: [numericOperator('*'), intervalTimes],
  nulls: 'propagate',
  total: (args) =>
    args.every(({ type }) => isPlain(type)) || (args.every(fitsInLong) && args.some((arg) => smallConstant(arg) !== undefined)),
  emit(e, [left, right], returns) {
    if (isPlain(returns)) return plainOperator(e, 'product', '*', left!, right!, returns);
    if (isDecimal(returns)) return multiplyDecimals(e, left!, right!, returns);
    const [interval, factor] = isInterval(left!.type) ? [left!, right!] : [right!, left!];
    const product =
      storageOf(returns) === 'i64'
        ? `BigInt.asIntN(64, ${interval.value} * BigInt(${factor.value}))`
        : factor.type.root === 'BIGINT'
          ? `Number(BigInt.asIntN(32, BigInt(${interval.value}) * ${factor.value}))`
          : `Math.imul(${interval.value}, ${factor.value})`;
    return code(returns, e.bind('interval', product));
  },
  flink: ([left, right]) => `(${left} * ${right})`,
  doc: 'The product of two numbers. Integers wrap around; a decimal that overflows is NULL.',
  examples: [
    { sql: '6 * 7', result: '42' },
    { sql: '0.908 * CAST(3 AS BIGINT)', result: '2.724' },
    { sql: '65536 * 65536', result: '0' },
  ],
};
