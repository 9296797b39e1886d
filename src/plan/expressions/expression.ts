import type { Span } from '../../common/errors.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { ScalarFunction } from '../../functions/scalar-function.ts';

interface Typed {
  readonly type: SqlType;
  /** Where the expression stands in the SQL text, for errors found later. */
  readonly span?: Span | undefined;
}

/** A column of the node's input, by position. */
export interface ColumnExpression extends Typed {
  readonly kind: 'column';
  readonly index: number;
  readonly name: string;
}

/**
 * A column of a query around this one, by how deep that stands. Only the binder makes such columns, and its joins
 * (binder/subqueries/) replace them: no plan that is run has one.
 */
export interface OuterExpression extends Typed {
  readonly kind: 'outer';
  /** 0 for the outermost query. */
  readonly level: number;
  readonly index: number;
  readonly name: string;
}

/** A constant; `value` is the exact JavaScript value of `type` (see data/values), null for NULL. */
export interface LiteralExpression extends Typed {
  readonly kind: 'literal';
  readonly value: unknown;
}

export interface CallExpression extends Typed {
  readonly kind: 'call';
  readonly function: ScalarFunction;
  readonly args: readonly Expression[];
}

/** CAST (fails on a bad value) or TRY_CAST (`safe`: NULL instead). */
export interface CastExpression extends Typed {
  readonly kind: 'cast';
  readonly input: Expression;
  readonly safe: boolean;
}

/** Three-valued AND or OR of two or more operands, evaluated from the left, no further than needed. */
export interface LogicalExpression extends Typed {
  readonly kind: 'and' | 'or';
  readonly args: readonly Expression[];
}

export interface NotExpression extends Typed {
  readonly kind: 'not';
  readonly input: Expression;
}

/** Tests that are never null themselves. */
export interface IsExpression extends Typed {
  readonly kind: 'is';
  readonly test: 'null' | 'true' | 'false';
  readonly negated: boolean;
  readonly input: Expression;
}

/** The first branch whose condition is TRUE; only its value is evaluated. All values have the expression's type. */
export interface CaseExpression extends Typed {
  readonly kind: 'case';
  readonly branches: readonly { readonly when: Expression; readonly value: Expression }[];
  readonly otherwise: Expression;
}

/** The first argument that is not null. All have the expression's type. */
export interface CoalesceExpression extends Typed {
  readonly kind: 'coalesce';
  readonly args: readonly Expression[];
}

/** `input IN (literal, ...)`, with the literals as exact values of the input's type (nullability apart). */
export interface InExpression extends Typed {
  readonly kind: 'in';
  readonly input: Expression;
  readonly values: readonly LiteralExpression[];
}

/** A field of a ROW, by position. Null where the row is. */
export interface FieldExpression extends Typed {
  readonly kind: 'field';
  readonly input: Expression;
  readonly index: number;
  readonly name: string;
}

/** ROW(a, b, ...). */
export interface RowExpression extends Typed {
  readonly kind: 'row';
  readonly args: readonly Expression[];
}

/** A typed scalar expression over one input row. Immutable. */
export type Expression =
  | ColumnExpression
  | OuterExpression
  | LiteralExpression
  | CallExpression
  | CastExpression
  | LogicalExpression
  | NotExpression
  | IsExpression
  | CaseExpression
  | CoalesceExpression
  | InExpression
  | FieldExpression
  | RowExpression;
