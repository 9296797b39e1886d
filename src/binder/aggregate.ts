import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isText, isTimeAttribute, type SqlType, types, withNullable } from '../data/types/sql-type.ts';
import type { AggregateFunction } from '../functions/aggregate-function.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { printExpression } from '../plan/expressions/print.ts';
import { measureTree, some } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, windowAggregate } from '../plan/make.ts';
import type { AggregateCall, PlanNode, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { aggregateAssigned, getWindowsFirst, refuseSession } from './assigned-window.ts';
import { castTo, nullArgument } from './coerce.ts';
import { ExpressionBinder, type ExpressionContext } from './expression-binder.ts';
import { bindGroupWindow, type GroupWindow, isGroupWindow } from './group-window.ts';
import { bySet, expand, groupingSets, hasSets, overExpanded } from './grouping-sets.ts';
import { bindJsonAggregate, isJsonAggregate } from './json-aggregates.ts';
import { bindMade, boundOf, packed, refuseOrder } from './made-aggregates.ts';
import type { QueryBinder } from './query-binder.ts';
import type { Relation } from './relation.ts';
import { Scope } from './scope.ts';
import { Subqueries } from './subqueries/subqueries.ts';
import { type AttachedWindow, attachedWindow, findWindow, isGroupedAsMade, type WindowOrigin } from './window-origin.ts';

/** More of them in an expression cannot be written out: nested NULLIFs double with each level. */
const TREE_MAX = 200_000;

/** Text that tells expressions over the same input apart: same text, same value. Throws MS1006 for one too large to be told apart. */
export function identity(expression: Expression): string {
  if (measureTree(expression).size > TREE_MAX) throw new SqlError('MS1006', 'the expression is too large', { span: expression.span });
  const text = printExpression(expression, printType, (index) => `$${index}`);
  return expression.kind === 'literal' ? text + printType(expression.type) : text;
}

const GROUPING: ReadonlySet<string> = new Set(['GROUPING', 'GROUPING_ID', 'GROUP_ID']);

interface PendingCall {
  readonly function: AggregateFunction;
  readonly argument: Expression | undefined;
  readonly filter: Expression | undefined;
  readonly distinct: boolean;
  readonly key: string;
}

/** Text that is the same for calls that are one. */
function keyOf({ function: fn, argument, distinct }: Omit<PendingCall, 'filter' | 'key'>, filter: Expression | undefined): string {
  return [fn.name, fn.parameters, distinct, argument && identity(argument), filter && identity(filter)].join('|');
}

/** Whether the expression holds an aggregate call outside sub-queries. */
export const hasAggregate = (node: unknown, binder: QueryBinder): boolean => !aggregateCalls(node, binder).next().done;

/** The aggregate calls in a part of the tree, outermost ones, outside sub-queries. What is OVER a window is none, but may have some within. */
export function* aggregateCalls(node: unknown, binder: QueryBinder): Generator<sql.Expression> {
  if (Array.isArray(node)) for (const item of node) yield* aggregateCalls(item, binder);
  else if (typeof node === 'object' && node !== null && !('kind' in node && node.kind === 'query')) {
    const call = node as sql.FunctionCall;
    const isAggregate =
      call.kind === 'call' && call.over === undefined && binder.context.functions.aggregate(call.name.parts.at(-1)!.name) !== undefined;
    if (isAggregate || isJsonAggregate(call)) yield call;
    else for (const [name, child] of Object.entries(node)) if (name !== 'span') yield* aggregateCalls(child, binder);
  }
}

/**
 * Binds the expressions of a grouped query. Grouping keys and aggregate calls met on the way become columns of the aggregate's
 * output; `finish` makes the node once all expressions of the query have been bound.
 */
export class GroupedBinder {
  readonly #binder: QueryBinder;
  #input: Relation;
  readonly #window: GroupWindow | undefined;
  #keys: readonly Expression[];
  readonly #keyNames: readonly string[];
  readonly #keyIndex: ReadonlyMap<string, number>;
  #calls: PendingCall[] = [];
  /** Those that stand in keys, arguments and filters. */
  readonly #queries: Subqueries;
  /** Of GROUPING SETS and their kin: the keys of each set. */
  readonly #sets: readonly ReadonlySet<number>[] | undefined;

  constructor(binder: QueryBinder, input: Relation, groupBy: sql.GroupBy | undefined) {
    this.#binder = binder;
    const asked = groupingSets(groupBy);
    this.#window = bindGroupWindow(binder, input, [...new Set(asked.flat())]);
    this.#input = this.#window?.input ?? input;
    this.#queries = new Subqueries(binder);
    const expressions = this.#ofInput(this.#queries.bind);
    const index = new Map<string, number>();
    const keys: Expression[] = [];
    const keyOf = (key: Expression): number => {
      const text = identity(key);
      const known = index.get(text);
      if (known !== undefined) return known;
      index.set(text, keys.length);
      return keys.push(key) - 1;
    };
    // The window's columns come first: TUMBLE_START(...) and the like are found by their places.
    const ofWindow = (this.#window?.keys ?? []).map(keyOf);
    const keysOf = (item: sql.Expression): number[] => (isGroupWindow(item) ? ofWindow : [keyOf(expressions.bindTyped(item, 'GROUP BY'))]);
    const sets = asked.map((set) => new Set(set.flatMap(keysOf)));
    const textOf = (set: ReadonlySet<number>): string => [...set].sort().join();
    const kept = groupBy?.distinct ? sets.filter((set, i) => sets.findIndex((other) => textOf(other) === textOf(set)) === i) : sets;
    this.#sets = hasSets(groupBy) ? kept : undefined;
    this.#keys = keys;
    this.#keyIndex = index;
    this.#keyNames = keys.map((key, i) => (key.kind === 'column' || key.kind === 'field' ? key.name : `key${i}`));
  }

  /** A binder of expressions over the rows that are grouped. */
  #ofInput(subquery: ExpressionContext['subquery']): ExpressionBinder {
    return this.#binder.expressions(this.#input.columns, { subquery });
  }

  /** A binder of expressions over the aggregate's output: keys first, then calls. */
  expressions(subquery: ExpressionContext['subquery']): ExpressionBinder {
    const { functions, timeZone } = this.#binder.context;
    return new ExpressionBinder({
      scope: new GroupedScope(this.#input.columns, this.#binder.outer),
      functions,
      timeZone,
      replace: (node) => this.#replace(node),
      subquery,
    });
  }

  #replace(node: sql.Expression): Expression | undefined {
    if (node.kind === 'symbol' || node.kind === 'string' || node.kind === 'number' || node.kind === 'null' || node.kind === 'boolean')
      return undefined;
    if (isJsonAggregate(node)) return this.#jsonCall(node);
    if (node.kind === 'call') {
      const part = this.#window?.keyOf(node);
      if (part !== undefined)
        return { kind: 'column', index: part, name: this.#keyNames[part]!, type: this.#window!.typeOf(part), span: node.span };
      const fn = this.#binder.context.functions.aggregate(node.name.parts.at(-1)!.name);
      if (fn !== undefined && node.over === undefined && !(this.#binder.context.functions.scalar(fn.name) && node.args.length !== 1))
        return this.#call(fn, node);
    }
    if (node.kind === 'call' && GROUPING.has(node.name.parts.at(-1)!.name.toUpperCase())) return this.#grouping(node);
    if (this.#keys.length === 0 || hasAggregate(node, this.#binder)) return undefined;
    const position = this.#keyOf(node);
    if (position === undefined) return undefined;
    const { type } = this.#keys[position]!;
    const isEverywhere = this.#sets?.every((set) => set.has(position)) ?? true;
    const keyType = isEverywhere ? type : withNullable(type, true);
    return { kind: 'column', index: position, name: this.#keyNames[position]!, type: keyType, span: node.span };
  }

  #keyOf(node: sql.Expression): number | undefined {
    const bound = this.#tryBind(node);
    return bound === undefined ? undefined : this.#keyIndex.get(identity(bound));
  }

  /** Columns before those of the calls. */
  get #width(): number {
    return this.#keys.length + (this.#sets === undefined ? 0 : 1);
  }

  /** GROUPING and GROUPING_ID: a bit for each key, 1 where the row's set does not have it; GROUP_ID: which of equal sets the row is of. */
  #grouping({ name, args, span }: sql.FunctionCall): Expression {
    const upper = name.parts.at(-1)!.name.toUpperCase();
    const keys = args.map((arg) => {
      const key = this.#keyOf(arg);
      if (key !== undefined) return key;
      throw new SqlError('MS1226', `${upper} takes expressions that GROUP BY has`, { span: arg.span });
    });
    if ((upper === 'GROUP_ID') !== (keys.length === 0)) {
      throw new SqlError('MS1213', upper === 'GROUP_ID' ? 'GROUP_ID takes no arguments' : `${upper} takes at least one argument`, { span });
    }
    const sets = this.#sets ?? [new Set(this.#keys.keys())];
    const isSame = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean => a.size === b.size && [...a].every((key) => b.has(key));
    const values = sets.map((set, i) =>
      upper === 'GROUP_ID'
        ? BigInt(sets.slice(0, i).filter((other) => isSame(other, set)).length)
        : keys.reduce((bits, key) => bits * 2n + (set.has(key) ? 0n : 1n), 0n),
    );
    return { ...bySet({ kind: 'column', index: this.#keys.length, name: '$set', type: types.bigint(false) }, values), span };
  }

  #tryBind(node: sql.Expression): Expression | undefined {
    try {
      // Only a query that GROUP BY has, too, is a key.
      return this.#ofInput((query) => this.#queries.same(query) ?? raise(query)).bind(node);
    } catch {
      return undefined;
    }
  }

  #call(fn: AggregateFunction, node: sql.FunctionCall): Expression {
    const expressions = this.#ofInput(this.#queries.bind);
    refuseOrder(fn, node);
    if (fn.user !== undefined) return this.#userCall(fn, fn.user.parameter, node);
    const nested = node.args.find((arg) => hasAggregate(arg, this.#binder));
    if (nested !== undefined)
      throw new SqlError('MS1204', 'an aggregate inside an aggregate', { span: nested.span, hint: 'compute the inner one in a sub-query' });
    const filter = node.filter === undefined ? undefined : expressions.bindCondition(node.filter, 'FILTER');
    if (node.filter?.kind === 'null') throw nullArgument('FILTER', node.filter.span);
    const bound = fn.make === undefined ? this.#plainCall(fn, node, expressions) : bindMade(fn, node, expressions);
    this.#requireRetract(bound.function, node.span);
    return this.#pending({ ...bound, filter, key: keyOf(bound, filter) }, node.span);
  }

  #jsonCall(node: sql.JsonArrayExpression | sql.JsonObjectExpression): Expression {
    const expressions = this.#ofInput(this.#queries.bind);
    const values = node.kind === 'jsonArray' ? node.items : node.entries;
    if (hasAggregate(values, this.#binder)) throw new SqlError('MS1204', 'an aggregate inside an aggregate', { span: node.span });
    const bound = bindJsonAggregate(node, expressions, this.#binder.context.functions);
    const filter = node.filter === undefined ? undefined : expressions.bindCondition(node.filter, 'FILTER');
    return this.#pending({ ...bound, filter, key: keyOf(bound, filter) }, node.span);
  }

  /** A call of one argument, or of several that are counted. */
  #plainCall(fn: AggregateFunction, node: sql.FunctionCall, expressions: ExpressionBinder): Omit<PendingCall, 'filter' | 'key'> {
    const { args, span } = node;
    const distinct = node.distinct && fn.name !== 'MIN' && fn.name !== 'MAX';
    const star = args.length === 1 && args[0]!.kind === 'star';
    if (args.length === 0 || (args.length > 1 && fn.name !== 'COUNT'))
      throw new SqlError('MS1213', `${fn.name} takes one argument`, { span });
    if (star && fn.name !== 'COUNT') throw new SqlError('MS1213', `${fn.name} does not take *`, { span });
    if (star) return { function: fn, argument: undefined, distinct };
    const values = args.map((arg) => expressions.bindTyped(arg, fn.name));
    const bound = values.length === 1 ? values[0]! : packed(values, 'present', span);
    // COUNT of something that is never null counts rows.
    if (fn.name === 'COUNT' && !node.distinct && !bound.type.nullable) return { function: fn, argument: undefined, distinct };
    if (fn.result(bound.type) === undefined)
      throw new SqlError('MS1213', `${fn.name} does not take ${printType(withNullable(bound.type, true))}`, {
        span,
        ...(isText(bound.type) && { hint: `CAST it to a number: ${fn.name}(CAST(... AS DOUBLE))` }),
      });
    if (fn.overUpdates === undefined || this.#input.node.insertOnly) return { function: fn, argument: bound, distinct };
    return boundOf(fn.overUpdates(bound.type), [bound], node);
  }

  /** A call of the program's aggregate, of one argument or none. Rows whose argument is NULL do not come to it. */
  #userCall(fn: AggregateFunction, parameter: SqlType | undefined, node: sql.FunctionCall): Expression {
    const expressions = this.#ofInput(this.#queries.bind);
    const wanted = parameter === undefined ? 0 : 1;
    if (node.args.length !== wanted || node.args[0]?.kind === 'star') {
      throw new SqlError('MS1213', `${fn.name} takes ${wanted} arguments, not ${node.args.length}`, { span: node.span });
    }
    if (node.distinct) throw new UnsupportedError('MS1402', `DISTINCT in ${fn.name} is not supported yet`, { span: node.span });
    const nested = node.args.find((arg) => hasAggregate(arg, this.#binder));
    if (nested !== undefined) throw new SqlError('MS1204', 'an aggregate inside an aggregate', { span: nested.span });
    const bound = parameter === undefined ? undefined : expressions.bindTyped(node.args[0]!, fn.name);
    if (bound !== undefined && fn.result(bound.type) === undefined) {
      const hint = `it takes ${fn.name}(${printType(withNullable(parameter!, true))})`;
      throw new SqlError('MS1213', `${fn.name} does not take ${printType(withNullable(bound.type, true))}`, { span: node.span, hint });
    }
    const argument = bound && castTo(bound, parameter!);
    const filter = node.filter === undefined ? undefined : expressions.bindCondition(node.filter, 'FILTER');
    this.#requireRetract(fn, node.span);
    const key = [fn.name, argument && identity(argument), filter && identity(filter)].join('|');
    return this.#pending({ function: fn, argument, filter, distinct: false, key }, node.span);
  }

  #requireRetract(fn: AggregateFunction, span: Span): void {
    if (fn.retract !== undefined || fn.ordered !== undefined || this.#input.node.insertOnly) return;
    if (fn.user !== undefined) {
      throw new UnsupportedError('MS1257', `${fn.name} has no retract, and rows of its input are updated`, {
        span,
        hint: 'declare retract(accumulator, value), which takes a row back',
      });
    }
    throw new UnsupportedError('MS1402', `${fn.name} over rows that are updated later is not supported yet`, {
      span,
      hint: `aggregate in a window below, so that rows are final when they reach ${fn.name}`,
    });
  }

  /** The column of a call, which is added unless it is there. */
  #pending(pending: PendingCall, span: Span): Expression {
    let position = this.#calls.findIndex((call) => call.key === pending.key);
    if (position === -1) position = this.#calls.push(pending) - 1;
    return {
      kind: 'column',
      index: this.#width + position,
      name: `${pending.function.name.toLowerCase()}${position}`,
      type: this.#typeOf(position),
      span,
    };
  }

  /** A group has rows: without a filter, what aggregates something that is never null is never null itself. */
  #typeOf(position: number): Expression['type'] {
    const { function: fn, argument, filter } = this.#calls[position]!;
    const type = fn.result(argument?.type)!;
    if (fn.user !== undefined) return type;
    const hasValue = fn.nullable !== true && this.#keys.length > 0 && filter === undefined && argument?.type.nullable === false;
    return hasValue ? withNullable(type, false) : type;
  }

  /** The aggregate node. Its schema is what expressions() bound against. */
  finish(): PlanNode {
    if (!this.#queries.isEmpty) this.#attach();
    const origin = findWindow(this.#input.node, this.#keys);
    const isWhole = ({ properties }: WindowOrigin): boolean =>
      this.#keys.every((_, i) => properties[i] === undefined || (this.#sets?.every((set) => set.has(i)) ?? true));
    if (origin !== undefined) refuseSession(origin, this.#sets !== undefined, this.#keys.find(({ span }) => span !== undefined)?.span);
    if (origin !== undefined && isWhole(origin) && isGroupedAsMade(origin, this.#keys, this.#sets !== undefined)) {
      return this.#windowed(origin);
    }
    const attached = this.#sets === undefined ? attachedWindow(this.#input.node, this.#keys) : undefined;
    return attached === undefined ? this.#unbounded() : this.#attached(attached);
  }

  /** Joins the queries in keys, arguments and filters to the rows. Throws MS1402 where these have windows, which end there. */
  #attach(): void {
    const { node: before } = this.#input;
    const [query] = this.#queries.spans;
    if (findWindow(before, this.#keys) !== undefined || attachedWindow(before, this.#keys) !== undefined) {
      throw new UnsupportedError('MS1402', 'a query inside an aggregate over windows is not supported yet', {
        span: query,
        hint: 'compute its value in a sub-query above the windows, or join with it',
      });
    }
    const { node, resolve } = this.#queries.attach(before);
    const resolved = (expression: Expression | undefined): Expression | undefined => expression && resolve(expression);
    this.#input = { ...this.#input, node };
    this.#keys = this.#keys.map(resolve);
    this.#calls = this.#calls.map((call) => ({ ...call, argument: resolved(call.argument), filter: resolved(call.filter) }));
    for (const { function: fn } of this.#calls) this.#requireRetract(fn, query!);
  }

  /** One projection of keys, arguments and filters, so that the aggregate reads plain columns. */
  #project(keys: readonly Expression[]): { expressions: Expression[]; names: string[]; calls: AggregateCall[] } {
    const expressions: Expression[] = [...keys];
    const names = keys.map((_, i) => this.#keyNames[i] ?? `key${i}`);
    // Keys are NULL in rows of sets that do not have them; arguments are not.
    const byText = new Map(this.#sets === undefined ? keys.map((key, i) => [identity(key), i] as const) : []);
    const column = (expression: Expression | undefined, name: string): number | undefined => {
      if (expression === undefined) return undefined;
      const text = identity(expression);
      const known = byText.get(text);
      if (known !== undefined) return known;
      byText.set(text, expressions.length);
      names.push(expression.kind === 'column' ? expression.name : name);
      return expressions.push(expression) - 1;
    };
    const calls = this.#calls.map((call, i): AggregateCall => {
      const argument = column(call.argument, `arg${i}`);
      const filter = column(call.filter, `filter${i}`);
      return {
        function: call.function,
        argument,
        filter,
        distinct: call.distinct,
        type: this.#typeOf(i),
        name: `${call.function.name.toLowerCase()}${i}`,
      };
    });
    return { expressions, names, calls };
  }

  #unbounded(): PlanNode {
    const { expressions, names, calls } = this.#project(this.#keys);
    const input = calc(this.#input.node, undefined, expressions, names);
    const keys = Array.from({ length: this.#width }, (_, i) => i);
    if (this.#sets === undefined) return this.#binder.aggregate(input, keys, calls);
    const count = this.#keys.length;
    return this.#binder.aggregate(expand(input, count, this.#sets), keys, overExpanded(calls, count));
  }

  /** The window's own columns come out of the aggregate as properties; the others are grouped below the windowing. */
  #windowed(origin: WindowOrigin): PlanNode {
    const plainKeys = this.#keys.flatMap((key, i) => (origin.properties[i] === undefined ? [{ key, i }] : []));
    const { expressions, names, calls } = this.#project(plainKeys.map(({ key }) => key));
    for (const [n, { i }] of plainKeys.entries()) names[n] = this.#keyNames[i]!;
    const below = expressions.map(origin.rebase);
    const time = origin.node.input.schema.fields[origin.node.window.timeColumn]!;
    below.push({ kind: 'column', index: origin.node.window.timeColumn, name: time.name, type: time.type });
    names.push(time.name);
    const input = calc(origin.node.input, origin.condition, below, names);
    const { partition: _, ...spec } = origin.node.window;
    const isAssigned = getWindowsFirst(origin, this.#calls);
    if (spec.kind !== 'tumble' && !isAssigned) this.#requireMerge(spec.kind);
    const properties = [...new Set(origin.properties.filter((property) => property !== undefined))] as WindowProperty[];
    const count = plainKeys.length;
    const sets = this.#sets?.map((set) => new Set(plainKeys.flatMap(({ i }, n) => (set.has(i) ? [n] : []))));
    const rows = sets === undefined ? input : expand(input, count, sets);
    const window: WindowSpec = { ...spec, timeColumn: rows.schema.fields.length - 1 };
    const keys = Array.from({ length: count + (sets === undefined ? 0 : 1) }, (_, i) => i);
    const aggregate = isAssigned ? aggregateAssigned : windowAggregate;
    const node = aggregate(rows, window, keys, sets === undefined ? calls : overExpanded(calls, count), properties);
    return this.#reordered(node, plainKeys, calls.length, properties, origin.properties);
  }

  /** Rows that have a window already are grouped by it; its start is a key like others. */
  #attached({ properties: keyProperties, end, isLocal }: AttachedWindow): PlanNode {
    const plainKeys = this.#keys.flatMap((key, i) => (keyProperties[i] === undefined ? [{ key, i }] : []));
    const { expressions, names, calls } = this.#project(plainKeys.map(({ key }) => key));
    for (const [n, { i }] of plainKeys.entries()) names[n] = this.#keyNames[i]!;
    const { node } = this.#input;
    const timeColumn = expressions.push(columnsOfNode(node)[end]!) - 1;
    names.push(node.schema.fields[end]!.name);
    const window: WindowSpec = { kind: 'attached', sizeMs: 0, slideMs: 0, offsetMs: 0, timeColumn, eventTime: true, isLocal };
    const properties = [...new Set(keyProperties.filter((property) => property !== undefined))];
    const made = windowAggregate(calc(node, undefined, expressions, names), window, [...plainKeys.keys()], calls, properties);
    return this.#reordered(made, plainKeys, calls.length, properties, keyProperties);
  }

  /** Windows that overlap, and sessions, are put together of parts. */
  #requireMerge(kind: WindowSpec['kind']): void {
    const call = this.#calls.find(({ function: fn }) => fn.user?.merges === false);
    if (call === undefined) return;
    throw new UnsupportedError('MS1257', `${call.function.name} has no merge, which ${kind.toUpperCase()} needs`, {
      hint: 'declare merge(accumulator, other), which puts two together',
    });
  }

  /** Back to the order that expressions() promised: keys as written, then calls. */
  #reordered(
    node: PlanNode,
    plainKeys: readonly { i: number }[],
    callCount: number,
    properties: readonly WindowProperty[],
    keyProperties: readonly (WindowProperty | undefined)[],
  ): PlanNode {
    const column = (index: number): Expression => ({ kind: 'column', index, ...node.schema.fields[index]! });
    const first = plainKeys.length + (this.#sets === undefined ? 0 : 1);
    const keys = this.#keys.map((_, i) => {
      const property = keyProperties[i];
      if (property === undefined) return column(plainKeys.findIndex((plain) => plain.i === i));
      return column(first + callCount + properties.indexOf(property));
    });
    const others = [...(this.#sets === undefined ? [] : [column(plainKeys.length)]), ...this.#calls.map((_, i) => column(first + i))];
    return calc(
      node,
      undefined,
      [...keys, ...others],
      [...this.#keyNames, ...others.map((one) => (one.kind === 'column' ? one.name : ''))],
    );
  }
}

function raise({ span }: { readonly span: Span }): never {
  throw new SqlError('MS1211', 'the query is no grouping key', { span });
}

/** A scope whose columns can only be reached inside aggregates or as grouping keys. */
class GroupedScope extends Scope {
  override resolve(parts: Parameters<Scope['resolve']>[0], span: Parameters<Scope['resolve']>[1]): Expression {
    const bound = super.resolve(parts, span);
    if (!some(bound, ({ kind }) => kind === 'column')) return bound;
    const name = parts.map((part) => part.name).join('.');
    throw new SqlError('MS1211', `${name} is neither grouped nor aggregated`, {
      span,
      hint: isTimeAttribute(bound.type)
        ? 'group by a window over it, or aggregate it'
        : `add ${name} to GROUP BY, or aggregate it: MAX(${name})`,
    });
  }
}
