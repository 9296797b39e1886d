import type { Field } from '../../data/schema.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { columnsOf, mapOperands, walkExpression } from '../../plan/expressions/visit.ts';
import { joinedFields } from '../../plan/make.ts';
import type {
  AggregateCall,
  AnyJoinNode,
  CorrelateNode,
  LookupJoinNode,
  OverCall,
  OverNode,
  PlanNode,
  RankNode,
  TemporalJoinNode,
} from '../../plan/nodes/node.ts';
import { inputsOf, isJoin } from '../../plan/visit.ts';

/** What is needed of a value: all of it, or of a ROW only some fields. */
type Need = 'all' | Map<number, Need>;
type Needs = Map<number, Need>;

/**
 * Leaves out columns, and fields of ROWs, that nothing above reads, down into the scans: a column that is not in a scan's schema is
 * never decoded. Nodes with several consumers keep what any of them needs.
 */
export function pruneColumns(root: PlanNode): PlanNode {
  const needs = new Map<PlanNode, Needs>();
  for (const node of topDown(root)) {
    if (node === root) needs.set(node, everything(node));
    requireInputs(node, needs.get(node)!, needs);
  }
  return rebuild(root, needs);
}

function everything(node: PlanNode): Needs {
  return new Map(node.schema.fields.map((_, i) => [i, 'all'] as const));
}

/** Every node before its inputs. */
function topDown(root: PlanNode): PlanNode[] {
  const order: PlanNode[] = [];
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of inputsOf(node)) walk(input);
    order.push(node);
  };
  walk(root);
  return order.reverse();
}

function need(target: Needs, column: number, what: Need): void {
  const known = target.get(column);
  if (known === undefined || what === 'all') target.set(column, what === 'all' ? 'all' : merge(new Map(), what));
  else if (known !== 'all') merge(known, what);
}

function merge(into: Map<number, Need>, from: Map<number, Need>): Map<number, Need> {
  for (const [field, what] of from) need(into, field, what);
  return into;
}

/** What an expression reads, field paths kept apart. */
function needExpression(target: Needs, root: Expression): void {
  walkExpression(root, (expression) => {
    const path: number[] = [];
    let node = expression;
    for (; node.kind === 'field'; node = node.input) path.unshift(node.index);
    if (node.kind !== 'column') return true;
    let what: Need = 'all';
    for (const field of path.reverse()) what = new Map([[field, what]]);
    need(target, node.index, what);
    return false;
  });
}

function requireInputs(node: PlanNode, needed: Needs, needs: Map<PlanNode, Needs>): void {
  for (const input of inputsOf(node)) {
    const target = needsOf(needs, input);
    if (!isJoin(node)) requireOf(node, needed, input, target);
  }
  if (isJoin(node)) requireSides(node, needed, needsOf(needs, node.left), needsOf(needs, node.right));
}

function needsOf(needs: Map<PlanNode, Needs>, node: PlanNode): Needs {
  let target = needs.get(node);
  if (target === undefined) {
    target = new Map();
    needs.set(node, target);
  }
  return target;
}

/** A join keeps whole values, of the columns that go on and of those it matches by. */
function requireSides(node: AnyJoinNode, needed: Needs, left: Needs, right: Needs): void {
  const width = node.left.schema.fields.length;
  const read = new Set([...needed.keys()].map((column) => node.output[column]!));
  if (node.condition !== undefined) columnsOf(node.condition, read);
  for (const column of read) need(column < width ? left : right, column < width ? column : column - width, 'all');
  for (const key of node.leftKeys) need(left, key, 'all');
  for (const key of node.rightKeys) need(right, key, 'all');
  if (node.kind === 'interval-join') {
    need(left, node.bounds.leftTime, 'all');
    need(right, node.bounds.rightTime, 'all');
  }
  if (node.kind === 'temporal-join') {
    need(left, node.leftTime, 'all');
    need(right, node.rightTime, 'all');
  }
  // A side is stored by its columns, so it has one.
  if (left.size === 0) need(left, 0, 'all');
  if (right.size === 0) need(right, 0, 'all');
}

function requireOf(node: PlanNode, needed: Needs, input: PlanNode, target: Needs): void {
  switch (node.kind) {
    case 'calc':
      if (node.condition !== undefined) needExpression(target, node.condition);
      for (const [i, what] of needed) {
        const projection = node.projections[i]!;
        if (projection.kind === 'column') need(target, projection.index, what);
        else needExpression(target, projection);
      }
      return;
    case 'watermark':
      for (const [i, what] of needed) need(target, i, what);
      need(target, node.column, 'all');
      needExpression(target, node.expression);
      return;
    case 'changelog-normalize':
      for (const i of needed.keys()) need(target, i, 'all');
      for (const key of node.keys) need(target, key, 'all');
      return;
    case 'correlate': {
      const width = input.schema.fields.length;
      for (const i of needed.keys()) if (node.output[i]! < width) need(target, node.output[i]!, 'all');
      for (const column of node.args) need(target, column, 'all');
      return;
    }
    case 'lookup-join': {
      const width = input.schema.fields.length;
      for (const column of [...lookedAt(node, needed), ...node.leftKeys]) if (column < width) need(target, column, 'all');
      return;
    }
    case 'rank':
      for (const i of needed.keys()) if (i < input.schema.fields.length) need(target, i, 'all');
      for (const column of [...node.partition, ...node.order.map((key) => key.column)]) need(target, column, 'all');
      if (target.size === 0) need(target, 0, 'all');
      return;
    case 'over':
      for (const i of needed.keys()) if (i < input.schema.fields.length) need(target, i, 'all');
      for (const column of [...node.partition, ...node.order.map((key) => key.column)]) need(target, column, 'all');
      for (const { argument } of neededCalls(node, needed)) if (argument !== undefined) need(target, argument, 'all');
      if (target.size === 0) need(target, 0, 'all');
      return;
    case 'upsert-materialize':
      for (const i of input.schema.fields.keys()) need(target, i, 'all');
      return;
    case 'window':
      for (const [i, what] of needed) if (i < input.schema.fields.length) need(target, i, what);
      for (const column of [node.window.timeColumn, ...(node.window.partition ?? [])]) need(target, column, 'all');
      return;
    case 'aggregate':
    case 'window-aggregate': {
      for (const key of node.keys) need(target, key, 'all');
      const calls = node.kind === 'aggregate' ? node.calls : keptCalls(node.calls, node.keys.length, needed);
      for (const { argument, filter } of calls) {
        if (argument !== undefined) need(target, argument, 'all');
        if (filter !== undefined) need(target, filter, 'all');
      }
      if (node.kind === 'window-aggregate') need(target, node.window.timeColumn, 'all');
      return;
    }
    case 'union':
      if (input.kind === 'sink') return;
      if (needed.size === 0) return need(target, 0, 'all');
      // Branches would be left with different fields of a ROW.
      for (const i of needed.keys()) need(target, i, 'all');
      return;
    default:
      for (const i of input.schema.fields.keys()) need(target, i, 'all');
  }
}

/** A node without calls would hand its rows on late for nothing, but hand them on: it keeps one. */
function neededCalls({ input, calls }: OverNode, needed: Needs): readonly OverCall[] {
  const kept = calls.filter((_, i) => needed.has(input.schema.fields.length + i));
  return kept.length === 0 ? calls.slice(0, 1) : kept;
}

const keptCalls = (calls: readonly AggregateCall[], keys: number, needed: Needs): AggregateCall[] =>
  calls.filter((_, i) => needed.has(keys + i));

/** A rebuilt node, and where each of the old columns is in it. */
interface Rebuilt {
  readonly node: PlanNode;
  readonly columns: ReadonlyMap<number, number>;
  readonly needs: Needs;
}

function rebuild(root: PlanNode, needs: Map<PlanNode, Needs>): PlanNode {
  const done = new Map<PlanNode, Rebuilt>();
  const build = (node: PlanNode): Rebuilt => {
    let result = done.get(node);
    if (result === undefined) {
      result = rebuildNode(node, needs.get(node)!, build);
      done.set(node, result);
    }
    return result;
  };
  return build(root).node;
}

const kept = (needed: Needs): number[] => [...needed.keys()].sort((a, b) => a - b);
const positions = (columns: readonly number[]): Map<number, number> => new Map(columns.map((column, i) => [column, i]));

function prunedType(type: SqlType, what: Need): SqlType {
  if (what === 'all' || type.root !== 'ROW') return type;
  const fields = kept(what).map((i) => ({ name: type.fields[i]!.name, type: prunedType(type.fields[i]!.type, what.get(i)!) }));
  return { ...type, fields };
}

const prunedFields = (fields: readonly Field[], needed: Needs): Field[] =>
  kept(needed).map((i) => ({ name: fields[i]!.name, type: prunedType(fields[i]!.type, needed.get(i)!) }));

/** Puts an expression onto a pruned input: columns and fields have moved, ROW types have shrunk. */
function moved(expression: Expression, input: Rebuilt): Expression {
  if (expression.kind === 'column') {
    const index = input.columns.get(expression.index)!;
    return { ...expression, index, type: nullableAs(input.node.schema.fields[index]!.type, expression.type) };
  }
  if (expression.kind === 'field') {
    const inner = moved(expression.input, input);
    if (inner.type.root === 'ROW') {
      const index = inner.type.fields.findIndex((field) => field.name === expression.name);
      return { ...expression, input: inner, index, type: nullableAs(inner.type.fields[index]!.type, expression.type) };
    }
  }
  return mapOperands(expression, (operand) => moved(operand, input));
}

const nullableAs = (type: SqlType, like: SqlType): SqlType => (type.root === 'ROW' ? { ...type, nullable: like.nullable } : like);

function rebuildNode(node: PlanNode, needed: Needs, build: (node: PlanNode) => Rebuilt): Rebuilt {
  const columns = kept(needed);
  const schema = { fields: prunedFields(node.schema.fields, needed) };
  const result = (made: PlanNode, where = positions(columns)): Rebuilt => ({ node: made, columns: where, needs: needed });
  switch (node.kind) {
    case 'scan':
      return result({ ...node, schema });
    case 'values':
      return result({ ...node, schema, rows: node.rows.map((row) => columns.map((i) => row[i]!)) });
    case 'calc': {
      const input = build(node.input);
      const shared = memoMoved(input);
      const condition = node.condition && shared(node.condition);
      const projections = columns.map((i) => shared(node.projections[i]!));
      // A ROW that is handed on keeps the fields that its source has: others may need more of them than this node's consumers.
      const fields = projections.map((projection, i) => ({ name: schema.fields[i]!.name, type: projection.type }));
      return result({ ...node, input: input.node, condition, projections, schema: { fields } });
    }
    case 'watermark': {
      const input = build(node.input);
      const fields = input.node.schema.fields.map((field, i) =>
        input.columns.get(node.column) === i ? { ...field, type: node.schema.fields[node.column]!.type } : field,
      );
      const made = {
        ...node,
        input: input.node,
        column: input.columns.get(node.column)!,
        expression: moved(node.expression, input),
        schema: { fields },
      };
      return result(made, new Map(input.columns));
    }
    case 'changelog-normalize': {
      const below = build(node.input);
      const made = { ...node, input: below.node, keys: at(below, node.keys), schema: below.node.schema };
      return result(made, new Map(below.columns));
    }
    case 'join':
    case 'interval-join':
    case 'temporal-join':
      return rebuildJoin(node, needed, build(node.left), build(node.right));
    // It is made behind this pass; all of its input is kept.
    case 'async-call':
      return result({ ...node, input: build(node.input).node }, new Map(node.schema.fields.map((_, i) => [i, i])));
    case 'correlate':
      return rebuildCorrelate(node, needed, build(node.input));
    case 'lookup-join':
      return rebuildLookup(node, needed, build(node.input));
    case 'rank':
      return rebuildRank(node, needed.has(node.input.schema.fields.length), build(node.input));
    case 'over':
      return rebuildOver(node, neededCalls(node, needed), build(node.input));
    case 'window':
      return rebuildWindow(node, build(node.input), result);
    case 'aggregate': {
      const below = build(node.input);
      return {
        ...result({ ...node, input: below.node, keys: at(below, node.keys), calls: movedCalls(node.calls, below) }),
        columns: positions([...node.schema.fields.keys()]),
      };
    }
    case 'window-aggregate':
      return rebuildWindowAggregate(node, needed, build(node.input));
    case 'union': {
      const inputs = node.inputs.map(build);
      if (node.inputs.every((branch) => branch.kind === 'sink')) return result({ ...node, inputs: inputs.map((branch) => branch.node) });
      const wanted = columns.length === 0 ? [0] : columns;
      const fields = wanted.map((i) => node.schema.fields[i]!);
      return result({ ...node, inputs: inputs.map((branch) => narrowed(branch, wanted)), schema: { fields } }, positions(wanted));
    }
    default: {
      const below = build(node.input);
      return { node: { ...node, input: below.node }, columns: positions([...node.schema.fields.keys()]), needs: needed };
    }
  }
}

/** Moves expressions so that one object used in several places stays one object. */
function memoMoved(input: Rebuilt): (expression: Expression) => Expression {
  const done = new Map<Expression, Expression>();
  const move = (expression: Expression): Expression => {
    let result = done.get(expression);
    if (result === undefined) {
      result = expression.kind === 'column' || expression.kind === 'field' ? moved(expression, input) : mapOperands(expression, move);
      done.set(expression, result);
    }
    return result;
  };
  return move;
}

const at = (below: Rebuilt, columns: readonly number[]): number[] => columns.map((column) => below.columns.get(column)!);

function movedCalls(calls: readonly AggregateCall[], below: Rebuilt): AggregateCall[] {
  const move = (column: number | undefined) => (column === undefined ? undefined : below.columns.get(column));
  return calls.map((call) => ({ ...call, argument: move(call.argument), filter: move(call.filter) }));
}

function rebuildJoin(node: AnyJoinNode, needed: Needs, left: Rebuilt, right: Rebuilt): Rebuilt {
  const [before, now] = [node.left.schema.fields.length, left.node.schema.fields.length];
  const columns = new Map(left.columns);
  for (const [column, place] of right.columns) columns.set(column + before, place + now);
  const fields = joinedFields(node.type, left.node, right.node);
  const joined: Rebuilt = { node: { ...node, schema: { fields } }, columns, needs: needed };
  const wanted = kept(needed).length === 0 ? [0] : kept(needed);
  const made: PlanNode = {
    ...node,
    ...(node.kind === 'interval-join' && { bounds: { ...node.bounds, ...movedTimes(node.bounds, left, right) } }),
    ...(node.kind === 'temporal-join' && movedTimes(node, left, right)),
    left: left.node,
    right: right.node,
    leftKeys: at(left, node.leftKeys),
    rightKeys: at(right, node.rightKeys),
    condition: node.condition && moved(node.condition, joined),
    output: wanted.map((column) => columns.get(node.output[column]!) ?? 0),
    schema: { fields: wanted.map((column) => node.schema.fields[column]!) },
  };
  return { node: made, columns: positions(wanted), needs: needed };
}

type Times = Pick<TemporalJoinNode, 'leftTime' | 'rightTime'>;

const movedTimes = ({ leftTime, rightTime }: Times, left: Rebuilt, right: Rebuilt): Times => ({
  leftTime: left.columns.get(leftTime)!,
  rightTime: right.columns.get(rightTime)!,
});

function rebuildCorrelate(node: CorrelateNode, needed: Needs, below: Rebuilt): Rebuilt {
  const [before, now] = [node.input.schema.fields.length, below.node.schema.fields.length];
  const wanted = kept(needed);
  const place = (column: number): number => (column < before ? below.columns.get(column)! : column - before + now);
  const made: PlanNode = {
    ...node,
    input: below.node,
    args: at(below, node.args),
    output: wanted.map((column) => place(node.output[column]!)),
    schema: { fields: wanted.map((column) => node.schema.fields[column]!) },
  };
  return { node: made, columns: positions(wanted), needs: needed };
}

/** The columns of both sides that go on, or that the condition of a lookup join reads. */
function lookedAt({ output, condition }: LookupJoinNode, needed: Needs): ReadonlySet<number> {
  const read = new Set([...needed.keys()].map((column) => output[column]!));
  if (condition !== undefined) columnsOf(condition, read);
  return read;
}

/** The looked-up table is read with the columns that are needed of it. */
function rebuildLookup(node: LookupJoinNode, needed: Needs, left: Rebuilt): Rebuilt {
  const [before, now] = [node.input.schema.fields.length, left.node.schema.fields.length];
  const read = new Set([...lookedAt(node, needed)].filter((column) => column >= before).map((column) => column - before));
  const right = [...new Set([...read, ...node.rightKeys])].sort((a, b) => a - b);
  const columns = new Map(left.columns);
  for (const [place, column] of right.entries()) columns.set(before + column, now + place);
  const scan = { ...node.scan, schema: { fields: right.map((column) => node.scan.schema.fields[column]!) } };
  const both = { fields: [...left.node.schema.fields, ...scan.schema.fields] };
  const wanted = kept(needed).length === 0 ? [0] : kept(needed);
  const made: PlanNode = {
    ...node,
    input: left.node,
    scan,
    leftKeys: at(left, node.leftKeys),
    rightKeys: node.rightKeys.map((key) => right.indexOf(key)),
    condition: node.condition && moved(node.condition, { node: { ...node, schema: both }, columns, needs: needed }),
    output: wanted.map((column) => columns.get(node.output[column]!) ?? 0),
    schema: { fields: wanted.map((column) => node.schema.fields[column]!) },
  };
  return { node: made, columns: positions(wanted), needs: needed };
}

/** All columns that are below stay: they are kept with the row. */
function rebuildRank(node: RankNode, isNumbered: boolean, below: Rebuilt): Rebuilt {
  const withNumber = node.withNumber && isNumbered;
  const width = node.input.schema.fields.length;
  const own = [...below.columns].sort((a, b) => a[1] - b[1]).map(([column]) => node.schema.fields[column]!);
  const columns = new Map(below.columns);
  if (withNumber) columns.set(width, own.length);
  const order = node.order.map((key) => ({ ...key, column: below.columns.get(key.column)! }));
  const fields = withNumber ? [...own, node.schema.fields[width]!] : own;
  const made: PlanNode = { ...node, input: below.node, partition: at(below, node.partition), order, withNumber, schema: { fields } };
  return { node: made, columns, needs: below.needs };
}

/** All columns that are below stay, as those of a ranking; calls that nobody looks at go. */
function rebuildOver(node: OverNode, calls: readonly OverCall[], below: Rebuilt): Rebuilt {
  const width = node.input.schema.fields.length;
  const own = [...below.columns].sort((a, b) => a[1] - b[1]).map(([column]) => node.schema.fields[column]!);
  const columns = new Map(below.columns);
  for (const [i, call] of calls.entries()) columns.set(width + node.calls.indexOf(call), own.length + i);
  const order = node.order.map((key) => ({ ...key, column: below.columns.get(key.column)! }));
  const made: PlanNode = {
    ...node,
    input: below.node,
    partition: at(below, node.partition),
    order,
    calls: calls.map((call) => ({ ...call, argument: call.argument === undefined ? undefined : below.columns.get(call.argument)! })),
    schema: { fields: [...own, ...calls.map(({ name, type }) => ({ name, type }))] },
  };
  return { node: made, columns, needs: below.needs };
}

function rebuildWindow(
  node: Extract<PlanNode, { kind: 'window' }>,
  below: Rebuilt,
  result: (made: PlanNode, where: Map<number, number>) => Rebuilt,
): Rebuilt {
  const width = node.input.schema.fields.length;
  const kept = below.node.schema.fields.length;
  const where = new Map(below.columns);
  for (let i = width; i < node.schema.fields.length; i++) where.set(i, kept + i - width);
  const fields = [...below.node.schema.fields, ...node.schema.fields.slice(width)];
  const partition = node.window.partition && at(below, node.window.partition);
  const window = { ...node.window, timeColumn: below.columns.get(node.window.timeColumn)!, partition };
  return result({ ...node, input: below.node, window, schema: { fields } }, where);
}

function rebuildWindowAggregate(node: Extract<PlanNode, { kind: 'window-aggregate' }>, needed: Needs, below: Rebuilt): Rebuilt {
  const keyCount = node.keys.length;
  const calls = keptCalls(node.calls, keyCount, needed);
  const old = [
    ...node.keys.keys(),
    ...node.calls.flatMap((call, i) => (calls.includes(call) ? [keyCount + i] : [])),
    ...node.properties.map((_, i) => keyCount + node.calls.length + i),
  ];
  const made: PlanNode = {
    ...node,
    input: below.node,
    keys: at(below, node.keys),
    calls: movedCalls(calls, below),
    window: { ...node.window, timeColumn: below.columns.get(node.window.timeColumn)! },
    schema: { fields: old.map((i) => node.schema.fields[i]!) },
  };
  return { node: made, columns: positions(old), needs: needed };
}

/** A union's branches must agree in their columns: picks the wanted ones, in order. */
function narrowed(branch: Rebuilt, wanted: readonly number[]): PlanNode {
  const { node } = branch;
  const order = wanted.map((column) => branch.columns.get(column)!);
  if (order.length === node.schema.fields.length && order.every((column, i) => column === i)) return node;
  const projections = order.map((index): Expression => ({ kind: 'column', index, ...node.schema.fields[index]! }));
  return {
    kind: 'calc',
    input: node,
    condition: undefined,
    projections,
    schema: { fields: order.map((i) => node.schema.fields[i]!) },
    insertOnly: node.insertOnly,
  };
}
