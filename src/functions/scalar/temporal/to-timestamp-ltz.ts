import { isInteger, isNumeric, isText, type SqlType, types } from '../../../data/types/sql-type.ts';
import { Decimal, powerOfTen } from '../../../data/values/decimal.ts';
import { MAX_EPOCH_MS, MIN_EPOCH_MS } from '../../../data/values/point-in-time.ts';
import { instantOfLocal } from '../../../data/values/time-zone.ts';
import { TimestampLtz } from '../../../data/values/timestamp-ltz.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { callPlain, define } from '../../plain-function.ts';
import type { Argument, Signature } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { localTimeOf } from './to-timestamp.ts';

const isPrecision = (digits: number): boolean => digits >= 0 && digits <= 9;

/** A count of 10^-precision seconds since 1970-01-01T00:00:00Z. The result has that precision, but at least 3. */
const ofNumber: Signature = {
  text: '(NUMERIC, INT)',
  resolve([value, digits, ...rest]: readonly Argument[]) {
    if (value === undefined || rest.length > 0 || !isNumeric(value.type)) return undefined;
    if (digits !== undefined && !/^(TINYINT|SMALLINT|INT)$/.test(digits.type.root)) return undefined;
    const precision = typeof digits?.literal === 'number' ? digits.literal : 3;
    if (!isPrecision(precision)) badConstant(`the precision of TO_TIMESTAMP_LTZ must be 0 to 9, not ${precision}`);
    const args: SqlType[] = [value.type, ...(digits === undefined ? [] : [types.int(digits.type.nullable)])];
    return { args, returns: types.timestampLtz(Math.max(3, precision)) };
  },
};

function wholeNumber(value: number | bigint | Decimal): bigint | undefined {
  if (value instanceof Decimal) return value.unscaled / powerOfTen(value.scale);
  if (typeof value === 'bigint') return value;
  return Number.isFinite(value) ? BigInt(Math.trunc(value)) : undefined;
}

function instantOf(value: number | bigint | Decimal, digits = 3): TimestampLtz | null {
  if (!isPrecision(digits)) badValue(`the precision of TO_TIMESTAMP_LTZ must be 0 to 9, not ${digits}`);
  const count = wholeNumber(value);
  if (count === undefined) return null;
  const nanos = count * powerOfTen(9 - digits);
  const ms = (nanos - (((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;
  if (ms < MIN_EPOCH_MS || ms > MAX_EPOCH_MS) return null;
  return new TimestampLtz(Number(ms), Number(nanos - ms * 1_000_000n), Math.max(3, digits));
}

/** A text is a time of the zone that is named, or else of UTC, whatever the session's zone. */
function instantOfText(text: string, pattern?: string, timeZone = 'UTC'): TimestampLtz | null {
  const local = localTimeOf(text, pattern);
  return local === undefined ? null : TimestampLtz.ofEpochMs(instantOfLocal(local, timeZone));
}

/** Whole milliseconds or seconds need no arithmetic beyond 64 bits. Undefined for other arguments. */
function direct(e: Emitter, [value, digits]: readonly Code[], returns: SqlType): Code | undefined {
  const precision = digits === undefined ? 3 : digits.constant;
  if (!isInteger(value!.type) || (precision !== 0 && precision !== 3)) return undefined;
  const factor = precision === 0 ? 1000n : 1n;
  const long = value!.type.root === 'BIGINT' ? value!.value : `BigInt(${value!.value})`;
  const count = e.bind('count', long);
  const isNull = e.bind('out_of_years', `${count} < ${BigInt(MIN_EPOCH_MS) / factor}n || ${count} > ${BigInt(MAX_EPOCH_MS) / factor}n`);
  return code(returns, factor === 1n ? count : e.bind('time', `BigInt.asIntN(64, ${count} * ${factor}n)`), isNull);
}

export const toTimestampLtz = define({
  name: 'TO_TIMESTAMP_LTZ',
  family: 'temporal',
  signatures: [ofNumber, signature([param.text, param.text, param.text], types.timestampLtz(3), { optional: 2 })],
  nullable: true,
  emit: (e, args, returns) =>
    direct(e, args, returns) ?? callPlain(e, 'TO_TIMESTAMP_LTZ', isText(args[0]!.type) ? instantOfText : instantOf, args, returns, true),
  doc: 'A TIMESTAMP_LTZ from a count of milliseconds (or of 10^-precision seconds) since 1970 in UTC, or from a text, a pattern and a time zone.',
  examples: [
    { sql: 'TO_TIMESTAMP_LTZ(1234, 3)', result: '1970-01-01 00:00:01.234' },
    { sql: 'TO_TIMESTAMP_LTZ(1000, 0)', result: '1970-01-01 00:16:40.000' },
    { sql: 'TO_TIMESTAMP_LTZ(1234, 6)', result: '1970-01-01 00:00:00.001234' },
    { sql: 'TO_TIMESTAMP_LTZ(1234, 2)', result: '1970-01-01 00:00:12.340' },
    { sql: 'TO_TIMESTAMP_LTZ(-1, 3)', result: '1969-12-31 23:59:59.999' },
    { sql: 'TO_TIMESTAMP_LTZ(1.9999, 3)', result: '1970-01-01 00:00:00.001' },
    { sql: 'TO_TIMESTAMP_LTZ(253402300800, 0)', result: null },
    { sql: "TO_TIMESTAMP_LTZ('2020-01-02 03:04:05')", result: '2020-01-02 03:04:05.000' },
    { sql: "TO_TIMESTAMP_LTZ('2020-01-02 03:04:05', 'yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai')", result: '2020-01-01 19:04:05.000' },
  ],
});
