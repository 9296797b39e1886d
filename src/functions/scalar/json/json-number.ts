/** The text that Java's BigInteger and BigDecimal make of a JSON number: `1e2` is 1E+2, 1.50 keeps its zero. */
export function javaNumberText(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text)!;
  const digits = `${whole}${fraction}`.replace(/^0+(?=.)/, '');
  const minus = digits === '0' || /^0*$/.test(digits) ? '' : sign!;
  if (!/[.eE]/.test(text)) return minus + digits;
  const scale = fraction.length - Number(exponent);
  const adjusted = digits.length - 1 - scale;
  if (scale >= 0 && adjusted >= -6) return minus + plainText(digits, scale);
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${minus}${mantissa}${adjusted === 0 ? '' : `E${adjusted < 0 ? '' : '+'}${adjusted}`}`;
}

function plainText(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** Sign, digits without zeros around them, and the power of ten of the first digit. */
function partsOf(text: string): { readonly sign: number; readonly digits: string; readonly power: number } {
  const [, minus, whole, fraction = '', exponent = '0'] = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text)!;
  const all = `${whole}${fraction}`;
  const first = all.search(/[1-9]/);
  if (first < 0) return { sign: 0, digits: '', power: 0 };
  return { sign: minus === '-' ? -1 : 1, digits: all.slice(first).replace(/0+$/, ''), power: whole!.length - 1 - first + Number(exponent) };
}

/** Compares two JSON numbers exactly: negative, 0 or positive. */
export function compareNumbers(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)];
  if (a.sign !== b.sign || a.sign === 0) return a.sign - b.sign;
  if (a.power !== b.power) return a.power < b.power ? -a.sign : a.sign;
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -a.sign : a.sign;
}
