import { isPadded, JoinOperator, type JoinOptions } from '../../../operators/join/join.ts';
import type { JoinSideOptions } from '../../../operators/join/join-side.ts';
import { WindowJoinOperator, type WindowJoinOptions } from '../../../operators/join/window-join.ts';
import type { JoinNode, PlanNode } from '../../../plan/nodes/node.ts';
import { isUniqueBy, uniqueKeysOf } from '../../../plan/unique-keys.ts';
import { joinedWindow } from '../../../plan/window-columns.ts';

/** How a side of a join is kept: what tells its rows apart matters only where they may be taken back. */
export function joinSide(side: PlanNode, keys: readonly number[]): Omit<JoinSideOptions, 'countsPartners'> {
  const uniqueKey = isUniqueBy(side, keys) ? [] : uniqueKeysOf(side)[0];
  return { schema: side.schema, keys, updates: !side.insertOnly, uniqueKey };
}

/** How a window join's sides are kept, until their windows end; undefined for another join. */
export function windowJoinSides(node: JoinNode): Pick<WindowJoinOptions, 'left' | 'right' | 'end' | 'isLocal'> | undefined {
  const window = joinedWindow(node);
  if (window === undefined) return undefined;
  const { left, right, type } = node;
  const rows = { updates: false, uniqueKey: undefined };
  return {
    left: { schema: left.schema, keys: window.leftKeys, ...rows, countsPartners: false },
    right: { schema: right.schema, keys: window.rightKeys, ...rows, countsPartners: isPadded(type, 'right') },
    end: window.end,
    isLocal: window.left.isLocal,
  };
}

export function joinOperator(node: JoinNode, settings: Pick<JoinOptions, 'updateBefore' | 'timeZone'>): JoinOperator | WindowJoinOperator {
  const { type, nullSafe, condition, output, schema, insertOnly } = node;
  const sides = windowJoinSides(node);
  if (sides !== undefined) return new WindowJoinOperator({ type, ...sides, condition, output, schema, timeZone: settings.timeZone });
  const [left, right] = [joinSide(node.left, node.leftKeys), joinSide(node.right, node.rightKeys)];
  return new JoinOperator({ type, left, right, nullSafe, condition, output, schema, insertOnly, ...settings });
}
