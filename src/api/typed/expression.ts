import type {
  ArrayColumn,
  Columns,
  ColumnType,
  MapColumn,
  Nullable,
  RowColumn,
  ScalarColumn,
  UnknownColumns,
  WithNulls,
} from './column-types.ts';
import type { DataType } from './data-type.ts';
import type { Duration } from './duration.ts';
import type {
  AnyColumn,
  BooleanColumn,
  BooleanOperand,
  Comparable,
  columnType,
  DivisorOf,
  IntegerColumn,
  LiteralValue,
  NumberColumn,
  NumberOperand,
  Remainder,
  Sum,
  TextColumn,
  TextOperand,
  TimestampColumn,
  TypeBeside,
  Typed,
  TypeOf,
} from './operations.ts';

/** A key of ORDER BY: an expression with its direction. Without more, nulls count as the least values, as in Flink. */
export interface OrderTerm {
  readonly descending: boolean;
  nullsFirst(): OrderTerm;
  nullsLast(): OrderTerm;
}

/** A condition: BOOLEAN, not null when none of the types that it is made of may be null. */
export type Condition<Inputs> = BooleanExpression<WithNulls<'BOOLEAN', Inputs> & BooleanColumn>;

/**
 * A part of a query that has a value for each row: a column, a constant, or something computed from them. It is compiled with the rest
 * of the query; no JavaScript runs per row. `T` is its SQL type. NULL follows SQL's rules: what is computed from NULL is NULL.
 */
export interface Expression<T extends ColumnType = ColumnType> extends Typed<T> {
  eq<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  ne<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  /** As `eq`, but NULL is the same as NULL, and the answer is never NULL. */
  isNotDistinctFrom(other: Comparable<T>): BooleanExpression<'BOOLEAN NOT NULL'>;
  isDistinctFrom(other: Comparable<T>): BooleanExpression<'BOOLEAN NOT NULL'>;
  isNull(): BooleanExpression<'BOOLEAN NOT NULL'>;
  isNotNull(): BooleanExpression<'BOOLEAN NOT NULL'>;
  /** Whether the value is one of these; throws MS1205 for an empty list. */
  in<O extends Comparable<T>>(values: readonly O[]): Condition<T | TypeOf<O>>;
  notIn<O extends Comparable<T>>(values: readonly O[]): Condition<T | TypeOf<O>>;
  /** CAST: a value that cannot be one of the type ends the job. Whether it may be null follows from this expression. */
  cast<U extends ColumnType>(type: DataType<U>): ExpressionOf<WithNulls<U, T>>;
  /** TRY_CAST: a value that cannot be one of the type is NULL. */
  tryCast<U extends ColumnType>(type: DataType<U>): ExpressionOf<Nullable<U>>;
  asc(): OrderTerm;
  desc(): OrderTerm;
}

/** What has an order. */
export interface OrderedExpression<T extends ColumnType> extends Expression<T> {
  gt<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  gte<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  lt<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  lte<O extends Comparable<T>>(other: O): Condition<T | TypeOf<O>>;
  /** From `low` to `high`, both included. */
  between<L extends Comparable<T>, H extends Comparable<T>>(low: L, high: H): Condition<T | TypeOf<L> | TypeOf<H>>;
  notBetween<L extends Comparable<T>, H extends Comparable<T>>(low: L, high: H): Condition<T | TypeOf<L> | TypeOf<H>>;
}

/** A number. Results have Flink's types: integers stay integers (7 / 2 is 3) and wrap around, DECIMAL is exact. */
export interface NumberExpression<T extends NumberColumn = NumberColumn> extends OrderedExpression<T> {
  /** A JavaScript number beside an integer must be whole (MS1205), beside a DECIMAL it counts by its shortest text. */
  plus<O extends NumberOperand>(other: O): ExpressionOf<Sum<T, TypeBeside<O, T>>>;
  minus<O extends NumberOperand>(other: O): ExpressionOf<Sum<T, TypeBeside<O, T>>>;
  times<O extends NumberOperand>(other: O): ExpressionOf<Sum<T, TypeBeside<O, T>>>;
  /** An integer or a decimal divided by zero ends the job. */
  dividedBy<O extends NumberOperand>(other: O): ExpressionOf<Sum<T, TypeBeside<O, T>>>;
  /** The remainder, with the sign of this number. Not for FLOAT and DOUBLE. */
  mod<O extends DivisorOf<T>>(
    this: Expression<Exclude<T, 'FLOAT' | 'DOUBLE' | 'FLOAT NOT NULL' | 'DOUBLE NOT NULL'>>,
    divisor: O,
  ): ExpressionOf<Remainder<T, TypeBeside<O, T>>>;
  negated(): NumberExpression<T>;
  abs(): NumberExpression<T>;
  /** Rounded to so many digits after the point, 0 unless given; halves go away from zero. */
  round(digits?: number): NumberExpression<T>;
  /** The largest whole number that is not larger. */
  floor(): NumberExpression<T>;
  ceil(): NumberExpression<T>;
}

/** A text. Positions count code points from 1, as in SQL. */
export interface TextExpression<T extends TextColumn = TextColumn> extends OrderedExpression<T> {
  /** `%` stands for any text, `_` for one character. */
  like<O extends TextOperand>(pattern: O): Condition<T | TypeOf<O>>;
  notLike<O extends TextOperand>(pattern: O): Condition<T | TypeOf<O>>;
  startsWith<O extends TextOperand>(prefix: O): Condition<T | TypeOf<O>>;
  endsWith<O extends TextOperand>(suffix: O): Condition<T | TypeOf<O>>;
  upper(): TextExpression<T>;
  lower(): TextExpression<T>;
  /** Without blanks at both ends. */
  trim(): TextExpression<T>;
  /** From the position, counted from 1, for so many characters or to the end. */
  substring(from: number | NumberExpression<IntegerColumn>, length?: number | NumberExpression<IntegerColumn>): TextExpression<T>;
  /** This text and the others, one after the other; NULL when one of them is NULL. */
  concat<O extends readonly TextOperand[]>(...others: O): TextExpression<WithNulls<'STRING', T | TypeOf<O[number]>> & TextColumn>;
  replace(search: TextOperand, replacement: TextOperand): TextExpression<'STRING'>;
  /** The number of characters (code points). */
  length(): NumberExpression<WithNulls<'INT', T> & NumberColumn>;
}

/** A truth value: TRUE, FALSE or unknown (NULL). */
export interface BooleanExpression<T extends BooleanColumn = BooleanColumn> extends Expression<T> {
  and<O extends readonly BooleanOperand[]>(...others: O): Condition<T | TypeOf<O[number]>>;
  or<O extends readonly BooleanOperand[]>(...others: O): Condition<T | TypeOf<O[number]>>;
  not(): BooleanExpression<T>;
  /** False, not NULL, where this is unknown. */
  isTrue(): BooleanExpression<'BOOLEAN NOT NULL'>;
  isFalse(): BooleanExpression<'BOOLEAN NOT NULL'>;
}

/** A part of a date or a time. */
export type TimeUnit = 'YEAR' | 'QUARTER' | 'MONTH' | 'WEEK' | 'DAY' | 'DOW' | 'DOY' | 'HOUR' | 'MINUTE' | 'SECOND';

/** A TIMESTAMP or a TIMESTAMP_LTZ. */
export interface TimestampExpression<T extends TimestampColumn = TimestampColumn> extends OrderedExpression<T> {
  plus(duration: Duration): TimestampExpression<T>;
  minus(duration: Duration): TimestampExpression<T>;
  /** A part of it as a number. */
  extract(unit: TimeUnit): NumberExpression<WithNulls<'BIGINT', T> & NumberColumn>;
  /** Its text by a pattern as `yyyy-MM-dd HH:mm`. */
  format(pattern: string): TextExpression<'STRING'>;
}

/** A ROW. Its fields are properties, except those whose name is that of a method: `field('name')` reaches all. */
export type RowExpression<T extends RowColumn> = Expression<T> &
  RowMethods<T> & { readonly [K in Exclude<keyof T['row'], keyof Expression | keyof RowMethods<T>>]: FieldOf<T, K> };

interface RowMethods<T extends RowColumn> {
  field<K extends keyof T['row'] & string>(name: K): FieldOf<T, K>;
}

/** A field may be null when it or the row may be. */
type FieldOf<T extends RowColumn, K extends keyof T['row']> = T['nullable'] extends false
  ? ExpressionOf<T['row'][K]>
  : ExpressionOf<Nullable<T['row'][K]>>;

type Methods = Exclude<
  keyof NumberExpression | keyof TextExpression | keyof BooleanExpression | keyof TimestampExpression,
  typeof columnType
>;

/** An expression whose type is only known when the program runs: it has every method, and a mistake is an SqlError. */
export type AnyExpression<T extends AnyColumn = 'ANY'> = Typed<T> & {
  readonly [M in Methods]: AnyMethod<M>;
} & { field(name: string): AnyExpression };

type AnyMethod<M> = M extends 'asc' | 'desc'
  ? () => OrderTerm
  : M extends 'cast' | 'tryCast'
    ? <U extends ColumnType>(type: DataType<U>) => ExpressionOf<Nullable<U>>
    : M extends 'isNull' | 'isNotNull' | 'isTrue' | 'isFalse'
      ? () => BooleanExpression<'BOOLEAN NOT NULL'>
      : M extends 'in' | 'notIn'
        ? (values: readonly (Typed<ColumnType> | LiteralValue)[]) => BooleanExpression<'BOOLEAN'>
        : M extends Conditions
          ? (...others: readonly (Typed<ColumnType> | LiteralValue)[]) => BooleanExpression<'BOOLEAN'>
          : (...others: readonly (Typed<ColumnType> | LiteralValue)[]) => AnyExpression;

type Conditions =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'between'
  | 'notBetween'
  | 'isDistinctFrom'
  | 'isNotDistinctFrom'
  | 'like'
  | 'notLike'
  | 'startsWith'
  | 'endsWith'
  | 'and'
  | 'or'
  | 'not';

/** The expression of a column type. */
export type ExpressionOf<T extends ColumnType> = T extends NumberColumn
  ? NumberExpression<T>
  : T extends TextColumn
    ? TextExpression<T>
    : T extends BooleanColumn
      ? BooleanExpression<T>
      : T extends TimestampColumn
        ? TimestampExpression<T>
        : T extends AnyColumn
          ? AnyExpression<T>
          : T extends ScalarColumn
            ? OrderedExpression<T>
            : T extends RowColumn
              ? RowExpression<T>
              : T extends ArrayColumn | MapColumn
                ? Expression<T>
                : never;

/** The columns of a stream as expressions: `r.city`. A name that is not there is an error, in TypeScript and, as MS1103, when running. */
export type RowScope<C extends Columns> = C extends UnknownColumns
  ? { readonly [K in keyof C]: ExpressionOf<C[K]> }
  : { readonly [K in keyof C]: ExpressionOf<C[K]> };

/** What can be selected: an expression or a constant. */
export type Selectable = Typed<ColumnType> | LiteralValue;

/** Columns by name. */
export interface Selection {
  readonly [name: string]: Selectable;
}

/** The columns that a selection makes. */
export type ColumnsOfSelection<S extends Selection> = { -readonly [K in keyof S]: TypeOf<S[K]> };
