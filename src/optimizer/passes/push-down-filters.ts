import type { Expression } from '../../plan/expressions/expression.ts';
import { columnsOf, conjunction, conjuncts, isDeterministic, substituteColumns } from '../../plan/expressions/visit.ts';
import { columnsOfNode, filter } from '../../plan/make.ts';
import type { CalcNode, CorrelateNode, PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';

/**
 * Moves conditions towards the source: below a windowing function (where they do not look at the window), below a table function (where they do
 * not look at what it makes), into the branches of a union. A condition never moves below a watermark: rows that it drops still move time on.
 */
export function pushDownFilters(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => (node.kind === 'calc' && node.condition !== undefined ? push(node) : node));
}

function push(node: CalcNode): PlanNode {
  const { input } = node;
  if (input.kind === 'union' && isDeterministic(node.condition!)) {
    return { ...node, condition: undefined, input: { ...input, inputs: input.inputs.map((branch) => filter(branch, node.condition!)) } };
  }
  if (input.kind === 'correlate') return pushBelowCorrelate(node, input);
  // A session's rows depend on all of them.
  if (input.kind !== 'window' || input.window.kind === 'session') return node;
  const width = input.input.schema.fields.length;
  const below = conjuncts(node.condition).filter((part) => isDeterministic(part) && [...columnsOf(part)].every((column) => column < width));
  if (below.length === 0) return node;
  const above = conjuncts(node.condition).filter((part) => !below.includes(part));
  const lower = filter(input.input, conjunction(below)!);
  return { ...node, condition: conjunction(above), input: { ...input, input: lower } };
}

function pushBelowCorrelate(node: CalcNode, input: CorrelateNode): PlanNode {
  const width = input.input.schema.fields.length;
  const isBelow = (part: Expression): boolean =>
    isDeterministic(part) && [...columnsOf(part)].every((column) => input.output[column]! < width);
  const parts = conjuncts(node.condition);
  const below = parts.filter(isBelow);
  if (below.length === 0) return node;
  const fields = columnsOfNode(input.input);
  const sources = input.output.map((column) => fields[column] ?? fields[0]!);
  const lower = filter(input.input, substituteColumns(conjunction(below)!, sources));
  return { ...node, condition: conjunction(parts.filter((part) => !isBelow(part))), input: { ...input, input: lower } };
}
