import type { Catalog, CatalogTable, CatalogView } from '../catalog/catalog.ts';
import { type Descriptors, readTableOptions, type TableOptions } from '../catalog/table-options.ts';
import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { conjunction, conjuncts } from '../plan/expressions/visit.ts';
import { aggregate, calc, columnsOfNode, filter, rank, sort } from '../plan/make.ts';
import type { AggregateCall, PlanNode, SortKey, ValuesNode } from '../plan/nodes/node.ts';
import { isBounded } from '../plan/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, commonTypeOf } from './coerce.ts';
import { bindAlone, bindCorrelate, isLateral, isUserTable } from './correlate.ts';
import { deadLetterTable } from './dead-letters.ts';
import { ExpressionBinder, type ExpressionContext } from './expression-binder.ts';
import type { FunctionRegistry } from './functions.ts';
import { intervalJoinsIn } from './interval-join.ts';
import { bindJoin } from './join.ts';
import { bindLateralQuery } from './lateral-query.ts';
import { type Relation, relationOf, requireUniqueNames } from './relation.ts';
import { Scope, type ScopeColumn } from './scope.ts';
import { bindSelect } from './select.ts';
import { setOperation } from './set-operations.ts';
import type { OuterScope } from './subqueries/outer-scope.ts';
import { Subqueries } from './subqueries/subqueries.ts';
import { bindWindowFunction } from './table-functions.ts';
import { planTableScan } from './table-scan.ts';

/** What binding a query needs; one per statement, so that a table named twice is one node. */
export interface BinderContext {
  readonly catalog: Catalog;
  readonly functions: FunctionRegistry;
  readonly descriptors: Descriptors;
  readonly timeZone: string;
  /** Batch mode: all input ends, and only final rows are given out. */
  readonly batch: boolean;
}

const CTE_DEPTH_MAX = 100;
/** What FROM can hold that is not run yet, as a user writes it. */
/** Reads of views in a statement; more would only be met where views double what is below them. */
const VIEWS_MAX = 5_000;
const FROM_WORDS = { tableSample: 'TABLESAMPLE', matchRecognize: 'MATCH_RECOGNIZE' } as const;

/** What binders of one statement have in common: tables as nodes, and how often a view was read. */
interface BoundTables {
  readonly scans: Map<string, PlanNode>;
  views: number;
}

/** Turns queries into plan nodes. Throws SqlError and UnsupportedError at the place of the mistake. */
export class QueryBinder {
  readonly context: BinderContext;
  readonly #tables: BoundTables;
  readonly #common: Map<string, Relation>[] = [];
  #depth = 0;
  /** What a query inside another one sees of that. */
  readonly outer: OuterScope | undefined;

  /** `tables` are shared with the binders of views, so that a table is one node however it is reached. */
  constructor(context: BinderContext, tables: BoundTables = { scans: new Map(), views: 0 }, depth = 0, outer?: OuterScope) {
    this.context = context;
    this.#tables = tables;
    this.#depth = depth;
    this.outer = outer;
  }

  expressions(columns: readonly ScopeColumn[], options: Pick<ExpressionContext, 'replace' | 'subquery'> = {}): ExpressionBinder {
    const { functions, timeZone } = this.context;
    return new ExpressionBinder({ scope: new Scope(columns, this.outer), functions, timeZone, ...options });
  }

  /** A binder of a query inside this one's: it knows the same common tables, and its names reach into `outer`. */
  inside(outer: OuterScope): QueryBinder {
    const binder = new QueryBinder(this.context, this.#tables, this.#depth, outer);
    binder.#common.push(...this.#common);
    return binder;
  }

  /** How deep queries stand inside this one. */
  get level(): number {
    return this.outer === undefined ? 0 : this.outer.level + 1;
  }

  /** A whole query: CTEs, body, ORDER BY, OFFSET and FETCH. */
  bindQuery(query: sql.Query): Relation {
    if (++this.#depth > CTE_DEPTH_MAX) throw new SqlError('MS1006', 'queries nest too deeply', { span: query.span });
    if (query.recursive) throw new UnsupportedError('MS1402', 'WITH RECURSIVE is not supported', { span: query.span });
    this.#common.push(new Map());
    try {
      for (const table of query.with) this.#common.at(-1)!.set(table.name.name, this.#commonTable(table));
      return query.body.kind === 'select' ? bindSelect(this, query.body, query) : this.#ordered(this.#body(query.body), query);
    } finally {
      this.#common.pop();
      this.#depth--;
    }
  }

  #commonTable({ name, columns, query }: sql.CommonTable): Relation {
    const bound = this.bindQuery(query);
    if (columns.length === 0) requireUniqueNames(bound, name.span);
    return relationOf(renamed(bound.node, columns), name.name);
  }

  #body(body: sql.QueryBody): Relation {
    switch (body.kind) {
      case 'query':
        return this.bindQuery(body);
      case 'select':
        return bindSelect(this, body, undefined);
      case 'values':
        return this.#values(body);
      case 'explicitTable':
        return this.table(body.name, []);
      case 'setOperation':
        return this.#setOperation(body);
    }
  }

  #setOperation(operation: sql.SetOperation): Relation {
    const nodes = operation.inputs.map((input) => this.#body(input).node);
    return relationOf(setOperation(this, operation, nodes), undefined);
  }

  /** Different rows. */
  distinct(node: PlanNode): PlanNode {
    const all = node.schema.fields.map((_, i) => i);
    return this.aggregate(node, all, []);
  }

  aggregate(input: PlanNode, keys: readonly number[], calls: readonly AggregateCall[]): PlanNode {
    return aggregate(input, keys, calls, this.context.batch ? 'final' : 'changes');
  }

  /** Constant rows: those that are not literals (NOW()) are computed over one empty row. */
  #values({ rows, span }: sql.Values): Relation {
    const binder = this.expressions([]);
    const bound = rows.map((row) => (row.kind === 'row' ? row.items : [row]).map((item) => binder.bindTyped(item, 'VALUES')));
    const width = bound[0]!.length;
    if (bound.some((row) => row.length !== width))
      throw new SqlError('MS1206', 'the rows of VALUES differ in their number of values', { span });
    const types = bound[0]!.map((_, i) =>
      commonTypeOf(
        bound.map((row) => row[i]!),
        'VALUES',
        span,
      ),
    );
    const fields = types.map((type, i) => ({ name: `EXPR$${i}`, type }));
    const cast = bound.map((row) => row.map((value, i) => castTo(value, types[i]!)));
    const node: ValuesNode = { kind: 'values', rows: cast, schema: { fields }, insertOnly: true };
    return relationOf(node, undefined);
  }

  /** ORDER BY and LIMIT over a body that is no SELECT: keys are columns of the result. */
  #ordered(input: Relation, query: sql.Query): Relation {
    if (query.orderBy.length === 0 && query.fetch === undefined && query.offset === undefined) return input;
    const binder = this.expressions(input.columns);
    const keys = query.orderBy.map((item): SortKey => {
      const bound = ordinal(item.expression, columnsOfNode(input.node)) ?? binder.bind(item.expression);
      if (bound.kind !== 'column')
        throw new UnsupportedError('MS1402', 'ORDER BY of an expression here', { span: item.span, hint: 'compute it in a SELECT' });
      return sortKey(bound.index, item);
    });
    return { ...input, node: this.sorted(input.node, keys, query) };
  }

  /** Sorts and cuts. Throws MS1207 where the input never ends. */
  sorted(node: PlanNode, keys: readonly SortKey[], query: Pick<sql.Query, 'offset' | 'fetch' | 'span' | 'orderBy'>): PlanNode {
    if (keys.length === 0 && query.fetch === undefined && query.offset === undefined) return node;
    if (keys.length > 0 && !isBounded(node)) {
      const limit = this.#count(query.fetch, 'LIMIT');
      const offset = this.#count(query.offset, 'OFFSET') ?? 0;
      // The first rows by an order are known at any time, though not for good.
      if (limit !== undefined && limit > 0)
        return rank(node, { partition: [], order: keys, offset, limit: offset + limit, latest: false }, undefined);
      throw new UnsupportedError('MS1207', 'ORDER BY needs input that ends', {
        span: query.orderBy[0]!.span,
        hint: 'this query reads a source without end: leave ORDER BY out, add LIMIT, or bound the source',
      });
    }
    if (keys.length === 0 && !node.insertOnly && !isBounded(node)) {
      throw new UnsupportedError('MS1207', 'LIMIT of a result that is updated needs input that ends', { span: query.fetch?.span });
    }
    return sort(node, keys, this.#count(query.offset, 'OFFSET') ?? 0, this.#count(query.fetch, 'LIMIT'));
  }

  #count(node: sql.Expression | undefined, what: string): number | undefined {
    if (node === undefined) return undefined;
    if (node.kind === 'number' && node.form === 'integer') return Number(node.text);
    throw new SqlError('MS1205', `${what} takes a whole number`, { span: node.span });
  }

  /** FROM: a table, a query, a windowing function, a join. */
  bindFrom(from: sql.TableExpression): Relation {
    switch (from.kind) {
      case 'table': {
        if (from.systemTime !== undefined)
          throw new SqlError('MS1230', 'FOR SYSTEM_TIME AS OF stands behind JOIN', {
            span: from.span,
            hint: 'write FROM orders AS o JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON ...',
          });
        return aliased(this.table(from.name, from.hints), from.alias);
      }
      case 'derivedTable': {
        return aliased(unnamed(this.bindQuery(from.query)), from.alias);
      }
      case 'join':
        if (from.right.kind === 'derivedTable' && from.right.lateral) return bindLateralQuery(this, from, from.right);
        return isLateral(this, from.right) ? bindCorrelate(this, from, from.right) : bindJoin(this, from);
      case 'tableFunction':
        return isUserTable(this, from.call) ? bindAlone(this, from) : aliased(bindWindowFunction(this, from.call), from.alias);
      case 'unnest':
        return bindAlone(this, from);
      default:
        throw new UnsupportedError('MS1402', `${FROM_WORDS[from.kind]} is not supported yet`, { span: from.span });
    }
  }

  /** A table, view or common table by name. Throws MS1101 with the nearest name. */
  table(name: sql.QualifiedName, hints: readonly sql.Hint[]): Relation {
    const simple = simpleName(name);
    for (let i = this.#common.length - 1; i >= 0 && name.parts.length === 1; i--) {
      const found = this.#common[i]!.get(simple);
      if (found !== undefined) return found;
    }
    const entry = this.context.catalog.get(simple);
    if (entry === undefined) throw unknownTable(this.context.catalog, name);
    const node = entry.kind === 'table' ? this.#scan(entry, hints, name.span) : this.#view(entry, name.span);
    return relationOf(node, entry.name);
  }

  #scan(table: CatalogTable, hints: readonly sql.Hint[], span: Span): PlanNode {
    const overrides = hints.filter((hint) => hint.name.name.toUpperCase() === 'OPTIONS').flatMap((hint) => hint.args);
    const changed = overrides.map((arg) => [hintText(arg.key), hintText(arg.value)] as const);
    const key = JSON.stringify([table.name, ...changed]);
    let node = this.#tables.scans.get(key);
    if (node === undefined) {
      const options = new Map([...table.options, ...changed]);
      const spans = new Map(overrides.map((arg) => [hintText(arg.key), arg.span]));
      const read = readTableOptions(options, this.context.descriptors, (name) => spans.get(name));
      if (read.connector.source === undefined) {
        const message = `connector '${read.connector.name}' of table ${table.name} cannot be read from`;
        throw new SqlError('MS1307', message, { span, hint: 'it is a sink only' });
      }
      const changedTable = { ...table, options };
      node = planTableScan(this, changedTable, read, deadLetterTable(changedTable, read, this.context, span));
      this.#tables.scans.set(key, node);
    }
    return node;
  }

  /** Binds a table's computed columns and watermark, for their errors. */
  checkTable(table: CatalogTable, read: TableOptions): void {
    planTableScan(this, table, read);
  }

  #view(view: CatalogView, span: Span): PlanNode {
    if (++this.#tables.views > VIEWS_MAX) {
      const hint = 'each view stands for its query: views that read another one twice, one on top of the other, double it each time';
      throw new SqlError('MS1006', `views are read more than ${VIEWS_MAX} times`, { span, hint });
    }
    try {
      return renamedBy(new QueryBinder(this.context, this.#tables, this.#depth).bindQuery(view.query).node, view.columns);
    } catch (error) {
      // The place is in the text of CREATE VIEW, not of this statement.
      if (error instanceof SqlError || error instanceof UnsupportedError) error.source ??= view.source;
      throw error;
    }
  }
}

/** `(name, ...)` after an alias gives the columns new names. Throws MS1206 where their number differs. */
export function aliased(relation: Relation, alias: sql.Alias | undefined): Relation {
  if (alias === undefined) return relation;
  const table = alias.name.name;
  if (alias.columns.length > 0) return relationOf(renamed(relation.node, alias.columns), table);
  return { node: relation.node, columns: relation.columns.map((column) => ({ ...column, table })) };
}

/** The columns of a query in FROM belong to no table but its alias. */
export const unnamed = ({ node, columns }: Relation): Relation => ({
  node,
  columns: columns.map((column) => ({ ...column, table: undefined })),
});

function renamed(node: PlanNode, columns: readonly sql.Identifier[]): PlanNode {
  const width = node.schema.fields.length;
  if (columns.length > 0 && columns.length !== width) {
    throw new SqlError('MS1206', `${columns.length} names for ${width} columns`, { span: columns[0]!.span });
  }
  return renamedBy(
    node,
    columns.map(({ name }) => name),
  );
}

function renamedBy(node: PlanNode, names: readonly string[]): PlanNode {
  return names.length === 0 ? node : calc(node, undefined, columnsOfNode(node), names);
}

/** The last part of a name; the parts before it may only be the defaults. Throws MS1101. */
export function simpleName(name: sql.QualifiedName): string {
  const parts = name.parts.map((part) => part.name);
  const [last, database = 'default_database', catalog = 'default_catalog'] = [...parts].reverse();
  if (database !== 'default_database' || catalog !== 'default_catalog' || parts.length > 3) {
    throw new SqlError('MS1101', `there is no ${parts.slice(0, -1).join('.')}`, {
      span: name.span,
      hint: 'there is one database: default_catalog.default_database',
    });
  }
  return last!;
}

export function unknownTable(catalog: Catalog, name: sql.QualifiedName): SqlError {
  const simple = simpleName(name);
  const known = catalog.names();
  const hint =
    didYouMean(simple, known) ?? (known.length === 0 ? 'no table has been created yet' : `there are: ${known.slice(0, 12).join(', ')}`);
  return new SqlError('MS1101', `there is no table ${simple}`, { span: name.span, hint });
}

function hintText(node: sql.HintArgument['key'] | sql.HintArgument['value']): string {
  if (node === undefined) return '';
  return node.kind === 'identifier' ? node.name : node.kind === 'string' ? node.value : node.text;
}

/** An ORDER BY number names a column of the result, counted from 1. */
export function ordinal(node: sql.Expression, columns: readonly Expression[]): Expression | undefined {
  if (node.kind !== 'number' || node.form !== 'integer') return undefined;
  const found = columns[Number(node.text) - 1];
  if (found === undefined) throw new SqlError('MS1205', `ORDER BY ${node.text}: there are ${columns.length} columns`, { span: node.span });
  return found;
}

/** NULLs count as the least values, as in Flink, unless NULLS FIRST or LAST says otherwise. */
export function sortKey(column: number, { descending, nulls }: sql.OrderItem): SortKey {
  return { column, descending, nullsFirst: nulls === undefined ? !descending : nulls === 'FIRST' };
}

/** The relation's own columns of a node that has more behind them. */
export function narrowed(node: PlanNode, { columns }: Relation): Relation {
  const all = columnsOfNode(node);
  const own = columns.map((column, i) => ({ ...column, type: all[i]!.type }));
  if (all.length === own.length) return { node, columns: own };
  return {
    columns: own,
    node: calc(
      node,
      undefined,
      all.slice(0, own.length),
      own.map((_, i) => node.schema.fields[i]!.name),
    ),
  };
}

/** Checks a condition and applies it. */
export function filtered(binder: QueryBinder, relation: Relation, condition: sql.Expression | undefined, what: string): Relation {
  if (condition === undefined) return relation;
  const subqueries = new Subqueries(binder);
  const bound = subqueries.condition(condition, what, binder.expressions(relation.columns, { subquery: subqueries.bind }));
  if (subqueries.isEmpty && bound.tests.length === 0) return withIntervalJoins(relation, bound.rest);
  const { node, resolve } = subqueries.attach(relation.node);
  return narrowed(subqueries.filter(node, bound, resolve), relation);
}

/** A condition may bound the times of a join below it, whose time attributes then stay such. */
function withIntervalJoins(relation: Relation, condition: Expression | undefined): Relation {
  const { node, rest } = intervalJoinsIn(relation.node, conjuncts(condition));
  const isSame = node === relation.node;
  const above = isSame ? condition : conjunction(rest);
  const columns = isSame ? relation.columns : relation.columns.map((column, i) => ({ ...column, type: node.schema.fields[i]!.type }));
  return { node: above === undefined ? node : filter(node, above), columns };
}
