import type { Plan, PlanNode, PlanTable } from './nodes/node.ts';
import { inputsOf } from './visit.ts';

/** All tables that a plan reads or writes, dead-letter tables among them. */
export function tablesOf(plan: Plan): ReadonlySet<PlanTable> {
  const tables = new Set<PlanTable>();
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'scan') {
      tables.add(node.table);
      if (node.deadLetters !== undefined) tables.add(node.deadLetters);
    }
    if (node.kind === 'lookup-join') tables.add(node.scan.table);
    if (node.kind === 'sink' && node.target !== undefined) tables.add(node.target);
    for (const input of inputsOf(node)) walk(input);
  };
  for (const sink of plan.sinks) walk(sink);
  return tables;
}
