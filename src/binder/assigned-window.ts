import { UnsupportedError } from '../common/errors.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, windowAggregate } from '../plan/make.ts';
import type { AggregateCall, PlanNode, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import { windowNode } from './table-functions.ts';
import type { WindowOrigin } from './window-origin.ts';

/**
 * Whether rows must get their windows before they are aggregated, one by one: those that may be taken back, and those of sessions whose DISTINCT values are
 * only known when the session is.
 */
export const getWindowsFirst = ({ node }: WindowOrigin, calls: readonly { readonly distinct: boolean }[]): boolean =>
  !node.insertOnly || (node.window.kind === 'session' && calls.some(({ distinct }) => distinct));

/** GROUP BY on windows that rows get first: the columns are the keys, the calls, the window's properties. */
export function aggregateAssigned(
  rows: PlanNode,
  window: WindowSpec,
  keys: readonly number[],
  calls: readonly AggregateCall[],
  properties: readonly WindowProperty[],
): PlanNode {
  const assigned = windowNode(rows, window.kind === 'session' ? { ...window, partition: keys } : window);
  const start = rows.schema.fields.length;
  const attached: WindowSpec = {
    kind: 'attached',
    sizeMs: 0,
    slideMs: 0,
    offsetMs: 0,
    timeColumn: start + 1,
    eventTime: window.eventTime,
    isLocal: rows.schema.fields[window.timeColumn]!.type.root === 'TIMESTAMP_LTZ',
  };
  const own = properties.filter((property) => property !== 'start');
  const made = windowAggregate(assigned, attached, [...keys, start], calls, own);
  const columns = columnsOfNode(made);
  const places = properties.map((property) =>
    property === 'start' ? keys.length : keys.length + 1 + calls.length + own.indexOf(property),
  );
  const order = [...keys.keys(), ...calls.map((_, i) => keys.length + 1 + i), ...places];
  return calc(
    made,
    undefined,
    order.map((column): Expression => columns[column]!),
    order.map((column) => made.schema.fields[column]!.name),
  );
}

/** Sessions of rows that are updated could come apart again, and Flink makes those of grouping sets by the columns of each set. Throws MS1402 for both. */
export function refuseSession({ node }: WindowOrigin, hasSets: boolean, span: Expression['span']): void {
  if (node.window.kind !== 'session') return;
  if (!node.insertOnly) {
    throw new UnsupportedError('MS1402', 'sessions of rows that are updated later are not supported yet', {
      span,
      hint: 'put the sessions below what updates their rows, or use TUMBLE',
    });
  }
  if (hasSets) throw new UnsupportedError('MS1402', 'grouping sets over sessions are not supported yet', { span });
}
