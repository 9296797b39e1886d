import { isInteger, isText, type SqlType } from '../data/types/sql-type.ts';
import { storageOf, timestampUnitsPerSecond } from '../data/types/storage.ts';
import { castValue, tryCastValue } from '../data/values/cast.ts';
import type { Code } from '../functions/code.ts';
import { doubleOfLong, intOfLong } from '../functions/long-number.ts';
import { nullCode } from './column-access.ts';
import type { FunctionBuilder } from './function-builder.ts';

/**
 * Writes a conversion. Returns undefined where there is no direct form; the value is then of the target type. A null input is apart: `isNull`
 * of the result says only where the conversion itself gives NULL.
 */
type DirectCast = (b: FunctionBuilder, input: Code, to: SqlType) => Code | undefined;

/** The code of CAST (or TRY_CAST, when `safe`). Null stays null. Frequent conversions are direct, the rest call castValue. */
export function emitCast(b: FunctionBuilder, input: Code, to: SqlType, safe: boolean): Code {
  if (input.type.root === 'NULL' || input.isNull === 'true') return nullCode(to);
  if (isSameForm(input.type, to)) return { ...input, type: to };
  for (const cast of DIRECT) {
    const direct = cast(b, input, to);
    if (direct !== undefined) return { ...direct, type: to, isNull: eitherNull(input.isNull, direct.isNull) };
  }
  return general(b, input, to, safe);
}

const eitherNull = (a: string | null, b: string | null): string | null => (a === null || b === null ? (a ?? b) : `(${a} || ${b})`);

/** Conversions that change the type's name but not the stored form. */
function isSameForm(from: SqlType, to: SqlType): boolean {
  if (isText(from) && to.root === 'VARCHAR') return to.length >= from.length;
  if (from.root !== to.root) return false;
  switch (from.root) {
    case 'CHAR':
    case 'BINARY':
      return 'length' in to && to.length === from.length;
    case 'VARBINARY':
      return 'length' in to && to.length >= from.length;
    case 'DECIMAL':
      return to.root === 'DECIMAL' && to.scale === from.scale && to.precision >= from.precision && storageOf(from) === storageOf(to);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
    case 'TIME':
      return 'precision' in to && to.precision >= from.precision && storageOf(from) === storageOf(to) && unitsOf(from) === unitsOf(to);
    case 'ROW': {
      const { fields } = to as typeof from;
      // The column keeps its fields' names, by which a row is read as a value.
      return (
        fields.length === from.fields.length &&
        from.fields.every(({ name, type }, i) => name === fields[i]!.name && isSameForm(type, fields[i]!.type))
      );
    }
    case 'ARRAY':
      return isSameForm(from.element, (to as typeof from).element);
    case 'MAP':
      return isSameForm(from.key, (to as typeof from).key) && isSameForm(from.value, (to as typeof from).value);
    default:
      return true;
  }
}

const unitsOf = (type: SqlType): number =>
  type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ' ? timestampUnitsPerSecond(type.precision) : 0;

const BITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 8, SMALLINT: 16, INT: 32, BIGINT: 64 };

/** Integers to integers: widening keeps, narrowing wraps, as in Java and Flink. */
const integerToInteger: DirectCast = (b, { type, value }, to) => {
  const from = BITS[type.root];
  const wanted = BITS[to.root];
  if (from === undefined || wanted === undefined) return undefined;
  if (wanted === 64) return simple(to, b.bind('long', `BigInt(${value})`));
  if (from <= wanted) return simple(to, b.bind('int', value));
  const int = from === 64 ? intOfLong(b, value) : value;
  return simple(to, wanted === 32 ? int : b.bind('int', `(${int} << ${32 - wanted}) >> ${32 - wanted}`));
};

const integerToFloating: DirectCast = (b, { type, value }, to) => {
  if (!isInteger(type) || (to.root !== 'DOUBLE' && to.root !== 'FLOAT')) return undefined;
  const number = type.root === 'BIGINT' ? doubleOfLong(b, value) : value;
  // A 64-bit integer goes to FLOAT in one rounding in Java; through a double it could be rounded twice.
  if (to.root === 'FLOAT' && type.root === 'BIGINT') return undefined;
  return simple(to, to.root === 'FLOAT' ? b.bind('float', `Math.fround(${number})`) : b.bind('double', number));
};

const floatToDouble: DirectCast = (_b, { type, value }, to) =>
  type.root === 'FLOAT' && to.root === 'DOUBLE' ? simple(to, value) : undefined;

/** Integers to decimals that can hold every value of the integer type. */
const integerToDecimal: DirectCast = (b, { type, value }, to) => {
  if (to.root !== 'DECIMAL' || !isInteger(type)) return undefined;
  const digits = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 }[type.root as 'INT'];
  if (to.precision - to.scale < digits) return undefined;
  const long = type.root === 'BIGINT' ? value : b.bind('long', `BigInt(${value})`);
  const factor = 10n ** BigInt(to.scale);
  if (storageOf(to) === 'i64') return simple(to, to.scale === 0 ? long : b.bind('decimal', `BigInt.asIntN(64, ${long} * ${factor}n)`));
  if (to.scale !== 0) return undefined;
  return { type: to, value: long, aux: b.bind('high', `BigInt.asIntN(64, ${long} >> 63n)`), isNull: null, narrow: true };
};

/** Decimals to decimals with more digits on both sides of the point. */
const decimalToDecimal: DirectCast = (b, { type, value, aux, narrow }, to) => {
  if (type.root !== 'DECIMAL' || to.root !== 'DECIMAL') return undefined;
  if (to.scale < type.scale || to.precision - to.scale < type.precision - type.scale) return undefined;
  const factor = 10n ** BigInt(to.scale - type.scale);
  if (storageOf(to) === 'i64') return simple(to, b.bind('decimal', `BigInt.asIntN(64, ${value} * ${factor}n)`));
  if (factor !== 1n) return undefined;
  const high = storageOf(type) === 'i64' ? b.bind('high', `BigInt.asIntN(64, ${value} >> 63n)`) : aux;
  const stillNarrow = storageOf(type) === 'i64' || narrow === true;
  return { type: to, value, aux: high, isNull: null, ...(stillNarrow ? { narrow: true } : {}) };
};

/** Decimals to decimals with fewer digits before the point: NULL where they are too few, which is tested only where it can happen. */
const decimalToShorter: DirectCast = (b, { type, value, aux, narrow, most }, to) => {
  if (type.root !== 'DECIMAL' || to.root !== 'DECIMAL' || to.scale !== type.scale || to.precision >= type.precision) return undefined;
  const limit = 10n ** BigInt(to.precision);
  const wide = storageOf(type) === 'i128';
  const tests = most !== undefined && most < limit ? [] : wide ? outsideWide(value, aux, limit) : outside(value, limit);
  const isNull = tests.length === 0 ? null : b.bind('overflow', tests.join(' || '));
  if (storageOf(to) === 'i64') return { type: to, value, aux: '', isNull };
  return { type: to, value, aux, isNull, ...(narrow ? { narrow } : {}), ...(most === undefined ? {} : { most }) };
};

const outside = (value: string, limit: bigint): string[] => [`${value} >= ${limit}n`, `${value} <= -${limit}n`];

/** Whether 128 bits in two halves are at least `limit`, or at most -`limit`. */
function outsideWide(low: string, high: string, limit: bigint): string[] {
  if (limit < 1n << 63n) return [`${high} !== BigInt.asIntN(64, ${low} >> 63n)`, ...outside(low, limit)];
  const least = 1n - limit;
  const [limitHigh, limitLow] = [limit >> 64n, BigInt.asIntN(64, limit ^ (1n << 63n))];
  const [leastHigh, leastLow] = [least >> 64n, BigInt.asIntN(64, least ^ (1n << 63n))];
  // Low halves are unsigned; with the upper bit turned they compare as signed numbers do.
  const turned = `BigInt.asIntN(64, ${low} ^ -9223372036854775808n)`;
  return [
    `${high} > ${limitHigh}n`,
    `(${high} === ${limitHigh}n && ${turned} >= ${limitLow}n)`,
    `${high} < ${leastHigh}n`,
    `(${high} === ${leastHigh}n && ${turned} < ${leastLow}n)`,
  ];
}

/** Up to 15 digits and 22 decimal places one correctly rounded division is exact enough. */
const decimalToDouble: DirectCast = (b, { type, value }, to) => {
  if (type.root !== 'DECIMAL' || to.root !== 'DOUBLE' || type.precision > 15) return undefined;
  const unscaled = doubleOfLong(b, value);
  return simple(to, type.scale === 0 ? unscaled : b.bind('double', `${unscaled} / ${10 ** type.scale}`));
};

/** Between milliseconds and microseconds of the same kind of timestamp, without loss. */
const timestampToFiner: DirectCast = (b, { type, value }, to) => {
  if (type.root !== to.root || (type.root !== 'TIMESTAMP' && type.root !== 'TIMESTAMP_LTZ') || !('precision' in to)) return undefined;
  if (to.precision < type.precision || storageOf(to) !== 'i64') return undefined;
  const factor = unitsOf(to) / unitsOf(type);
  return simple(to, factor === 1 ? value : b.bind('time', `BigInt.asIntN(64, ${value} * ${factor}n)`));
};

/** DATE to TIMESTAMP(p): midnight. */
const dateToTimestamp: DirectCast = (b, { type, value }, to) => {
  if (type.root !== 'DATE' || to.root !== 'TIMESTAMP' || storageOf(to) !== 'i64') return undefined;
  return simple(to, b.bind('time', `BigInt(${value}) * ${86_400 * timestampUnitsPerSecond(to.precision)}n`));
};

const DIRECT: readonly DirectCast[] = [
  integerToInteger,
  integerToFloating,
  floatToDouble,
  integerToDecimal,
  decimalToDecimal,
  decimalToShorter,
  decimalToDouble,
  timestampToFiner,
  dateToTimestamp,
];

function simple(type: SqlType, value: string): Code {
  return { type, value, aux: '', isNull: null };
}

/** Through exact values: castValue has Flink's whole table. */
function general(b: FunctionBuilder, input: Code, to: SqlType, safe: boolean): Code {
  const { timeZone } = b;
  const from = input.type;
  const cast = b.helper(
    'cast',
    safe
      ? (value: unknown) => tryCastValue(value as never, from, to, { timeZone })
      : (value: unknown) => castValue(value as never, from, to, { timeZone }),
  );
  const boxed = input.isNull === null ? b.box(input) : `${input.isNull} ? null : ${b.box(input)}`;
  const value = b.bind('boxed', boxed);
  return b.unbox('cast', to, `${value} === null ? null : ${cast}(${value})`);
}
