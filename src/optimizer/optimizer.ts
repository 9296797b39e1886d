import type { Expression } from '../plan/expressions/expression.ts';
import type { Plan, PlanNode, SinkNode, UnionNode } from '../plan/nodes/node.ts';
import { boundRanks } from './passes/bound-ranks.ts';
import { deriveConditions } from './passes/derive-conditions.ts';
import { factorConditions } from './passes/factor-conditions.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { mergeCalcs } from './passes/merge-calcs.ts';
import { numberRows } from './passes/number-rows.ts';
import { planJoins } from './passes/plan-joins.ts';
import { pruneColumns } from './passes/prune-columns.ts';
import { prunePartitions } from './passes/prune-partitions.ts';
import { pushDownFilters } from './passes/push-down-filters.ts';
import { shareExpressions } from './passes/share-expressions.ts';
import { shareSubPlans } from './passes/share-sub-plans.ts';
import { splitAsyncCalls } from './passes/split-async-calls.ts';

/** What the optimizer needs of the back end. */
export interface OptimizerContext {
  /** The exact value of an expression without columns; undefined where computing it fails. */
  readonly evaluate: (expression: Expression) => unknown;
}

/** A rewriting of the plan that keeps its meaning. Passes are verbs, have names, and can be switched off one by one. */
export interface Pass {
  readonly name: string;
  readonly run: (root: PlanNode, context: OptimizerContext) => PlanNode;
}

/** All passes in their order. */
export const passes: readonly Pass[] = [
  { name: 'fold-constants', run: foldConstants },
  { name: 'merge-calcs', run: mergeCalcs },
  { name: 'factor-conditions', run: factorConditions },
  { name: 'push-down-filters', run: pushDownFilters },
  { name: 'plan-joins', run: planJoins },
  { name: 'derive-conditions', run: deriveConditions },
  { name: 'bound-ranks', run: boundRanks },
  { name: 'number-rows', run: numberRows },
  { name: 'push-down-filters-again', run: pushDownFilters },
  { name: 'merge-calcs-again', run: mergeCalcs },
  { name: 'prune-partitions', run: prunePartitions },
  { name: 'share-sub-plans', run: shareSubPlans },
  { name: 'prune-columns', run: pruneColumns },
  { name: 'drop-empty-calcs', run: mergeCalcs },
  { name: 'split-async-calls', run: splitAsyncCalls },
  { name: 'share-expressions', run: shareExpressions },
];

/** How long each pass took, in milliseconds. */
export interface PassTiming {
  readonly name: string;
  readonly ms: number;
}

export interface OptimizeOptions {
  /** Names of passes to leave out. */
  readonly disabled?: ReadonlySet<string>;
  readonly onPass?: (timing: PassTiming) => void;
  readonly now?: () => number;
}

/** Runs the passes over all sinks at once, so that what they share stays shared. */
export function optimize(plan: Plan, context: OptimizerContext, options: OptimizeOptions = {}): Plan {
  const now = options.now ?? (() => 0);
  let root: PlanNode = together(plan);
  for (const { name, run } of passes) {
    if (options.disabled?.has(name)) continue;
    const start = now();
    root = run(root, context);
    options.onPass?.({ name, ms: now() - start });
  }
  return { sinks: (root as UnionNode).inputs as readonly SinkNode[] };
}

/** A root over all sinks, which only the optimizer sees. It needs no columns: each sink keeps its own. */
function together(plan: Plan): UnionNode {
  return { kind: 'union', inputs: plan.sinks, schema: { fields: [] }, insertOnly: true };
}
