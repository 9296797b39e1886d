import { hasAggregate } from '../../binder/aggregate.ts';
import { QueryBinder } from '../../binder/query-binder.ts';
import { SqlError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import { isBounded } from '../../plan/visit.ts';
import type * as sql from '../../sql/ast/index.ts';
import { printQuery } from '../../sql/print.ts';
import type { Engine, ProgramTables } from '../engine.ts';
import { Result, type Runnable } from '../result.ts';
import { explainText } from '../statements/explain.ts';
import { column, derivedTable, NOWHERE, number, queryOf, selectItem } from './ast.ts';
import { BinderScope } from './binder-scope.ts';
import type { Columns, Prettify, RowOf } from './column-types.ts';
import type { Sink } from './connector-table.ts';
import { Delivery, type Fits } from './delivery.ts';
import { type Draft, draftFrom, draftQuery, isOpen, isSelectable, names, opened, plainTable } from './draft.ts';
import type { ColumnsOfSelection, OrderTerm, RowScope, Selectable, Selection } from './expression.ts';
import { columnExpression, type ExpressionNode, isExpression, NODE, nodeOf, type Operand, OrderKey } from './expression-node.ts';
import type { BooleanOperand, Common, Typed } from './operations.ts';
import { rowScope } from './row-scope.ts';
import { mergeTables, tablesText } from './tables.ts';
import { withoutPlaces } from './type-scope.ts';
import { type Window, type WindowColumns, windowFunction } from './window.ts';

/** What explain() adds to the plan. */
export interface ExplainOptions {
  /** The generated code; included unless false. */
  readonly code?: boolean;
}

/** The columns of a union: those of the first, with types that hold both. */
export type UnionOf<C extends Columns, D extends Columns> = { [K in keyof C]: K extends keyof D ? Common<C[K], D[K]> : never };

type Name<C> = keyof C & string;
type Callback = (row: never) => unknown;

/** @internal What a pipeline is made of. */
export interface PipelineParts {
  readonly engine: Engine;
  readonly draft: Draft;
  readonly tables: ProgramTables;
}

/**
 * A query, built step by step. `C` are its columns. Immutable: each step makes a new pipeline and checks it, so that a mistake is
 * thrown (as an SqlError) where it is made. Nothing runs before the result is read or a delivery is run.
 */
export class Pipeline<C extends Columns> extends Result<RowOf<C>> {
  /** @internal */
  readonly parts: PipelineParts;
  /** @internal */
  readonly schema: Schema;
  readonly #scope: BinderScope;

  /** @internal */
  constructor(parts: PipelineParts) {
    super();
    const { engine, draft, tables } = parts;
    const context = engine.context(tables);
    this.parts = parts;
    this.schema = withoutPlaces(() => new QueryBinder(context).bindQuery(draftQuery(draft)).node.schema);
    this.#scope = new BinderScope(
      this.schema.fields.map(({ name, type }) => ({ name, type, table: undefined })),
      context.functions,
      context.timeZone,
    );
  }

  /** Keeps the rows for which the condition is true. */
  where(condition: (row: RowScope<C>) => BooleanOperand): Pipeline<C> {
    const answer = (condition as Callback)(this.row() as never) as Operand;
    if (typeof answer === 'boolean') {
      throw new SqlError('MS1205', `the condition is ${answer} for every row`, {
        hint: 'make it of the methods of a column: r.a.eq(1) and not r.a === 1',
      });
    }
    const kept = nodeOf(answer);
    const draft = opened(this.parts.draft);
    return this.with({ ...draft, where: [...draft.where, kept] });
  }

  /**
   * The columns to go on with: names, or expressions by name. With aggregates, the rows are those of all of the stream, or of each
   * window when the stream is cut into windows.
   */
  select<K extends Name<C>>(...columns: readonly K[]): Pipeline<Prettify<Pick<C, K>>>;
  select<S extends Selection>(columns: (row: RowScope<C>) => S): Pipeline<Prettify<ColumnsOfSelection<S>>>;
  select(...columns: readonly (string | Callback)[]): unknown {
    const [first] = columns;
    const items = typeof first === 'function' ? selectItems(first(this.row() as never)) : this.#columnItems(columns as readonly string[]);
    const isAggregate = hasAggregate(items, new QueryBinder(this.parts.engine.context(this.parts.tables)));
    const draft = !isAggregate && isSelectable(this.parts.draft, items) ? this.parts.draft : opened(this.parts.draft);
    return this.with({ ...draft, items, groupBy: draft.windowed && isAggregate ? windowKeys(items) : undefined });
  }

  /** Groups rows by columns, or by named expressions: `groupBy((r) => ({ day: r.ts.format('yyyy-MM-dd') }))`. */
  groupBy<K extends Name<C>>(...columns: readonly K[]): Grouped<C>;
  groupBy<S extends Selection>(keys: (row: RowScope<C>) => S): Grouped<Omit<C, keyof S> & ColumnsOfSelection<S>>;
  groupBy(...keys: readonly (string | Callback)[]): unknown {
    const [first] = keys;
    const named = typeof first === 'function' ? (first(this.row() as never) as Record<string, Operand>) : {};
    const columns =
      typeof first === 'function'
        ? Object.values(named).map(nodeOf)
        : this.#columnItems(keys as readonly string[]).map((item) => item.expression);
    const expressions = Object.fromEntries(
      Object.entries(named).filter((entry): entry is [string, ExpressionNode] => isExpression(entry[1])),
    );
    return new Grouped(this as unknown as Pipeline<Columns>, columns, expressions);
  }

  /** Cuts the stream into windows of event time, for `groupBy` or aggregates; adds window_start, window_end and window_time. */
  window(window: Window): Pipeline<Prettify<C & WindowColumns<C>>> {
    const { draft } = this.parts;
    // A condition can as well be said of the windowed rows, as one writes it in SQL.
    const table = isOpen(draft) && !draft.windowed ? plainTable({ ...draft, where: [] }) : undefined;
    const query = draftQuery(draft);
    const none = { partitionBy: [], orderBy: [], span: NOWHERE };
    const data: sql.Expression =
      table === undefined ? { kind: 'subquery', query, span: NOWHERE } : { kind: 'tableArgument', name: table, query: undefined, ...none };
    const from = windowFunction(window, data, this.schema.fields);
    return this.with({ ...draftFrom(from, true), where: table === undefined ? [] : draft.where });
  }

  /** Each different row once. */
  distinct(): Pipeline<C> {
    const { draft } = this.parts;
    const isSortedOrCut = draft.orderBy.length > 0 || draft.fetch !== undefined || draft.offset !== undefined;
    return this.with({ ...(isSortedOrCut ? this.#derived() : draft), distinct: true });
  }

  /** The rows of both, each as often as it comes. The columns are matched by position and must be as many; names are those of this one. */
  unionAll<D extends Columns>(other: Pipeline<D>): Pipeline<Prettify<UnionOf<C, D>>> {
    return this.#union(other, true);
  }

  /** The different rows of both. */
  union<D extends Columns>(other: Pipeline<D>): Pipeline<Prettify<UnionOf<C, D>>> {
    return this.#union(other, false);
  }

  /** Sorts input that ends: by names, or by `(r) => [r.city, r.fare.desc()]`. */
  orderBy<K extends Name<C>>(...columns: readonly K[]): Pipeline<C>;
  orderBy(keys: (row: RowScope<C>) => Typed<Columns[string]> | OrderTerm | readonly (Typed<Columns[string]> | OrderTerm)[]): Pipeline<C>;
  orderBy(...keys: readonly (string | Callback)[]): unknown {
    const [first] = keys;
    const terms =
      typeof first === 'function'
        ? [first(this.row() as never)].flat()
        : (keys as readonly string[]).map((name) => columnExpression(name, this.#scope));
    const items = terms.map((term) => (term instanceof OrderKey ? term : new OrderKey((term as ExpressionNode)[NODE], false)).item);
    const { draft } = this.parts;
    const isOfResult = items.every(({ expression }) => expression.kind === 'column' && expression.parts.length === 1);
    const isFree = draft.orderBy.length === 0 && draft.fetch === undefined && draft.offset === undefined && (isOfResult || isOpen(draft));
    return this.with({ ...(isFree ? draft : this.#derived()), orderBy: items });
  }

  /** The first rows, after leaving out `offset` of them. */
  limit(count: number, offset = 0): Pipeline<C> {
    const { draft } = this.parts;
    const isFree = draft.fetch === undefined && draft.offset === undefined;
    return this.with({
      ...(isFree ? draft : this.#derived()),
      fetch: rowCount(count),
      offset: offset === 0 ? undefined : rowCount(offset),
    });
  }

  /** Where the rows are to go: a sink, or the name of a table. Columns are matched by name. Nothing runs before `.run()`. */
  to<D extends Columns>(sink: (Sink<D> & Fits<C, D>) | string): Delivery {
    const { engine, tables, draft } = this.parts;
    return Delivery.of(engine, tables, draftQuery(draft), this.schema, sink as unknown as Sink | string);
  }

  /** The plan as EXPLAIN prints it, with what each part sends on, and the generated code. */
  explain({ code = true }: ExplainOptions = {}): string {
    const { engine } = this.parts;
    return explainText(engine.session, this.#plan(), ['CHANGELOG_MODE', ...(code ? (['CODEGEN'] as const) : [])]);
  }

  /** The query in Flink SQL, behind the CREATE TABLE statements of the tables that the program has made for it. */
  toSql(): string {
    return `${tablesText(this.parts.tables)}${printQuery(draftQuery(this.parts.draft))};`;
  }

  /** @internal */
  protected override runnable(): Runnable {
    const plan = this.#plan();
    const [root] = plan.sinks;
    const { engine } = this.parts;
    return {
      schema: root!.schema,
      bounded: isBounded(root!),
      insertOnly: root!.insertOnly,
      start: (handler) => engine.start(plan, handler),
    };
  }

  /** @internal The columns as callbacks see them. */
  row(keys?: Readonly<Record<string, ExpressionNode>>): Readonly<Record<string, ExpressionNode>> {
    return rowScope(this.#scope, keys);
  }

  /** @internal A pipeline that goes on with another draft. */
  with<D extends Columns>(draft: Draft, tables = this.parts.tables): Pipeline<D> {
    return new Pipeline<D>({ ...this.parts, draft, tables });
  }

  #plan() {
    const { engine, draft, tables } = this.parts;
    return withoutPlaces(() => engine.planQuery(draftQuery(draft), tables));
  }

  #derived(): Draft {
    return draftFrom(derivedTable(draftQuery(this.parts.draft)));
  }

  #columnItems(columns: readonly string[]): sql.SelectItem[] {
    for (const name of columns) this.#scope.checkColumn(name);
    return columns.map((name) => selectItem(column(name), name));
  }

  #union<D extends Columns, E extends Columns>(other: Pipeline<D>, all: boolean): Pipeline<E> {
    const inputs = [this.parts.draft, other.parts.draft].map(draftQuery).map((query) => bodyOf(query));
    const body: sql.SetOperation = { kind: 'setOperation', operator: 'UNION', all, inputs, span: NOWHERE };
    const tables = mergeTables(this.parts.tables, other.parts.tables);
    return this.with(draftFrom(derivedTable(queryOf(flattened(body)))), tables);
  }
}

/** A stream whose rows are grouped; `select` says what to make of each group. */
export class Grouped<C extends Columns> {
  readonly #input: Pipeline<Columns>;
  readonly #keys: readonly sql.Expression[];
  readonly #named: Readonly<Record<string, ExpressionNode>>;

  /** @internal */
  constructor(input: Pipeline<Columns>, keys: readonly sql.Expression[], named: Readonly<Record<string, ExpressionNode>>) {
    this.#input = input;
    this.#keys = keys;
    this.#named = named;
  }

  /** One row for each group: its keys, and aggregates. Over windows one row for each group and window, when the window has passed. */
  select<S extends Selection>(columns: (row: RowScope<C>) => S): Pipeline<Prettify<ColumnsOfSelection<S>>> {
    const items = selectItems((columns as Callback)(this.#input.row(this.#named) as never));
    const draft = opened(this.#input.parts.draft);
    const groupBy = [...(draft.windowed ? windowKeys(items) : []), ...this.#keys];
    return this.#input.with({ ...draft, items, groupBy });
  }
}

/** The columns that tell windows apart, and window_time where it is asked for. */
const windowKeys = (items: readonly sql.SelectItem[]): sql.Expression[] =>
  ['window_start', 'window_end', ...(names(items, 'window_time') ? ['window_time'] : [])].map((name) => column(name));

function selectItems(selection: unknown): sql.SelectItem[] {
  const entries =
    typeof selection === 'object' && selection !== null && !isExpression(selection)
      ? Object.entries(selection as Record<string, Selectable>)
      : [];
  if (entries.length > 0) return entries.map(([name, value]) => selectItem(nodeOf(value as unknown as Operand), name));
  throw new SqlError('MS1205', 'select() takes an object of expressions', { hint: 'select((r) => ({ city: r.city, trips: count() }))' });
}

function rowCount(count: number): sql.Expression {
  if (Number.isSafeInteger(count) && count >= 0) return number(String(count), 'integer');
  throw new SqlError('MS1205', `limit() takes whole numbers of rows, not ${count}`);
}

const bodyOf = (query: sql.Query): sql.QueryBody =>
  query.orderBy.length === 0 && query.offset === undefined && query.fetch === undefined ? query.body : query;

/** A chain of the same UNION is one node, as the parser reads it. */
function flattened(operation: sql.SetOperation): sql.SetOperation {
  const [first, ...rest] = operation.inputs;
  if (first?.kind !== 'setOperation' || first.operator !== operation.operator || first.all !== operation.all) return operation;
  return { ...operation, inputs: [...first.inputs, ...rest] };
}
