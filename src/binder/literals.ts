import { type Span, SqlError, type StreamError } from '../common/errors.ts';
import { MAX_PRECISION } from '../data/types/common-type.ts';
import { type SqlType, types } from '../data/types/sql-type.ts';
import { Decimal } from '../data/values/decimal.ts';
import { LocalDate } from '../data/values/local-date.ts';
import { LocalTime } from '../data/values/local-time.ts';
import { Timestamp } from '../data/values/timestamp.ts';
import { TimestampLtz } from '../data/values/timestamp-ltz.ts';
import type { LiteralExpression } from '../plan/expressions/expression.ts';
import type { DateTimeLiteral, IntervalLiteral, Literal, NumberLiteral } from '../sql/ast/index.ts';

const made = (value: unknown, type: SqlType, span: Span): LiteralExpression => ({ kind: 'literal', value, type, span });

/** The typed constant of a literal. Throws MS1004 where its text names no value (DATE '2020-02-30'). */
export function bindLiteral(node: Literal, timeZone = 'UTC'): LiteralExpression {
  const { span } = node;
  switch (node.kind) {
    case 'string':
      return made(node.value, types.char(node.value.length, false), span);
    case 'number':
      return bindNumber(node, false);
    case 'bytes':
      return made(bytesOf(node.hex), types.binary(node.hex.length / 2, false), span);
    case 'boolean':
      return node.value === undefined ? made(null, types.boolean(), span) : made(node.value, types.boolean(false), span);
    case 'null':
      return made(null, types.null(), span);
    case 'datetime':
      return dateTime(node.type, node.text, span, timeZone);
    case 'interval':
      return interval(node);
  }
}

/** A number, negated where a minus stands before it: so -9223372036854775808 is a BIGINT. */
export function bindNumber({ form, text, span }: NumberLiteral, negative: boolean): LiteralExpression {
  if (form === 'approximate') {
    const value = negative ? 0 - Number(text) : Number(text);
    if (!Number.isFinite(value)) throw new SqlError('MS1004', `the number ${text} is out of range`, { span });
    return made(value, types.double(false), span);
  }
  if (form === 'integer' || text.endsWith('.')) return integer(text.replace('.', ''), negative, span);
  return decimal(text, negative, span);
}

function integer(digits: string, negative: boolean, span: Span): LiteralExpression {
  const value = negative ? -BigInt(digits) : BigInt(digits);
  if (BigInt.asIntN(32, value) === value) return made(Number(value), types.int(false), span);
  if (BigInt.asIntN(64, value) === value) return made(value, types.bigint(false), span);
  throw outOfRange(digits, digits.length, 0, span);
}

/** The digits as written, zeros in front included, are the precision, as in Flink. */
function decimal(text: string, negative: boolean, span: Span): LiteralExpression {
  const [whole = '', fraction = ''] = text.split('.');
  const unscaled = BigInt(`${negative ? '-' : ''}${whole}${fraction}`);
  if (BigInt.asIntN(64, unscaled) !== unscaled || fraction.length > MAX_PRECISION) {
    throw outOfRange(text, String(unscaled).replace('-', '').length, fraction.length, span);
  }
  const precision = Math.min(Math.max(whole.length + fraction.length, 1), MAX_PRECISION);
  const value = Decimal.from(`${negative ? '-' : ''}${whole === '' ? '0' : ''}${text}`);
  return made(value, types.decimal(precision, fraction.length, false), span);
}

/** Flink's limit: without its point a number has to fit into 64 bits. */
function outOfRange(text: string, digits: number, scale: number, span: Span): SqlError {
  const hint = digits <= MAX_PRECISION ? `write it as text: CAST('${text}' AS DECIMAL(${Math.max(digits, scale)}, ${scale}))` : undefined;
  return new SqlError('MS1004', `the number ${text} is out of range`, { span, hint });
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function dateTime(type: DateTimeLiteral['type'], text: string, span: Span, timeZone: string): LiteralExpression {
  try {
    if (type === 'DATE') return made(LocalDate.from(text), types.date(false), span);
    const precision = Math.min(9, /\.(\d*)/.exec(text)?.[1]?.length ?? 0);
    if (type === 'TIME') return made(LocalTime.from(text), types.time(precision, false), span);
    if (type === 'TIMESTAMP_LTZ') return made(TimestampLtz.from(text, timeZone), types.timestampLtz(precision, false), span);
    return made(Timestamp.from(text), types.timestamp(precision, false), span);
  } catch (cause) {
    throw new SqlError('MS1004', `'${text}' is no ${type}`, { span, cause, hint: (cause as StreamError).hint });
  }
}

const UNIT_MS: Record<string, number> = { WEEK: 604_800_000, DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 };
const UNITS = ['DAY', 'HOUR', 'MINUTE', 'SECOND'] as const;
/** What a unit behind another may be at most. */
const LAST: Record<string, number> = { MONTH: 11, HOUR: 23, MINUTE: 59, SECOND: 59 };
const LEADING_DIGITS = 2;
const FRACTION_DIGITS = 6;

function interval({ text, negative, qualifier, span }: IntervalLiteral): LiteralExpression {
  const trimmed = text.trim();
  const sign = negative !== trimmed.startsWith('-') ? -1 : 1;
  const body = trimmed.replace(/^[+-]/, '');
  const { from, to } = qualifier;
  const months = from === 'YEAR' || from === 'QUARTER' || from === 'MONTH';
  const value = months ? yearMonth(body, from, to) : dayTime(body, qualifier);
  if (value === undefined) {
    throw new SqlError('MS1004', `'${text}' is no interval of ${to === undefined ? from : `${from} TO ${to}`}`, { span });
  }
  checkLeading(body, qualifier, span);
  return months ? made(sign * value, types.intervalYearMonth(false), span) : made(BigInt(sign * value), types.intervalDayTime(false), span);
}

/** The leading unit has two digits unless the qualifier says otherwise. */
function checkLeading(body: string, { from, precision = LEADING_DIGITS }: IntervalLiteral['qualifier'], span: Span): void {
  const leading = /^0*(\d*)/.exec(body)?.[1] ?? '';
  if (leading.length <= precision) return;
  throw new SqlError('MS1004', `${leading} has more than ${precision} digits`, { span, hint: `write ${from}(${leading.length})` });
}

function yearMonth(text: string, from: string, to: string | undefined): number | undefined {
  const match = to === undefined ? /^(\d+)$/.exec(text) : /^(\d+)-(\d+)$/.exec(text);
  if (match === null) return undefined;
  if (to === undefined) return Number(match[1]) * ({ YEAR: 12, QUARTER: 3, MONTH: 1 }[from] ?? 1);
  const months = Number(match[2]);
  return months > LAST['MONTH']! ? undefined : Number(match[1]) * 12 + months;
}

/** The parts of a day-time interval, from its leading unit to its last: `1 10:00:00.5` is DAY TO SECOND. */
function dayTime(text: string, { from, to, fraction = FRACTION_DIGITS }: IntervalLiteral['qualifier']): number | undefined {
  if (from === 'WEEK') return /^\d+$/.test(text) ? Number(text) * UNIT_MS['WEEK']! : undefined;
  const first = UNITS.indexOf(from as (typeof UNITS)[number]);
  const last = to === undefined ? first : UNITS.indexOf(to as (typeof UNITS)[number]);
  const parts = text.split(/[ :]/);
  const separators = ' :::'.slice(first === 0 ? 0 : 1, last - first + (first === 0 ? 0 : 1));
  if (parts.length !== last - first + 1 || text.replace(/[^ :]/g, '') !== separators) return undefined;
  let total = 0;
  for (const [i, part] of parts.entries()) {
    const unit = UNITS[first + i]!;
    const match = (unit === 'SECOND' ? /^(\d+)(?:\.(\d+))?$/ : /^(\d+)$/).exec(part);
    if (match === null || (match[2]?.length ?? 0) > fraction || (i > 0 && Number(match[1]) > LAST[unit]!)) return undefined;
    const [, whole, digits = ''] = match;
    total += Number(whole) * UNIT_MS[unit]! + (unit === 'SECOND' ? Number(digits.padEnd(3, '0').slice(0, 3)) : 0);
  }
  return total;
}
