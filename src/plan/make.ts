import type { Field, Schema } from '../data/schema.ts';
import { types, withNullable, withoutTimeAttribute } from '../data/types/sql-type.ts';
import type { TableFunction } from '../functions/table-function.ts';
import type { Expression } from './expressions/expression.ts';
import type {
  AggregateCall,
  AggregateNode,
  AsyncCall,
  AsyncCallNode,
  CalcNode,
  ChangelogNormalizeNode,
  CorrelateNode,
  IntervalBounds,
  IntervalJoinNode,
  JoinNode,
  LookupJoinNode,
  OuterJoinType,
  OverNode,
  PlanNode,
  PlanTable,
  RankNode,
  ScanNode,
  SinkNode,
  SortKey,
  SortNode,
  TemporalJoinNode,
  UnionNode,
  UpsertMaterializeNode,
  ValuesNode,
  WindowAggregateNode,
  WindowProperty,
  WindowSpec,
} from './nodes/node.ts';
import { type JoinedWindow, joinedWindow, rankedWindow, windowColumnsOf } from './window-columns.ts';

/** Filter and projection over `input`. */
export function calc(
  input: PlanNode,
  condition: Expression | undefined,
  projections: readonly Expression[],
  names: readonly string[],
): CalcNode {
  const fields = projections.map((expression, i): Field => ({ name: names[i]!, type: expression.type }));
  return { kind: 'calc', input, condition, projections, schema: { fields }, insertOnly: input.insertOnly };
}

/** One empty row: what SELECT without FROM selects from. */
export const ONE_ROW: ValuesNode = { kind: 'values', rows: [[]], schema: { fields: [] }, insertOnly: true };

/** The node's columns as expressions. */
export function columnsOfNode(node: PlanNode): Expression[] {
  return node.schema.fields.map(({ name, type }, index) => ({ kind: 'column', index, name, type }));
}

/** Keeps the rows for which the condition holds. */
export function filter(input: PlanNode, condition: Expression): CalcNode {
  return calc(
    input,
    condition,
    columnsOfNode(input),
    input.schema.fields.map(({ name }) => name),
  );
}

const keyFields = (input: PlanNode, keys: readonly number[]): Field[] => keys.map((key) => input.schema.fields[key]!);
const callFields = (calls: readonly AggregateCall[]): Field[] => calls.map(({ name, type }) => ({ name, type }));

/** Unbounded GROUP BY. Keys lose their time attribute: their rows may change long after. */
export function aggregate(
  input: PlanNode,
  keys: readonly number[],
  calls: readonly AggregateCall[],
  emit: AggregateNode['emit'] = 'changes',
): AggregateNode {
  const fields = [...keyFields(input, keys).map(({ name, type }) => ({ name, type: withoutTimeAttribute(type) })), ...callFields(calls)];
  return { kind: 'aggregate', input, keys, calls, emit, schema: { fields }, insertOnly: emit === 'final' };
}

/** The newest rows by key, as a changelog that anything can follow. */
export function changelogNormalize(input: PlanNode, keys: readonly number[]): ChangelogNormalizeNode {
  return { kind: 'changelog-normalize', input, keys, schema: input.schema, insertOnly: false };
}

export const WINDOW_FIELD = { start: 'window_start', end: 'window_end', time: 'window_time' } as const;

/** The type of a window's property; `window_time` is a time attribute, so that windows can follow on it. */
export function windowPropertyType(input: PlanNode, window: WindowSpec, property: WindowProperty): Field {
  const time = input.schema.fields[window.timeColumn]!.type;
  if (property !== 'time') return { name: WINDOW_FIELD[property], type: types.timestamp(3, false) };
  const root = time.root === 'TIMESTAMP_LTZ' || window.isLocal ? 'TIMESTAMP_LTZ' : 'TIMESTAMP';
  const timeAttribute = window.eventTime ? 'rowtime' : 'proctime';
  return { name: WINDOW_FIELD.time, type: { root, precision: 3, nullable: false, timeAttribute } };
}

export function windowAggregate(
  input: PlanNode,
  window: WindowSpec,
  keys: readonly number[],
  calls: readonly AggregateCall[],
  properties: readonly WindowProperty[],
): WindowAggregateNode {
  const fields = [
    ...keyFields(input, keys).map(({ name, type }) => ({ name, type: withoutTimeAttribute(type) })),
    ...callFields(calls),
    ...properties.map((property) => windowPropertyType(input, window, property)),
  ];
  return { kind: 'window-aggregate', input, window, keys, calls, properties, schema: { fields }, insertOnly: true };
}

export function union(inputs: readonly PlanNode[]): UnionNode {
  const [first, ...rest] = inputs;
  const fields = first!.schema.fields.map(({ name, type }, i) => {
    const nullable = type.nullable || rest.some((input) => input.schema.fields[i]!.type.nullable);
    return { name, type: { ...type, nullable } };
  });
  return { kind: 'union', inputs, schema: { fields }, insertOnly: inputs.every((input) => input.insertOnly) };
}

export function sort(input: PlanNode, keys: readonly SortKey[], offset: number, limit: number | undefined): SortNode {
  return { kind: 'sort', input, keys, offset, limit, schema: input.schema, insertOnly: true };
}

/**
 * A join of the columns of both sides; semi and anti joins have the left ones only. Rows meet long after their times: these are no time attributes any
 * more, but for the time of windows that both sides have in common.
 */
export function join(
  type: JoinNode['type'],
  left: PlanNode,
  right: PlanNode,
  keys: Pick<JoinNode, 'leftKeys' | 'rightKeys' | 'nullSafe'>,
  condition: Expression | undefined,
  output = joinedColumns(type, left, right),
): JoinNode {
  const window = joinedWindow({ left, right, ...keys, condition });
  const joined = joinedFields(type, left, right, window);
  const fields = output.map((column) => joined[column]!);
  const insertOnly = window !== undefined || (left.insertOnly && right.insertOnly && (type === 'inner' || type === 'semi'));
  return { kind: 'join', type, left, right, ...keys, condition, output, schema: { fields }, insertOnly };
}

/** A join as one whose rows are near each other in time. */
export function intervalJoin(
  node: JoinNode,
  type: OuterJoinType,
  condition: Expression | undefined,
  bounds: IntervalBounds,
): IntervalJoinNode {
  const joined = joinedFields(type, node.left, node.right, undefined, true);
  const schema = { fields: node.output.map((column) => joined[column]!) };
  return { ...node, kind: 'interval-join', type, condition, bounds, schema, insertOnly: true };
}

/** A join with versions of the right rows, whose keys are those of the versions. The left time attributes stay such. */
export function temporalJoin(
  type: TemporalJoinNode['type'],
  left: PlanNode,
  right: PlanNode,
  options: Pick<TemporalJoinNode, 'leftKeys' | 'rightKeys' | 'leftTime' | 'rightTime' | 'condition'>,
): TemporalJoinNode {
  const joined = joinedFields(type, left, right);
  const fields = joined.map((field, i) => left.schema.fields[i] ?? field);
  const output = joinedColumns(type, left, right);
  return { kind: 'temporal-join', type, left, right, ...options, output, schema: { fields }, insertOnly: left.insertOnly };
}

/** A join as one that looks the right side's table up. `left` has the left columns' types: their time attributes stay such. */
export function lookupJoin(
  { left, right, leftKeys, rightKeys, condition, output, schema }: JoinNode,
  type: LookupJoinNode['type'],
  { fields }: Schema,
): LookupJoinNode {
  const kept = schema.fields.map((field, i) => fields[i] ?? field);
  const scan = right as ScanNode;
  return {
    kind: 'lookup-join',
    type,
    input: left,
    scan,
    leftKeys,
    rightKeys,
    condition,
    output,
    schema: { fields: kept },
    insertOnly: true,
  };
}

function joinedColumns(type: JoinNode['type'], left: PlanNode, right: PlanNode): number[] {
  const width = left.schema.fields.length + (type === 'semi' || type === 'anti' ? 0 : right.schema.fields.length);
  return Array.from({ length: width }, (_, i) => i);
}

/** The columns of both sides; NULL where a side may have no row. Time attributes are such no more, but those of a joined window, or all where they are kept. */
export function joinedFields(type: JoinNode['type'], left: PlanNode, right: PlanNode, window?: JoinedWindow, keepsTime = false): Field[] {
  const side = ({ schema }: PlanNode, isPadded: boolean, times: readonly number[] = []): Field[] =>
    schema.fields.map(({ name, type: own }, i) => {
      const kept = keepsTime || (!isPadded && times.includes(i)) ? own : withoutTimeAttribute(own);
      return { name, type: isPadded ? withNullable(kept, true) : kept };
    });
  return [
    ...side(left, type === 'right' || type === 'full', window?.left.time),
    ...side(right, type === 'left' || type === 'full', window?.right.time),
  ];
}

/** Each row beside what a table function makes of its columns `args`. The rows' times stay time attributes: none is held back. */
export function correlate(input: PlanNode, fn: TableFunction, args: readonly number[], outer: boolean): CorrelateNode {
  const made = fn.fields.map(({ name, type }) => ({ name, type: outer ? withNullable(type, true) : type }));
  const fields = [...input.schema.fields, ...made];
  const output = fields.map((_, i) => i);
  return { kind: 'correlate', input, function: fn, args, outer, output, schema: { fields }, insertOnly: input.insertOnly };
}

/** Each row with what asynchronous functions make of its columns behind it. Rows keep their order, so that times stay time attributes. */
export function asyncCall(input: PlanNode, calls: readonly AsyncCall[]): AsyncCallNode {
  const made = calls.map(({ function: fn, type }, i) => ({ name: `$${fn.name.toLowerCase()}${i}`, type }));
  return { kind: 'async-call', input, calls, schema: { fields: [...input.schema.fields, ...made] }, insertOnly: input.insertOnly };
}

export const ROW_NUMBER_TYPE = types.bigint(false);

/** The rows of `input` with, if asked for, their number as a last column of that name. The first rows of a window keep its time, the latest rows their own. */
export function rank(
  input: PlanNode,
  options: Pick<RankNode, 'partition' | 'order' | 'offset' | 'limit' | 'latest'>,
  numberName: string | undefined,
): RankNode {
  const window = rankedWindow({ input, partition: options.partition });
  const times = window === undefined ? [] : windowColumnsOf(input)!.time;
  const keepsTime = options.latest && input.insertOnly;
  const own = input.schema.fields.map(({ name, type }, i) => ({
    name,
    type: keepsTime || times.includes(i) ? type : withoutTimeAttribute(type),
  }));
  const fields = numberName === undefined ? own : [...own, { name: numberName, type: ROW_NUMBER_TYPE }];
  // The row that came first stays.
  const insertOnly = window !== undefined || (input.insertOnly && options.order.length === 0 && !options.latest);
  return { kind: 'rank', input, ...options, withNumber: numberName !== undefined, schema: { fields }, insertOnly };
}

/** The rows of `input` with the values of the calls. Where rows come out late, times are no time attributes any more. */
export function over(input: PlanNode, options: Pick<OverNode, 'partition' | 'order' | 'calls' | 'emit'>): OverNode {
  const isTimed = options.emit === 'event-time' || options.emit === 'processing-time';
  const own = isTimed ? input.schema.fields : input.schema.fields.map(({ name, type }) => ({ name, type: withoutTimeAttribute(type) }));
  const fields = [...own, ...options.calls.map(({ name, type }) => ({ name, type }))];
  return { kind: 'over', input, ...options, schema: { fields }, insertOnly: options.emit !== 'changes' };
}

export function upsertMaterialize(input: PlanNode, keys: readonly number[]): UpsertMaterializeNode {
  return { kind: 'upsert-materialize', input, keys, schema: input.schema, insertOnly: false };
}

export function sink(input: PlanNode, target: PlanTable | undefined): SinkNode {
  return { kind: 'sink', input, target, schema: input.schema, insertOnly: input.insertOnly };
}
