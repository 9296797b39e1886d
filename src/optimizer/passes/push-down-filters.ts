import { columnsOf, conjunction, conjuncts, isDeterministic } from '../../plan/expressions/visit.ts';
import { filter } from '../../plan/make.ts';
import type { CalcNode, PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';

/**
 * Moves conditions towards the source: below a windowing function (where they do not look at the window), into the branches of a
 * union. A condition never moves below a watermark: rows that it drops still move time on.
 */
export function pushDownFilters(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => (node.kind === 'calc' && node.condition !== undefined ? push(node) : node));
}

function push(node: CalcNode): PlanNode {
  const { input } = node;
  if (input.kind === 'union' && isDeterministic(node.condition!)) {
    return { ...node, condition: undefined, input: { ...input, inputs: input.inputs.map((branch) => filter(branch, node.condition!)) } };
  }
  // A session's rows depend on all of them.
  if (input.kind !== 'window' || input.window.kind === 'session') return node;
  const width = input.input.schema.fields.length;
  const below = conjuncts(node.condition).filter((part) => isDeterministic(part) && [...columnsOf(part)].every((column) => column < width));
  if (below.length === 0) return node;
  const above = conjuncts(node.condition).filter((part) => !below.includes(part));
  const lower = filter(input.input, conjunction(below)!);
  return { ...node, condition: conjunction(above), input: { ...input, input: lower } };
}
