import {
  type BytesType,
  isBinary,
  isNumeric,
  isText,
  isTimestamp,
  MAX_LENGTH,
  multisetType,
  type SqlType,
  type TimeType,
  types,
  withNullable,
  withoutTimeAttribute,
} from './sql-type.ts';

const INTEGER_ORDER = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT'] as const;
const INTEGER_DIGITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19 };
export const MAX_PRECISION = 38;

/** Precision and scale of an exact number; an integer type counts as the decimal that holds all its values. */
export interface Digits {
  readonly precision: number;
  readonly scale: number;
}

/** The digits of an exact numeric type; undefined for FLOAT, DOUBLE and what is no number. */
export function exactDigits(type: SqlType): Digits | undefined {
  if (type.root === 'DECIMAL') return type;
  const precision = INTEGER_DIGITS[type.root];
  return precision === undefined ? undefined : { precision, scale: 0 };
}

/**
 * The type that values of both types are cast to where they meet: in CASE, COALESCE, UNION, IN, VALUES, arrays. Flink's (that is,
 * Calcite's) least restrictive type, with its oddities: of FLOAT and DOUBLE, and of TIMESTAMP and TIMESTAMP_LTZ of one precision,
 * the first one wins. Undefined where the types do not mix. Nullable when one of them is.
 */
export function commonType(a: SqlType, b: SqlType): SqlType | undefined {
  const common = a.root === 'NULL' ? b : b.root === 'NULL' ? a : commonOf(withoutTimeAttribute(a), withoutTimeAttribute(b));
  return common && withNullable(common, a.nullable || b.nullable || a.root === 'NULL' || b.root === 'NULL');
}

function commonOf(a: SqlType, b: SqlType): SqlType | undefined {
  if (isNumeric(a) && isNumeric(b)) return commonNumber(a, b);
  if (isText(a) && isText(b)) return commonBytes(a, b, types.char, types.varchar);
  if (isBinary(a) && isBinary(b)) return commonBytes(a, b, types.binary, types.varbinary);
  if (isTimestamp(a) && isTimestamp(b)) return commonTimestamp(a, b);
  if (a.root === 'TIME' && b.root === 'TIME') return types.time(Math.max(a.precision, b.precision));
  if (a.root === 'ARRAY' && b.root === 'ARRAY') return mapCommon(commonType(a.element, b.element), types.array);
  if (a.root === 'MAP' && b.root === 'MAP') {
    if (a.isMultiset !== b.isMultiset) return undefined;
    if (a.isMultiset) return mapCommon(commonType(a.key, b.key), multisetType);
    const value = commonType(a.value, b.value);
    return value && mapCommon(commonType(a.key, b.key), (key) => types.map(key, value));
  }
  if (a.root === 'ROW' && b.root === 'ROW') return commonRow(a, b);
  return a.root === b.root ? a : undefined;
}

/**
 * The type that COALESCE and functions like it give: Flink's own merging of types, which differs from the planner's for FLOAT beside
 * DOUBLE (a DOUBLE), for a DECIMAL before a FLOAT (a FLOAT), and for TIMESTAMP beside TIMESTAMP_LTZ (a TIMESTAMP_LTZ).
 */
export function mergedType(a: SqlType, b: SqlType): SqlType | undefined {
  const nullable = a.nullable || b.nullable;
  if (isApproximate(a) && isApproximate(b)) return withNullable(a.root === 'DOUBLE' ? a : b, nullable);
  if (a.root === 'DECIMAL' && isApproximate(b)) return withNullable(b, nullable);
  if (isTimestamp(a) && isTimestamp(b) && a.root !== b.root) return types.timestampLtz(Math.max(a.precision, b.precision), nullable);
  return commonType(a, b);
}

const isApproximate = ({ root }: SqlType): boolean => root === 'FLOAT' || root === 'DOUBLE';

const mapCommon = (common: SqlType | undefined, wrap: (type: SqlType) => SqlType): SqlType | undefined => common && wrap(common);

function commonNumber(a: SqlType, b: SqlType): SqlType {
  const x = exactDigits(a);
  const y = exactDigits(b);
  if (x === undefined || y === undefined) {
    if (a.root === 'DECIMAL' || b.root === 'DECIMAL') return types.double();
    return x === undefined ? a : b;
  }
  if (a.root !== 'DECIMAL' && b.root !== 'DECIMAL') return widerInteger(a, b);
  const scale = Math.max(x.scale, y.scale);
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale);
  return types.decimal(Math.min(whole + scale, MAX_PRECISION), Math.min(scale, MAX_PRECISION - whole));
}

/** Of two integer types the one with more bits. */
export function widerInteger(a: SqlType, b: SqlType): SqlType {
  return INTEGER_ORDER.indexOf(a.root as 'INT') >= INTEGER_ORDER.indexOf(b.root as 'INT') ? a : b;
}

type MakeBytes = (length: number) => BytesType;

/** Equal fixed lengths stay fixed, all else varies and is as long as the longer. */
function commonBytes(a: BytesType, b: BytesType, fixed: MakeBytes, varying: MakeBytes): BytesType {
  const isFixed = a.root === b.root && a.length === b.length && (a.root === 'CHAR' || a.root === 'BINARY');
  return (isFixed ? fixed : varying)(Math.min(Math.max(a.length, b.length), MAX_LENGTH));
}

function commonTimestamp(a: TimeType, b: TimeType): TimeType {
  const root = a.precision === b.precision ? a.root : b.root;
  return { root, precision: Math.max(a.precision, b.precision), nullable: true };
}

/** Field by field; the names are those of the first. */
function commonRow(a: SqlType & { root: 'ROW' }, b: SqlType & { root: 'ROW' }): SqlType | undefined {
  if (a.fields.length !== b.fields.length) return undefined;
  const fields = a.fields.map(({ name, type }, i) => ({ name, type: commonType(type, b.fields[i]!.type) }));
  return fields.every((field): field is { name: string; type: SqlType } => field.type !== undefined) ? types.row(fields) : undefined;
}
