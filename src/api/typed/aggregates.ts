import type * as sql from '../../sql/ast/index.ts';
import { call, star } from './ast.ts';
import type { ColumnType, Nullable } from './column-types.ts';
import type { Expression, ExpressionOf } from './expression.ts';
import { ExpressionNode, NODE, nodeOf, type Operand, SCOPE } from './expression-node.ts';
import type { BooleanOperand, NumberColumn, Typed } from './operations.ts';
import type { TypeScope } from './type-scope.ts';

/** An aggregate of the rows of a group (of a window, of all rows). Stands in `select`; can be computed with, like any expression. */
export type AggregateExpression<T extends ColumnType> = ExpressionOf<T> & {
  /** Counts each different value once. */
  distinct(): AggregateExpression<T>;
  /** Takes only the rows for which the condition holds. */
  filter(condition: BooleanOperand): AggregateExpression<T>;
};

/** An aggregate call when the program runs. */
class AggregateNode extends ExpressionNode {
  readonly #call: sql.FunctionCall;
  readonly #operands: TypeScope | undefined;

  constructor(node: sql.FunctionCall, scope: TypeScope | undefined) {
    super(node, scope);
    scope?.typeOf(node);
    this.#call = node;
    this.#operands = scope;
  }

  distinct(): AggregateNode {
    return new AggregateNode({ ...this.#call, distinct: true }, this.#operands);
  }

  filter(condition: Operand): AggregateNode {
    const scope = this.#operands ?? (condition instanceof ExpressionNode ? condition[SCOPE] : undefined);
    return new AggregateNode({ ...this.#call, filter: nodeOf(condition) }, scope);
  }
}

function aggregate<T extends ColumnType>(name: string, operand: Typed<ColumnType> | undefined): AggregateExpression<T> {
  const argument = operand as unknown as ExpressionNode | undefined;
  const node = call(name, [argument === undefined ? star : argument[NODE]]);
  return new AggregateNode(node, argument?.[SCOPE]) as unknown as AggregateExpression<T>;
}

/** The number of rows; of an expression the number of rows where it is not NULL. Never NULL. */
export const count = (operand?: Expression | Typed<ColumnType>): AggregateExpression<'BIGINT NOT NULL'> => aggregate('COUNT', operand);

/** The total of the values that are not NULL; NULL when there is none. Integers keep their type and wrap around. */
export const sum = <T extends NumberColumn>(operand: Typed<T>): AggregateExpression<Nullable<T>> => aggregate('SUM', operand);

/** The mean of the values that are not NULL; of integers it is the same integer type, cut towards zero: cast to t.double() first. */
export const avg = <T extends NumberColumn>(operand: Typed<T>): AggregateExpression<Nullable<T>> => aggregate('AVG', operand);

/** The least value that is not NULL; NULL when there is none. */
export const min = <T extends ColumnType>(operand: Typed<T>): AggregateExpression<Nullable<T>> => aggregate('MIN', operand);

/** The greatest value that is not NULL; NULL when there is none. */
export const max = <T extends ColumnType>(operand: Typed<T>): AggregateExpression<Nullable<T>> => aggregate('MAX', operand);
