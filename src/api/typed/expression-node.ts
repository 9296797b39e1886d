import { SqlError } from '../../common/errors.ts';
import { showValue } from '../../data/types/descriptor.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { binary, call, cast, column, identifier, is, logical, NOWHERE, negate, not, number, symbol, text } from './ast.ts';
import { DataType } from './data-type.ts';
import { Duration } from './duration.ts';
import type { OrderTerm, TimeUnit } from './expression.ts';
import { comparedLiteral, decimalDivisor, literalBeside, literalNode } from './literal.ts';
import type { LiteralValue } from './operations.ts';
import { typeNameOf } from './type-name.ts';
import { constantScope, type TypeScope } from './type-scope.ts';

/** The tree and the scope of an expression. Symbols, because the fields of a ROW are properties. */
export const NODE: unique symbol = Symbol('node');
export const SCOPE: unique symbol = Symbol('scope');

/** An expression or a constant, as it arrives from the program. */
export type Operand = ExpressionNode | LiteralValue;

/** A key of ORDER BY. */
export class OrderKey implements OrderTerm {
  readonly node: sql.Expression;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST' | undefined;

  constructor(node: sql.Expression, descending: boolean, nulls?: 'FIRST' | 'LAST') {
    this.node = node;
    this.descending = descending;
    this.nulls = nulls;
  }

  nullsFirst(): OrderKey {
    return new OrderKey(this.node, this.descending, 'FIRST');
  }

  nullsLast(): OrderKey {
    return new OrderKey(this.node, this.descending, 'LAST');
  }

  get item(): sql.OrderItem {
    return { kind: 'orderItem', expression: this.node, descending: this.descending, nulls: this.nulls, span: NOWHERE };
  }
}

/**
 * What every expression is when the program runs; the interfaces of expression.ts say which methods which type has. It holds a tree
 * of SQL and finds its type when it is made, so that a mistake that TypeScript could not see is thrown there.
 */
export class ExpressionNode {
  readonly [NODE]: sql.Expression;
  /** Undefined while no column is named. */
  readonly [SCOPE]: TypeScope | undefined;

  protected constructor(node: sql.Expression, scope: TypeScope | undefined) {
    this[NODE] = node;
    this[SCOPE] = scope;
  }

  /** The expression of a tree. That of a ROW has its fields as properties. Throws what the binder throws. */
  static of(node: sql.Expression, scope: TypeScope | undefined): ExpressionNode {
    const made = new ExpressionNode(node, scope);
    return scope?.typeOf(node).root === 'ROW' ? withFields(made) : made;
  }

  /** An expression has no value of its own: `r.a > 1` or `r.a + 1` in JavaScript would mean something else. Throws SqlError MS1205. */
  [Symbol.toPrimitive](): never {
    throw new SqlError('MS1205', 'an expression is not a JavaScript value', {
      hint: 'use its methods: r.a.gt(1) for r.a > 1, r.a.plus(1) for r.a + 1, r.a.concat(...) for texts, .and(...) for &&',
    });
  }

  eq(other: Operand): ExpressionNode {
    return compare('=', this, other);
  }

  ne(other: Operand): ExpressionNode {
    return compare('<>', this, other);
  }

  gt(other: Operand): ExpressionNode {
    return compare('>', this, other);
  }

  gte(other: Operand): ExpressionNode {
    return compare('>=', this, other);
  }

  lt(other: Operand): ExpressionNode {
    return compare('<', this, other);
  }

  lte(other: Operand): ExpressionNode {
    return compare('<=', this, other);
  }

  isDistinctFrom(other: Operand): ExpressionNode {
    return compare('IS DISTINCT FROM', this, other);
  }

  isNotDistinctFrom(other: Operand): ExpressionNode {
    return compare('IS NOT DISTINCT FROM', this, other);
  }

  isNull(): ExpressionNode {
    return test(this, 'NULL', false);
  }

  isNotNull(): ExpressionNode {
    return test(this, 'NULL', true);
  }

  isTrue(): ExpressionNode {
    return test(this, 'TRUE', false);
  }

  isFalse(): ExpressionNode {
    return test(this, 'FALSE', false);
  }

  in(values: readonly Operand[]): ExpressionNode {
    return isOneOf(this, values, false);
  }

  notIn(values: readonly Operand[]): ExpressionNode {
    return isOneOf(this, values, true);
  }

  between(low: Operand, high: Operand): ExpressionNode {
    return within(this, low, high, false);
  }

  notBetween(low: Operand, high: Operand): ExpressionNode {
    return within(this, low, high, true);
  }

  cast(type: DataType): ExpressionNode {
    return castTo(this, type, false);
  }

  tryCast(type: DataType): ExpressionNode {
    return castTo(this, type, true);
  }

  asc(): OrderKey {
    return new OrderKey(this[NODE], false);
  }

  desc(): OrderKey {
    return new OrderKey(this[NODE], true);
  }

  plus(other: Operand): ExpressionNode {
    return arithmetic('+', this, other);
  }

  minus(other: Operand): ExpressionNode {
    return arithmetic('-', this, other);
  }

  times(other: Operand): ExpressionNode {
    return arithmetic('*', this, other);
  }

  dividedBy(other: Operand): ExpressionNode {
    return arithmetic('/', this, other);
  }

  mod(divisor: Operand): ExpressionNode {
    if (divisor instanceof ExpressionNode || typeOf(this)?.root !== 'DECIMAL') return arithmetic('%', this, divisor);
    return make(binary('%', this[NODE], decimalDivisor(divisor)), [this]);
  }

  negated(): ExpressionNode {
    return make(negate(this[NODE]), [this]);
  }

  abs(): ExpressionNode {
    return func('ABS', [this]);
  }

  round(digits?: number): ExpressionNode {
    return make(call('ROUND', [this[NODE], ...(digits === undefined ? [] : [count(digits)])]), [this]);
  }

  floor(): ExpressionNode {
    return func('FLOOR', [this]);
  }

  ceil(): ExpressionNode {
    return func('CEIL', [this]);
  }

  like(pattern: Operand): ExpressionNode {
    return like(this, pattern, false);
  }

  notLike(pattern: Operand): ExpressionNode {
    return like(this, pattern, true);
  }

  startsWith(prefix: Operand): ExpressionNode {
    return func('STARTSWITH', [this, prefix]);
  }

  endsWith(suffix: Operand): ExpressionNode {
    return func('ENDSWITH', [this, suffix]);
  }

  upper(): ExpressionNode {
    return func('UPPER', [this]);
  }

  lower(): ExpressionNode {
    return func('LOWER', [this]);
  }

  trim(): ExpressionNode {
    return make(call('TRIM', [symbol('BOTH'), text(' '), this[NODE]]), [this]);
  }

  substring(from: Operand, length?: Operand): ExpressionNode {
    const args = [from, ...(length === undefined ? [] : [length])];
    const nodes = args.map((arg) => (typeof arg === 'number' ? count(arg) : nodeOf(arg)));
    return make(call('SUBSTRING', [this[NODE], ...nodes]), [this, ...args]);
  }

  concat(...others: readonly Operand[]): ExpressionNode {
    return others.reduce<ExpressionNode>((all, other) => make(binary('||', all[NODE], nodeOf(other)), [all, other]), this);
  }

  replace(search: Operand, replacement: Operand): ExpressionNode {
    return func('REPLACE', [this, search, replacement]);
  }

  length(): ExpressionNode {
    return func('CHAR_LENGTH', [this]);
  }

  and(...others: readonly Operand[]): ExpressionNode {
    return allOf('AND', [this, ...others]);
  }

  or(...others: readonly Operand[]): ExpressionNode {
    return allOf('OR', [this, ...others]);
  }

  not(): ExpressionNode {
    return make(not(this[NODE]), [this]);
  }

  extract(unit: TimeUnit): ExpressionNode {
    return make(call('EXTRACT', [symbol(unit), this[NODE]]), [this]);
  }

  format(pattern: Operand): ExpressionNode {
    return func('DATE_FORMAT', [this, pattern]);
  }

  /** A field of a ROW. Throws MS1105, with the nearest name, where there is none. */
  field(name: string): ExpressionNode {
    const own = this[NODE];
    const node: sql.Expression =
      own.kind === 'column'
        ? { ...own, parts: [...own.parts, identifier(name)] }
        : { kind: 'field', operand: own, field: identifier(name), span: NOWHERE };
    return make(node, [this]);
  }
}

/** The expression of a column. */
export const columnExpression = (name: string, scope: TypeScope): ExpressionNode => ExpressionNode.of(column(name), scope);

/** Whether a value is an expression, made by this copy of the package. */
export const isExpression = (value: unknown): value is ExpressionNode => value instanceof ExpressionNode;

/** The tree of an expression, or of a constant with the type that it has by itself. */
export const nodeOf = (operand: Operand): sql.Expression => (isExpression(operand) ? operand[NODE] : literalNode(operand));

/** The scope of the first operand that names a column. */
export function scopeOf(operands: readonly unknown[]): TypeScope | undefined {
  for (const operand of operands) if (isExpression(operand) && operand[SCOPE] !== undefined) return operand[SCOPE];
  return undefined;
}

/** Undefined for what names no column, while no engine has been opened. */
export const typeOf = (expression: ExpressionNode): SqlType | undefined => (expression[SCOPE] ?? constantScope())?.typeOf(expression[NODE]);

/** An expression from its tree and the operands in it. */
export const make = (node: sql.Expression, operands: readonly unknown[]): ExpressionNode => ExpressionNode.of(node, scopeOf(operands));

/** A call of a function by name. */
export const func = (name: string, operands: readonly Operand[]): ExpressionNode => make(call(name, operands.map(nodeOf)), operands);

/** AND or OR of conditions. */
export const allOf = (operator: 'AND' | 'OR', operands: readonly Operand[]): ExpressionNode =>
  make(logical(operator, operands.map(nodeOf)), operands);

const comparedNode = (operand: Operand): sql.Expression => (isExpression(operand) ? operand[NODE] : comparedLiteral(operand));

/** An operand beside an expression: a plain number takes after it. */
export function nodeBeside(operand: Operand, neighbour: ExpressionNode): sql.Expression {
  return isExpression(operand) ? operand[NODE] : literalBeside(operand, typeOf(neighbour));
}

function compare(operator: sql.BinaryOperator, left: ExpressionNode, right: Operand): ExpressionNode {
  return make(binary(operator, left[NODE], comparedNode(right)), [left, right]);
}

function arithmetic(operator: '+' | '-' | '*' | '/' | '%', left: ExpressionNode, right: Operand): ExpressionNode {
  return make(binary(operator, left[NODE], right instanceof Duration ? literalNode(right) : nodeBeside(right, left)), [left, right]);
}

function test(operand: ExpressionNode, what: sql.IsTest, negated: boolean): ExpressionNode {
  return make(is(operand[NODE], what, negated), [operand]);
}

function like(operand: ExpressionNode, pattern: Operand, negated: boolean): ExpressionNode {
  const node: sql.LikeExpression = {
    kind: 'like',
    operator: 'LIKE',
    operand: operand[NODE],
    pattern: nodeOf(pattern),
    escape: undefined,
    negated,
    span: NOWHERE,
  };
  return make(node, [operand, pattern]);
}

function within(operand: ExpressionNode, low: Operand, high: Operand, negated: boolean): ExpressionNode {
  const bounds = { low: comparedNode(low), high: comparedNode(high) };
  return make({ kind: 'between', operand: operand[NODE], ...bounds, negated, symmetric: false, span: NOWHERE }, [operand, low, high]);
}

function isOneOf(operand: ExpressionNode, values: readonly Operand[], negated: boolean): ExpressionNode {
  if (!Array.isArray(values) || values.length === 0)
    throw new SqlError('MS1205', 'in() takes a list of at least one value', { detail: showValue(values) });
  const items = values.map(comparedNode);
  return make({ kind: 'in', operand: operand[NODE], items, query: undefined, negated, span: NOWHERE }, [operand, ...values]);
}

function castTo(operand: ExpressionNode, type: DataType, tryCast: boolean): ExpressionNode {
  if (!(type instanceof DataType)) throw new SqlError('MS1205', `cast() takes a type such as t.double(), not ${showValue(type)}`);
  return make(cast(operand[NODE], typeNameOf(type.sql, false), tryCast), [operand]);
}

/** A whole number as an INT: a position, a length, a number of digits. */
function count(value: number): sql.Expression {
  if (Number.isInteger(value)) return number(String(value), 'integer');
  throw new SqlError('MS1205', `a whole number is needed here, not ${value}`);
}

/** Names that JavaScript asks any object for: those of a ROW's fields must not be guessed from them. */
const PROTOCOL: ReadonlySet<string> = new Set(['then', 'toJSON']);

function withFields(row: ExpressionNode): ExpressionNode {
  return new Proxy(row, {
    get(target, name, receiver) {
      if (typeof name === 'symbol' || Object.hasOwn(ExpressionNode.prototype, name)) return Reflect.get(target, name, receiver);
      const type = typeOf(target);
      const isField = type?.root === 'ROW' && type.fields.some((field) => field.name === name);
      return isField || !PROTOCOL.has(name) ? target.field(name) : undefined;
    },
  });
}
