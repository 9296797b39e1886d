import { columnsOf, conjunction, conjuncts, isDeterministic } from '../../plan/expressions/visit.ts';
import type { CalcNode, PlanNode } from '../../plan/nodes/node.ts';
import { inputsOf, rewritePlan } from '../../plan/visit.ts';

/**
 * Tells the scan of a partitioned table which partitions are wanted: the parts of a condition right above it that look at the columns of
 * PARTITIONED BY alone. The condition stays as it is. A scan that several queries share reads what any of them wants: all. No condition is
 * moved below a watermark, which rows that are dropped still move on.
 */
export function prunePartitions(root: PlanNode): PlanNode {
  const shared = sharedNodes(root);
  return rewritePlan(root, (node) => (node.kind === 'calc' && !shared.has(node.input) ? prune(node, shared) : node));
}

function prune(node: CalcNode, shared: ReadonlySet<PlanNode>): PlanNode {
  const { input: scan, condition } = node;
  if (scan.kind !== 'scan' || shared.has(scan) || scan.table.partitionedBy === undefined) return node;
  const { partitionedBy, schema } = scan.table;
  const isOfPartition = (column: number): boolean => partitionedBy.includes(schema.fields[column]!.name);
  const parts = conjuncts(condition).filter((part) => isDeterministic(part) && [...columnsOf(part)].every(isOfPartition));
  const partitions = conjunction(parts);
  return partitions === undefined ? node : { ...node, input: { ...scan, partitions } };
}

/** Nodes with several consumers. */
function sharedNodes(root: PlanNode): ReadonlySet<PlanNode> {
  const seen = new Set<PlanNode>();
  const shared = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    if (seen.has(node)) return void shared.add(node);
    seen.add(node);
    for (const input of inputsOf(node)) walk(input);
  };
  walk(root);
  return shared;
}
