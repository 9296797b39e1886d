import type { Plan, PlanNode, SinkNode } from './nodes/node.ts';
import { inputsOf } from './visit.ts';

/**
 * The nodes whose -U rows somebody above makes use of. What takes rows back (an aggregate, a sort, a filter that the old row passed
 * and the new one may not) needs them; a sink says so itself.
 */
export function needUpdateBefore(plan: Plan, sinkNeeds: (sink: SinkNode) => boolean): ReadonlySet<PlanNode> {
  const needing = new Set<PlanNode>();
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode, needed: boolean): void => {
    if (seen.has(node) && (!needed || needing.has(node))) return;
    seen.add(node);
    if (needed) needing.add(node);
    for (const [i, input] of inputsOf(node).entries()) walk(input, needsOfInput(node, needed, i));
  };
  for (const sink of plan.sinks) walk(sink, sinkNeeds(sink));
  return needing;
}

function needsOfInput(node: PlanNode, needed: boolean, input: number): boolean {
  switch (node.kind) {
    case 'calc':
      return needed || node.condition !== undefined;
    case 'temporal-join':
      return input === 0;
    case 'sink':
    case 'union':
    case 'watermark':
    case 'window':
    case 'async-call':
      return needed;
    default:
      return true;
  }
}
