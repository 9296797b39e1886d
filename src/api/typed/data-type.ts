import { MAX_LENGTH, type SqlType, types, withNullable } from '../../data/types/sql-type.ts';
import type { ArrayColumn, ColumnType, MapColumn, NotNull, Prettify, ScalarKind } from './column-types.ts';
import type { columnType } from './operations.ts';

/** A SQL type, as `t` makes it. `T` is what TypeScript knows of it. Immutable; a column may be null unless the type says `notNull()`. */
export class DataType<T extends ColumnType = ColumnType> {
  declare readonly [columnType]: T;
  /** The type for the engine, with lengths and precisions. */
  readonly sql: SqlType;

  constructor(sql: SqlType) {
    this.sql = sql;
  }

  /** The same type for values that are never null. */
  notNull(): DataType<NotNull<T>> {
    return new DataType(withNullable(this.sql, false));
  }
}

/** The columns of a table: names and types. */
export interface Schema {
  readonly [name: string]: DataType;
}

/** What TypeScript knows of a schema's columns. */
export type ColumnsOf<S extends Schema> = Prettify<{
  -readonly [K in keyof S]: S[K] extends DataType<infer T extends ColumnType> ? T : never;
}>;

const scalar =
  <K extends ScalarKind>(sql: SqlType) =>
  (): DataType<K> =>
    new DataType<K>(sql);

/**
 * The SQL types. All take `.notNull()`. Values in JavaScript are exact: see docs/typescript.md. Lengths count characters (code
 * points) or bytes, precisions of times the digits of a second.
 */
export const t = {
  boolean: scalar<'BOOLEAN'>(types.boolean()),
  tinyint: scalar<'TINYINT'>(types.tinyint()),
  smallint: scalar<'SMALLINT'>(types.smallint()),
  int: scalar<'INT'>(types.int()),
  bigint: scalar<'BIGINT'>(types.bigint()),
  float: scalar<'FLOAT'>(types.float()),
  double: scalar<'DOUBLE'>(types.double()),
  /** 1 to 38 digits, `scale` of them after the point. */
  decimal: (precision = 10, scale = 0): DataType<'DECIMAL'> => new DataType(types.decimal(precision, scale)),
  string: scalar<'STRING'>(types.string()),
  char: (length = 1): DataType<'STRING'> => new DataType(types.char(length)),
  varchar: (length = MAX_LENGTH): DataType<'STRING'> => new DataType(types.varchar(length)),
  bytes: scalar<'BYTES'>(types.bytes()),
  binary: (length = 1): DataType<'BYTES'> => new DataType(types.binary(length)),
  varbinary: (length = MAX_LENGTH): DataType<'BYTES'> => new DataType(types.varbinary(length)),
  date: scalar<'DATE'>(types.date()),
  time: (precision = 0): DataType<'TIME'> => new DataType(types.time(precision)),
  /** Without a time zone. A column with a watermark has at most 3 digits: `t.timestamp(3)`. */
  timestamp: (precision = 6): DataType<'TIMESTAMP'> => new DataType(types.timestamp(precision)),
  /** An instant. */
  timestampLtz: (precision = 6): DataType<'TIMESTAMP_LTZ'> => new DataType(types.timestampLtz(precision)),
  intervalDayToSecond: scalar<'INTERVAL DAY TO SECOND'>(types.intervalDayTime()),
  intervalYearToMonth: scalar<'INTERVAL YEAR TO MONTH'>(types.intervalYearMonth()),
  /** Columns within a column: `t.row({ lat: t.double(), lon: t.double() })`. */
  row: <S extends Schema>(fields: S): DataType<{ row: ColumnsOf<S>; nullable: true }> => new DataType(types.row(fieldsOf(fields))),
  array: <T extends ColumnType>(element: DataType<T>): DataType<{ array: T; nullable: true }> =>
    new DataType<ArrayColumn & { array: T; nullable: true }>(types.array(element.sql)),
  map: <K extends ColumnType, V extends ColumnType>(key: DataType<K>, value: DataType<V>): DataType<{ key: K; value: V; nullable: true }> =>
    new DataType<MapColumn & { key: K; value: V; nullable: true }>(types.map(key.sql, value.sql)),
} as const;

/** Names and types of a schema, in order. */
export function fieldsOf(schema: Schema): { name: string; type: SqlType }[] {
  return Object.entries(schema).map(([name, { sql }]) => ({ name, type: sql }));
}
