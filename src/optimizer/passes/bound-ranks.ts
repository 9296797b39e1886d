import { boundRank } from '../../plan/bound-rank.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';
import { sharedNodes } from './merge-calcs.ts';

/**
 * Makes Top-N of row numbers with a condition: `WHERE n <= 10` becomes the bound of the ranking below, which then keeps ten rows of a
 * partition instead of all.
 */
export function boundRanks(root: PlanNode): PlanNode {
  const shared = sharedNodes(root);
  return rewritePlan(root, (node) => {
    if (node.kind !== 'calc' || node.input.kind !== 'rank' || shared.has(node.input) || !node.input.withNumber) return node;
    return boundRank(node, node.input);
  });
}
