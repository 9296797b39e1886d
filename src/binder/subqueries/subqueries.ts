import { type Span, SqlError, UnsupportedError } from '../../common/errors.ts';
import { types, withNullable } from '../../data/types/sql-type.ts';
import { singleValue } from '../../functions/aggregate/single-value.ts';
import type { AggregateFunction } from '../../functions/aggregate-function.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { conjunction, literal, rewrite } from '../../plan/expressions/visit.ts';
import { calc, columnsOfNode, filter, join } from '../../plan/make.ts';
import type { AggregateCall, PlanNode } from '../../plan/nodes/node.ts';
import { isUniqueBy } from '../../plan/unique-keys.ts';
import type * as sql from '../../sql/ast/index.ts';
import { printExpression } from '../../sql/print.ts';
import { refuseNested } from '../coerce.ts';
import { bindComparison } from '../comparison.ts';
import type { ExpressionBinder, SubqueryNode } from '../expression-binder.ts';
import type { QueryBinder } from '../query-binder.ts';
import { type Around, type Correlated, correlate, groupedByKeys, sameTest } from './correlate.ts';
import { overJoin } from './outer-columns.ts';
import { OuterScope } from './outer-scope.ts';
import { equalities, pullUp } from './pull-up.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;
/** Columns from here on stand for the values of queries until these are joined. */
const FIRST_PENDING = 1 << 24;

type Operator = sql.QuantifiedExpression['operator'];

/** What is asked of a query: whether it has rows, or how one of them, or each, compares. */
interface Question {
  readonly query: PlanNode;
  readonly kind: 'exists' | 'any' | 'all';
  readonly operator: Operator;
  readonly operands: readonly Expression[];
  readonly span: Span;
}

type Pending = { readonly value: PlanNode; readonly span: Span } | Question;

/** A test of the rows that a semi or anti join answers. */
interface Test {
  readonly question: Question;
  readonly negated: boolean;
}

/** A condition: tests that joins answer, and the rest. */
export interface BoundCondition {
  readonly tests: readonly Test[];
  readonly rest: Expression | undefined;
}

/** Puts in the place of a query's value the column or the expression that has it after attach(). */
export type Resolve = (expression: Expression) => Expression;

/**
 * The queries in the expressions over one input. They are bound first, each standing as a column that is not there yet; `attach` then joins
 * them to the input. IN and EXISTS that a row must fulfil become semi joins, NOT IN and NOT EXISTS anti joins, values outer joins.
 */
export class Subqueries {
  readonly #binder: QueryBinder;
  readonly #pending: Pending[] = [];
  readonly #types: Expression['type'][] = [];
  readonly #known = new Map<SubqueryNode, Expression>();

  constructor(binder: QueryBinder) {
    this.#binder = binder;
  }

  /** For ExpressionContext.subquery. */
  readonly bind = (node: SubqueryNode, expressions: ExpressionBinder): Expression => {
    let known = this.#known.get(node);
    if (known === undefined) {
      known = this.#bindNew(node, expressions);
      this.#known.set(node, known);
    }
    return known;
  };

  /** What stands for a query that was bound and reads the same. */
  same(node: SubqueryNode): Expression | undefined {
    const text = printExpression(node);
    return [...this.#known].find(([known]) => printExpression(known) === text)?.[1];
  }

  /** Where the queries stand. */
  get spans(): readonly Span[] {
    return this.#pending.map(({ span }) => span);
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  #bindNew(node: SubqueryNode, expressions: ExpressionBinder): Expression {
    if (node.kind === 'subquery') {
      const value = this.#query(node.query, expressions);
      if (value.schema.fields.length !== 1) throw columnCount('a query as a value', 1, value, node.query.span);
      refuseNested('a query as a value', columnsOfNode(value), node.query.span);
      return this.#stand({ value, span: node.span }, withNullable(value.schema.fields[0]!.type, true));
    }
    const { question, negated } = this.#question(node, expressions);
    const fields = question.query.schema.fields;
    const nullable = question.kind !== 'exists' && [...question.operands, ...fields].some(({ type }) => type.nullable);
    const type = types.boolean(nullable);
    const stands = this.#stand(question, type);
    return negated ? { kind: 'not', input: stands, type, span: node.span } : stands;
  }

  #stand(pending: Pending, type: Expression['type']): Expression {
    const index = FIRST_PENDING + this.#pending.push(pending) - 1;
    this.#types.push(type);
    return { kind: 'column', index, name: `$query${index - FIRST_PENDING}`, type, span: pending.span };
  }

  #query(query: sql.Query, expressions: ExpressionBinder): PlanNode {
    const resolve = (parts: readonly sql.Identifier[], span: Span): Expression => expressions.bind({ kind: 'column', parts, span });
    return this.#binder.inside(new OuterScope(this.#binder.level, resolve)).bindQuery(query).node;
  }

  #question(node: Exclude<SubqueryNode, sql.SubqueryExpression>, expressions: ExpressionBinder): Test {
    const query = this.#query(node.query!, expressions);
    const { span } = node;
    if (node.kind === 'exists') return { question: { query, kind: 'exists', operator: '=', operands: [], span }, negated: false };
    const left = node.kind === 'in' ? node.operand : node.left;
    const operands = (left.kind === 'row' ? left.items : [left]).map((item) => expressions.bindTyped(item, 'IN'));
    if (query.schema.fields.length !== operands.length) throw columnCount('IN', operands.length, query, node.query!.span);
    if (node.kind === 'in') return { question: { query, kind: 'any', operator: '=', operands, span }, negated: node.negated };
    const { operator, quantifier } = node;
    if (operands.length > 1)
      throw new UnsupportedError('MS1402', 'a comparison of several columns with a query is not supported yet', { span });
    // x <> ALL (query) is x NOT IN (query).
    if (operator === '<>' && quantifier === 'ALL')
      return { question: { query, kind: 'any', operator: '=', operands, span }, negated: true };
    return { question: { query, kind: quantifier === 'ANY' ? 'any' : 'all', operator, operands, span }, negated: false };
  }

  /** Binds a condition. Of those that all must hold, IN and EXISTS become joins that let rows pass or not. */
  condition(node: sql.Expression, what: string, expressions: ExpressionBinder): BoundCondition {
    const tests: Test[] = [];
    const rest: Expression[] = [];
    for (const part of conjunctsOf(node)) {
      const test = this.#test(part, expressions);
      if (test === undefined) rest.push(expressions.bindCondition(part, what));
      else tests.push(test);
    }
    return { tests, rest: conjunction(rest) };
  }

  #test(node: sql.Expression, expressions: ExpressionBinder): Test | undefined {
    if (node.kind === 'unary' && node.operator === 'NOT') {
      const inner = this.#test(node.operand, expressions);
      return inner && { ...inner, negated: !inner.negated };
    }
    if (node.kind === 'exists' || ((node.kind === 'in' || node.kind === 'quantified') && node.query !== undefined)) {
      const test = this.#question(node, expressions);
      return test.question.kind === 'exists' || (test.question.kind === 'any' && test.question.operator === '=') ? test : undefined;
    }
    return undefined;
  }

  /** Joins the queries to the input they were bound over; their columns come behind its own. */
  attach(input: PlanNode): { node: PlanNode; resolve: Resolve } {
    if (this.isEmpty) return { node: input, resolve: (expression) => expression };
    let node = input.schema.fields.length === 0 ? calc(input, undefined, [literal(true, types.boolean(false))], ['$one']) : input;
    const values: Expression[] = [];
    const resolve: Resolve = (expression) =>
      rewrite(expression, (one) => (one.kind === 'column' && one.index >= FIRST_PENDING ? values[one.index - FIRST_PENDING]! : one));
    for (const pending of this.#pending) {
      const joined =
        'value' in pending
          ? this.#joinValue(node, pending.value)
          : this.#joinAnswer(node, { ...pending, operands: pending.operands.map(resolve) });
      node = joined.node;
      values.push({ ...joined.value, type: this.#types[values.length]! });
    }
    return { node, resolve };
  }

  /** Keeps the rows for which a condition holds; `resolve` is that of attach(). */
  filter(input: PlanNode, { tests, rest }: BoundCondition, resolve: Resolve): PlanNode {
    const filtered = rest === undefined ? input : filter(input, resolve(rest));
    return tests.reduce((node, { question, negated }) => {
      return this.#semi(node, { ...question, operands: question.operands.map(resolve) }, negated);
    }, filtered);
  }

  #around(left: PlanNode): Around {
    return { left, level: this.#binder.level, same: sameTest(this.#binder.context.functions) };
  }

  #over(left: PlanNode, conditions: readonly Expression[]): Expression[] {
    return conditions.map((condition) => overJoin(condition, this.#binder.level, left.schema.fields.length));
  }

  #semi(left: PlanNode, question: Question, negated: boolean): PlanNode {
    const pulled = pullUp(question.query, true);
    const isSimple = pulled !== undefined && !pulled.isGlobal;
    if (question.kind === 'exists' && pulled?.isGlobal) return negated ? filter(left, literal(false, types.boolean(false))) : left;
    const isKeyed = pulled === undefined || equalities(pulled.conditions) !== undefined;
    if (negated && isKeyed && question.operands.length === 1 && mayBeUnknown(question)) return this.#notIn(left, question);
    const side = isSimple ? { ...pulled, on: pulled.conditions } : correlate(question.query, this.#around(left), false);
    const asked = question.operands.map((operand, i) => ({ operand, column: side.outputs[i]! }));
    const width = left.schema.fields.length;
    const tests = asked.map(({ operand, column }) =>
      this.#equals(operand, overJoin(column, this.#binder.level, width), question.span, negated),
    );
    const condition = conjunction([...this.#over(left, side.on), ...tests]);
    // Whether there is any row: one stands for all.
    const right = condition === undefined ? this.#oneOfEach({ node: side.node, keys: [] }) : side.node;
    return join(negated ? 'anti' : 'semi', left, right, NO_KEYS, condition);
  }

  /**
   * NOT IN where values may be NULL, without comparing all pairs: rows that are equal to one of the query's are left out by a join with a key,
   * all of them where the query has a NULL, and those that are NULL themselves where it has any row.
   */
  #notIn(left: PlanNode, question: Question): PlanNode {
    const side = correlate(question.query, this.#around(left), false);
    const [operand, output] = [question.operands[0]!, side.outputs[0]!];
    const width = left.schema.fields.length;
    const on = this.#over(left, side.on);
    const equal = bindComparison(this.#binder.context, '=', operand, overJoin(output, this.#binder.level, width), question.span);
    let node: PlanNode = join('anti', left, side.node, NO_KEYS, conjunction([...on, equal]));
    if (output.type.nullable)
      node = join('anti', node, this.#oneOfEach({ ...side, node: filter(side.node, isNull(output)) }), NO_KEYS, conjunction(on));
    if (operand.type.nullable) node = join('anti', node, this.#oneOfEach(side), NO_KEYS, conjunction([...on, isNull(operand)]));
    return node;
  }

  /** One row for each key, which stands first in it. */
  #oneOfEach(side: Pick<Correlated, 'node' | 'keys'>): PlanNode {
    return groupedByKeys(side, [TRUE], [], this.#emit, 1);
  }

  /** That values are equal; where rows are left out by it, also that they may be, because one is NULL. */
  #equals(left: Expression, right: Expression, span: Span, orUnknown: boolean): Expression {
    const equal = bindComparison(this.#binder.context, '=', left, right, span);
    if (!orUnknown || !equal.type.nullable) return equal;
    const unknown = [left, right].filter(({ type }) => type.nullable).map(isNull);
    return { kind: 'or', args: [...unknown, equal], type: types.boolean(), span };
  }

  get #emit(): 'changes' | 'final' {
    return this.#binder.context.batch ? 'final' : 'changes';
  }

  /** A left join with what has at most one row for each of `left`. */
  #leftJoin(left: PlanNode, right: PlanNode, on: readonly Expression[]): { node: PlanNode; columns: Expression[] } {
    const node = join('left', left, right, NO_KEYS, conjunction(this.#over(left, on)));
    return { node, columns: columnsOfNode(node).slice(left.schema.fields.length) };
  }

  #joinValue(left: PlanNode, query: PlanNode): { node: PlanNode; value: Expression } {
    const side = correlate(query, this.#around(left), true);
    const [output] = side.outputs;
    if (side.isGlobal) {
      const { node, columns } = this.#leftJoin(left, side.node, side.on);
      return { node, value: rewrite(output!, (one) => (one.kind === 'column' ? columns[one.index]! : one)) };
    }
    const isOne = isUniqueBy(side.node, side.keys);
    const right = isOne ? groupless(side, output!) : this.#onlyRow(side, output!);
    const { node, columns } = this.#leftJoin(left, right, side.on);
    return { node, value: columns[side.keys.length]! };
  }

  /** The only row of each key, with the value behind the key. A NULL is a row, too. */
  #onlyRow({ node, keys }: Correlated, output: Expression): PlanNode {
    const { type } = output;
    const value = callOf(singleValue, keys.length, type);
    const calls = type.nullable ? [value, callOf(singleValue, undefined, undefined)] : [value];
    return groupedByKeys({ node, keys }, [output], calls, this.#emit);
  }

  #joinAnswer(left: PlanNode, question: Question): { node: PlanNode; value: Expression } {
    if (question.kind === 'exists') return this.#joinExists(left, question.query);
    return question.operator === '=' && question.kind === 'any' ? this.#joinIn(left, question) : this.#joinExtremes(left, question);
  }

  #joinExists(left: PlanNode, query: PlanNode): { node: PlanNode; value: Expression } {
    const side = correlate(query, this.#around(left), true);
    if (side.isGlobal) return { node: left, value: TRUE };
    const right = this.#oneOfEach(side);
    const { node, columns } = this.#leftJoin(left, right, side.on);
    return { node, value: isPresent(columns[side.keys.length]!) };
  }

  /** FALSE without rows; else TRUE if one is equal, NULL if a NULL could be, else FALSE. */
  #joinIn(left: PlanNode, { query, operands, span }: Question): { node: PlanNode; value: Expression } {
    const side = correlate(query, this.#around(left), false);
    const nullable = [...operands, ...side.outputs].some(({ type }) => type.nullable);
    if (nullable && operands.length > 1) {
      throw new UnsupportedError('MS1402', 'IN of several columns that may be NULL, as a value, is not supported yet', {
        span,
        hint: 'let it stand alone in WHERE, or between ANDs',
      });
    }
    const keys = side.keys.length;
    const found = groupedByKeys(side, [...side.outputs, TRUE], [], this.#emit, side.outputs.length + 1);
    const inner = columnsOfNode(found);
    const width = left.schema.fields.length;
    const equal = operands.map((operand, i) => {
      const column = inner[keys + i]! as Extract<Expression, { kind: 'column' }>;
      return bindComparison(this.#binder.context, '=', operand, { ...column, index: column.index + width }, span);
    });
    const marked = join('left', left, found, NO_KEYS, conjunction([...this.#over(left, side.on), ...equal]));
    const mark = isPresent(columnsOfNode(marked).at(-1)!);
    if (!nullable) return { node: marked, value: mark };
    const counted = this.#counts(marked, side, span);
    const unknown = literal(null, types.boolean());
    const value = caseOf(
      [
        [counted.isEmpty, literal(false, types.boolean())],
        [mark, literal(true, types.boolean())],
        [disjunction([isNull(operands[0]!), counted.hasNulls]), unknown],
      ],
      literal(false, types.boolean()),
    );
    return { node: counted.node, value };
  }

  /** Joins the numbers of rows, and of rows that are not NULL, with other calls over the query's column. */
  #counts(left: PlanNode, side: Correlated, span: Span, functions: readonly string[] = []) {
    const registry = this.#binder.context.functions;
    const keys = side.keys.length;
    const [output] = side.outputs;
    const count = registry.aggregate('COUNT')!;
    const others = functions.map((name) => callOf(registry.aggregate(name)!, keys, output!.type));
    const calls = [callOf(count, undefined, undefined), callOf(count, keys, output!.type), ...others];
    const { node, columns } = this.#leftJoin(left, groupedByKeys(side, [output!], calls, this.#emit), side.on);
    const [all, present, ...values] = columns.slice(keys) as [Expression, Expression, ...Expression[]];
    const compare = (operator: string, a: Expression, b: Expression): Expression =>
      bindComparison(this.#binder.context, operator, a, b, span);
    const isEmpty = disjunction([isNull(all), compare('=', all, literal(0n, types.bigint(false)))]);
    return { node, isEmpty, hasNulls: compare('<', present, all), values };
  }

  /** Comparisons with the least and the greatest value answer for all. */
  #joinExtremes(left: PlanNode, { query, kind, operator, operands, span }: Question): { node: PlanNode; value: Expression } {
    const side = correlate(query, this.#around(left), false);
    const isAny = kind === 'any';
    const names = operator === '=' || operator === '<>' ? ['MIN', 'MAX'] : operator.startsWith('>') === isAny ? ['MIN'] : ['MAX'];
    const { node, isEmpty, hasNulls, values } = this.#counts(left, side, span, names);
    const [operand] = operands as [Expression];
    const nullable = operand.type.nullable || side.outputs[0]!.type.nullable;
    const tests = values.map((value) => bindComparison(this.#binder.context, operator, operand, value, span));
    const decided: Expression = isAny ? disjunction(tests) : notTrue(tests);
    const unknown = disjunction([isNull(operand), hasNulls]);
    const value = caseOf(
      [
        [isEmpty, literal(!isAny, types.boolean())],
        [{ kind: 'is', test: 'true', negated: false, input: decided, type: types.boolean(false) }, literal(isAny, types.boolean())],
        ...(nullable ? ([[unknown, literal(null, types.boolean())]] as const) : []),
      ],
      literal(!isAny, types.boolean()),
    );
    return { node, value };
  }
}

const TRUE = literal(true, types.boolean(false));

/** Whether a comparison with a row of the query may be neither true nor false. */
const mayBeUnknown = ({ operands, query }: Question): boolean =>
  operands.some(({ type }) => type.nullable) || query.schema.fields.some(({ type }) => type.nullable);

const isNull = (input: Expression): Expression => ({ kind: 'is', test: 'null', negated: false, input, type: types.boolean(false) });
const isPresent = (input: Expression): Expression => ({ kind: 'is', test: 'null', negated: true, input, type: types.boolean(false) });

function disjunction(args: readonly Expression[]): Expression {
  return args.length === 1 ? args[0]! : { kind: 'or', args, type: types.boolean(args.some(({ type }) => type.nullable)) };
}

/** That one of several tests is FALSE. */
function notTrue(tests: readonly Expression[]): Expression {
  return disjunction(tests.map((input): Expression => ({ kind: 'is', test: 'false', negated: false, input, type: types.boolean(false) })));
}

function caseOf(branches: readonly (readonly [Expression, Expression])[], otherwise: Expression): Expression {
  return { kind: 'case', branches: branches.map(([when, value]) => ({ when, value })), otherwise, type: types.boolean() };
}

function callOf(fn: AggregateFunction, argument: number | undefined, type: Expression['type'] | undefined): AggregateCall {
  return { function: fn, argument, distinct: false, filter: undefined, type: fn.result(type)!, name: fn.name.toLowerCase() };
}

/** The keys and the value of a query that has one row for each key. */
function groupless({ node, keys }: Correlated, output: Expression): PlanNode {
  const own = columnsOfNode(node);
  const all = [...keys.map((key) => own[key]!), output];
  return calc(
    node,
    undefined,
    all,
    all.map((one) => (one.kind === 'column' ? one.name : '$value')),
  );
}

/** The conditions that must all hold. */
export function* conjunctsOf(node: sql.Expression): Generator<sql.Expression> {
  if (node.kind !== 'logical' || node.operator !== 'AND') yield node;
  else for (const operand of node.operands) yield* conjunctsOf(operand);
}

function columnCount(what: string, wanted: number, { schema }: PlanNode, span: Span): SqlError {
  const count = (n: number): string => (n === 1 ? 'one column' : `${n} columns`);
  return new SqlError('MS1206', `${what} takes a query of ${count(wanted)}, not ${schema.fields.length}`, { span });
}
