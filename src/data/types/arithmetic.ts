import { commonType, type Digits, exactDigits, MAX_PRECISION } from './common-type.ts';
import { isNumeric, type SqlType, types, withNullable } from './sql-type.ts';

export { commonType } from './common-type.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** Digits after the point that division and cut-off results keep if they can. */
const MIN_SCALE = 6;

/**
 * The type of `a op b` for numbers, as Flink derives it. A DECIMAL with an exact number gives a DECIMAL, with FLOAT or DOUBLE a
 * DOUBLE; integers give the wider one (`%` the right one). Undefined where Flink has no such operator (`%` of FLOAT or DOUBLE).
 */
export function arithmeticType(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType | undefined {
  if (!isNumeric(a) || !isNumeric(b)) return undefined;
  const nullable = a.nullable || b.nullable;
  const x = exactDigits(a);
  const y = exactDigits(b);
  if (x === undefined || y === undefined) return operator === '%' ? undefined : commonType(a, b);
  // Two numbers without a fraction: the remainder is smaller than the divisor, so it has the divisor's type.
  if (operator === '%' && x.scale === 0 && y.scale === 0) return withNullable(b, nullable);
  if (a.root !== 'DECIMAL' && b.root !== 'DECIMAL') return commonType(a, b);
  return withNullable(decimalResult(operator, a, b), nullable);
}

/**
 * Flink's precision and scale of a decimal operation on exact numbers (LogicalTypeMerging): integers count as decimals of 3, 5, 10
 * or 19 digits. Beyond 38 digits, digits after the point go first, down to 6.
 */
export function decimalResult(operator: ArithmeticOperator, a: SqlType, b: SqlType): SqlType {
  const x = exactDigits(a);
  const y = exactDigits(b);
  if (x === undefined || y === undefined) return types.double(a.nullable || b.nullable);
  const { precision, scale } = digitsOf(operator, x, y);
  return types.decimal(precision, scale, a.nullable || b.nullable);
}

function digitsOf(operator: ArithmeticOperator, x: Digits, y: Digits): Digits {
  const wholeX = x.precision - x.scale;
  const wholeY = y.precision - y.scale;
  const scale = Math.max(x.scale, y.scale);
  switch (operator) {
    case '+':
    case '-':
      return cutTo38(Math.max(wholeX, wholeY) + scale + 1, scale);
    case '*':
      return cutTo38(x.precision + y.precision + 1, x.scale + y.scale);
    case '/': {
      const quotientScale = Math.max(MIN_SCALE, x.scale + y.precision + 1);
      return cutTo38(wholeX + y.scale + quotientScale, quotientScale);
    }
    case '%':
      return cutTo38(Math.min(wholeX, wholeY) + scale, scale);
  }
}

function cutTo38(precision: number, scale: number): Digits {
  if (precision <= MAX_PRECISION) return { precision, scale };
  const whole = precision - scale;
  return { precision: MAX_PRECISION, scale: Math.max(MAX_PRECISION - whole, Math.min(scale, MIN_SCALE)) };
}

/** The type of SUM: an integer, FLOAT or DOUBLE keeps its type, a DECIMAL gets 38 digits. Nullable. */
export function sumType(type: SqlType): SqlType {
  return withNullable(type.root === 'DECIMAL' ? types.decimal(MAX_PRECISION, type.scale) : type, true);
}

/** The type of AVG (and of STDDEV and VAR): as SUM, but a DECIMAL has at least 6 digits after the point. Nullable. */
export function avgType(type: SqlType): SqlType {
  return withNullable(type.root === 'DECIMAL' ? types.decimal(MAX_PRECISION, Math.max(type.scale, MIN_SCALE)) : type, true);
}
