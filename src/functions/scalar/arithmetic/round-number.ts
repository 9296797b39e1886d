import { type DecimalType, isInteger, isNumeric, type SqlType, types } from '../../../data/types/sql-type.ts';
import { powerOfTen } from '../../../data/values/decimal.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { intOfLong } from '../../long-number.ts';
import type { Argument, Signature } from '../../scalar-function.ts';
import { wrap } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

/** ROUND takes halves away from zero, TRUNCATE drops what goes. */
export type Mode = 'round' | 'truncate';

/** `number / unit`, whole, by the mode. */
function divide(value: bigint, unit: bigint, mode: Mode): bigint {
  if (mode === 'truncate') return value / unit;
  return (value < 0n ? value - unit / 2n : value + unit / 2n) / unit;
}

/** `value` with scale `scale` to `digits` digits after the point (before it, where negative), as an integer of scale `to`. */
function roundScaled(value: bigint, scale: number, digits: number, to: number, mode: Mode): bigint {
  if (digits >= scale) return value * powerOfTen(to - scale);
  if (digits < scale - 80) return 0n;
  const rounded = divide(value, powerOfTen(scale - digits), mode);
  return digits >= to ? rounded / powerOfTen(digits - to) : rounded * powerOfTen(to - digits);
}

/** The decimal that a double's shortest text names is rounded, as BigDecimal.valueOf does in Java. */
function roundDouble(value: number, digits: number, mode: Mode): number {
  if (!Number.isFinite(value)) return value;
  // A BigDecimal has no negative zero.
  if (value === 0) return 0;
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  if (digits >= scale) return value;
  if (digits < scale - 400) return 0;
  const rounded = divide(BigInt(whole + fraction), powerOfTen(scale - digits), mode);
  return Number(`${rounded}e${-digits}`);
}

/** Flink's rule for the type of a rounded decimal; without a constant number of digits the type stays. */
function roundedDecimal(type: DecimalType, digits: number | undefined): SqlType {
  if (digits === undefined || digits >= type.scale) return type;
  const whole = 1 + type.precision - type.scale;
  return digits < 0 ? types.decimal(Math.min(38, whole), 0) : types.decimal(Math.min(38, whole + digits), digits);
}

/** `(NUMERIC)` and `(NUMERIC, INT)`. */
export const rounding: Signature = {
  text: '(NUMERIC [, INT])',
  resolve(args: readonly Argument[]) {
    const [value, digits] = args;
    if (value === undefined || args.length > 2 || !isNumeric(value.type)) return undefined;
    if (digits !== undefined && digits.type.root !== 'NULL' && !/^(TINYINT|SMALLINT|INT)$/.test(digits.type.root)) return undefined;
    const constant = digits === undefined ? 0 : typeof digits.literal === 'number' ? digits.literal : undefined;
    const returns = isDecimal(value.type) ? roundedDecimal(value.type, constant) : value.type;
    return { args: digits === undefined ? [value.type] : [value.type, types.int(digits.type.nullable)], returns };
  },
};

export function emitRound(e: Emitter, mode: Mode, [x, digits]: readonly Code[], returns: SqlType): Code {
  const count = digits?.value ?? '0';
  if (isDecimal(returns) && isDecimal(x!.type)) {
    const { scale } = x!.type;
    const round = e.helper(mode, (value: bigint, n: number) => roundScaled(value, scale, n, returns.scale, mode));
    return fromWide(e, mode, `${round}(${wideValue(x!)}, ${count})`, returns, true);
  }
  if (isInteger(returns)) {
    const round = e.helper(mode, (value: bigint, n: number) => roundScaled(value, 0, n, 0, mode));
    const rounded = `${round}(BigInt(${x!.value}), ${count})`;
    return code(returns, e.bind(mode, wrap(returns, returns.root === 'BIGINT' ? rounded : intOfLong(e, rounded))));
  }
  const round = e.helper(mode, (value: number, n: number) => roundDouble(value, n, mode));
  return code(returns, e.bind(mode, wrap(returns, `${round}(${x!.value}, ${count})`)));
}
