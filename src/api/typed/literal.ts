import { SqlError, UnsupportedError } from '../../common/errors.ts';
import { showValue } from '../../data/types/descriptor.ts';
import { isInteger, type SqlType, types } from '../../data/types/sql-type.ts';
import { Decimal } from '../../data/values/decimal.ts';
import { LocalDate } from '../../data/values/local-date.ts';
import { LocalTime } from '../../data/values/local-time.ts';
import { Timestamp } from '../../data/values/timestamp.ts';
import { TimestampLtz } from '../../data/values/timestamp-ltz.ts';
import type * as sql from '../../sql/ast/index.ts';
import { call, cast, NOWHERE, number, text } from './ast.ts';
import { Duration, intervalLiteral } from './duration.ts';
import type { LiteralValue } from './operations.ts';
import { typeNameOf } from './type-name.ts';

const MAX_DIGITS = 38;
const fitsInt = (value: bigint): boolean => BigInt.asIntN(32, value) === value;

/**
 * A JavaScript value as a constant with the type it has by itself: a number is a DOUBLE, a bigint a BIGINT, a Decimal a DECIMAL with
 * its digits. Throws MS1205 for what is no value of SQL.
 */
export function literalNode(value: unknown): sql.Expression {
  switch (typeof value) {
    case 'number':
      return doubleNode(value);
    case 'bigint':
      return fitsInt(value) ? cast(number(String(value), 'integer'), typeNameOf(types.bigint())) : wholeNode(value);
    case 'string':
      return text(value);
    case 'boolean':
      return { kind: 'boolean', value, span: NOWHERE };
    default:
      return objectNode(value);
  }
}

function objectNode(value: unknown): sql.Expression {
  if (value instanceof Decimal) return decimalNode(value);
  if (value instanceof Duration) return intervalLiteral(value);
  if (value instanceof LocalDate) return dateTime('DATE', value);
  if (value instanceof LocalTime) return dateTime('TIME', value);
  if (value instanceof Timestamp) return dateTime('TIMESTAMP', value);
  if (value instanceof TimestampLtz || value instanceof Date) return instantNode(value);
  if (value instanceof Uint8Array) return { kind: 'bytes', hex: hexOf(value), span: NOWHERE };
  throw new SqlError('MS1205', `${showValue(value)} is no constant`, {
    hint: 'constants are numbers, bigints, texts, booleans, Decimal, Timestamp and the other value classes; NULL is lit(null, type)',
  });
}

const dateTime = (type: 'DATE' | 'TIME' | 'TIMESTAMP', value: LocalDate | LocalTime | Timestamp): sql.DateTimeLiteral => ({
  kind: 'datetime',
  type,
  text: value.toString(),
  span: NOWHERE,
});

const hexOf = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');

/** An approximate number, whatever its value: the exponent says so. What no number in SQL says is read from a text. */
function doubleNode(value: number): sql.Expression {
  if (!Number.isFinite(value)) return cast(text(String(value)), typeNameOf(types.double()));
  if (Object.is(value, -0)) return cast(text('-0.0'), typeNameOf(types.double()));
  return number(value.toExponential().replace('e+', 'E').replace('e', 'E'), 'approximate');
}

/** A decimal with its own scale. Without digits after the point it would read as an integer. */
function decimalNode(value: Decimal): sql.Expression {
  const { precision, scale } = value;
  if (precision > MAX_DIGITS) throw new SqlError('MS1004', `the number ${value} has more than ${MAX_DIGITS} digits`);
  if (scale > 0 || !isLiteral(value)) return plainNumber(value);
  return cast(number(value.toString(), 'integer'), typeNameOf(types.decimal(precision, 0)));
}

/** Whether SQL can write the number down: its digits, without the point, have to fit into 64 bits. */
const isLiteral = ({ unscaled }: Decimal): boolean => BigInt.asIntN(64, unscaled) === unscaled;

/** A number of at most 38 digits as one would write it in SQL; what SQL has no literal for is read from a text. */
function plainNumber(value: Decimal): sql.Expression {
  const digits = value.toString();
  if (isLiteral(value)) return number(digits, value.scale > 0 ? 'decimal' : 'integer');
  return cast(text(digits), typeNameOf(types.decimal(value.precision, value.scale)));
}

/** A whole number as one would write it in SQL. Throws MS1004 for more than 38 digits. */
function wholeNode(value: bigint): sql.Expression {
  const decimal = Decimal.from(value);
  return decimal.precision > MAX_DIGITS ? decimalNode(decimal) : plainNumber(decimal);
}

/** An instant as its milliseconds, so that the session's time zone does not come into it. */
function instantNode(value: TimestampLtz | Date): sql.Expression {
  const instant = value instanceof Date ? TimestampLtz.ofEpochMs(value.getTime()) : value;
  if (instant.nanoOfMs !== 0) {
    throw new UnsupportedError('MS1401', `${instant} as a constant`, {
      hint: 'a constant instant has at most milliseconds: withPrecision(3)',
    });
  }
  return call('TO_TIMESTAMP_LTZ', [number(String(instant.epochMs), 'integer'), number('3', 'integer')]);
}

/** The number as plain digits, as one would write it in SQL; undefined where they are too many. */
function plainDigits(value: number): sql.Expression | undefined {
  if (!Number.isFinite(value)) return undefined;
  // Beyond 2^53 the shortest text of a whole number is not its value.
  const decimal = Decimal.from(Number.isInteger(value) ? BigInt(value) : value);
  if (decimal.precision > MAX_DIGITS) return undefined;
  return plainNumber(decimal);
}

/** A constant to compare with: a number as SQL writes it, which compares exactly with any other. */
export function comparedLiteral(value: LiteralValue): sql.Expression {
  if (typeof value === 'number') return plainDigits(value) ?? literalNode(value);
  if (typeof value === 'bigint') return wholeNode(value);
  if (value instanceof Decimal && value.precision <= MAX_DIGITS) return plainNumber(value);
  return literalNode(value);
}

/**
 * A constant in arithmetic, or beside another value in CASE and COALESCE. A number takes after its neighbour; throws MS1205 where it
 * cannot, so that the result never has another type than TypeScript thinks.
 */
export function literalBeside(value: LiteralValue, neighbour: SqlType | undefined): sql.Expression {
  if (neighbour === undefined) return comparedLiteral(value);
  if (typeof value === 'bigint' && (!isInteger(neighbour) || neighbour.root === 'BIGINT')) return wholeNode(value);
  if (typeof value !== 'number') return literalNode(value);
  if (isInteger(neighbour)) return wholeNumber(value, neighbour);
  if (neighbour.root === 'DECIMAL') return plainDigits(value) ?? literalNode(value);
  if (neighbour.root === 'FLOAT' || neighbour.root === 'DOUBLE')
    return Number.isInteger(value) ? (plainDigits(value) ?? literalNode(value)) : literalNode(value);
  return comparedLiteral(value);
}

function wholeNumber(value: number, neighbour: SqlType): sql.Expression {
  if (!Number.isSafeInteger(value)) {
    throw new SqlError('MS1205', `the number ${value} beside ${neighbour.root} is not whole`, {
      hint: `for an exact result take a Decimal, Decimal.from('${value}'); for an approximate one cast the column: cast(t.double())`,
    });
  }
  if (neighbour.root !== 'BIGINT' && !fitsInt(BigInt(value))) {
    throw new SqlError('MS1205', `the number ${value} beside ${neighbour.root} is larger than an INT`, {
      hint: `take a bigint: ${value}n`,
    });
  }
  return number(String(value), 'integer');
}

/** The divisor of `mod` beside a DECIMAL: a DECIMAL too, because the remainder has the type of a divisor without a fraction. */
export const decimalDivisor = (value: LiteralValue): sql.Expression =>
  literalNode(typeof value === 'number' || typeof value === 'bigint' ? Decimal.from(value) : value);
