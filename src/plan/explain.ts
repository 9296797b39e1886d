import type { Field } from '../data/schema.ts';
import { printType } from '../data/types/print-type.ts';
import { changesOf } from './changes.ts';
import type { Expression } from './expressions/expression.ts';
import { printExpression } from './expressions/print.ts';
import { measureTree } from './expressions/visit.ts';
import type {
  AggregateCall,
  AnyJoinNode,
  AsyncCallNode,
  CorrelateNode,
  IntervalJoinNode,
  OverCall,
  OverNode,
  Plan,
  PlanNode,
  RankNode,
  ScanNode,
  TemporalJoinNode,
  WindowSpec,
} from './nodes/node.ts';
import { stateNeedOf } from './state-need.ts';
import { uniqueKeysOf } from './unique-keys.ts';
import { inputsOf } from './visit.ts';
import { joinedWindow, rankedWindow } from './window-columns.ts';

/** What EXPLAIN adds to each node. */
export interface ExplainDetails {
  readonly changelogMode?: boolean;
  /** The nodes whose -U rows somebody makes use of; all of those that update where it is absent. */
  readonly updateBefore?: ReadonlySet<PlanNode>;
  /** How long state is kept that is not written, in milliseconds. */
  readonly stateTtlMs?: number | undefined;
}

/** Text of a plan: each sink with its inputs below it, indented. A node with several consumers is numbered and printed once. */
export function explainPlan(plan: Plan, details: ExplainDetails = {}): string {
  const uses = countUses(plan);
  const numbers = new Map<PlanNode, number>();
  const lines: string[] = [];
  const walk = (node: PlanNode, depth: number): void => {
    const indent = '   '.repeat(Math.max(0, depth - 1)) + (depth === 0 ? '' : '+- ');
    const known = numbers.get(node);
    if (known !== undefined) {
      lines.push(`${indent}[#${known}] (see above)`);
      return;
    }
    let mark = '';
    if ((uses.get(node) ?? 0) > 1) {
      numbers.set(node, numbers.size + 1);
      mark = `[#${numbers.get(node)}] `;
    }
    const mode = details.changelogMode ? changelogText(node, details) : '';
    const ttl = details.stateTtlMs !== undefined && canExpire(node) ? `, stateTtl=[${details.stateTtlMs} ms]` : '';
    lines.push(`${indent}${mark}${describeNode(node)}${mode}${ttl}`);
    for (const input of inputsOf(node)) walk(input, depth + 1);
  };
  for (const sink of plan.sinks) walk(sink, 0);
  return `${lines.join('\n')}\n`;
}

/** What a node sends, and which columns tell its rows apart. */
function changelogText(node: PlanNode, { updateBefore }: ExplainDetails): string {
  const { updates, deletes } = changesOf(node);
  const before = updates && (updateBefore?.has(node) ?? true);
  const kinds = ['I', ...(before ? ['UB'] : []), ...(updates ? ['UA'] : []), ...(deletes ? ['D'] : [])];
  const name = (column: number): string => node.schema.fields[column]!.name;
  const keys = uniqueKeysOf(node).map((key) => `(${key.map(name).join(', ')})`);
  return `, changelogMode=[${kinds.join(',')}]${keys.length === 0 ? '' : `, uniqueKeys=[${keys.join(', ')}]`}`;
}

/** What each operator keeps, a line each: whether it is bounded and by what, or why not. Empty for a plan that keeps nothing. */
export function explainState(plan: Plan): string {
  const lines: string[] = [];
  for (const node of countUses(plan).keys()) {
    const need = stateNeedOf(node);
    if (need === undefined) continue;
    const name = describeNode(node).split('(')[0];
    lines.push(`${name}: ${need.keeps}; ${need.isBounded ? 'bounded' : 'not bounded'}: ${need.why}\n`);
  }
  return lines.join('');
}

/** State that nothing but a time to live ends. */
const canExpire = (node: PlanNode): boolean => node.kind === 'changelog-normalize' || (node.kind === 'aggregate' && node.emit !== 'final');

function countUses(plan: Plan): Map<PlanNode, number> {
  const uses = new Map<PlanNode, number>();
  const walk = (node: PlanNode): void => {
    const count = uses.get(node) ?? 0;
    uses.set(node, count + 1);
    if (count === 0) for (const input of inputsOf(node)) walk(input);
  };
  for (const sink of plan.sinks) walk(sink);
  return uses;
}

/** When what waits for the end of a window comes. */
const AT_END = ", emit=[when the watermark passes the window's end]";

function describeNode(node: PlanNode): string {
  const columns = node.schema.fields.map(({ name }) => name);
  switch (node.kind) {
    case 'scan':
      return `Scan(${scanText(node)})`;
    case 'values':
      return `Values(rows=[${node.rows.length}], columns=[${columns.join(', ')}])`;
    case 'calc': {
      const print = printer(node.input.schema.fields);
      const where = node.condition === undefined ? '' : `, where=[${print(node.condition)}]`;
      return `Calc(select=[${node.projections.map((p, i) => named(print(p), columns[i]!)).join(', ')}]${where})`;
    }
    case 'watermark':
      return `Watermark(column=[${node.schema.fields[node.column]!.name}], watermark=[${printer(node.input.schema.fields)(node.expression)}])`;
    case 'changelog-normalize':
      return `ChangelogNormalize(key=[${node.keys.map((key) => columns[key]!).join(', ')}])`;
    case 'window':
      return `Window(${windowText(node)})`;
    case 'aggregate':
      return `GroupAggregate(${groupText(node)})`;
    case 'window-aggregate':
      return `WindowAggregate(${groupText(node)}, ${windowText(node)}${AT_END})`;
    case 'union':
      return `Union(all=[true], columns=[${columns.join(', ')}])`;
    case 'sort': {
      const keys = node.keys.map((key) => `${columns[key.column]} ${key.descending ? 'DESC' : 'ASC'}`).join(', ');
      const limit = node.limit === undefined ? '' : `, fetch=[${node.limit}]`;
      return `${keys === '' ? 'Limit' : 'Sort'}(${keys === '' ? '' : `orderBy=[${keys}], `}offset=[${node.offset}]${limit})`;
    }
    case 'join':
      return joinedWindow(node) === undefined ? `Join(${joinText(node)})` : `WindowJoin(${joinText(node)}${AT_END})`;
    case 'interval-join':
      return `IntervalJoin(${boundsText(node)}, ${joinText(node)})`;
    case 'correlate':
      return `Correlate(${correlateText(node)})`;
    case 'async-call':
      return `AsyncCall(${asyncText(node)})`;
    case 'temporal-join':
      return `TemporalJoin(${versionsText(node)}, ${joinText(node)})`;
    case 'lookup-join':
      return `LookupJoin(table=[${node.scan.table.name}], ${joinText({ ...node, left: node.input, right: node.scan })})`;
    case 'rank':
      return rankedWindow(node) === undefined ? `Rank(${rankText(node)})` : `WindowRank(${rankText(node)}${AT_END})`;
    case 'over':
      return `OverAggregate(${overText(node)})`;
    case 'upsert-materialize':
      return `UpsertMaterialize(key=[${node.keys.map((key) => columns[key]!).join(', ')}])`;
    case 'sink':
      return `Sink(table=[${node.target?.name ?? 'result'}], columns=[${columns.join(', ')}]${node.overwrite === undefined ? '' : ', overwrite=[true]'})`;
  }
}

function scanText({ table, bounded, schema, deadLetters, partitions }: ScanNode): string {
  const bad = deadLetters === undefined ? '' : `, badRecords=[${deadLetters.name}]`;
  const wanted = partitions === undefined ? '' : `, partitions=[${printer(table.schema.fields)(partitions)}]`;
  const columns = schema.fields.map(fieldText).join(', ');
  return `table=[${table.name}], connector=[${table.connector}], ${bounded ? 'bounded' : 'unbounded'}, columns=[${columns}]${wanted}${bad}`;
}

function joinText(node: Omit<AnyJoinNode, 'kind' | 'bounds'> & { readonly nullSafe?: readonly number[] }): string {
  const { type, left, right, leftKeys, rightKeys, condition, schema, nullSafe = [] } = node;
  const fields = [...left.schema.fields, ...right.schema.fields];
  const width = left.schema.fields.length;
  const pairs = leftKeys.map(
    (key, i) => `${fields[key]!.name} ${nullSafe.includes(i) ? 'IS NOT DISTINCT FROM' : '='} ${fields[width + rightKeys[i]!]!.name}`,
  );
  const where = condition === undefined ? '' : `, where=[${printer(fields)(condition)}]`;
  return `type=[${type}], on=[${pairs.join(' AND ') || 'true'}]${where}, select=[${schema.fields.map(({ name }) => name).join(', ')}]`;
}

function boundsText({ bounds, left, right }: IntervalJoinNode): string {
  const { leftTime, rightTime, lowerMs, upperMs, eventTime } = bounds;
  const names = [left.schema.fields[leftTime]!.name, right.schema.fields[rightTime]!.name];
  return `${eventTime ? 'rowtime' : 'proctime'}=[${names.join(', ')}], lower=[${lowerMs} ms], upper=[${upperMs} ms]`;
}

function correlateText({ input, function: fn, args, outer, schema }: CorrelateNode): string {
  const call = `${fn.name}(${args.map((column) => input.schema.fields[column]!.name).join(', ')})`;
  return `type=[${outer ? 'left' : 'inner'}], call=[${call}], select=[${schema.fields.map(({ name }) => name).join(', ')}]`;
}

function asyncText({ input, calls, schema }: AsyncCallNode): string {
  const texts = calls.map(({ function: fn, args }) => `${fn.name}(${args.map((column) => input.schema.fields[column]!.name).join(', ')})`);
  return `calls=[${texts.join(', ')}], select=[${schema.fields.map(({ name }) => name).join(', ')}]`;
}

function versionsText({ left, right, leftTime, rightTime }: TemporalJoinNode): string {
  return `rowtime=[${left.schema.fields[leftTime]!.name}], versions=[${right.schema.fields[rightTime]!.name}]`;
}

function rankText({ input, partition, order, offset, limit, latest, withNumber }: RankNode): string {
  const name = (column: number): string => input.schema.fields[column]!.name;
  const keys = order.map(({ column, descending }) => `${name(column)} ${descending ? 'DESC' : 'ASC'}`);
  const arrival = latest ? 'last come first' : 'first come first';
  const rows = `${offset + 1}..${limit}`;
  return `partitionBy=[${partition.map(name).join(', ')}], orderBy=[${[...keys, arrival].join(', ')}], rows=[${rows}]${withNumber ? ', withNumber=[true]' : ''}`;
}

function overText({ input, partition, order, calls, emit }: OverNode): string {
  const name = (column: number): string => input.schema.fields[column]!.name;
  const keys = order.map(({ column, descending }) => `${name(column)} ${descending ? 'DESC' : 'ASC'}`);
  const call = ({ what, aggregate, argument, distinct, offset, frame, name: own }: OverCall): string => {
    const values = [
      ...(argument === undefined ? [] : [`${distinct ? 'DISTINCT ' : ''}${name(argument)}`]),
      ...(what === 'row-at' || what === 'ntile' ? [offset] : []),
    ];
    const fn = what === 'aggregate' ? aggregate!.name : what.replace('-', '_').toUpperCase();
    const parameters = what === 'aggregate' ? (aggregate!.parameters ?? '') : '';
    const framed = aggregate === undefined ? '' : ` ${frame.unit.toUpperCase()} ${boundText(frame.start)}..${boundText(frame.end)}`;
    return `${fn}(${what === 'aggregate' && argument === undefined ? '*' : values.join(', ')}${parameters})${framed} AS ${own}`;
  };
  return `partitionBy=[${partition.map(name).join(', ')}], orderBy=[${keys.join(', ')}], select=[${calls.map(call).join(', ')}], emit=[${emit}]`;
}

const boundText = (bound: number): string => (Number.isFinite(bound) ? String(bound) : bound < 0 ? 'UNBOUNDED' : 'END');

const named = (text: string, name: string): string => (text === name ? name : `${text} AS ${name}`);

/** A column that is read in part shows which fields. */
function fieldText({ name, type }: { name: string; type: Expression['type'] }): string {
  return type.root === 'ROW' ? `${name}(${type.fields.map(fieldText).join(', ')})` : name;
}

/** Expressions of more parts than this are only hinted at: no one reads them, and shared parts can make them exponentially long. */
const PRINTED_MAX = 100_000;

function printer(fields: readonly Field[]): (expression: Expression) => string {
  return (expression) =>
    measureTree(expression).size > PRINTED_MAX
      ? '...'
      : printExpression(
          expression,
          (type) => printType(type),
          (index) => fields[index]?.name ?? `$${index}`,
        );
}

function windowText({ window, input }: { window: WindowSpec; input: PlanNode }): string {
  const time = input.schema.fields[window.timeColumn]?.name ?? '';
  const slide = window.kind === 'tumble' ? '' : `, ${window.kind === 'hop' ? 'slide' : 'step'}=[${window.slideMs} ms]`;
  if (window.kind === 'attached') return `window=[ATTACHED(end=[${time}])]`;
  if (window.kind === 'session') {
    const by = (window.partition ?? []).map((column) => input.schema.fields[column]?.name ?? `$${column}`);
    const partition = by.length === 0 ? '' : `, partition=[${by.join(', ')}]`;
    return `window=[SESSION(time=[${time}], gap=[${window.sizeMs} ms]${partition})]`;
  }
  const offset = window.offsetMs === 0 ? '' : `, offset=[${window.offsetMs} ms]`;
  return `window=[${window.kind.toUpperCase()}(time=[${time}], size=[${window.sizeMs} ms]${slide}${offset})]`;
}

function groupText({ keys, calls, input }: { keys: readonly number[]; calls: readonly AggregateCall[]; input: PlanNode }): string {
  const name = (column: number) => input.schema.fields[column]?.name ?? `$${column}`;
  const call = (c: AggregateCall): string => {
    const argument = c.argument === undefined ? '*' : name(c.argument);
    const filter = c.filter === undefined ? '' : ` FILTER (WHERE ${name(c.filter)})`;
    return `${c.function.name}(${c.distinct ? 'DISTINCT ' : ''}${argument}${c.function.parameters ?? ''})${filter} AS ${c.name}`;
  };
  return `groupBy=[${keys.map(name).join(', ')}], select=[${calls.map(call).join(', ')}]`;
}
