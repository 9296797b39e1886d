import type { Expression } from '../plan/expressions/expression.ts';
import { mapSame } from '../plan/expressions/visit.ts';
import type { PlanNode } from '../plan/nodes/node.ts';

/** The node with each of its expressions replaced. Types of columns do not change. */
export function mapExpressions(node: PlanNode, replace: (expression: Expression) => Expression): PlanNode {
  switch (node.kind) {
    case 'calc': {
      const condition = node.condition && replace(node.condition);
      const projections = mapSame(node.projections, replace);
      return condition === node.condition && projections === node.projections ? node : { ...node, condition, projections };
    }
    case 'values': {
      const rows = mapSame(node.rows, (row) => mapSame(row, replace));
      return rows === node.rows ? node : { ...node, rows };
    }
    case 'watermark': {
      const expression = replace(node.expression);
      return expression === node.expression ? node : { ...node, expression };
    }
    default:
      return node;
  }
}
