import { SqlError } from '../../common/errors.ts';
import { showValue } from '../../data/types/descriptor.ts';
import { printType } from '../../data/types/print-type.ts';
import { withNullable } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { call, cast, NOWHERE, nothing } from './ast.ts';
import type { ColumnType, WithNulls } from './column-types.ts';
import { DataType } from './data-type.ts';
import type { Condition, ExpressionOf, Selectable } from './expression.ts';
import { allOf, type ExpressionNode, isExpression, make, nodeBeside, nodeOf, type Operand, typeOf } from './expression-node.ts';
import type { BooleanOperand, Common, CommonKind, FirstOf, LiteralValue, TypeBeside, Typed, TypeOf, TypeOfLiteral } from './operations.ts';
import { typeNameOf } from './type-name.ts';

/**
 * A constant. By itself a number is a DOUBLE, a bigint a BIGINT, a Decimal a DECIMAL of its digits; with a type it is a value of that
 * type: `lit(5, t.int())`, `lit(null, t.string())`.
 */
export function lit<V extends LiteralValue>(value: V): ExpressionOf<TypeOfLiteral<V>>;
export function lit<T extends ColumnType>(value: LiteralValue | null, type: DataType<T>): ExpressionOf<T>;
export function lit(value: LiteralValue | null, type?: DataType): unknown {
  if (value === null && type === undefined) throw new SqlError('MS1205', 'lit(null) needs a type', { hint: 'lit(null, t.string())' });
  const node = value === null ? nothing : nodeOf(value);
  return make(type === undefined ? node : cast(node, typeNameOf(type.sql, false)), []);
}

/** Whether all of the conditions hold. */
export function and<O extends readonly BooleanOperand[]>(...conditions: O): Condition<TypeOf<O[number]>> {
  return allOf('AND', conditions as unknown as readonly Operand[]) as unknown as Condition<TypeOf<O[number]>>;
}

/** Whether one of the conditions holds. */
export function or<O extends readonly BooleanOperand[]>(...conditions: O): Condition<TypeOf<O[number]>> {
  return allOf('OR', conditions as unknown as readonly Operand[]) as unknown as Condition<TypeOf<O[number]>>;
}

/** Whether the condition does not hold. */
export function not<T extends 'BOOLEAN' | 'BOOLEAN NOT NULL'>(condition: Typed<T>): Condition<T> {
  return (condition as unknown as ExpressionNode).not() as unknown as Condition<T>;
}

/** Nothing where values of both types can stand in one column; else `never`, which no value is. */
type Fitting<V, T extends ColumnType> = [CommonKind<T, TypeBeside<V, T>>] extends [never] ? never : unknown;

/** The first of the values that is not NULL: `coalesce(r.nick, r.name, 'nobody')`. */
export function coalesce<A extends ColumnType, B extends Selectable>(
  first: Typed<A>,
  second: B & Fitting<B, A>,
): ExpressionOf<FirstOf<A, TypeBeside<B, A>>>;
export function coalesce<A extends ColumnType, B extends ColumnType, C extends Selectable>(
  first: Typed<A>,
  second: Typed<B>,
  third: C & Fitting<C, A>,
): ExpressionOf<FirstOf<FirstOf<A, B>, TypeBeside<C, A>>>;
export function coalesce(...values: readonly unknown[]): unknown {
  const operands = values as readonly Operand[];
  return make(call('COALESCE', besideEachOther(operands)), operands);
}

/** The trees of values that meet in one column: plain numbers take after the first that is an expression. */
function besideEachOther(operands: readonly Operand[]): sql.Expression[] {
  const neighbour = operands.find(isExpression);
  return operands.map((operand) => (neighbour === undefined ? nodeOf(operand) : nodeBeside(operand, neighbour)));
}

type Arm = { readonly condition: Operand; readonly value: Operand };

/** `CASE WHEN ... THEN ... END`, in the making: `caseWhen(r.fare.gt(100), 'dear').when(r.fare.gt(50), 'fair').otherwise('cheap')`. */
export class CaseBuilder<T extends ColumnType> {
  readonly #arms: readonly Arm[];

  /** @internal */
  constructor(arms: readonly Arm[]) {
    this.#arms = arms;
  }

  /** Of the conditions that hold, the first one counts. */
  when<V extends Selectable>(condition: BooleanOperand, value: V & Fitting<V, T>): CaseBuilder<Common<T, TypeBeside<V, T>>> {
    return new CaseBuilder([...this.#arms, { condition: condition as unknown as Operand, value: value as unknown as Operand }]);
  }

  /** The value where no condition holds. */
  otherwise<V extends Selectable>(value: V & Fitting<V, T>): ExpressionOf<Common<T, TypeBeside<V, T>>> {
    return this.#finish(value as unknown as Operand) as unknown as ExpressionOf<Common<T, TypeBeside<V, T>>>;
  }

  /** NULL where no condition holds. */
  end(): ExpressionOf<WithNulls<T, 'ANY'>> {
    return this.#finish(undefined) as unknown as ExpressionOf<WithNulls<T, 'ANY'>>;
  }

  #finish(otherwise: Operand | undefined): ExpressionNode {
    const values = besideEachOther([...this.#arms.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])]);
    const branches = this.#arms.map(
      ({ condition }, i) => ({ kind: 'when', conditions: [nodeOf(condition)], result: values[i]!, span: NOWHERE }) as const,
    );
    const node: sql.CaseExpression = { kind: 'case', operand: undefined, branches, otherwise: values[this.#arms.length], span: NOWHERE };
    return make(node, [...this.#arms.flatMap(({ condition, value }) => [condition, value]), otherwise]);
  }
}

/** Begins a CASE. Ends with `otherwise(value)`, or with `end()` for NULL. */
export function caseWhen<V extends Selectable>(condition: BooleanOperand, value: V): CaseBuilder<TypeOf<V>> {
  return new CaseBuilder([{ condition: condition as unknown as Operand, value: value as unknown as Operand }]);
}

/**
 * A call of any function of the engine, by its SQL name: `fn('REVERSE', t.string(), r.city)`. `returns` says what TypeScript is to
 * think of the result; throws MS1213 where the function returns another type, or may return NULL and `returns` says NOT NULL.
 */
export function fn<T extends ColumnType>(name: string, returns: DataType<T>, ...args: readonly Selectable[]): ExpressionOf<T> {
  if (!(returns instanceof DataType))
    throw new SqlError('MS1205', `fn('${name}', returns, ...) takes a type such as t.string(), not ${showValue(returns)}`);
  const operands = args as unknown as readonly Operand[];
  const made = make(call(name.toUpperCase(), operands.map(nodeOf)), operands);
  checkReturns(name, returns, made);
  return made as unknown as ExpressionOf<T>;
}

/** Lengths, precisions and scales may differ: they change no value's class. */
function checkReturns(name: string, returns: DataType, made: ExpressionNode): void {
  const type = typeOf(made);
  if (type === undefined) return;
  const isSame = familyOf(type.root) === familyOf(returns.sql.root);
  if (isSame && (returns.sql.nullable || !type.nullable)) return;
  throw new SqlError('MS1213', `${name.toUpperCase()} returns ${printType(type)} here, not ${printType(returns.sql)}`, {
    hint: isSame ? 'leave out notNull()' : `declare it as ${printType(withNullable(type, true))}, or cast the result`,
  });
}

const familyOf = (root: string): string => ({ CHAR: 'VARCHAR', BINARY: 'VARBINARY' })[root] ?? root;
