import type { Expression } from '../plan/expressions/expression.ts';
import { columnsOf, conjunction, some, substituteColumns } from '../plan/expressions/visit.ts';
import { columnsOfNode } from '../plan/make.ts';
import type { PlanNode, WindowNode, WindowProperty } from '../plan/nodes/node.ts';

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
