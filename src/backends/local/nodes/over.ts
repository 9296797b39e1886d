import type { Operator } from '../../../operators/operator.ts';
import { OverTableOperator, type OverTableOptions } from '../../../operators/over/over-table.ts';
import { OverTimeOperator } from '../../../operators/over/over-time.ts';
import type { OverNode } from '../../../plan/nodes/node.ts';

export function overOperator(node: OverNode, settings: Pick<OverTableOptions, 'updateBefore' | 'changelog'>): Operator {
  const { input, schema: output, partition, order, calls, emit } = node;
  const common = { input: input.schema, output, partition, order, calls };
  return emit === 'event-time' || emit === 'processing-time'
    ? new OverTimeOperator({ ...common, eventTime: emit === 'event-time' })
    : new OverTableOperator({ ...common, final: emit === 'final', ...settings });
}
