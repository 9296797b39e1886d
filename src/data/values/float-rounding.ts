import { scanDecimal } from './decimal.ts';

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** The 64-bit integer as the nearest FLOAT, in one rounding (through a double it could be rounded twice). */
export function floatOfLong(value: bigint): number {
  const double = Number(value);
  return roundOnce(double, () => compareBig(value, BigInt(double)));
}

/** The decimal text as the nearest FLOAT, in one rounding. The text is what scanDecimal reads. */
export function floatOfText(text: string): number {
  const double = Number(text);
  return roundOnce(double, () => compareText(text, double));
}

/**
 * Rounds an exact value, of which the nearest double is known, to the nearest float. Only a double half-way between two floats
 * hides on which side the exact value lies: then `side` tells (negative, 0 or positive: below, at or above the double).
 */
function roundOnce(double: number, side: () => number): number {
  const rounded = Math.fround(double);
  if (rounded === double || !Number.isFinite(rounded)) return rounded;
  const other = neighbor(rounded, double > rounded);
  if ((rounded + other) / 2 !== double) return rounded;
  const direction = side();
  if (direction === 0) return rounded;
  return direction > 0 ? Math.max(rounded, other) : Math.min(rounded, other);
}

/** The next float above or below. */
function neighbor(value: number, above: boolean): number {
  if (value === 0) return above ? 2 ** -149 : -(2 ** -149);
  float[0] = value;
  bits[0]! += above === value > 0 ? 1 : -1;
  return float[0];
}

const compareBig = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Compares decimal text with a finite double, exactly. */
function compareText(text: string, double: number): number {
  const parts = scanDecimal(text);
  if (parts === undefined) return 0;
  const { negative, digits, exponent } = parts;
  // double = mantissa * 2^-shift with whole numbers; both sides are brought to whole numbers.
  let mantissa = double;
  let shift = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    shift++;
  }
  const whole = BigInt(digits || '0') * (negative ? -1n : 1n);
  const left = (exponent >= 0 ? whole * 10n ** BigInt(exponent) : whole) * 2n ** BigInt(shift);
  const right = BigInt(mantissa) * (exponent < 0 ? 10n ** BigInt(-exponent) : 1n);
  return compareBig(left, right);
}
