/**
 * Text of FLOAT and DOUBLE as Java's Double.toString and Float.toString write it (JDK 19 and later: the fewest digits that read
 * back as the same value): `1.0`, `1.0E7`, `1.0E-5`, `NaN`, `-Infinity`. Plain between 10^-3 and 10^7, else with an exponent.
 */
export function doubleText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  if (!Number.isFinite(value)) return String(value);
  return javaText(value, value.toExponential());
}

/** As doubleText, for a value that is a 32-bit float. */
export function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return Object.is(value, -0) ? '-0.0' : `${value}.0`;
  if (!Number.isFinite(value)) return String(value);
  return javaText(value, shortestFloat(value));
}

/** The fewest significant digits (at most 9) that read back as the same float, in exponent form. */
function shortestFloat(value: number): string {
  let digits = 7;
  while (digits < 9 && Math.fround(Number(value.toExponential(digits - 1))) !== value) digits++;
  while (digits > 1 && Math.fround(Number(value.toExponential(digits - 2))) === value) digits--;
  return value.toExponential(digits - 1);
}

/** Lays out `-d.ddde±x` as Java does. One digit alone becomes the closest two, so that 5e-324 is written 4.9E-324. */
function javaText(value: number, exponential: string): string {
  const e = exponential.indexOf('e');
  const exponent = Number(exponential.slice(e + 1));
  const sign = value < 0 ? '-' : '';
  const mantissa = exponential.slice(sign.length, e);
  if (exponent >= -3 && exponent < 7) return sign + plainText(mantissa.replace('.', ''), exponent);
  if (mantissa.length > 1) return `${sign}${mantissa}E${exponent}`;
  const closest = Math.abs(value).toExponential(1);
  return `${sign}${closest.slice(0, closest.indexOf('e'))}E${closest.slice(closest.indexOf('e') + 1).replace('+', '')}`;
}

function plainText(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}
