import { JoinOperator, type JoinOptions } from '../../../operators/join/join.ts';
import type { JoinSideOptions } from '../../../operators/join/join-side.ts';
import type { JoinNode, PlanNode } from '../../../plan/nodes/node.ts';
import { isUniqueBy, uniqueKeysOf } from '../../../plan/unique-keys.ts';

/** How a side of a join is kept: what tells its rows apart matters only where they may be taken back. */
export function joinSide(side: PlanNode, keys: readonly number[]): Omit<JoinSideOptions, 'countsPartners'> {
  const uniqueKey = isUniqueBy(side, keys) ? [] : uniqueKeysOf(side)[0];
  return { schema: side.schema, keys, updates: !side.insertOnly, uniqueKey };
}

export function joinOperator(node: JoinNode, settings: Pick<JoinOptions, 'updateBefore' | 'timeZone'>): JoinOperator {
  const { type, condition, output, schema, insertOnly } = node;
  const [left, right] = [joinSide(node.left, node.leftKeys), joinSide(node.right, node.rightKeys)];
  return new JoinOperator({ type, left, right, condition, output, schema, insertOnly, ...settings });
}
