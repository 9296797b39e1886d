import type { Expression } from '../plan/expressions/expression.ts';
import { columnsOf, conjunction, some, substituteColumns } from '../plan/expressions/visit.ts';
import { columnsOfNode } from '../plan/make.ts';
import type { PlanNode, WindowNode, WindowProperty } from '../plan/nodes/node.ts';
import { windowColumnsOf } from '../plan/window-columns.ts';

/** The windowing that a GROUP BY groups on. */
export interface WindowOrigin {
  readonly node: WindowNode;
  /** For each grouping key the window's property it is, if it is one. */
  readonly properties: readonly (WindowProperty | undefined)[];
  /** Conditions on the way, over the input of the windowing. */
  readonly condition: Expression | undefined;
  /** Puts an expression over the grouped input onto the input of the windowing. */
  readonly rebase: (expression: Expression) => Expression;
}

const PROPERTIES: readonly WindowProperty[] = ['start', 'end', 'time'];

/**
 * Looks for a windowing function below filters and projections whose window_start and window_end are both grouping keys. Undefined
 * where there is none, or where something else depends on the window's columns: the grouping is then an ordinary one.
 */
export function findWindow(input: PlanNode, keys: readonly Expression[]): WindowOrigin | undefined {
  let node = input;
  let columns: readonly Expression[] = columnsOfNode(input);
  const conditions: Expression[] = [];
  while (node.kind === 'calc') {
    const { projections, condition } = node;
    columns = columns.map((column) => substituteColumns(column, projections));
    for (let i = 0; i < conditions.length; i++) conditions[i] = substituteColumns(conditions[i]!, projections);
    if (condition !== undefined) conditions.push(condition);
    node = node.input;
  }
  if (node.kind !== 'window') return undefined;
  const below = node.input.schema.fields.length;
  const rebase = (expression: Expression) => substituteColumns(expression, columns);
  const properties = keys.map((key) => {
    const origin = rebase(key);
    return origin.kind === 'column' && origin.index >= below ? PROPERTIES[origin.index - below] : undefined;
  });
  if (!properties.includes('start') || !properties.includes('end')) return undefined;
  const condition = conjunction(conditions);
  if (condition !== undefined && [...columnsOf(condition)].some((index) => index >= below)) return undefined;
  const others = keys.filter((_, i) => properties[i] === undefined).map(rebase);
  if (others.some((key) => some(key, (part) => part.kind === 'column' && part.index >= below))) return undefined;
  return { node, properties, condition, rebase };
}

/**
 * Whether sessions are grouped by just the columns that they are made by; only then are they aggregated as they grow. Those of GROUP BY SESSION(...)
 * are made by the other keys.
 */
export function isGroupedAsMade({ node, properties, rebase }: WindowOrigin, keys: readonly Expression[], hasSets: boolean): boolean {
  const { kind, partition } = node.window;
  if (kind !== 'session' || partition === undefined) return true;
  const columns = keys.flatMap((key, i) => (properties[i] === undefined ? [rebase(key)] : []));
  const grouped = new Set(columns.map((key) => (key.kind === 'column' ? key.index : -1)));
  return !hasSets && grouped.size === new Set(partition).size && partition.every((column) => grouped.has(column));
}

/** The window that rows have already, as a GROUP BY groups on it. */
export interface AttachedWindow {
  /** For each grouping key the window's property it is; the start counts as a key like others. */
  readonly properties: readonly ('end' | 'time' | undefined)[];
  /** The input's column with the window's end. */
  readonly end: number;
  readonly isLocal: boolean;
}

/**
 * Looks for window_start and window_end of rows that have windows of event time among the grouping keys. Undefined where they are not both there;
 * and of sessions, whose groups change with every row in Flink, too.
 */
export function attachedWindow(input: PlanNode, keys: readonly Expression[]): AttachedWindow | undefined {
  const columns = windowColumnsOf(input);
  if (columns === undefined || !input.insertOnly || !columns.window.eventTime || columns.window.kind === 'session') return undefined;
  const isOne = (key: Expression, of: readonly number[]): boolean => key.kind === 'column' && of.includes(key.index);
  const properties = keys.map((key) => (isOne(key, columns.end) ? 'end' : isOne(key, columns.time) ? 'time' : undefined));
  if (!properties.includes('end') || !keys.some((key) => isOne(key, columns.start))) return undefined;
  return { properties, end: columns.end[0]!, isLocal: columns.isLocal };
}
