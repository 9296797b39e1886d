import { PartialAggregateOperator } from '../../../operators/partial-aggregate.ts';
import type { PlanNode } from '../../../plan/nodes/node.ts';

/**
 * The operator that makes accumulators of an aggregation's rows before they change the worker; undefined where rows must come as they
 * are: of what takes rows back, of DISTINCT, of functions of the program and those that keep every value, in windows of the clock, of sessions, and where a change is wanted for each row.
 */
export function partialOf(node: PlanNode, timeZone: string, changelog: 'batch' | 'record'): PartialAggregateOperator | undefined {
  if (node.kind !== 'aggregate' && node.kind !== 'window-aggregate') return undefined;
  const window = node.kind === 'window-aggregate' ? node.window : undefined;
  const isFinal = node.kind === 'aggregate' && node.emit === 'final';
  if (
    !node.input.insertOnly ||
    node.calls.some(({ distinct, function: fn }) => distinct || fn.user !== undefined || fn.kept !== undefined) ||
    window?.eventTime === false ||
    window?.kind === 'session'
  )
    return undefined;
  if (changelog === 'record' && window === undefined && !isFinal) return undefined;
  const { keys, calls, input } = node;
  return new PartialAggregateOperator({ input: input.schema, keys, calls, sliced: window !== undefined, window, timeZone, final: isFinal });
}
