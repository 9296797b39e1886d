import type { Expression, LogicalExpression } from '../../plan/expressions/expression.ts';
import { isSimpleTest } from '../../plan/expressions/simple-test.ts';
import { conjunction, conjuncts, rewrite } from '../../plan/expressions/visit.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { isJoin, rewritePlan } from '../../plan/visit.ts';
import { ExpressionPool } from '../expression-pool.ts';

/**
 * Takes out of an OR what all of its branches ask: `(a = b AND x) OR (a = b AND y)` is `a = b AND (x OR y)`, so that `a = b` can be a join's key or
 * go below it. Only tests that cannot fail are taken out, because they then come before others.
 */
export function factorConditions(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => {
    if ((node.kind !== 'calc' && !isJoin(node)) || node.condition === undefined) return node;
    const parts = conjuncts(node.condition);
    const factored = parts.flatMap((part) => (part.kind === 'or' ? factor(part) : [part]));
    return factored.every((part, i) => part === parts[i]) ? node : { ...node, condition: conjunction(factored) };
  });
}

/** The parts of an AND that is equal to an OR: itself alone where its branches have nothing in common. */
function factor(or: LogicalExpression): readonly Expression[] {
  const pool = new ExpressionPool();
  const numberOf = (part: Expression): number => pool.numberOf(rewrite(part, (inner) => pool.canonical(inner)));
  const branches = or.args.map((arg) => new Map(conjuncts(arg).map((part) => [numberOf(part), part])));
  const [first, ...others] = branches as [Map<number, Expression>, ...Map<number, Expression>[]];
  const common = [...first].filter(([number, part]) => isSimpleTest(part) && others.every((branch) => branch.has(number)));
  if (common.length === 0) return [or];
  const taken = new Set(common.map(([number]) => number));
  const rests = branches.map((branch) => conjunction([...branch].filter(([number]) => !taken.has(number)).map(([, part]) => part)));
  const tests = common.map(([, part]) => part);
  // A branch without more is TRUE where the common part is.
  if (rests.includes(undefined)) return tests;
  return [...tests, { ...or, args: rests as Expression[] }];
}
