import { rewrite } from '../../plan/expressions/visit.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';
import { ExpressionPool } from '../expression-pool.ts';
import { mapExpressions } from '../map-expressions.ts';

/**
 * Makes equal expressions of a node one object: generated code computes an object once where it can. Expressions that give another
 * value each time (RAND) stay apart.
 */
export function shareExpressions(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => {
    const pool = new ExpressionPool();
    return mapExpressions(node, (expression) => rewrite(expression, (part) => pool.canonical(part)));
  });
}
