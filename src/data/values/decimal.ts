import { DataError } from '../../common/errors.ts';
import { inspect } from './inspect.ts';
import { jsonNumber } from './json-number.ts';

export const MAX_PRECISION = 38;
const POWERS = Array.from({ length: 2 * MAX_PRECISION + 1 }, (_, i) => 10n ** BigInt(i));
const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** No SQL value has more digits than this on either side of the point, by far; it bounds what a hostile exponent can ask for. */
const MAX_TEXT_DIGITS = 2000;

/** 10^n as a bigint, for n >= 0. */
export const powerOfTen = (n: number): bigint => POWERS[n] ?? 10n ** BigInt(n);

/**
 * An exact decimal number: `unscaled` times 10^-`scale`. Immutable. It keeps its scale, so that 1.10 prints as 1.10; equality and
 * order go by value. Sums and products are exact and unbounded; the 38 digits of SQL are checked where a value enters a column.
 */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  constructor(unscaled: bigint, scale: number) {
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /**
   * Reads `-12.50`, `1e3` or `.5`; a number by its shortest text; a bigint as an integer. The scale is what is written
   * (at least 0). Throws MS2002 for what is not a finite number.
   */
  static from(value: string | number | bigint | Decimal): Decimal {
    if (value instanceof Decimal) return value;
    if (typeof value === 'bigint') return new Decimal(value, 0);
    const parts = scanDecimal(String(value).trim());
    if (parts === undefined) throw new DataError('MS2002', `${JSON.stringify(String(value))} is not a decimal number`);
    return decimalOf(parts);
  }

  /** How many digits the number has, not counting zeros in front; at least the scale, and at least 1. */
  get precision(): number {
    return Math.max(digitCount(this.unscaled), this.scale, 1);
  }

  add(other: Decimal | number | bigint): Decimal {
    const that = Decimal.from(other);
    const scale = Math.max(this.scale, that.scale);
    return new Decimal(this.#at(scale) + that.#at(scale), scale);
  }

  sub(other: Decimal | number | bigint): Decimal {
    return this.add(Decimal.from(other).negate());
  }

  mul(other: Decimal | number | bigint): Decimal {
    const that = Decimal.from(other);
    return new Decimal(this.unscaled * that.unscaled, this.scale + that.scale);
  }

  negate(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  abs(): Decimal {
    return this.unscaled < 0n ? this.negate() : this;
  }

  /** The same number with `scale` digits after the point; a half goes away from zero (HALF_UP), as in SQL casts. */
  toScale(scale: number): Decimal {
    return scale === this.scale ? this : new Decimal(rescale(this.unscaled, this.scale, scale), scale);
  }

  /** Less than 0, 0 or more than 0 as this number is less than, equal to or more than the other. */
  compare(other: Decimal | number | bigint): number {
    const that = Decimal.from(other);
    const scale = Math.max(this.scale, that.scale);
    const a = this.#at(scale);
    const b = that.#at(scale);
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Whether the numbers are equal; 1.0 equals 1.00. */
  equals(other: unknown): boolean {
    return other instanceof Decimal && this.compare(other) === 0;
  }

  /** The nearest double. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** Plain digits with the scale kept: 1.10, never 1.1 or 11E-1. */
  toString(): string {
    return decimalText(this.unscaled, this.scale);
  }

  /** The plain digits as a JSON number, where this engine can print them: see docs/design/values.md. */
  toJSON(): unknown {
    return jsonNumber(this.toString());
  }

  /** How console.log shows the value. */
  [inspect](): string {
    return `Decimal(${this})`;
  }

  #at(scale: number): bigint {
    return this.unscaled * powerOfTen(scale - this.scale);
  }
}

/** A decimal text taken apart: digits times 10^exponent. */
export interface DecimalParts {
  readonly negative: boolean;
  /** Digits without leading zeros; empty for zero. */
  readonly digits: string;
  readonly exponent: number;
}

/** Takes decimal text apart; undefined when it is none. */
export function scanDecimal(text: string): DecimalParts | undefined {
  const match = SYNTAX.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  return { negative: sign === '-', digits: (whole + fraction).replace(/^0+/, ''), exponent: Number(exponent) - fraction.length };
}

function decimalOf({ negative, digits, exponent }: DecimalParts): Decimal {
  if (digits === '') return new Decimal(0n, Math.min(Math.max(-exponent, 0), MAX_PRECISION));
  if (digits.length + Math.abs(exponent) > MAX_TEXT_DIGITS) throw new DataError('MS2001', 'a decimal number with too many digits');
  const unscaled = BigInt(digits) * powerOfTen(Math.max(exponent, 0));
  return new Decimal(negative ? -unscaled : unscaled, Math.max(-exponent, 0));
}

/** `unscaled` at another scale; digits that go are rounded, halves away from zero. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * powerOfTen(to - from);
  const unit = powerOfTen(from - to);
  const half = unit / 2n;
  return (unscaled < 0n ? unscaled - half : unscaled + half) / unit;
}

/** Whether the number has at most `precision` digits. */
export function fitsPrecision(unscaled: bigint, precision: number): boolean {
  const limit = powerOfTen(precision);
  return unscaled < limit && unscaled > -limit;
}

/** The scaled integer as plain text with `scale` digits after the point. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const negative = unscaled < 0n;
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function digitCount(unscaled: bigint): number {
  const text = unscaled.toString();
  return text.length - (unscaled < 0n ? 1 : 0);
}
