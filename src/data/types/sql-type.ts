/** The SQL types' names, as Flink prints them. */
export type TypeRoot = SqlType['root'];

interface Base {
  readonly nullable: boolean;
}

/** Types without parameters. NULL is the type of the bare literal and casts to any other. */
export interface PlainType extends Base {
  readonly root: 'NULL' | 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT' | 'FLOAT' | 'DOUBLE' | 'DATE';
}

/** Text in UTF-8 and bytes. STRING is VARCHAR(2147483647), BYTES is VARBINARY(2147483647). `length` counts code points or bytes. */
export interface BytesType extends Base {
  readonly root: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';
  readonly length: number;
}

/** Exact decimals: 1 <= precision <= 38, 0 <= scale <= precision. */
export interface DecimalType extends Base {
  readonly root: 'DECIMAL';
  readonly precision: number;
  readonly scale: number;
}

/** TIME(p), TIMESTAMP(p) and TIMESTAMP_LTZ(p) with 0 <= precision <= 9 digits of a second. */
export interface TimeType extends Base {
  readonly root: 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly precision: number;
  /** Set on the column a watermark is declared for, and on PROCTIME(). It follows the column through projections. */
  readonly timeAttribute?: 'rowtime' | 'proctime';
}

/** INTERVAL_DAY_TIME is i64 milliseconds, INTERVAL_YEAR_MONTH is i32 months. */
export interface IntervalType extends Base {
  readonly root: 'INTERVAL_DAY_TIME' | 'INTERVAL_YEAR_MONTH';
}

export interface RowField {
  readonly name: string;
  readonly type: SqlType;
}

export interface RowType extends Base {
  readonly root: 'ROW';
  readonly fields: readonly RowField[];
}

export interface ArrayType extends Base {
  readonly root: 'ARRAY';
  readonly element: SqlType;
}

export interface MapType extends Base {
  readonly root: 'MAP';
  readonly key: SqlType;
  readonly value: SqlType;
  /** A MULTISET of the keys, each with how often it is there: INT NOT NULL. It lies in memory and prints as a map does, as in Flink. */
  readonly isMultiset?: true;
}

/** A type of the SQL type system (Flink's, see its "Data Types" page). Immutable; built by the `types` helpers. */
export type SqlType = PlainType | BytesType | DecimalType | TimeType | IntervalType | RowType | ArrayType | MapType;

/** How the values of a type lie in a column. See Column for what `values` and `aux` hold. */
export type Storage = 'i8' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64' | 'bytes' | 'i128' | 'ts96' | 'row' | 'array' | 'map';

export const MAX_LENGTH = 2_147_483_647;

const plain =
  (root: PlainType['root']) =>
  (nullable = true): PlainType => ({ root, nullable });

/** Builders of types; nullable unless said otherwise, as in SQL. */
export const types = {
  null: plain('NULL'),
  boolean: plain('BOOLEAN'),
  tinyint: plain('TINYINT'),
  smallint: plain('SMALLINT'),
  int: plain('INT'),
  bigint: plain('BIGINT'),
  float: plain('FLOAT'),
  double: plain('DOUBLE'),
  date: plain('DATE'),
  char: (length: number, nullable = true): BytesType => ({ root: 'CHAR', length, nullable }),
  varchar: (length: number, nullable = true): BytesType => ({ root: 'VARCHAR', length, nullable }),
  string: (nullable = true): BytesType => ({ root: 'VARCHAR', length: MAX_LENGTH, nullable }),
  binary: (length: number, nullable = true): BytesType => ({ root: 'BINARY', length, nullable }),
  varbinary: (length: number, nullable = true): BytesType => ({ root: 'VARBINARY', length, nullable }),
  bytes: (nullable = true): BytesType => ({ root: 'VARBINARY', length: MAX_LENGTH, nullable }),
  decimal: (precision: number, scale: number, nullable = true): DecimalType => ({ root: 'DECIMAL', precision, scale, nullable }),
  time: (precision = 0, nullable = true): TimeType => ({ root: 'TIME', precision, nullable }),
  timestamp: (precision = 6, nullable = true): TimeType => ({ root: 'TIMESTAMP', precision, nullable }),
  timestampLtz: (precision = 6, nullable = true): TimeType => ({ root: 'TIMESTAMP_LTZ', precision, nullable }),
  intervalDayTime: (nullable = true): IntervalType => ({ root: 'INTERVAL_DAY_TIME', nullable }),
  intervalYearMonth: (nullable = true): IntervalType => ({ root: 'INTERVAL_YEAR_MONTH', nullable }),
  row: (fields: readonly RowField[], nullable = true): RowType => ({ root: 'ROW', fields, nullable }),
  array: (element: SqlType, nullable = true): ArrayType => ({ root: 'ARRAY', element, nullable }),
  map: (key: SqlType, value: SqlType, nullable = true): MapType => ({ root: 'MAP', key, value, nullable }),
};

/** MULTISET<element>. */
export const multisetType = (element: SqlType, nullable = true): MapType => ({
  ...types.map(element, types.int(false), nullable),
  isMultiset: true,
});

/** The same type with another nullability. */
export function withNullable<T extends SqlType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}

/** The same type without its time attribute (a computed or retracted time is an ordinary timestamp). */
export function withoutTimeAttribute(type: SqlType): SqlType {
  if (!isTimeAttribute(type)) return type;
  const { timeAttribute: _, ...rest } = type;
  return rest;
}

export function isTimeAttribute(type: SqlType): type is TimeType {
  return 'timeAttribute' in type && type.timeAttribute !== undefined;
}

const INTEGERS: ReadonlySet<TypeRoot> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT']);
const NUMBERS: ReadonlySet<TypeRoot> = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL']);

export const isInteger = (type: SqlType): boolean => INTEGERS.has(type.root);
export const isNumeric = (type: SqlType): boolean => NUMBERS.has(type.root);
export const isText = (type: SqlType): type is BytesType => type.root === 'CHAR' || type.root === 'VARCHAR';
export const isBinary = (type: SqlType): type is BytesType => type.root === 'BINARY' || type.root === 'VARBINARY';
export const isInterval = (type: SqlType): type is IntervalType => type.root.startsWith('INTERVAL');
export const isTimestamp = (type: SqlType): type is TimeType => type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ';

/** Whether values of the type have a FLOAT or a DOUBLE in them. */
export function hasFloats(type: SqlType): boolean {
  switch (type.root) {
    case 'ROW':
      return type.fields.some((field) => hasFloats(field.type));
    case 'ARRAY':
      return hasFloats(type.element);
    case 'MAP':
      return hasFloats(type.key) || hasFloats(type.value);
    default:
      return type.root === 'FLOAT' || type.root === 'DOUBLE';
  }
}
