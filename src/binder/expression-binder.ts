import { DataError, type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { type SqlType, types, withNullable, withoutTimeAttribute } from '../data/types/sql-type.ts';
import { canCast, castValue } from '../data/values/cast.ts';
import type { Value } from '../data/values/value.ts';
import { comparisonType } from '../functions/scalar/comparison/compare.ts';
import type { Expression, LiteralExpression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, commonTypeOf, mergedTypeOf, nullArgument, refuseNested } from './coerce.ts';
import { bindComparison, mixedTypes } from './comparison.ts';
import type { FunctionRegistry } from './functions.ts';
import { bindJson, textLiteral } from './json.ts';
import { bindLiteral, bindNumber } from './literals.ts';
import { bindPeriods, comparesPeriods } from './periods.ts';
import { fieldOf, type Scope } from './scope.ts';
import { bindType } from './types.ts';

/** What binding an expression needs to know. */
export interface ExpressionContext {
  readonly scope: Scope;
  readonly functions: FunctionRegistry;
  readonly timeZone: string;
  /** Sees every node first; what it returns stands for the node. Aggregates and grouping keys are replaced so. */
  readonly replace?: ((node: sql.Expression) => Expression | undefined) | undefined;
  /** Binds a query that stands in an expression; without it none can. */
  readonly subquery?: ((node: SubqueryNode, binder: ExpressionBinder) => Expression) | undefined;
}

/** Queries in expressions. Of IN and quantified comparisons those that have a query, not a list. */
export type SubqueryNode = sql.SubqueryExpression | sql.ExistsExpression | sql.InExpression | sql.QuantifiedExpression;

/** Operators in a row that are followed; a longer chain is refused rather than overflow the stack of what walks it later. */
const CHAIN_MAX = 1500;

/** Turns the tree of an expression into a typed expression. Throws SqlError MS11xx and MS12xx at the place of the mistake. */
export class ExpressionBinder {
  readonly #context: ExpressionContext;
  #depth = 0;

  constructor(context: ExpressionContext) {
    this.#context = context;
  }

  /** A binder for which what `replace` returns for a node stands for it. */
  replacing(replace: (node: sql.Expression) => Expression | undefined): ExpressionBinder {
    const before = this.#context.replace;
    return new ExpressionBinder({ ...this.#context, replace: (node) => replace(node) ?? before?.(node) });
  }

  /** A condition: BOOLEAN, or NULL. */
  bindCondition(node: sql.Expression, what: string): Expression {
    const bound = this.bind(node);
    return this.#boolean(bound, what);
  }

  /** As bind, of what must have a type: not a bare NULL. Throws MS1213. */
  bindTyped(node: sql.Expression, what: string): Expression {
    const bound = this.bind(node);
    if (bound.type.root === 'NULL') throw nullArgument(what, node.span);
    return bound;
  }

  bind(node: sql.Expression): Expression {
    const replaced = this.#context.replace?.(node);
    if (replaced !== undefined) return replaced;
    if (++this.#depth > CHAIN_MAX) throw new SqlError('MS1006', 'the expression nests too deeply', { span: node.span });
    try {
      return this.#bindNew(node);
    } finally {
      this.#depth--;
    }
  }

  #bindNew(node: sql.Expression): Expression {
    switch (node.kind) {
      case 'string':
      case 'number':
      case 'bytes':
      case 'boolean':
      case 'null':
      case 'datetime':
      case 'interval':
        return bindLiteral(node, this.#context.timeZone);
      case 'column':
        return this.#context.scope.resolve(node.parts, node.span);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'logical':
        return this.#logical(node);
      case 'is':
        return this.#is(node);
      case 'between':
        return this.#between(node);
      case 'like':
        return this.#like(node);
      case 'in':
        return node.query === undefined ? this.#in(node) : this.#subquery(node);
      case 'exists':
      case 'subquery':
        return this.#subquery(node);
      case 'quantified':
        return node.query === undefined ? this.#anyOf(node) : this.#subquery(node);
      case 'case':
        return this.#case(node);
      case 'cast': {
        const type = bindType(node.type);
        const operand = this.bind(node.operand);
        return this.#cast(operand, type, node.tryCast, node.span);
      }
      case 'symbol':
        return textLiteral(node.name);
      case 'call':
        return this.#call(node);
      case 'row':
        return this.#row(node);
      case 'collection':
        if (node.type === 'MULTISET') throw new UnsupportedError('MS1402', 'MULTISET[...] is not supported yet', { span: node.span });
        return this.#context.functions.call('ARRAY', this.#bindAll(node.items), node.span);
      case 'map':
        return this.#context.functions.call('MAP', this.#bindAll(node.items), node.span);
      case 'element':
        return this.#context.functions.call('ITEM', this.#bindAll([node.operand, node.index]), node.span);
      case 'field':
        return fieldOf(this.bind(node.operand), node.field);
      case 'jsonExists':
      case 'jsonValue':
      case 'jsonQuery':
      case 'jsonObject':
      case 'jsonArray':
        return bindJson(node, { functions: this.#context.functions, bind: (inner) => this.bind(inner) });
      default:
        throw unsupported(node);
    }
  }

  #bindAll(nodes: readonly sql.Expression[]): Expression[] {
    return nodes.map((node) => this.bind(node));
  }

  /** Fields of a row that is made here have no names of their own; Flink calls them so. */
  #row({ items, span }: sql.RowConstructor): Expression {
    const args = items.map((item) => this.bindTyped(item, 'ROW'));
    const fields = args.map(({ type }, i) => ({ name: `EXPR$${i}`, type: withoutTimeAttribute(type) }));
    return { kind: 'row', args, type: types.row(fields, false), span };
  }

  #cast(input: Expression, type: SqlType, safe: boolean, span: Span): Expression {
    const nullable = input.type.nullable || safe;
    if (input.kind === 'literal' && input.value === null) return { kind: 'literal', value: null, type: withNullable(type, true), span };
    const isNested = ({ root }: SqlType): boolean => root === 'ROW' || root === 'ARRAY' || root === 'MAP';
    if (isNested(type) || isNested(input.type)) {
      if (printType(withNullable(type, true)) === printType(withNullable(input.type, true))) return input;
    }
    if (!canCast(input.type, type)) {
      const message = `${printType(withNullable(input.type, true))} cannot be cast to ${printType(withNullable(type, true))}`;
      throw new SqlError('MS1202', message, { span });
    }
    return { kind: 'cast', input, safe, type: withNullable(type, nullable), span };
  }

  #unary({ operator, operand, span }: sql.UnaryExpression): Expression {
    if (operator === 'NOT') {
      const input = this.#operand(operand, 'NOT');
      return { kind: 'not', input, type: input.type, span };
    }
    const number = signedNumber(operand);
    if (operator === '-' && number !== undefined) return bindNumber(number.literal, !number.negative);
    const bound = this.bind(operand);
    // The checks are the same; a plus changes nothing.
    const negated = this.#context.functions.call('NEGATE', [bound], span);
    return operator === '+' ? bound : negated;
  }

  /** Chains lean to the left and can be long: the left side is walked in a loop. */
  #binary(node: sql.BinaryExpression): Expression {
    const chain: sql.BinaryExpression[] = [];
    let left: sql.Expression = node;
    while (left.kind === 'binary') {
      if (left !== node && this.#context.replace?.(left) !== undefined) break;
      chain.push(left);
      left = left.left;
    }
    if (chain.length > CHAIN_MAX) throw new SqlError('MS1006', `a chain of ${chain.length} operators is too long`, { span: node.span });
    let result = this.bind(left);
    for (const { operator, right, span } of chain.reverse()) {
      const bound = this.bind(right);
      result = COMPARISONS.has(operator)
        ? this.#compare(operator, result, bound, span)
        : comparesPeriods(operator)
          ? bindPeriods(this.#context, operator, result, bound, span)
          : this.#context.functions.call(operator, [result, bound], span);
    }
    return result;
  }

  #logical({ operator, operands, span }: sql.LogicalExpression): Expression {
    const args = operands.map((operand) => this.#operand(operand, operator));
    const nullable = args.some((arg) => arg.type.nullable);
    return { kind: operator === 'AND' ? 'and' : 'or', args, type: types.boolean(nullable), span };
  }

  #is({ operand, test, negated, span }: sql.IsExpression): Expression {
    if (test === 'NULL') return { kind: 'is', test: 'null', negated, input: this.bind(operand), type: types.boolean(false), span };
    if (test === 'TRUE' || test === 'FALSE' || test === 'UNKNOWN') {
      const input = this.#operand(operand, `IS ${test}`);
      const name = test === 'TRUE' ? 'true' : test === 'FALSE' ? 'false' : 'null';
      return { kind: 'is', test: name, negated, input, type: types.boolean(false), span };
    }
    if (!test.startsWith('JSON ')) throw new UnsupportedError('MS1402', `IS ${test} is not supported`, { span });
    const asked = this.#context.functions.call('IS JSON', [this.bindTyped(operand, 'IS JSON'), textLiteral(test.slice(5))], span);
    return negated ? { kind: 'not', input: asked, type: asked.type, span } : asked;
  }

  #between({ operand, low, high, negated, symmetric, span }: sql.BetweenExpression): Expression {
    const value = this.bind(operand);
    const [a, b] = [this.bind(low), this.bind(high)];
    const within = (from: Expression, to: Expression): Expression => {
      const args = [this.#compare('>=', value, from, span), this.#compare('<=', value, to, span)];
      return { kind: 'and', args, type: types.boolean(args.some((arg) => arg.type.nullable)), span };
    };
    const inside = within(a, b);
    const other = symmetric ? within(b, a) : undefined;
    const either: Expression = other === undefined ? inside : { kind: 'or', args: [inside, other], type: inside.type, span };
    return negated ? { kind: 'not', input: either, type: either.type, span } : either;
  }

  #compare(operator: string, left: Expression, right: Expression, span: Span): Expression {
    return bindComparison(this.#context, operator, left, right, span);
  }

  #like({ operator, operand, pattern, escape: mark, negated, span }: sql.LikeExpression): Expression {
    const args = [operand, pattern, ...(mark === undefined ? [] : [mark])].map((arg) => this.bind(arg));
    const matches = this.#context.functions.call(operator === 'RLIKE' ? 'REGEXP' : operator, args, span);
    return negated ? { kind: 'not', input: matches, type: matches.type, span } : matches;
  }

  #subquery(node: SubqueryNode): Expression {
    if (this.#context.subquery !== undefined) return this.#context.subquery(node, this);
    throw new UnsupportedError('MS1402', 'a query inside an expression is not supported at this place yet', {
      span: node.span,
      hint: 'it can stand in SELECT, WHERE, HAVING, ON and aggregates; elsewhere join with it',
    });
  }

  /** `x > ANY (a, b)` is `x > a OR x > b`, and ALL asks for each. */
  #anyOf({ operator, quantifier, left, items = [], span }: sql.QuantifiedExpression): Expression {
    const value = this.bind(left);
    const args = items.map((item) => this.#compare(operator, value, this.bind(item), span));
    if (args.length === 1) return args[0]!;
    return { kind: quantifier === 'ANY' ? 'or' : 'and', args, type: types.boolean(args.some((arg) => arg.type.nullable)), span };
  }

  #in({ operand, items = [], negated, span }: sql.InExpression): Expression {
    const value = this.bind(operand);
    const bound = items.map((item) => this.bind(item));
    refuseNested('IN', [value, ...bound], span);
    const common = commonTypeOf(bound, 'IN', span);
    const odd = bound.find((item) => comparisonType(value.type, item.type) === undefined);
    if (odd !== undefined) throw mixedTypes('IN', value, odd, odd.span ?? span);
    const asked = value.type.root === 'NULL' ? castTo(value, common) : value;
    const alike = bound.map((item) => (staysInList(asked.type, item.type) ? item : this.#listItem(item, asked.type)));
    const found = alike.every((item) => item.kind === 'literal')
      ? this.#inLiterals(asked, alike, span)
      : this.#inExpressions(asked, alike, span);
    return negated ? { kind: 'not', input: found, type: found.type, span } : found;
  }

  #listItem(item: Expression, type: SqlType): Expression {
    const target = withNullable(type, true);
    return item.kind === 'literal' ? literal(this.#constant(item, target), target) : castTo(item, target);
  }

  #inLiterals(value: Expression, items: readonly LiteralExpression[], span: Span): Expression {
    const common = items.reduce((type, item) => comparisonType(type, item.type)!, value.type);
    const target = withNullable(common, true);
    const values = items.map((item) => literal(this.#constant(item, target), target));
    const nullable = value.type.nullable || values.some((item) => item.value === null);
    return { kind: 'in', input: castTo(value, common), values, type: types.boolean(nullable), span };
  }

  /** The value of a literal as another type. Throws MS1205 at the literal where it is none. */
  #constant({ value, type, span }: LiteralExpression, target: SqlType): unknown {
    try {
      return value === null ? null : castValue(value as Value, type, target, { timeZone: this.#context.timeZone });
    } catch (cause) {
      if (!(cause instanceof DataError)) throw cause;
      throw new SqlError('MS1205', cause.message, { span, cause });
    }
  }

  #inExpressions(value: Expression, items: readonly Expression[], span: Span): Expression {
    const args = items.map((item) => this.#compare('=', value, item, span));
    return args.length === 1 ? args[0]! : { kind: 'or', args, type: types.boolean(args.some((arg) => arg.type.nullable)), span };
  }

  #case({ operand, branches, otherwise, span }: sql.CaseExpression): Expression {
    const subject = operand === undefined ? undefined : this.bind(operand);
    const bound = branches.flatMap(({ conditions, result }) => {
      const value = this.bind(result);
      return conditions.map((condition) => ({
        when:
          subject === undefined ? this.bindCondition(condition, 'WHEN') : this.#compare('=', subject, this.bind(condition), condition.span),
        value,
      }));
    });
    return this.#makeCase(bound, otherwise === undefined ? literal(null, types.null()) : this.bind(otherwise), span);
  }

  #makeCase(branches: readonly { when: Expression; value: Expression }[], otherwise: Expression, span: Span): Expression {
    const results = [...branches.map(({ value }) => value), otherwise];
    const type = commonTypeOf(results, 'CASE', span);
    const nullable = otherwise.type.nullable || branches.some(({ value }) => value.type.nullable);
    return {
      kind: 'case',
      branches: branches.map(({ when, value }) => ({ when, value: castTo(value, type) })),
      otherwise: castTo(otherwise, type),
      type: withNullable(type, nullable),
      span,
    };
  }

  #call(node: sql.FunctionCall): Expression {
    const name = node.name.parts.at(-1)!.name.toUpperCase();
    if (node.over !== undefined) {
      throw new SqlError('MS1223', `${name} OVER (...) cannot stand here`, {
        span: node.span,
        hint: 'it stands in SELECT, QUALIFY and ORDER BY; elsewhere compute it in a sub-query, and use its column',
      });
    }
    const special = SPECIAL[name];
    if (this.#context.functions.aggregate(name) !== undefined && this.#context.functions.scalar(name) === undefined) {
      throw new SqlError('MS1204', `the aggregate ${name} cannot stand here`, {
        span: node.span,
        hint: 'aggregates belong into SELECT, HAVING and ORDER BY of a grouped query',
      });
    }
    if (node.distinct || node.filter !== undefined || node.withinGroup !== undefined) {
      throw new SqlError('MS1204', `${name} is no aggregate: DISTINCT, FILTER and WITHIN GROUP do not apply`, { span: node.span });
    }
    const args = node.args.map((arg) => this.bind(arg));
    return special === undefined ? this.#context.functions.call(name, args, node.span) : special(this, args, node.span);
  }

  /** A condition that an operator takes: not a bare NULL. */
  #operand(node: sql.Expression, what: string): Expression {
    return this.#boolean(this.bindTyped(node, what), what);
  }

  #boolean(bound: Expression, what: string): Expression {
    if (bound.type.root === 'BOOLEAN') return bound;
    if (bound.type.root === 'NULL') return literal(null, types.boolean());
    throw new SqlError('MS1205', `${what} takes a condition, not ${printType(withNullable(bound.type, true))}`, { span: bound.span });
  }

  /** IF, NULLIF and their kin, as the forms they are short for. */
  static readonly special = {
    COALESCE(_: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      atLeast(args, 1, 'COALESCE', span);
      const type = mergedTypeOf(args, 'COALESCE', span);
      if (type.root === 'NULL') throw nullArgument('COALESCE', args[0]!.span ?? span);
      return coalesce(args, type, span);
    },
    IFNULL(_: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      if (args.length !== 2) throw argumentCount('IFNULL', 2, args.length, span);
      const type = mergedTypeOf(args, 'IFNULL', span);
      if (type.root === 'NULL') throw nullArgument('IFNULL', args[0]!.span ?? span);
      const [first] = args as [Expression];
      // Text that is never NULL keeps its length: what stands behind it does not count.
      return !first.type.nullable && 'length' in type ? first : coalesce(args, type, span);
    },
    CURRENT_DATABASE(_: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      if (args.length !== 0) throw argumentCount('CURRENT_DATABASE', 0, args.length, span);
      return { ...literal('default_database', types.string(false)), span };
    },
    IF(binder: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      if (args.length !== 3) throw argumentCount('IF', 3, args.length, span);
      refuseNested('IF', args, span);
      const bare = args.find(({ type }) => type.root === 'NULL');
      if (bare !== undefined) throw nullArgument('IF', bare.span ?? span);
      const [condition, first, second] = args as [Expression, Expression, Expression];
      // Of two times the first one's precision wins.
      const isTime = 'precision' in first.type && 'precision' in second.type && first.type.root !== 'DECIMAL';
      const otherwise = isTime ? castTo(second, first.type) : second;
      const result = binder.#makeCase([{ when: binder.#boolean(condition, 'IF'), value: first }], otherwise, span);
      return condition.type.nullable ? { ...result, type: withNullable(result.type, true) } : result;
    },
    NULLIF(binder: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      if (args.length !== 2) throw argumentCount('NULLIF', 2, args.length, span);
      refuseNested('NULLIF', args, span);
      const [left, right] = [args[0]!, args[1]!];
      return binder.#makeCase(
        [{ when: binder.#compare('=', left, right, span), value: literal(null, withNullable(left.type, true)) }],
        left,
        span,
      );
    },
    JSON_STRING(binder: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      const [first] = args;
      const isJson = first?.kind === 'call' && (first.function.name === 'JSON_OBJECT' || first.function.name === 'JSON_ARRAY');
      return isJson && args.length === 1 ? first : binder.#context.functions.call('JSON_STRING', args, span);
    },
    TYPEOF(_: ExpressionBinder, args: readonly Expression[], span: Span): Expression {
      if (args.length !== 1) throw argumentCount('TYPEOF', 1, args.length, span);
      return literal(printType(args[0]!.type), types.string());
    },
  };
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

type Special = (binder: ExpressionBinder, args: readonly Expression[], span: Span) => Expression;
const SPECIAL: Readonly<Record<string, Special | undefined>> = Object.assign(Object.create(null), ExpressionBinder.special);

/** Items of an IN list of the value's own kind are compared as they are; others are cast to its type first, as in Flink, even where that loses something. */
function staysInList(value: SqlType, item: SqlType): boolean {
  return value.root === item.root || (value.root === 'VARCHAR' && item.root === 'CHAR') || item.root === 'NULL';
}

function coalesce(args: readonly Expression[], type: SqlType, span: Span): Expression {
  const nullable = args.every((arg) => arg.type.nullable);
  if (args.length === 1) return castTo(args[0]!, type);
  return { kind: 'coalesce', args: args.map((arg) => castTo(arg, type)), type: withNullable(type, nullable), span };
}

function argumentCount(name: string, wanted: number, given: number, span: Span): SqlError {
  return new SqlError('MS1213', `${name} takes ${wanted} arguments, not ${given}`, { span });
}

function atLeast(args: readonly Expression[], wanted: number, name: string, span: Span): void {
  if (args.length < wanted) throw argumentCount(name, wanted, args.length, span);
}

const WORDS: Partial<Record<sql.Expression['kind'], string>> = {
  unique: 'UNIQUE',
  queryConstructor: 'a collection of a query',
  matchCall: 'MATCH_RECOGNIZE',
};

function unsupported(node: sql.Expression): Error {
  if (node.kind === 'star')
    return new SqlError('MS1204', '* cannot stand here', { span: node.span, hint: 'it stands in SELECT or in COUNT(*)' });
  const what = WORDS[node.kind] ?? node.kind;
  return new UnsupportedError('MS1402', `${what} is not supported yet`, { span: node.span });
}

/** A number behind any number of signs is one literal: -(-2147483648) is a BIGINT. */
function signedNumber(node: sql.Expression): { literal: sql.NumberLiteral; negative: boolean } | undefined {
  let negative = false;
  let inner = node;
  while (inner.kind === 'unary' && inner.operator !== 'NOT') {
    if (inner.operator === '-') negative = !negative;
    inner = inner.operand;
  }
  return inner.kind === 'number' ? { literal: inner, negative } : undefined;
}
