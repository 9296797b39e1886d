import type { Expression } from '../../plan/expressions/expression.ts';
import { isDeterministic, rewrite } from '../../plan/expressions/visit.ts';
import type { AggregateCall, AnyJoinNode, PlanNode } from '../../plan/nodes/node.ts';
import { inputsOf, rewritePlan } from '../../plan/visit.ts';
import { ExpressionPool, typeText } from '../expression-pool.ts';

/**
 * Makes equal parts of the plan one: what a query says twice, or several INSERTs of a statement set, is computed once (Flink's
 * `table.optimizer.reuse-sub-plan-enabled`). What gives another value each time stays apart. It comes before columns are left out, so that a
 * part keeps what any of its consumers needs.
 */
export function shareSubPlans(root: PlanNode): PlanNode {
  const pool = new NodePool();
  return rewritePlan(root, (node) => pool.canonical(node));
}

/** Nodes by what they compute. Their inputs are canonical already, so that their numbers stand for them. */
class NodePool {
  readonly #expressions = new ExpressionPool();
  readonly #byKey = new Map<string, PlanNode>();
  readonly #numbers = new Map<object, number>();

  canonical(node: PlanNode): PlanNode {
    const own = this.#ownPart(node);
    if (own === undefined) return node;
    const fields = node.schema.fields.map(({ name, type }) => [name, typeText(type)]);
    const key = JSON.stringify([node.kind, inputsOf(node).map((input) => this.#numberOf(input)), fields, own]);
    const found = this.#byKey.get(key) ?? node;
    this.#byKey.set(key, found);
    return found;
  }

  /** What tells a node from others of its kind over the same inputs; undefined for one that is never shared. */
  #ownPart(node: PlanNode): readonly unknown[] | undefined {
    switch (node.kind) {
      case 'calc': {
        const { condition, projections } = node;
        const all = condition === undefined ? projections : [...projections, condition];
        return all.every(isDeterministic) ? [projections.length, ...all.map((expression) => this.#expression(expression))] : undefined;
      }
      case 'window':
        return [node.window];
      case 'aggregate':
        return [node.keys, node.emit, this.#calls(node.calls)];
      case 'window-aggregate':
        return [node.keys, node.window, node.properties, this.#calls(node.calls)];
      case 'rank':
        return [node.partition, node.order, node.offset, String(node.limit), node.latest, node.withNumber];
      case 'join':
        return this.#join(node, [node.nullSafe ?? []]);
      case 'interval-join':
        return this.#join(node, [node.bounds]);
      case 'union':
        return [];
      default:
        return undefined;
    }
  }

  #join({ type, leftKeys, rightKeys, condition, output }: AnyJoinNode, more: readonly unknown[]): readonly unknown[] | undefined {
    if (condition !== undefined && !isDeterministic(condition)) return undefined;
    return [type, leftKeys, rightKeys, condition === undefined ? '' : this.#expression(condition), output, ...more];
  }

  #calls(calls: readonly AggregateCall[]): readonly unknown[] {
    return calls.map(({ function: fn, argument, distinct, filter, type }) => [
      this.#numberOf(fn),
      argument ?? '',
      distinct,
      filter ?? '',
      typeText(type),
    ]);
  }

  #expression(expression: Expression): number {
    return this.#expressions.numberOf(rewrite(expression, (part) => this.#expressions.canonical(part)));
  }

  #numberOf(one: object): number {
    let number = this.#numbers.get(one);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(one, number);
    }
    return number;
  }
}
