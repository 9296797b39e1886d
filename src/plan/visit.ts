import { mapSame } from './expressions/visit.ts';
import type { AnyJoinNode, PlanNode } from './nodes/node.ts';

/** Whether a node joins two others. */
export const isJoin = (node: PlanNode): node is AnyJoinNode =>
  node.kind === 'join' || node.kind === 'interval-join' || node.kind === 'temporal-join';

export function inputsOf(node: PlanNode): readonly PlanNode[] {
  if (node.kind === 'scan' || node.kind === 'values') return [];
  if (isJoin(node)) return [node.left, node.right];
  return node.kind === 'union' ? node.inputs : [node.input];
}

/** The same node with its inputs replaced, or itself where `replace` changes none. */
export function mapInputs(node: PlanNode, replace: (input: PlanNode) => PlanNode): PlanNode {
  if (node.kind === 'scan' || node.kind === 'values') return node;
  if (node.kind === 'union') {
    const inputs = mapSame(node.inputs, replace);
    return inputs === node.inputs ? node : { ...node, inputs };
  }
  if (isJoin(node)) {
    const [left, right] = [replace(node.left), replace(node.right)];
    return left === node.left && right === node.right ? node : { ...node, left, right };
  }
  const input = replace(node.input);
  return input === node.input ? node : { ...node, input };
}

/** Rewrites a plan from its leaves up; a node that several nodes share is rewritten once and stays shared. */
export function rewritePlan(root: PlanNode, replace: (node: PlanNode) => PlanNode, done = new Map<PlanNode, PlanNode>()): PlanNode {
  const walk = (node: PlanNode): PlanNode => {
    let result = done.get(node);
    if (result === undefined) {
      result = replace(mapInputs(node, walk));
      done.set(node, result);
    }
    return result;
  };
  return walk(root);
}

/** Whether every scan below the node ends by itself. */
export function isBounded(node: PlanNode): boolean {
  const seen = new Set<PlanNode>();
  const walk = (inner: PlanNode): boolean => {
    if (seen.has(inner)) return true;
    seen.add(inner);
    return inner.kind === 'scan' ? inner.bounded : inputsOf(inner).every(walk);
  };
  return walk(node);
}
