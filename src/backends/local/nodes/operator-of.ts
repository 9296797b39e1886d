import type { AsyncCalls } from '../../../operators/async-call/await-call.ts';
import { ChangelogNormalizeOperator } from '../../../operators/changelog-normalize.ts';
import { CorrelateOperator } from '../../../operators/correlate.ts';
import { GroupAggregateOperator } from '../../../operators/group-aggregate.ts';
import { LimitOperator } from '../../../operators/limit.ts';
import type { Operator } from '../../../operators/operator.ts';
import type { PartialLayout } from '../../../operators/partial-layout.ts';
import { PassThroughOperator } from '../../../operators/pass-through.ts';
import { SessionAssignOperator } from '../../../operators/session-assign.ts';
import { SortOperator } from '../../../operators/sort.ts';
import { TemporalJoinOperator } from '../../../operators/temporal-join/temporal-join.ts';
import { WatermarkOperator } from '../../../operators/watermark.ts';
import { WindowAssignOperator } from '../../../operators/window-assign.ts';
import type { PlanNode, TemporalJoinNode } from '../../../plan/nodes/node.ts';
import { asyncCallOperator } from './async-call.ts';
import { calcOperator } from './calc.ts';
import { intervalJoinOperator } from './interval-join.ts';
import { joinOperator } from './join.ts';
import { overOperator } from './over.ts';
import { rankOperator } from './rank.ts';
import { windowAggregateOperator } from './window-aggregate.ts';

/** What operators are made from beside their node. */
export interface OperatorSettings {
  readonly timeZone: string;
  readonly changelog: 'batch' | 'record';
  /** Whether the node's -U rows are wanted. */
  readonly updateBefore: boolean;
  /** Of an aggregation whose input comes as accumulators: how they lie. */
  readonly partial?: PartialLayout | undefined;
  /** How long state is kept that is not written, where no window says it. */
  readonly stateTtlMs?: number | undefined;
  /** How asynchronous functions are called that do not say it themselves. */
  readonly asyncCalls?: AsyncCalls | undefined;
}

/** Makes the physical operator of a plan node that has inputs; sinks and looked-up tables are opened apart. */
export function operatorOf(
  node: Exclude<PlanNode, { kind: 'sink' | 'scan' | 'values' | 'lookup-join' }>,
  settings: OperatorSettings,
): Operator {
  const { timeZone, changelog, updateBefore, partial, stateTtlMs } = settings;
  switch (node.kind) {
    case 'calc':
      return calcOperator(node, timeZone);
    case 'union':
      return new PassThroughOperator();
    case 'watermark':
      return new WatermarkOperator({ input: node.input.schema, expression: node.expression, idleTimeoutMs: node.idleTimeoutMs, timeZone });
    case 'changelog-normalize':
      return new ChangelogNormalizeOperator({ schema: node.schema, keys: node.keys, updateBefore, changelog, stateTtlMs });
    case 'window':
      return new (node.window.kind === 'session' ? SessionAssignOperator : WindowAssignOperator)({
        input: node.input.schema,
        output: node.schema,
        window: node.window,
        timeZone,
      });
    case 'aggregate':
      return new GroupAggregateOperator({
        input: node.input.schema,
        output: node.schema,
        keys: node.keys,
        calls: node.calls,
        inputInsertOnly: node.input.insertOnly,
        updateBefore,
        changelog: node.emit === 'final' ? 'final' : changelog,
        timeZone,
        partial,
        stateTtlMs,
      });
    case 'window-aggregate':
      return windowAggregateOperator(node, timeZone, partial);
    case 'join':
      return joinOperator(node, { updateBefore, timeZone });
    case 'interval-join':
      return intervalJoinOperator(node, timeZone);
    case 'correlate': {
      const { function: fn, args, outer, output, schema, input } = node;
      return new CorrelateOperator({ function: fn, args, outer, width: input.schema.fields.length, output, schema, timeZone });
    }
    case 'async-call':
      return asyncCallOperator(node, settings.asyncCalls);
    case 'temporal-join':
      return temporalJoinOperator(node, timeZone);
    case 'rank':
    case 'upsert-materialize':
      return rankOperator(node, { updateBefore, changelog, timeZone });
    case 'over':
      return overOperator(node, { updateBefore, changelog });
    case 'sort':
      return node.keys.length === 0 && node.input.insertOnly
        ? new LimitOperator(node.offset, node.limit)
        : new SortOperator({ schema: node.schema, keys: node.keys, offset: node.offset, limit: node.limit });
  }
}

function temporalJoinOperator(node: TemporalJoinNode, timeZone: string): Operator {
  const { left, right, leftKeys, rightKeys, leftTime, rightTime, type, condition, output, schema } = node;
  return new TemporalJoinOperator({
    left: { schema: left.schema, keys: leftKeys, time: leftTime },
    right: { schema: right.schema, keys: rightKeys, time: rightTime },
    isPadded: type === 'left',
    condition,
    output,
    schema,
    timeZone,
  });
}
