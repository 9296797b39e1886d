import type { Expression, OuterExpression } from '../../plan/expressions/expression.ts';
import { conjuncts, rewrite, some, walkExpression } from '../../plan/expressions/visit.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { inputsOf } from '../../plan/visit.ts';

const reads = new WeakMap<PlanNode, boolean>();

/** Whether an expression reads a column of a query around it. */
export const readsOuter = (expression: Expression): boolean => some(expression, ({ kind }) => kind === 'outer');

/** Whether anything in a plan reads a column of a query around it. */
export function isCorrelated(node: PlanNode): boolean {
  let known = reads.get(node);
  if (known === undefined) {
    known = expressionsOf(node).some(readsOuter) || inputsOf(node).some(isCorrelated);
    reads.set(node, known);
  }
  return known;
}

/** The columns of the query at `level` that a plan reads, each once. */
export function outerColumns(node: PlanNode, level: number): OuterExpression[] {
  const found = new Map<number, OuterExpression>();
  const seen = new Set<PlanNode>();
  const walk = (inner: PlanNode): void => {
    if (seen.has(inner) || !isCorrelated(inner)) return;
    seen.add(inner);
    for (const expression of expressionsOf(inner)) {
      walkExpression(expression, (one) => {
        if (one.kind === 'outer' && one.level === level && !found.has(one.index)) found.set(one.index, one);
        return true;
      });
    }
    for (const input of inputsOf(inner)) walk(input);
  };
  walk(node);
  return [...found.values()];
}

function expressionsOf(node: PlanNode): readonly Expression[] {
  switch (node.kind) {
    case 'calc':
      return [...node.projections, ...conjuncts(node.condition)];
    case 'join':
      return conjuncts(node.condition);
    case 'values':
      return node.rows.flat();
    default:
      return [];
  }
}

export const shifted = (expression: Expression, by: number): Expression =>
  by === 0 ? expression : rewrite(expression, (one) => (one.kind === 'column' ? { ...one, index: one.index + by } : one));

/** An expression over a query's columns and those of the query at `level` around it, as one over the join of that one with it. */
export function overJoin(expression: Expression, level: number, width: number): Expression {
  return rewrite(expression, (one) => {
    if (one.kind === 'column') return { ...one, index: one.index + width };
    if (one.kind !== 'outer' || one.level !== level) return one;
    const { index, name, type } = one;
    return { kind: 'column', index, name, type };
  });
}
