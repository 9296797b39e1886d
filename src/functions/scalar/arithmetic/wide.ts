import type { DecimalType, SqlType } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { type Code, code, type Emitter } from '../../code.ts';

/** JavaScript of a decimal's unscaled value as a bigint of any size. */
export function wideValue({ type, value, aux, narrow }: Code): string {
  if (storageOf(type) !== 'i128' || narrow === true) return value;
  return `((${aux} << 64n) | BigInt.asUintN(64, ${value}))`;
}

/** 10^precision: the first unscaled value that a decimal type does not hold. */
export const limitOf = ({ precision }: DecimalType): bigint => 10n ** BigInt(precision);

/** The code of a bigint of any size as a decimal of the type; NULL where it has more digits than the type (Flink's rule). */
export function fromWide(e: Emitter, hint: string, wide: string, type: DecimalType, canOverflow: boolean): Code {
  const big = e.bind(hint, wide);
  const isNull = canOverflow ? e.bind(`${hint}_overflow`, `${big} >= ${limitOf(type)}n || ${big} <= -${limitOf(type)}n`) : null;
  if (storageOf(type) === 'i64') return code(type, `BigInt.asIntN(64, ${big})`, isNull);
  return {
    type,
    value: e.bind(`${hint}_low`, `BigInt.asIntN(64, ${big})`),
    aux: e.bind(`${hint}_high`, `BigInt.asIntN(64, ${big} >> 64n)`),
    isNull,
  };
}

export const isDecimal = (type: SqlType): type is DecimalType => type.root === 'DECIMAL';
