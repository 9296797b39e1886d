import type { Expression } from '../../plan/expressions/expression.ts';
import { conjunction, conjuncts, isDeterministic, measureTree, substituteColumns, type TreeMeasure } from '../../plan/expressions/visit.ts';
import type { CalcNode, PlanNode } from '../../plan/nodes/node.ts';
import { inputsOf, rewritePlan } from '../../plan/visit.ts';

/**
 * Makes one calc of two that stand one above the other, so that a row passes one loop, and drops calcs that do nothing.
 * An expression used twice stays one object: generated code computes it once. Non-deterministic ones are not merged.
 */
export function mergeCalcs(root: PlanNode): PlanNode {
  const shared = sharedNodes(root);
  return rewritePlan(root, (node) => {
    if (node.kind !== 'calc') return node;
    const { input } = node;
    const merged = input.kind === 'calc' && !shared.has(input) && canMerge(input) ? mergedIfSmall(node, input) : node;
    return isIdentity(merged) ? merged.input : merged;
  });
}

/** Nodes above which expressions may not multiply: each column that is used twice, level upon level, doubles the tree. */
const SIZE_MAX = 2000;
/** Levels that what walks expressions follows safely. */
const DEPTH_MAX = 1000;

function mergedIfSmall(upper: CalcNode, lower: CalcNode): CalcNode {
  const merged = mergeTwo(upper, lower);
  const { size, depth } = measureCalc(merged);
  const apart = measureCalc(upper).size + measureCalc(lower).size;
  return depth <= DEPTH_MAX && (size <= SIZE_MAX || size <= apart) ? merged : upper;
}

function measureCalc({ condition, projections }: CalcNode): TreeMeasure {
  const all = [...projections, ...conjuncts(condition)].map(measureTree);
  return { size: all.reduce((sum, { size }) => sum + size, 0), depth: all.reduce((most, { depth }) => Math.max(most, depth), 0) };
}

/** Nodes with several consumers: merging them into each would compute them several times. */
export function sharedNodes(root: PlanNode): ReadonlySet<PlanNode> {
  const seen = new Set<PlanNode>();
  const shared = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    for (const input of inputsOf(node)) {
      if (seen.has(input)) {
        shared.add(input);
        continue;
      }
      seen.add(input);
      walk(input);
    }
  };
  walk(root);
  return shared;
}

const canMerge = (lower: CalcNode): boolean => lower.projections.every(isDeterministic);

function mergeTwo(upper: CalcNode, lower: CalcNode): CalcNode {
  const substitute = (expression: Expression) => substituteColumns(expression, lower.projections);
  const conditions = [...conjuncts(lower.condition), ...conjuncts(upper.condition).map(substitute)];
  return { ...upper, input: lower.input, condition: conjunction(conditions), projections: upper.projections.map(substitute) };
}

function isIdentity({ input, condition, projections, schema }: CalcNode): boolean {
  if (condition !== undefined || projections.length !== input.schema.fields.length) return false;
  return projections.every((p, i) => p.kind === 'column' && p.index === i && schema.fields[i]!.name === input.schema.fields[i]!.name);
}
