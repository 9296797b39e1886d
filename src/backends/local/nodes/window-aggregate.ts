import { ChangedWindowAggregateOperator } from '../../../operators/changed-window-aggregate.ts';
import type { Operator } from '../../../operators/operator.ts';
import type { PartialLayout } from '../../../operators/partial-layout.ts';
import { SessionAggregateOperator } from '../../../operators/session-aggregate.ts';
import { WindowAggregateOperator } from '../../../operators/window-aggregate.ts';
import type { WindowAggregateNode } from '../../../plan/nodes/node.ts';

/** Rows that may be taken back have their windows already, and so do those of sessions of the clock whose values are DISTINCT. */
export function windowAggregateOperator(node: WindowAggregateNode, timeZone: string, partial: PartialLayout | undefined): Operator {
  const { window, keys, calls, properties } = node;
  const common = { input: node.input.schema, output: node.schema, window, keys, calls, properties, timeZone };
  if (window.kind === 'session') return new SessionAggregateOperator(common);
  if (window.kind !== 'attached' || (node.input.insertOnly && window.eventTime)) return new WindowAggregateOperator({ ...common, partial });
  return new ChangedWindowAggregateOperator({ ...common, inputInsertOnly: node.input.insertOnly });
}
