import type { Decimal } from '../../data/values/decimal.ts';
import type { LocalDate } from '../../data/values/local-date.ts';
import type { LocalTime } from '../../data/values/local-time.ts';
import type { Timestamp } from '../../data/values/timestamp.ts';
import type { TimestampLtz } from '../../data/values/timestamp-ltz.ts';
import type { ColumnType, Nullable, ScalarKind, WithNulls } from './column-types.ts';
import type { Duration } from './duration.ts';

/** Where an expression keeps its type for TypeScript; there is no such property when the program runs. */
export declare const columnType: unique symbol;

/** Anything with a column type: every expression. */
export interface Typed<T extends ColumnType> {
  readonly [columnType]: T;
}

export type IntegerKind = 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT';
export type NumberKind = IntegerKind | 'FLOAT' | 'DOUBLE' | 'DECIMAL';
type Both<K extends ScalarKind> = K | `${K} NOT NULL`;

export type NumberColumn = Both<NumberKind>;
export type IntegerColumn = Both<IntegerKind>;
export type TextColumn = Both<'STRING'>;
export type BooleanColumn = Both<'BOOLEAN'>;
export type TimestampColumn = Both<'TIMESTAMP' | 'TIMESTAMP_LTZ'>;
export type AnyColumn = Both<'ANY'>;

/** A JavaScript value that can stand where an expression can. */
export type LiteralValue =
  | number
  | bigint
  | string
  | boolean
  | Decimal
  | LocalDate
  | LocalTime
  | Timestamp
  | TimestampLtz
  | Date
  | Duration
  | Uint8Array;

/** The type a JavaScript value has by itself: a number is a DOUBLE, a bigint a BIGINT, as where values come out. */
export type TypeOfLiteral<V> = V extends number
  ? 'DOUBLE NOT NULL'
  : V extends bigint
    ? 'BIGINT NOT NULL'
    : V extends string
      ? 'STRING NOT NULL'
      : V extends boolean
        ? 'BOOLEAN NOT NULL'
        : V extends Decimal
          ? 'DECIMAL NOT NULL'
          : V extends LocalDate
            ? 'DATE NOT NULL'
            : V extends LocalTime
              ? 'TIME NOT NULL'
              : V extends Timestamp
                ? 'TIMESTAMP NOT NULL'
                : V extends TimestampLtz | Date
                  ? 'TIMESTAMP_LTZ NOT NULL'
                  : V extends Duration
                    ? 'INTERVAL DAY TO SECOND NOT NULL'
                    : V extends Uint8Array
                      ? 'BYTES NOT NULL'
                      : never;

/** The type of an expression or of a literal by itself. */
export type TypeOf<E> = E extends Typed<infer T extends ColumnType> ? T : TypeOfLiteral<E>;

/**
 * The type of an operand beside one of type `T`. A plain number takes after its neighbour: beside an integer it is an INT, beside
 * a DECIMAL a DECIMAL, else a DOUBLE.
 */
export type TypeBeside<E, T extends ColumnType> = E extends number
  ? Nullable<T> extends IntegerKind
    ? 'INT NOT NULL'
    : Nullable<T> extends 'DECIMAL'
      ? 'DECIMAL NOT NULL'
      : 'DOUBLE NOT NULL'
  : TypeOf<E>;

export type NumberOperand = Typed<NumberColumn | AnyColumn> | number | bigint | Decimal;
export type TextOperand = Typed<TextColumn | AnyColumn> | string;
export type BooleanOperand = Typed<BooleanColumn | AnyColumn> | boolean;

/** What a column of type `T` can be compared with. */
export type Comparable<T extends ColumnType> =
  Nullable<T> extends infer K
    ? K extends 'ANY'
      ? Typed<ColumnType> | LiteralValue
      : K extends NumberKind
        ? NumberOperand
        : K extends 'STRING'
          ? TextOperand
          : K extends 'BOOLEAN'
            ? BooleanOperand
            : K extends 'TIMESTAMP'
              ? Typed<TimestampColumn | AnyColumn> | Timestamp
              : K extends 'TIMESTAMP_LTZ'
                ? Typed<TimestampColumn | AnyColumn> | TimestampLtz | Date
                : K extends 'DATE'
                  ? Typed<Both<'DATE'> | AnyColumn> | LocalDate
                  : K extends 'TIME'
                    ? Typed<Both<'TIME'> | AnyColumn> | LocalTime
                    : K extends 'BYTES'
                      ? Typed<Both<'BYTES'> | AnyColumn> | Uint8Array
                      : K extends 'INTERVAL DAY TO SECOND'
                        ? Typed<Both<'INTERVAL DAY TO SECOND'> | AnyColumn> | Duration
                        : K extends ColumnType
                          ? Typed<K | AnyColumn>
                          : never
    : never;

/** Of two integer kinds the wider one. */
type Wider<A, B> = 'BIGINT' extends A | B ? 'BIGINT' : 'INT' extends A | B ? 'INT' : 'SMALLINT' extends A | B ? 'SMALLINT' : 'TINYINT';

/** The kind of `a + b`, and of two numbers that meet in CASE, COALESCE or UNION, as in Flink: of FLOAT and DOUBLE the first. */
type NumberKindOf<A, B> = A extends 'ANY'
  ? 'ANY'
  : B extends 'ANY'
    ? 'ANY'
    : A extends 'FLOAT' | 'DOUBLE'
      ? B extends 'DECIMAL'
        ? 'DOUBLE'
        : A
      : B extends 'FLOAT' | 'DOUBLE'
        ? A extends 'DECIMAL'
          ? 'DOUBLE'
          : B
        : 'DECIMAL' extends A | B
          ? 'DECIMAL'
          : Wider<A, B>;

/** The kind of `a % b`: that of the divisor, where both are whole. */
type RemainderKind<A, B> = A extends 'ANY' ? 'ANY' : B extends 'ANY' ? 'ANY' : 'DECIMAL' extends A | B ? 'DECIMAL' : B;

export type Sum<A extends ColumnType, B extends ColumnType> = WithNulls<NumberKindOf<Nullable<A>, Nullable<B>> & ScalarKind, A | B>;
export type Remainder<A extends ColumnType, B extends ColumnType> = WithNulls<RemainderKind<Nullable<A>, Nullable<B>> & ScalarKind, A | B>;

/** The type that values of two types share, nullability apart; never where there is none. */
export type CommonKind<A extends ColumnType, B extends ColumnType> =
  Nullable<A> extends infer K
    ? Nullable<B> extends infer L
      ? K extends NumberKind | 'ANY'
        ? L extends NumberKind | 'ANY'
          ? NumberKindOf<K, L>
          : K extends 'ANY'
            ? 'ANY'
            : never
        : L extends 'ANY'
          ? 'ANY'
          : [K] extends [L]
            ? K
            : [L] extends [K]
              ? K
              : never
      : never
    : never;

/** The common type; may be null when one of the two may be. */
export type Common<A extends ColumnType, B extends ColumnType> =
  CommonKind<A, B> extends infer K extends ColumnType ? WithNulls<K, A | B> : never;

/** The common type of COALESCE: not null as soon as one of the two is not. */
export type FirstOf<A extends ColumnType, B extends ColumnType> =
  CommonKind<A, B> extends infer K extends ColumnType ? (A extends `${string} NOT NULL` ? WithNulls<K, A> : WithNulls<K, B>) : never;

/** What arithmetic beside `T` takes. */
export type DivisorOf<T extends ColumnType> =
  Nullable<T> extends 'DECIMAL'
    ? Typed<Both<'DECIMAL'> | AnyColumn> | number | Decimal
    : Typed<Both<IntegerKind | 'DECIMAL'> | AnyColumn> | number | bigint | Decimal;
