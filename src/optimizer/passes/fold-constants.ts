import type { Expression, LiteralExpression } from '../../plan/expressions/expression.ts';
import { isDeterministic, literal, mapOperands, rewrite } from '../../plan/expressions/visit.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';
import { mapExpressions } from '../map-expressions.ts';
import type { OptimizerContext } from '../optimizer.ts';

/** Computes what depends on no column. What fails (1 / 0) is left as it is, to fail, or not, when a row comes. */
export function foldConstants(root: PlanNode, context: OptimizerContext): PlanNode {
  const fold = (expression: Expression): Expression => rewrite(expression, (node) => simplify(node, context));
  return rewritePlan(root, (node) => mapExpressions(node, fold));
}

/** Literals are of plain types: what prints or compares them need not know others. */
const isNested = ({ root }: Expression['type']): boolean => root === 'ROW' || root === 'ARRAY' || root === 'MAP';
const isLiteral = (expression: Expression): expression is LiteralExpression => expression.kind === 'literal';

function simplify(node: Expression, context: OptimizerContext): Expression {
  if (node.kind === 'and' || node.kind === 'or') return simplifyLogical(node);
  if (node.kind === 'column' || node.kind === 'literal' || node.kind === 'row' || node.kind === 'field' || isNested(node.type)) return node;
  let constant = true;
  mapOperands(node, (operand) => {
    constant &&= isLiteral(operand);
    return operand;
  });
  if (!constant || !isDeterministic(node)) return node;
  const value = context.evaluate(node);
  return value === undefined ? node : { ...literal(value, node.type), span: node.span };
}

/** TRUE AND x is x, FALSE AND x is FALSE, and so on; operands that may fail are kept in order. */
function simplifyLogical(node: Extract<Expression, { kind: 'and' | 'or' }>): Expression {
  const decides = node.kind === 'or';
  const args = node.args.filter((arg) => !(isLiteral(arg) && arg.value === !decides));
  const decided = args.findIndex((arg) => isLiteral(arg) && arg.value === decides);
  if (decided === 0) return { ...literal(decides, node.type), span: node.span };
  if (args.length === 0) return { ...literal(!decides, node.type), span: node.span };
  if (args.length === 1) return args[0]!;
  return args.length === node.args.length ? node : { ...node, args };
}
