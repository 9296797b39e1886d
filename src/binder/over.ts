import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isTimeAttribute, type SqlType, types, withNullable, withoutTimeAttribute } from '../data/types/sql-type.ts';
import { firstValue } from '../functions/aggregate/first-value.ts';
import { lastValue } from '../functions/aggregate/last-value.ts';
import type { AggregateFunction } from '../functions/aggregate-function.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, over } from '../plan/make.ts';
import type { OverCall, OverFrame, OverFunction, OverNode, SortKey } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, commonTypeOf, refuseNested } from './coerce.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import { type BoundAggregate, bindMade } from './made-aggregates.ts';
import { bindFrame } from './over-frame.ts';
import type { OverSyntax } from './over-syntax.ts';
import { type QueryBinder, sortKey } from './query-binder.ts';
import type { Relation } from './relation.ts';

/** A relation with columns for OVER calls behind its own, and what stands for which call. */
export interface Overed {
  readonly input: Relation;
  readonly insteadOf: (node: sql.Expression) => Expression | undefined;
}

/** Functions that need an order, and whose window has no frame of its own. */
const RANKINGS: Readonly<Record<string, { readonly what: OverFunction; readonly type: SqlType; readonly timed: boolean } | undefined>> = {
  ROW_NUMBER: { what: 'row-number', type: types.bigint(false), timed: true },
  RANK: { what: 'rank', type: types.bigint(false), timed: true },
  DENSE_RANK: { what: 'dense-rank', type: types.bigint(false), timed: true },
  PERCENT_RANK: { what: 'percent-rank', type: types.double(false), timed: false },
  CUME_DIST: { what: 'cume-dist', type: types.double(false), timed: false },
  NTILE: { what: 'ntile', type: types.bigint(false), timed: false },
};
const EDGES: Readonly<Record<string, AggregateFunction | undefined>> = { FIRST_VALUE: firstValue, LAST_VALUE: lastValue };
const WHOLE: OverFrame = { unit: 'rows', start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const MAX_DISTANCE = 2 ** 31 - 1;

interface Group {
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly emit: OverNode['emit'];
  readonly calls: OverCall[];
}

type CallParts = Omit<OverCall, 'name'>;

/**
 * Plans the calls of OVER: one node for each window and way to emit. `expressions` binds over the input's columns. Throws MS1217 and MS1220 for
 * calls that make no sense.
 */
export function bindOvers(
  binder: QueryBinder,
  input: Relation,
  calls: readonly OverSyntax[],
  expressions: ExpressionBinder = binder.expressions(input.columns),
): Overed {
  return calls.length === 0 ? { input, insteadOf: () => undefined } : new OverPlanner(binder, input, expressions).plan(calls);
}

class OverPlanner {
  readonly #binder: QueryBinder;
  readonly #input: Relation;
  readonly #expressions: ExpressionBinder;
  /** The input's columns, then what calls, partitions and orders compute of them. */
  readonly #columns: Expression[];
  readonly #groups: Group[] = [];

  constructor(binder: QueryBinder, input: Relation, expressions: ExpressionBinder) {
    this.#binder = binder;
    this.#input = input;
    this.#expressions = expressions;
    this.#columns = columnsOfNode(input.node);
  }

  plan(calls: readonly OverSyntax[]): Overed {
    const own = this.#columns.length;
    const placed = calls.map((call) => ({ call, use: this.#bind(call) }));
    // Those by time come first: after the others there is no time any more.
    const isTimed = ({ emit }: Group): boolean => emit === 'event-time' || emit === 'processing-time';
    const groups = [...this.#groups.filter(isTimed), ...this.#groups.filter((group) => !isTimed(group))];
    const names = this.#columns.map((_, i) => this.#input.node.schema.fields[i]?.name ?? `$over${i - own}`);
    let node = this.#columns.length === own ? this.#input.node : calc(this.#input.node, undefined, this.#columns, names);
    const firsts = new Map<Group, number>();
    for (const group of groups) {
      firsts.set(group, node.schema.fields.length);
      node = over(node, group);
    }
    const all = columnsOfNode(node);
    const values = new Map<sql.Expression, Expression>(
      placed.map(({ call, use }) => [call.node, use((group, index) => all[firsts.get(group)! + index]!)] as const),
    );
    const keepsTime = groups.every(isTimed);
    const columns = this.#input.columns.map((column) => (keepsTime ? column : { ...column, type: withoutTimeAttribute(column.type) }));
    return { input: { node, columns }, insteadOf: (one) => values.get(one) };
  }

  /** Binds a call; what it returns makes the call's value once it is known where columns are. */
  #bind(syntax: OverSyntax): (columnOf: (group: Group, index: number) => Expression) => Expression {
    const { node, name } = syntax;
    if (node.filter !== undefined) {
      throw new UnsupportedError('MS1402', 'FILTER with OVER is not supported', {
        span: node.span,
        hint: `Flink does not take it either: ${name}(CASE WHEN condition THEN x END) OVER (...)`,
      });
    }
    const inside = node.nulls !== undefined && name !== 'ARRAY_AGG' ? 'NULLS' : undefined;
    if (inside !== undefined || node.withinGroup !== undefined || node.orderBy.length > 0)
      throw new UnsupportedError('MS1402', `${inside ?? 'WITHIN GROUP or ORDER BY'} in ${name} is not supported`, { span: node.span });
    if (name === 'LAG' || name === 'LEAD') return this.#bindLag(syntax, name);
    const parts = this.#partsOf(syntax);
    const place = this.#place(syntax, parts);
    return (columnOf) => columnOf(...place);
  }

  #partsOf(syntax: OverSyntax): CallParts {
    const { name, node, window } = syntax;
    const ranking = RANKINGS[name];
    if (ranking !== undefined) {
      this.#checkRanking(syntax, name === 'NTILE' ? 1 : 0);
      const offset = name === 'NTILE' ? wholeNumber(node.args[0]!, name, 1) : 0;
      return { what: ranking.what, aggregate: undefined, argument: undefined, distinct: false, offset, frame: WHOLE, type: ranking.type };
    }
    const order = window.orderBy.map(({ expression }) => this.#columns[this.#columnFor(expression, 'ORDER BY')]!.type);
    const frame = bindFrame(window.frame, order, this.#binder.context.timeZone);
    const fn = EDGES[name] ?? this.#binder.context.functions.aggregate(name);
    if (fn === undefined) {
      throw new SqlError('MS1217', `${name} is no function of an OVER window`, {
        span: node.span,
        hint: `there are aggregates, FIRST_VALUE, LAST_VALUE, LAG, LEAD, ${Object.keys(RANKINGS).join(', ')}`,
      });
    }
    return this.#aggregateParts(syntax, fn, frame);
  }

  #aggregateParts({ name, node }: OverSyntax, given: AggregateFunction, frame: OverFrame): CallParts {
    const { function: fn, argument: bound, distinct } = this.#boundAggregate(name, node, given);
    const type = fn.result(bound?.type);
    if (type === undefined)
      throw new SqlError('MS1213', `${name} does not take ${printType(withNullable(bound!.type, true))}`, { span: node.span });
    const counts = fn.name === 'COUNT' && bound !== undefined && !bound.type.nullable && !distinct;
    const argument = bound === undefined || counts ? undefined : this.#add(bound, name, node.span);
    const what = name === 'FIRST_VALUE' ? 'first-value' : name === 'LAST_VALUE' ? 'last-value' : 'aggregate';
    // A frame that has its own row has a value where there are no NULLs; Flink does not see that of frames with distances.
    const isPlain = (bound: number): boolean => given.make !== undefined || bound === 0 || !Number.isFinite(bound);
    const isOwn = frame.start <= 0 && frame.end >= 0 && isPlain(frame.start) && isPlain(frame.end);
    const hasOwn = isOwn && bound?.type.nullable === false && fn.nullable !== true;
    return { what, aggregate: fn, argument, distinct, offset: 0, frame, type: hasOwn ? withNullable(type, false) : type };
  }

  #boundAggregate(name: string, node: sql.FunctionCall, fn: AggregateFunction): Partial<BoundAggregate> & Omit<BoundAggregate, 'argument'> {
    if (fn.make !== undefined) return bindMade(fn, node, this.#expressions);
    const isExtreme = fn.name === 'MIN' || fn.name === 'MAX';
    const distinct = node.distinct && !isExtreme && name !== 'FIRST_VALUE';
    const isUnknown = fn.retract === undefined && !isExtreme && EDGES[name] === undefined;
    if (isUnknown || (distinct && (fn.user !== undefined || fn.retract === undefined))) {
      const what = isUnknown ? `${name} with OVER` : `DISTINCT in ${name} with OVER`;
      throw new UnsupportedError('MS1402', `${what} is not supported yet`, { span: node.span });
    }
    const star = node.args.length === 1 && node.args[0]!.kind === 'star';
    if (node.args.length !== 1 || (star && fn.name !== 'COUNT'))
      throw new SqlError('MS1213', `${name} takes one argument`, { span: node.span });
    return star
      ? { function: fn, distinct: false }
      : { function: fn, argument: this.#expressions.bindTyped(node.args[0]!, name), distinct };
  }

  /** LAG(x, n, otherwise): a row n before that is not there is one whose constant is NULL. */
  #bindLag(syntax: OverSyntax, name: 'LAG' | 'LEAD'): (columnOf: (group: Group, index: number) => Expression) => Expression {
    const { node } = syntax;
    if (node.args.length < 1 || node.args.length > 3)
      throw new SqlError('MS1213', `${name} takes one to three arguments`, { span: node.span });
    this.#checkRanking(syntax, node.args.length);
    const value = this.#expressions.bindTyped(node.args[0]!, name);
    const distance = node.args[1] === undefined ? 1 : wholeNumber(node.args[1], name, -MAX_DISTANCE);
    const offset = name === 'LAG' ? -distance : distance;
    const given = node.args[2] === undefined ? undefined : this.#expressions.bind(node.args[2]);
    const otherwise = given?.type.root === 'NULL' ? undefined : given;
    const common = otherwise === undefined ? value.type : commonTypeOf([value, otherwise], name, node.span);
    const shown = castTo(value, withoutTimeAttribute(common));
    const parts = (argument: Expression): CallParts => ({
      what: 'row-at',
      aggregate: undefined,
      argument: this.#add(argument, name, node.span),
      distinct: false,
      offset,
      frame: WHOLE,
      type: withNullable(withoutTimeAttribute(argument.type), true),
    });
    const found = this.#place(syntax, parts(shown));
    if (otherwise === undefined) return (columnOf) => columnOf(...found);
    const there = this.#place(syntax, parts(literal(true, types.boolean(false))));
    const second = castTo(otherwise, withoutTimeAttribute(common));
    return (columnOf) => {
      const when: Expression = { kind: 'is', test: 'null', negated: true, input: columnOf(...there), type: types.boolean(false) };
      const type = withNullable(withoutTimeAttribute(common), value.type.nullable || otherwise.type.nullable);
      return { kind: 'case', branches: [{ when, value: columnOf(...found) }], otherwise: second, type, span: node.span };
    };
  }

  /** Throws MS1217 where a ranking has a frame, no order, or other arguments. */
  #checkRanking({ name, node, window }: OverSyntax, argumentCount: number): void {
    const { span } = node;
    if (window.frame !== undefined) throw new SqlError('MS1217', `${name} takes no frame of ROWS or RANGE`, { span: window.frame.span });
    if (node.distinct) throw new SqlError('MS1217', `${name} takes no DISTINCT`, { span });
    if (node.args.length !== argumentCount)
      throw new SqlError('MS1217', argumentCount === 0 ? `${name} takes no arguments` : `${name} takes one argument`, { span });
    if (window.orderBy.length === 0) throw new SqlError('MS1217', `${name} needs an order: OVER (... ORDER BY ...)`, { span });
  }

  /** Puts a call with those of its window. */
  #place({ window, name }: OverSyntax, parts: CallParts): [Group, number] {
    const partition = [...new Set(window.partitionBy.map((item) => this.#columnFor(item, 'PARTITION BY')))];
    const order = window.orderBy.map((item) => sortKey(this.#columnFor(item.expression, 'ORDER BY'), item));
    const emit = this.#emitOf(order, parts);
    // By processing time every row comes later than those before it.
    const isApart = emit === 'processing-time' && parts.frame.unit === 'range' && parts.frame.start === Number.NEGATIVE_INFINITY;
    const call = isApart ? { ...parts, frame: { ...parts.frame, unit: 'rows' as const } } : parts;
    const key = JSON.stringify([partition, order, emit]);
    let group = this.#groups.find((one) => JSON.stringify([one.partition, one.order, one.emit]) === key);
    if (group === undefined) {
      group = { partition, order, emit, calls: [] };
      this.#groups.push(group);
    }
    const same = group.calls.findIndex((one) => isSame(one, call));
    if (same !== -1) return [group, same];
    const index = this.#groups.reduce((sum, { calls }) => sum + calls.length, 0);
    return [group, group.calls.push({ ...call, name: `$${name.toLowerCase()}${index}` }) - 1];
  }

  /** By time rows come out for good; with any other order, or frames that look ahead, what comes later changes them. */
  #emitOf(order: readonly SortKey[], { what, frame, offset }: CallParts): OverNode['emit'] {
    if (this.#binder.context.batch) return 'final';
    const [first] = order;
    const type = order.length === 1 && !first!.descending ? this.#columns[first!.column]!.type : undefined;
    if (type === undefined || !isTimeAttribute(type) || !this.#input.node.insertOnly) return 'changes';
    const isRanking = Object.values(RANKINGS).find((ranking) => ranking!.what === what);
    const isPast = isRanking?.timed ?? (what === 'row-at' ? offset <= 0 : frame.end === 0);
    return !isPast ? 'changes' : type.timeAttribute === 'proctime' ? 'processing-time' : 'event-time';
  }

  #columnFor(item: sql.Expression, what: string): number {
    return this.#add(this.#expressions.bindTyped(item, what), what, item.span);
  }

  #add(bound: Expression, what: string, span: sql.Expression['span']): number {
    refuseNested(what, [bound], span);
    if (bound.kind === 'column') return bound.index;
    const same = this.#columns.findIndex(
      (one) =>
        one === bound ||
        (one.kind === 'literal' && bound.kind === 'literal' && one.value === bound.value && one.type.root === bound.type.root),
    );
    return same === -1 ? this.#columns.push(bound) - 1 : same;
  }
}

const isSame = (one: Omit<OverCall, 'name'>, other: Omit<OverCall, 'name'>): boolean =>
  one.what === other.what &&
  one.aggregate === other.aggregate &&
  one.argument === other.argument &&
  one.distinct === other.distinct &&
  one.offset === other.offset &&
  one.frame.unit === other.frame.unit &&
  one.frame.start === other.frame.start &&
  one.frame.end === other.frame.end;

function wholeNumber(node: sql.Expression, name: string, least: number): number {
  const isNegative = node.kind === 'unary' && node.operator === '-';
  const digits = isNegative ? node.operand : node;
  if (digits.kind === 'number' && digits.form === 'integer') {
    const value = Number(digits.text) * (isNegative ? -1 : 1);
    if (value >= least && value <= MAX_DISTANCE) return value;
  }
  throw new SqlError('MS1217', `${name} takes a whole number${least > 0 ? ` from ${least} on` : ''} as it is written`, { span: node.span });
}
