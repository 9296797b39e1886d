import { IntervalJoinOperator } from '../../../operators/interval-join/interval-join.ts';
import type { IntervalSideOptions } from '../../../operators/interval-join/interval-side.ts';
import { isPadded } from '../../../operators/join/join.ts';
import type { IntervalJoinNode } from '../../../plan/nodes/node.ts';

/** How a side of an interval join is kept: a row matches times of the other side from its own less `beforeMs` to its own plus `afterMs`. */
export function intervalSide(node: IntervalJoinNode, side: 'left' | 'right'): IntervalSideOptions {
  const { leftTime, rightTime, lowerMs, upperMs } = node.bounds;
  const isLeft = side === 'left';
  return {
    schema: node[side].schema,
    keys: isLeft ? node.leftKeys : node.rightKeys,
    time: isLeft ? leftTime : rightTime,
    beforeMs: isLeft ? upperMs : -lowerMs,
    afterMs: isLeft ? -lowerMs : upperMs,
    isPadded: isPadded(node.type, side),
  };
}

export function intervalJoinOperator(node: IntervalJoinNode, timeZone: string): IntervalJoinOperator {
  const { condition, output, schema, bounds } = node;
  const [left, right] = [intervalSide(node, 'left'), intervalSide(node, 'right')];
  return new IntervalJoinOperator({ left, right, condition, output, schema, eventTime: bounds.eventTime, timeZone });
}
