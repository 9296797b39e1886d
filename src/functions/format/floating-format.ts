/** Digits of a finite number that is not negative, in the fewest that read back: `0.digits * 10 ** power`. */
interface Digits {
  readonly digits: string;
  readonly power: number;
}

function digitsOf(value: number): Digits {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), power: Number(exponent) + 1 };
}

/** The first `count` digits, rounded half up as Java does; a carry makes the power one greater. `count` may be negative: nothing is left. */
function rounded({ digits, power }: Digits, count: number): Digits {
  if (count >= digits.length) return { digits: digits.padEnd(count, '0'), power };
  if (count < 0) return { digits: '', power };
  const isUp = digits[count]! >= '5';
  const kept = digits.slice(0, count);
  if (!isUp) return { digits: kept, power };
  const sum = (BigInt(`0${kept}`) + 1n).toString().padStart(count, '0');
  return sum.length > count ? { digits: sum, power: power + 1 } : { digits: sum, power };
}

/** `1234.57`: `precision` digits behind the point. */
export function fixedText(value: number, precision: number): string {
  const exact = digitsOf(value);
  const { digits, power } = rounded(exact, exact.power + precision);
  const whole = power > 0 ? digits.slice(0, power).padEnd(power, '0') : '0';
  const fraction = power > 0 ? digits.slice(power) : '0'.repeat(-power) + digits;
  return precision === 0 ? whole : `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

/** `1.234570e+03`. */
export function scientificText(value: number, precision: number): string {
  const { digits, power } = value === 0 ? { digits: '0'.repeat(precision + 1), power: 1 } : rounded(digitsOf(value), precision + 1);
  const exponent = power - 1;
  const point = precision === 0 ? '' : `.${digits.slice(1, precision + 1)}`;
  return `${digits[0]}${point}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `precision` digits in all, plain from 0.0001 on where they reach to the point, else with an exponent. */
export function generalText(value: number, precision: number): string {
  const count = precision === 0 ? 1 : precision;
  if (value === 0) return fixedText(0, count - 1);
  const { power } = rounded(digitsOf(value), count);
  return power > -4 && power <= count ? fixedText(value, count - power) : scientificText(value, count - 1);
}
