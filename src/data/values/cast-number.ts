import { type DecimalType, isInteger, type SqlType } from '../types/sql-type.ts';
import { tooLarge, unreadable } from './cast-error.ts';
import { Decimal, fitsPrecision, powerOfTen, rescale, scanDecimal } from './decimal.ts';
import { floatOfLong, floatOfText } from './float-rounding.ts';
import { trimControls, trimSpaces } from './trim.ts';
import type { Value } from './value.ts';

const BITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };
const MAX_LONG = 2 ** 63;
const INTEGER_TEXT = /^([+-]?)(\d*)(?:\.\d*)?$/;
const FLOATING_TEXT = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[dDfF]?)$/;

/** To TINYINT, SMALLINT, INT or BIGINT. Fractions are cut; integers and decimals wrap around, FLOAT and DOUBLE saturate, as in Java. */
export function castToInteger(value: Value, from: SqlType, to: SqlType): Value {
  const bits = BITS[to.root]!;
  if (typeof value === 'string') return integerOfText(value, to, bits);
  const wrapped = BigInt.asIntN(bits, wholePart(value, from, bits));
  return bits === 64 ? wrapped : Number(wrapped);
}

function wholePart(value: Value, from: SqlType, bits: number): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'bigint') return value;
  if (value instanceof Decimal) return value.unscaled / powerOfTen(value.scale);
  return isInteger(from) ? BigInt(value as number) : saturated(value as number, bits);
}

/** Java's (long) and (int) of a double; narrower types go through int. */
function saturated(value: number, bits: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (bits < 64) return BigInt(Math.trunc(Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1)));
  if (value >= MAX_LONG) return 2n ** 63n - 1n;
  return value <= -MAX_LONG ? -(2n ** 63n) : BigInt(Math.trunc(value));
}

/** `12`, `+12`, `-1.9` (cut), `.` (0), with spaces around. Throws MS2001 beyond the type's range, MS2002 for exponents. */
function integerOfText(text: string, to: SqlType, bits: number): Value {
  const match = INTEGER_TEXT.exec(trimSpaces(text));
  const digits = match?.[2] ?? '';
  if (match === null || (digits === '' && !match[0].includes('.'))) return unreadable(text, to);
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 19) return tooLarge(text, to);
  const whole = BigInt(significant || '0') * (match[1] === '-' ? -1n : 1n);
  if (BigInt.asIntN(bits, whole) !== whole) return tooLarge(text, to);
  return bits === 64 ? whole : Number(whole);
}

/** To DOUBLE and FLOAT: the nearest value; texts as Java's parseDouble reads them, but for hexadecimal ones. */
export function castToFloating(value: Value, from: SqlType, to: SqlType): Value {
  const isFloat = to.root === 'FLOAT';
  if (typeof value === 'string') return floatingOfText(value, to, isFloat);
  if (typeof value === 'bigint') return isFloat ? floatOfLong(value) : Number(value);
  const double = value instanceof Decimal ? doubleOfDecimal(value, from) : Number(value);
  return isFloat ? Math.fround(double) : double;
}

/** As Flink: up to 18 digits one division of doubles, above that the nearest double. */
function doubleOfDecimal(value: Decimal, from: SqlType): number {
  const isCompact = from.root === 'DECIMAL' && from.precision <= 18;
  return isCompact ? Number(value.unscaled) / 10 ** value.scale : value.toNumber();
}

function floatingOfText(text: string, to: SqlType, isFloat: boolean): number {
  const trimmed = trimControls(text);
  if (!FLOATING_TEXT.test(trimmed)) return unreadable(text, to);
  const digits = trimmed.replace(/[dDfF]$/, '');
  return isFloat ? floatOfText(digits) : Number(digits);
}

/** To DECIMAL: rounded half up. What does not fit is null when it is a number, and MS2001 when it is text. */
export function castToDecimal(value: Value, to: DecimalType): Value {
  if (typeof value === 'string') return decimalOfText(value, to) ?? tooLarge(value, to);
  if (typeof value === 'boolean') return fitted(value ? 1n : 0n, 0, to);
  if (typeof value === 'bigint') return fitted(value, 0, to);
  if (value instanceof Decimal) return fitted(value.unscaled, value.scale, to);
  const number = value as number;
  if (!Number.isFinite(number)) return unreadable(String(number), to);
  return decimalOfText(String(number), to);
}

function fitted(unscaled: bigint, scale: number, to: DecimalType): Decimal | null {
  const rounded = rescale(unscaled, scale, to.scale);
  return fitsPrecision(rounded, to.precision) ? new Decimal(rounded, to.scale) : null;
}

/** Any exponent is read in constant time: what cannot fit is null, what rounds to zero is zero. */
function decimalOfText(text: string, to: DecimalType): Decimal | null {
  const trimmed = trimControls(text);
  // A lone point is zero for Flink in its parser of up to 18 digits, and no number in the one for more.
  const isZero = to.precision <= 18 && /^[+-]?\.$/.test(trimmed);
  const parts = isZero ? { negative: false, digits: '', exponent: 0 } : scanDecimal(trimmed);
  if (parts === undefined) return unreadable(text, to);
  const { negative, digits, exponent } = parts;
  const wholeDigits = digits.length + exponent;
  if (digits === '' || wholeDigits < -to.scale) return new Decimal(0n, to.scale);
  if (wholeDigits > to.precision - to.scale) return null;
  // More digits than this cannot change the rounding: 38 and one to round by.
  const kept = Math.min(digits.length, wholeDigits + to.scale + 1);
  const unscaled = BigInt(digits.slice(0, Math.max(kept, 0)) || '0') * (negative ? -1n : 1n);
  const scale = -(exponent + digits.length - Math.max(kept, 0));
  return scale >= 0 ? fitted(unscaled, scale, to) : fitted(unscaled * powerOfTen(-scale), 0, to);
}

const TRUE_TEXTS = new Set(['t', 'true', 'y', 'yes', '1']);
const FALSE_TEXTS = new Set(['f', 'false', 'n', 'no', '0']);

/** To BOOLEAN: numbers but zero are true (NaN, too). */
export function castToBoolean(value: Value, to: SqlType): Value {
  if (typeof value === 'string') {
    const lower = value.toLowerCase();
    if (TRUE_TEXTS.has(lower)) return true;
    return FALSE_TEXTS.has(lower) ? false : unreadable(value, to);
  }
  if (typeof value === 'bigint') return value !== 0n;
  if (value instanceof Decimal) return value.unscaled !== 0n;
  return typeof value === 'boolean' ? value : value !== 0;
}
