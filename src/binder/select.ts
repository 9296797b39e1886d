import { SqlError } from '../common/errors.ts';
import { withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, filter, ONE_ROW } from '../plan/make.ts';
import type { PlanNode, SortKey } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { aggregateCalls, GroupedBinder, hasAggregate, identity } from './aggregate.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import { checkLookupHint } from './lookup-join.ts';
import { bindOvers } from './over.ts';
import { type OverSyntax, overCalls } from './over-syntax.ts';
import { filtered, narrowed, ordinal, type QueryBinder, sortKey } from './query-binder.ts';
import { type Relation, relationOf } from './relation.ts';
import { numberRows } from './row-number.ts';
import { Scope } from './scope.ts';
import { Subqueries } from './subqueries/subqueries.ts';

interface Item {
  readonly expression: Expression;
  readonly name: string;
  /** The name as the query gives it, which may repeat. */
  readonly given: string;
}

/** SELECT ... with, when it is a query's whole body, the query's ORDER BY and LIMIT. */
export function bindSelect(binder: QueryBinder, select: sql.Select, query: sql.Query | undefined): Relation {
  for (const hint of select.hints) checkLookupHint(hint);
  const from = select.from === undefined ? relationOf(ONE_ROW, undefined) : binder.bindFrom(select.from);
  const input = filtered(binder, from, select.where, 'WHERE');
  const grouped = isGrouped(binder, select, query);
  const { node, items, expressions } = grouped ? bindGrouped(binder, input, select, query) : bindPlain(binder, input, select, query);
  const projected = withSort(binder, node, items, expressions, select, query);
  const columns = projected.schema.fields.map(({ type }, i) => ({ name: items[i]!.given, type, table: undefined }));
  return { node: projected, columns };
}

function isGrouped(binder: QueryBinder, select: sql.Select, query: sql.Query | undefined): boolean {
  const parts = [select.items.map((item) => item.expression), select.having, select.qualify, select.windows, query?.orderBy];
  return select.groupBy !== undefined || select.having !== undefined || parts.some((part) => hasAggregate(part, binder));
}

interface Bound {
  readonly node: PlanNode;
  readonly items: readonly Item[];
  /** Binds ORDER BY expressions over `node`. */
  readonly expressions: ExpressionBinder;
}

function bindPlain(binder: QueryBinder, input: Relation, select: sql.Select, query: sql.Query | undefined): Bound {
  const parts = [...select.items.map((item) => item.expression), select.qualify, ...(query?.orderBy.map((item) => item.expression) ?? [])];
  const calls = overCalls(parts, select.windows);
  if (select.qualify !== undefined && overCalls(select.qualify, select.windows).length === 0 && calls.length === 0) {
    throw qualifiesNothing(select.qualify);
  }
  const { rows, insteadOf } = withOvers(binder, input, calls);
  const subqueries = new Subqueries(binder);
  const expressions = binder.expressions(rows.columns, { replace: insteadOf, subquery: subqueries.bind });
  const items = bindItems(select, expressions, rows, binder);
  const aliased = expressions.replacing((node) => aliasOf(node, rows, items));
  const qualify = select.qualify && aliased.bindCondition(select.qualify, 'QUALIFY');
  const { node, resolve } = subqueries.attach(rows.node);
  const kept = qualify === undefined ? node : filter(node, resolve(qualify));
  if (subqueries.isEmpty) return { node: kept, items, expressions };
  return {
    node: kept,
    items: items.map((item) => ({ ...item, expression: resolve(item.expression) })),
    expressions: binder.expressions(rows.columns),
  };
}

/** Of ROW_NUMBER alone the first rows may be wanted: it is a ranking, until the optimizer has found no bound. */
function withOvers(
  binder: QueryBinder,
  input: Relation,
  calls: readonly OverSyntax[],
  expressions: ExpressionBinder = binder.expressions(input.columns),
): { rows: Relation; insteadOf: (node: sql.Expression) => Expression | undefined } {
  if (calls.length > 0 && !binder.context.batch && calls.every(({ name }) => name === 'ROW_NUMBER')) {
    const { input: rows, columnOf } = numberRows(expressions, input, calls);
    return { rows, insteadOf: columnOf };
  }
  const { input: rows, insteadOf } = bindOvers(binder, input, calls, expressions);
  return { rows, insteadOf };
}

/** A column of the input comes before an alias. */
function aliasOf(node: sql.Expression, input: Relation, items: readonly Item[]): Expression | undefined {
  if (node.kind !== 'column' || node.parts.length !== 1) return undefined;
  const { name } = node.parts[0]!;
  return input.columns.some((column) => column.name === name) ? undefined : items.find((item) => item.given === name)?.expression;
}

function bindGrouped(binder: QueryBinder, input: Relation, select: sql.Select, query: sql.Query | undefined): Bound {
  const star = select.items.find((item) => item.expression.kind === 'star');
  if (star !== undefined)
    throw new SqlError('MS1211', '* cannot stand in a grouped query', { span: star.span, hint: 'name the grouped columns' });
  const calls = overCalls([select.items, select.qualify, query?.orderBy], select.windows);
  if (select.qualify !== undefined && calls.length === 0) throw qualifiesNothing(select.qualify);
  const grouped = new GroupedBinder(binder, input, select.groupBy);
  if (calls.length > 0) return bindGroupedOvers(binder, grouped, input, select, query, calls);
  const subqueries = new Subqueries(binder);
  const expressions = grouped.expressions(subqueries.bind);
  const items = bindItems(select, expressions, input, binder);
  const having = select.having === undefined ? undefined : subqueries.condition(select.having, 'HAVING', expressions);
  // Aggregates that only ORDER BY names must be known before the node is made.
  for (const item of query?.orderBy ?? []) if (hasAggregate(item.expression, binder)) expressions.bind(item.expression);
  const { node, resolve } = subqueries.attach(grouped.finish());
  const resolved = items.map((item) => ({ ...item, expression: resolve(item.expression) }));
  const kept = having === undefined ? node : subqueries.filter(node, having, resolve);
  return { node: kept, items: retype(resolved, kept), expressions };
}

/** OVER of a grouped query sees its groups, those that HAVING leaves. */
function bindGroupedOvers(
  binder: QueryBinder,
  grouped: GroupedBinder,
  input: Relation,
  select: sql.Select,
  query: sql.Query | undefined,
  calls: readonly OverSyntax[],
): Bound {
  const plain = grouped.expressions(undefined);
  const windows = calls.map(({ window }) => window);
  for (const call of aggregateCalls([select.items, select.qualify, query?.orderBy, windows], binder)) plain.bind(call);
  const groups = groupsOf(binder, grouped, select.having);
  const { rows, insteadOf } = withOvers(binder, groups, calls, plain);
  const subqueries = new Subqueries(binder);
  const expressions = grouped.expressions(subqueries.bind).replacing(insteadOf);
  const items = bindItems(select, expressions, input, binder);
  const aliased = expressions.replacing((node) => aliasOf(node, input, items));
  const qualify = select.qualify && aliased.bindCondition(select.qualify, 'QUALIFY');
  const { node, resolve } = subqueries.attach(rows.node);
  const kept = qualify === undefined ? node : filter(node, resolve(qualify));
  const resolved = items.map((item) => ({ ...item, expression: resolve(item.expression) }));
  return { node: kept, items: retype(resolved, kept), expressions: grouped.expressions(undefined).replacing(insteadOf) };
}

/** The groups for which HAVING holds, as rows of keys and aggregates. All aggregates of the query must be known. */
function groupsOf(binder: QueryBinder, grouped: GroupedBinder, condition: sql.Expression | undefined): Relation {
  if (condition === undefined) return relationOf(grouped.finish(), undefined);
  const subqueries = new Subqueries(binder);
  const having = subqueries.condition(condition, 'HAVING', grouped.expressions(subqueries.bind));
  const all = grouped.finish();
  const { node, resolve } = subqueries.attach(all);
  return narrowed(subqueries.filter(node, having, resolve), relationOf(all, undefined));
}

const qualifiesNothing = ({ span }: sql.Expression): SqlError =>
  new SqlError('MS1222', 'QUALIFY without a function OVER a window', { span, hint: 'WHERE is for other conditions' });

/** Column types are those of the node that was made in the end (time attributes are gone from grouping keys). */
function retype(items: readonly Item[], node: PlanNode): readonly Item[] {
  return items.map((item) => {
    const { expression } = item;
    if (expression.kind !== 'column') return item;
    const { type } = node.schema.fields[expression.index]!;
    return { ...item, expression: { ...expression, type: expression.type.nullable ? withNullable(type, true) : type } };
  });
}

function bindItems(select: sql.Select, expressions: ExpressionBinder, input: Relation, binder: QueryBinder): readonly Item[] {
  const items = select.items.flatMap(({ expression, alias }, position): NamedItem[] => {
    if (expression.kind === 'star') return starItems(expression, input, binder);
    return [{ expression: expressions.bindTyped(expression, 'SELECT'), name: alias?.name ?? nameOf(expression, position) }];
  });
  return unique(items);
}

type NamedItem = Omit<Item, 'given'>;

function starItems(star: sql.Star, input: Relation, binder: QueryBinder): NamedItem[] {
  const scope = input.columns;
  const last = star.qualifier.at(-1);
  const isRow =
    last !== undefined &&
    scope.some((column) => column.name === last.name && column.type.root === 'ROW') &&
    !scope.some((column) => column.table === last.name);
  if (isRow) {
    const row = binder.expressions(scope).bind({ kind: 'column', parts: star.qualifier, span: star.span });
    if (row.type.root === 'ROW') {
      return row.type.fields.map(({ name, type }, index) => {
        const fieldType = { ...type, nullable: type.nullable || row.type.nullable };
        return { expression: { kind: 'field', input: row, index, name, type: fieldType }, name };
      });
    }
  }
  return relationScope(input)
    .star(star.qualifier, star.span)
    .map((expression) => ({ expression, name: expression.name }));
}

const relationScope = (input: Relation): Scope => new Scope(input.columns);

function nameOf(expression: sql.Expression, position: number): string {
  if (expression.kind === 'column') return expression.parts.at(-1)!.name;
  return expression.kind === 'field' ? expression.field.name : `EXPR$${position}`;
}

/** Repeated names become a, a0, a1, as in Flink. */
function unique(items: readonly NamedItem[]): readonly Item[] {
  const used = new Set<string>();
  return items.map(({ expression, name }) => {
    let candidate = name;
    for (let n = 0; used.has(candidate); n++) candidate = `${name}${n}`;
    used.add(candidate);
    return { expression, name: candidate, given: name };
  });
}

/** DISTINCT, then ORDER BY (with columns of its own where a key is no result column), then LIMIT. */
function withSort(
  binder: QueryBinder,
  node: PlanNode,
  items: readonly Item[],
  expressions: ExpressionBinder,
  select: sql.Select,
  query: sql.Query | undefined,
): PlanNode {
  const names = items.map((item) => item.name);
  const results = items.map((item) => item.expression);
  const keys: SortKey[] = [];
  const extended = [...results];
  for (const item of query?.orderBy ?? []) keys.push(sortKey(keyColumn(item, items, extended, expressions), item));
  if (select.distinct && extended.length > results.length) {
    throw new SqlError('MS1212', 'with SELECT DISTINCT, ORDER BY takes columns of the result', { span: query!.orderBy[0]!.span });
  }
  const extraNames = extended.slice(results.length).map((_, i) => `sort${i}`);
  let output: PlanNode = calc(node, undefined, extended, [...names, ...extraNames]);
  if (select.distinct) output = binder.distinct(output);
  if (query === undefined) return output;
  const sorted = binder.sorted(output, keys, query);
  return extraNames.length === 0 ? sorted : calc(sorted, undefined, columnsOfNode(sorted).slice(0, results.length), names);
}

/**
 * The result column an ORDER BY item names: by position, by alias, by being the same expression; else a column is added. Aliases come
 * before columns of the input, also inside an expression.
 */
function keyColumn(item: sql.OrderItem, items: readonly Item[], extended: Expression[], expressions: ExpressionBinder): number {
  const { expression } = item;
  const byPosition = ordinal(expression, extended);
  if (byPosition !== undefined) return extended.indexOf(byPosition);
  if (expression.kind === 'column' && expression.parts.length === 1) {
    const alias = items.findIndex(({ name }) => name === expression.parts[0]!.name);
    if (alias !== -1) return alias;
  }
  const aliased = expressions.replacing((node) =>
    node.kind === 'column' && node.parts.length === 1 ? items.find(({ name }) => name === node.parts[0]!.name)?.expression : undefined,
  );
  const bound = aliased.bind(expression);
  const text = identity(bound);
  const same = extended.findIndex((candidate) => identity(candidate) === text);
  return same === -1 ? extended.push(bound) - 1 : same;
}
