import type { Plan, PlanNode } from './nodes/node.ts';
import { inputsOf } from './visit.ts';

/** The nodes below the versions of a temporal join: what a batch consolidates would be versions that were never there. */
export function needEveryChange(plan: Plan): ReadonlySet<PlanNode> {
  const needing = new Set<PlanNode>();
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode, needed: boolean): void => {
    if (needed ? needing.has(node) : seen.has(node)) return;
    seen.add(node);
    if (needed) needing.add(node);
    for (const [i, input] of inputsOf(node).entries()) walk(input, needed || (node.kind === 'temporal-join' && i === 1));
  };
  for (const sink of plan.sinks) walk(sink, false);
  return needing;
}
