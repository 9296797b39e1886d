import { readOptionValue } from '../../catalog/option-values.ts';
import { SqlError } from '../../common/errors.ts';
import type { DecimalType, SqlType, TypeRoot } from '../../data/types/sql-type.ts';
import { Decimal } from '../../data/values/decimal.ts';
import type { FieldOptions } from './field-options.ts';

const BITS: Partial<Record<TypeRoot, bigint>> = { TINYINT: 7n, SMALLINT: 15n, INT: 31n, BIGINT: 63n };
const MAX_FLOAT = 3.4028234663852886e38;

/** Least and greatest random integer of a column: of the type unless 'min' and 'max' say otherwise. Throws MS1303, MS1304. */
export function readIntegerBound(path: string, type: SqlType, options: FieldOptions): [min: bigint, max: bigint] {
  const limit = 1n << BITS[type.root]!;
  const read = (text: string): bigint | undefined => {
    const value = readOptionValue('bigint', text) as bigint | undefined;
    return value !== undefined && value >= -limit && value < limit ? value : undefined;
  };
  return ordered(path, [bound(path, 'min', options, read, type) ?? -limit, bound(path, 'max', options, read, type) ?? limit - 1n]);
}

/** As readIntegerBound, for FLOAT and DOUBLE: from 0 to the greatest finite number unless said otherwise. */
export function readDoubleBound(path: string, type: SqlType, options: FieldOptions): [min: number, max: number] {
  const greatest = type.root === 'FLOAT' ? MAX_FLOAT : Number.MAX_VALUE;
  const read = (text: string): number | undefined => {
    const value = readOptionValue('double', text) as number | undefined;
    return value !== undefined && Math.abs(value) <= greatest ? value : undefined;
  };
  return ordered(path, [bound(path, 'min', options, read, type) ?? 0, bound(path, 'max', options, read, type) ?? greatest]);
}

/** As readIntegerBound, for the unscaled integers of a DECIMAL: from 0 to what fits unless said otherwise. */
export function readDecimalBound(path: string, type: SqlType, options: FieldOptions): [min: bigint, max: bigint] {
  const { precision, scale } = type as DecimalType;
  const greatest = 10n ** BigInt(precision) - 1n;
  const read = (text: string): bigint | undefined => {
    if (!/^[-+]?\d{1,38}(\.\d{1,38})?$/.test(text)) return undefined;
    const { unscaled } = Decimal.from(text).toScale(scale);
    return unscaled <= greatest && unscaled >= -greatest ? unscaled : undefined;
  };
  return ordered(path, [bound(path, 'min', options, read, type) ?? 0n, bound(path, 'max', options, read, type) ?? greatest]);
}

function bound<T>(
  path: string,
  option: 'min' | 'max',
  options: FieldOptions,
  read: (text: string) => T | undefined,
  type: SqlType,
): T | undefined {
  const text = options.take(path, option);
  if (text === undefined) return undefined;
  const value = read(String(text));
  if (value !== undefined) return value;
  throw new SqlError('MS1303', `option 'fields.${path}.${option}' is '${text}', but takes a number that fits in ${type.root}`);
}

function ordered<T>(path: string, bounds: [T, T]): [T, T] {
  if (bounds[0] <= bounds[1]) return bounds;
  throw new SqlError('MS1304', `'fields.${path}.min' is ${bounds[0]}, which is above 'fields.${path}.max', ${bounds[1]}`);
}
