import type { Value } from '../../data/values/value.ts';
import { badValue } from '../bad-argument.ts';
import { fixedText, generalText, scientificText } from './floating-format.ts';

/** An argument as Java's Formatter would see it. */
export interface FormatArgument {
  readonly kind: 'integer' | 'floating' | 'boolean' | 'text';
  /** Bits of an integer, for what hexadecimal and octal digits negative ones have. */
  readonly bits: number;
  /** Null for NULL; text of what is neither a number nor a boolean. */
  readonly value: Value;
}

/** One `%...` of a format. */
interface Specifier {
  readonly text: string;
  readonly flags: string;
  readonly width: number;
  /** -1 where there is none. */
  readonly precision: number;
  /** In lower case. */
  readonly conversion: string;
  readonly isUpper: boolean;
}

const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y;
/** Longer results are refused rather than fill the memory. */
const WIDTH_MAX = 1_000_000;

/**
 * Java's String.format(Locale.US, ...) for numbers, booleans and texts: %d %x %o %c %e %f %g %s %b %n %% with flags, width, precision and index.
 * Throws MS2051 for a format that Java refuses, or whose argument does not fit or is not there.
 */
export function javaFormat(format: string, args: readonly FormatArgument[]): string {
  let result = '';
  let ordinary = 0;
  let last = -1;
  for (let at = 0; at < format.length; ) {
    const next = format.indexOf('%', at);
    if (next < 0) return result + format.slice(at);
    result += format.slice(at, next);
    SPECIFIER.lastIndex = next;
    const match = SPECIFIER.exec(format);
    if (match === null) return badFormat(format.slice(next, next + 10));
    at = SPECIFIER.lastIndex;
    const specifier = specifierOf(match);
    if (specifier.conversion === 'n' || specifier.conversion === '%') {
      result += specifier.conversion === 'n' ? '\n' : padded('%', specifier);
      continue;
    }
    last = match[1] !== undefined ? Number(match[1]) - 1 : match[2] === undefined ? ordinary++ : last;
    const arg = args[last] ?? badValue(`PRINTF: there is no argument for ${specifier.text}`);
    result += formatOne(arg, specifier);
  }
  return result;
}

function specifierOf(match: RegExpExecArray): Specifier {
  const [text, , , flags = '', width = '0', precision = '-1', conversion = ''] = match;
  if (Number(width) > WIDTH_MAX || Number(precision) > WIDTH_MAX) badValue(`PRINTF: ${text} is too wide`);
  if (new Set(flags).size < flags.length || (/[-0]/.test(flags) && width === '0')) badFormat(text);
  if ((flags.includes('-') && flags.includes('0')) || (flags.includes('+') && flags.includes(' '))) badFormat(text);
  const isUpper = conversion !== conversion.toLowerCase();
  return { text, flags, width: Number(width), precision: Number(precision), conversion: conversion.toLowerCase(), isUpper };
}

function formatOne(arg: FormatArgument, specifier: Specifier): string {
  const text = converted(arg, specifier);
  return specifier.isUpper ? text.toUpperCase() : text;
}

function converted(arg: FormatArgument, specifier: Specifier): string {
  const { conversion, flags, precision, text, isUpper } = specifier;
  switch (conversion) {
    case 's':
    case 'b':
      if (/[#+ 0,(]/.test(flags)) return badFormat(text);
      return padded(cut(conversion === 's' ? textOf(arg) : truthOf(arg), precision), specifier);
    case 'c':
      if (/[#+ 0,(]/.test(flags) || precision >= 0) return badFormat(text);
      return padded(arg.value === null ? 'null' : characterOf(arg, specifier), specifier);
    case 'd':
      if (isUpper) return badFormat(text);
      return integer(arg, specifier);
    case 'x':
    case 'o':
      return integer(arg, specifier);
    case 'f':
      if (isUpper) return badFormat(text);
      return floating(arg, specifier);
    case 'e':
    case 'g':
      return floating(arg, specifier);
    default:
      return badFormat(text);
  }
}

const cut = (text: string, precision: number): string => (precision < 0 ? text : text.slice(0, precision));
const textOf = ({ value }: FormatArgument): string => String(value);
const truthOf = ({ kind, value }: FormatArgument): string => (kind === 'boolean' ? String(value ?? false) : String(value !== null));

function characterOf({ kind, value, bits }: FormatArgument, { text }: Specifier): string {
  if (kind !== 'integer' || bits > 32) return mismatch(text);
  const point = Number(value);
  return point >= 0 && point <= 0x10ffff ? String.fromCodePoint(point) : badValue(`PRINTF: ${point} is no character`);
}

function integer(arg: FormatArgument, specifier: Specifier): string {
  const { conversion, flags, precision, text } = specifier;
  if (precision >= 0 || (conversion === 'd' ? flags.includes('#') : /[+ ,(]/.test(flags))) return badFormat(text);
  if (arg.value === null) return padded('null', { ...specifier, flags: flags.replace('0', '') });
  if (arg.kind !== 'integer') return mismatch(text);
  const value = BigInt(arg.value as number | bigint);
  if (conversion === 'd') return signed(value < 0n, (value < 0n ? -value : value).toString(), specifier);
  const digits = BigInt.asUintN(arg.bits, value).toString(conversion === 'x' ? 16 : 8);
  const prefix = flags.includes('#') ? (conversion === 'x' ? '0x' : '0') : '';
  return flags.includes('0') ? prefix + digits.padStart(specifier.width - prefix.length, '0') : padded(prefix + digits, specifier);
}

function floating(arg: FormatArgument, specifier: Specifier): string {
  const { conversion, flags, precision, text } = specifier;
  if ((conversion !== 'f' && conversion !== 'g' && flags.includes(',')) || (conversion === 'g' && flags.includes('#')))
    return badFormat(text);
  if (arg.value === null) return padded('null', { ...specifier, flags: flags.replace('0', '') });
  if (arg.kind !== 'floating') return mismatch(text);
  const value = arg.value as number;
  const isNegative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value))
    return signed(isNegative, Number.isNaN(value) ? 'NaN' : 'Infinity', { ...specifier, flags: flags.replace('0', '') });
  const digits = precision < 0 ? 6 : precision;
  const size = Math.abs(value);
  const plain =
    conversion === 'f' ? fixedText(size, digits) : conversion === 'e' ? scientificText(size, digits) : generalText(size, digits);
  return signed(isNegative, flags.includes('#') && digits === 0 ? plain.replace(/(?=e|$)/, '.') : plain, specifier);
}

/** Groups, sign and zeros of a number without its sign. */
function signed(isNegative: boolean, digits: string, { flags, width, ...rest }: Specifier): string {
  const grouped = flags.includes(',') ? digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',')) : digits;
  const isBracketed = isNegative && flags.includes('(');
  const before = isBracketed ? '(' : isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const after = isBracketed ? ')' : '';
  const filled = flags.includes('0') ? grouped.padStart(width - before.length - after.length, '0') : grouped;
  return padded(before + filled + after, { flags, width, ...rest });
}

const padded = (text: string, { flags, width }: Specifier): string => (flags.includes('-') ? text.padEnd(width) : text.padStart(width));
const badFormat = (text: string): never =>
  badValue(`PRINTF does not know ${JSON.stringify(text)}`, "formats are those of Java: '%d %s %.2f'");
const mismatch = (text: string): never => badValue(`PRINTF: the argument of ${text} has another type`);
