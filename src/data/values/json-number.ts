type RawJson = (text: string) => unknown;
const rawJson = (JSON as { rawJSON?: RawJson }).rawJSON;

/** Whether JSON.stringify of this engine can print a number with digits of our choice (JSON.rawJSON: Node 21 and later). */
export const printsExactNumbers = rawJson !== undefined;

/**
 * What toJSON returns so that JSON.stringify prints the number `text`, digit for digit. Without JSON.rawJSON (Node 20) it is a
 * JavaScript number where that prints an equal number, else the digits as a string: never a rounded number.
 * `NaN` and `Infinity`, which JSON does not have, become strings, as Flink's json format writes them.
 */
export function jsonNumber(text: string): unknown {
  if (/[NI]/.test(text)) return text;
  if (rawJson !== undefined) return rawJson(text);
  const number = Number(text);
  return sameNumber(text, String(number)) ? number : text;
}

/** Whether two texts of numbers have the same significant digits and exponent. */
function sameNumber(a: string, b: string): boolean {
  return normalized(a) === normalized(b);
}

function normalized(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}E${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
