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
