import type { Decimal } from '../../data/values/decimal.ts';
import type { LocalDate } from '../../data/values/local-date.ts';
import type { LocalTime } from '../../data/values/local-time.ts';
import type { Timestamp } from '../../data/values/timestamp.ts';
import type { TimestampLtz } from '../../data/values/timestamp-ltz.ts';
import type { Value } from '../../data/values/value.ts';

/** The JavaScript value of each kind of column; lengths, precisions and scales make no difference to it. ANY is a column whose type is only known when the program runs. */
export interface ScalarValues {
  BOOLEAN: boolean;
  TINYINT: number;
  SMALLINT: number;
  INT: number;
  BIGINT: bigint;
  FLOAT: number;
  DOUBLE: number;
  DECIMAL: Decimal;
  STRING: string;
  BYTES: Uint8Array;
  DATE: LocalDate;
  TIME: LocalTime;
  TIMESTAMP: Timestamp;
  TIMESTAMP_LTZ: TimestampLtz;
  'INTERVAL DAY TO SECOND': bigint;
  'INTERVAL YEAR TO MONTH': number;
  ANY: Value;
}

export type ScalarKind = keyof ScalarValues;

/** A scalar column's type, written as in SQL: a `'BIGINT'` may be null, a `'BIGINT NOT NULL'` may not. */
export type ScalarColumn = ScalarKind | `${ScalarKind} NOT NULL`;

export interface RowColumn {
  readonly row: Columns;
  readonly nullable: boolean;
}

export interface ArrayColumn {
  readonly array: ColumnType;
  readonly nullable: boolean;
}

export interface MapColumn {
  readonly key: ColumnType;
  readonly value: ColumnType;
  readonly nullable: boolean;
}

/** The type of a column as TypeScript knows it. */
export type ColumnType = ScalarColumn | RowColumn | ArrayColumn | MapColumn;

/** The columns of a stream: their names and types, such as `{ id: 'BIGINT NOT NULL'; city: 'STRING' }`. */
export interface Columns {
  readonly [name: string]: ColumnType;
}

/** Columns whose names and types are only known when the program runs. */
export interface UnknownColumns {
  readonly [name: string]: 'ANY';
}

export type Prettify<T> = { [K in keyof T]: T[K] } & {};

/** The type without NOT NULL: `BIGINT` of `BIGINT NOT NULL`. */
export type Nullable<T extends ColumnType> = T extends `${infer K extends ScalarKind} NOT NULL`
  ? K
  : T extends ScalarKind
    ? T
    : T extends RowColumn
      ? { row: T['row']; nullable: true }
      : T extends ArrayColumn
        ? { array: T['array']; nullable: true }
        : T extends MapColumn
          ? { key: T['key']; value: T['value']; nullable: true }
          : never;

export type NotNull<T extends ColumnType> = T extends ScalarKind
  ? `${T} NOT NULL`
  : T extends ScalarColumn
    ? T
    : T extends RowColumn
      ? { row: T['row']; nullable: false }
      : T extends ArrayColumn
        ? { array: T['array']; nullable: false }
        : T extends MapColumn
          ? { key: T['key']; value: T['value']; nullable: false }
          : never;

/** `true` for each of the types that may be null: `IsNullable<A | B>` contains true when A or B may be. */
export type IsNullable<T> = T extends `${string} NOT NULL`
  ? false
  : T extends string
    ? true
    : T extends { readonly nullable: infer N }
      ? N
      : never;

/** `T`, which may be null when one of `Inputs` may be: the rule of nearly all functions. */
export type WithNulls<T extends ColumnType, Inputs> = true extends IsNullable<Inputs> ? Nullable<T> : NotNull<T>;

/** A column's value in a row. */
export type ValueOf<T extends ColumnType> = T extends `${infer K extends ScalarKind} NOT NULL`
  ? ScalarValues[K]
  : T extends ScalarKind
    ? ScalarValues[T] | null
    : T extends RowColumn
      ? RowOf<T['row']> | NullOf<T>
      : T extends ArrayColumn
        ? readonly ValueOf<T['array']>[] | NullOf<T>
        : T extends MapColumn
          ? ReadonlyMap<ValueOf<T['key']>, ValueOf<T['value']>> | NullOf<T>
          : never;

type NullOf<T extends { readonly nullable: boolean }> = T['nullable'] extends false ? never : null;

/** A row of these columns: exact JavaScript values by name. */
export type RowOf<C extends Columns> = Prettify<{ -readonly [K in keyof C]: ValueOf<C[K]> }>;

/** What may be handed over for a column: beside its own class, what fits in without loss. */
export type InputOf<T extends ColumnType> = T extends `${infer K extends ScalarKind} NOT NULL`
  ? ScalarInputs[K]
  : T extends ScalarKind
    ? ScalarInputs[T] | null | undefined
    : T extends RowColumn
      ? RowInputOf<T['row']> | NullInput<T>
      : T extends ArrayColumn
        ? readonly InputOf<T['array']>[] | NullInput<T>
        : T extends MapColumn
          ? ReadonlyMap<InputOf<T['key']>, InputOf<T['value']>> | NullInput<T>
          : never;

type NullInput<T extends { readonly nullable: boolean }> = T['nullable'] extends false ? never : null | undefined;

interface ScalarInputs extends Omit<ScalarValues, 'BIGINT' | 'DECIMAL' | 'TIMESTAMP_LTZ' | 'ANY'> {
  /** A number must be a safe integer. */
  BIGINT: bigint | number;
  /** A number counts by its shortest text. */
  DECIMAL: Decimal | bigint | number;
  TIMESTAMP_LTZ: TimestampLtz | Date;
  ANY: unknown;
}

type OptionalInputs<C extends Columns> = { [K in keyof C]: undefined extends InputOf<C[K]> ? K : never }[keyof C];

/** A row to be read by a query: a column that may be null may be left out. */
export type RowInputOf<C extends Columns> = Prettify<
  { readonly [K in Exclude<keyof C, OptionalInputs<C>>]: InputOf<C[K]> } & { readonly [K in OptionalInputs<C>]?: InputOf<C[K]> }
>;
