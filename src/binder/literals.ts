import { type Span, SqlError, type StreamError } from '../common/errors.ts';
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
      return made(node.value, types.char([...node.value].length, false), span);
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
  if (form === 'approximate') return made(negative ? 0 - Number(text) : Number(text), types.double(false), span);
  if (form === 'integer') {
    const value = negative ? -BigInt(text) : BigInt(text);
    if (BigInt.asIntN(32, value) === value) return made(Number(value), types.int(false), span);
    if (BigInt.asIntN(64, value) === value) return made(value, types.bigint(false), span);
  }
  return decimal(text, negative, span);
}

function decimal(text: string, negative: boolean, span: Span): LiteralExpression {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const precision = Math.max(digits.length, fraction.length, 1);
  if (precision > 38) throw new SqlError('MS1004', `the number ${text} has more than 38 digits`, { span });
  const value = Decimal.from(`${negative ? '-' : ''}${text.startsWith('.') ? '0' : ''}${text.endsWith('.') ? text.slice(0, -1) : text}`);
  return made(value, types.decimal(precision, fraction.length, false), span);
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

function interval({ text, negative, qualifier, span }: IntervalLiteral): LiteralExpression {
  const trimmed = text.trim();
  const sign = negative !== trimmed.startsWith('-') ? -1 : 1;
  const body = trimmed.replace(/^[+-]/, '');
  const { from, to } = qualifier;
  const months = from === 'YEAR' || from === 'QUARTER' || from === 'MONTH';
  const value = months ? yearMonth(body, from, to) : dayTime(body, from, to);
  if (value === undefined) {
    throw new SqlError('MS1004', `'${text}' is no interval of ${to === undefined ? from : `${from} TO ${to}`}`, { span });
  }
  return months ? made(sign * value, types.intervalYearMonth(false), span) : made(BigInt(sign * value), types.intervalDayTime(false), span);
}

function yearMonth(text: string, from: string, to: string | undefined): number | undefined {
  const match = to === undefined ? /^(\d+)$/.exec(text) : /^(\d+)-(\d+)$/.exec(text);
  if (match === null) return undefined;
  if (to !== undefined) return Number(match[1]) * 12 + Number(match[2]);
  return Number(match[1]) * ({ YEAR: 12, QUARTER: 3, MONTH: 1 }[from] ?? 1);
}

/** The parts of a day-time interval, from its leading unit to its last: `1 10:00:00.5` is DAY TO SECOND. */
function dayTime(text: string, from: string, to: string | undefined): number | undefined {
  if (from === 'WEEK') return /^\d+$/.test(text) ? Number(text) * UNIT_MS['WEEK']! : undefined;
  const first = UNITS.indexOf(from as (typeof UNITS)[number]);
  const last = to === undefined ? first : UNITS.indexOf(to as (typeof UNITS)[number]);
  const parts = text.split(/[ :]/);
  if (parts.length !== last - first + 1) return undefined;
  let total = 0;
  for (const [i, part] of parts.entries()) {
    const unit = UNITS[first + i]!;
    if (!(unit === 'SECOND' ? /^\d+(\.\d{0,9})?$/ : /^\d+$/).test(part)) return undefined;
    total += unit === 'SECOND' ? Math.trunc(Number(part) * 1000) : Number(part) * UNIT_MS[unit]!;
  }
  return total;
}
