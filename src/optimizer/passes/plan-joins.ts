import type { Expression } from '../../plan/expressions/expression.ts';
import { conjunction, conjuncts, isDeterministic, rewrite, substituteColumns } from '../../plan/expressions/visit.ts';
import { joinByKeys, type KeyPair, keyPair, shifted, sideOf } from '../../plan/join-keys.ts';
import { columnsOfNode, filter } from '../../plan/make.ts';
import type { AnyJoinNode, CalcNode, JoinType, PlanNode } from '../../plan/nodes/node.ts';
import { isJoin, mapInputs } from '../../plan/visit.ts';
import { joinedWindow } from '../../plan/window-columns.ts';
import { sharedNodes } from './merge-calcs.ts';

/**
 * Gives joins their keys, and conditions their place: equalities of a column of each side become keys, what looks at one side goes below
 * the join, as far as that changes nothing about rows without a partner. So `FROM a, b WHERE a.x = b.x` is a join by x.
 */
export function planJoins(root: PlanNode): PlanNode {
  return new JoinPlanner(root).plan(root);
}

/** Which conditions above a join hold below it, and which of the join's own. */
const ABOVE: Readonly<Record<JoinType, readonly ('left' | 'right')[]>> = {
  inner: ['left', 'right'],
  left: ['left'],
  right: ['right'],
  full: [],
  semi: ['left'],
  anti: ['left'],
};
const OWN: Readonly<Record<JoinType, readonly ('left' | 'right')[]>> = {
  inner: ['left', 'right'],
  left: ['right'],
  right: ['left'],
  full: [],
  semi: ['left', 'right'],
  anti: ['right'],
};

/** Of a temporal join only what looks at left rows goes below: without some of its rows a key would have other versions. */
const isBelow = (places: typeof ABOVE, { kind, type }: AnyJoinNode, side: 'left' | 'right'): boolean =>
  places[type].includes(side) && (kind !== 'temporal-join' || side === 'left');

class JoinPlanner {
  readonly #shared: ReadonlySet<PlanNode>;
  readonly #done = new Map<PlanNode, PlanNode>();
  readonly #hasJoin = new Map<PlanNode, boolean>();

  constructor(root: PlanNode) {
    this.#shared = sharedNodes(root);
  }

  plan(node: PlanNode): PlanNode {
    let result = this.#done.get(node);
    if (result === undefined) {
      result = this.#planNew(node);
      this.#done.set(node, result);
    }
    return result;
  }

  #planNew(node: PlanNode): PlanNode {
    if (isJoin(node)) return this.#join(node, []);
    if (node.kind === 'calc' && node.condition !== undefined && this.#leadsToJoin(node.input)) {
      const [movable, fixed] = divide(conjuncts(node.condition), isDeterministic);
      const input = this.#push(node.input, movable);
      const condition = conjunction(fixed);
      return { ...node, input, condition };
    }
    return mapInputs(node, (input) => this.plan(input));
  }

  /** Whether conditions can be carried down to a join, through calcs. */
  #leadsToJoin(node: PlanNode): boolean {
    let known = this.#hasJoin.get(node);
    if (known === undefined) {
      known =
        !this.#shared.has(node) &&
        (isJoin(node) || (node.kind === 'calc' && node.projections.every(isDeterministic) && this.#leadsToJoin(node.input)));
      this.#hasJoin.set(node, known);
    }
    return known;
  }

  /** A node with conditions over its columns, put as far down as they may go. */
  #push(node: PlanNode, conditions: readonly Expression[]): PlanNode {
    if (conditions.length === 0) return this.plan(node);
    if (!this.#leadsToJoin(node)) return filter(this.plan(node), conjunction(conditions)!);
    if (isJoin(node)) return this.#join(node, conditions);
    const { input, projections, condition } = node as CalcNode;
    const [movable, fixed] = divide(conjuncts(condition), isDeterministic);
    const below = [...movable, ...conditions.map((part) => substituteColumns(part, projections))];
    return { ...(node as CalcNode), input: this.#push(input, below), condition: conjunction(fixed) };
  }

  #join(node: AnyJoinNode, above: readonly Expression[]): PlanNode {
    const width = node.left.schema.fields.length;
    const ownColumns = columnsOfNode({ ...node, schema: { fields: [...node.left.schema.fields, ...node.right.schema.fields] } });
    const onto = node.output.map((column) => ownColumns[column]!);
    const down = { left: [] as Expression[], right: [] as Expression[] };
    const [matching, rest]: [Expression[], Expression[]] = [[], []];
    for (const part of above.map((condition) => substituteColumns(condition, onto))) {
      const side = sideOf(part, width);
      if (side !== undefined && isBelow(ABOVE, node, side)) down[side].push(part);
      else if (node.type === 'inner') matching.push(part);
      else rest.push(part);
    }
    for (const part of conjuncts(node.condition)) {
      const side = isDeterministic(part) ? sideOf(part, width) : undefined;
      if (side !== undefined && isBelow(OWN, node, side)) down[side].push(part);
      else matching.push(part);
    }
    const left = this.#push(node.left, down.left);
    const right = this.#push(
      node.right,
      down.right.map((part) => shifted(part, -width)),
    );
    const joined = withKeys({ ...node, left, right, condition: undefined }, matching);
    if (rest.length === 0) return joined;
    // What stays above is over the output again; a join that comes from a text hands on all columns.
    const back = new Map(node.output.map((column, i) => [column, i]));
    const outer = rest.map((part) => rewrite(part, (one) => (one.kind === 'column' ? { ...one, index: back.get(one.index)! } : one)));
    return filter(joined, conjunction(outer)!);
  }
}

function divide<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Takes the keys out of the conditions. Those of versions are given. */
function withKeys(node: AnyJoinNode, conditions: readonly Expression[]): PlanNode {
  const width = node.left.schema.fields.length;
  // Only a regular join has keys of which NULL equals NULL.
  const isNullSafe = node.kind === 'join' && joinedWindow({ ...node, condition: conjunction(conditions) }) === undefined;
  const pairs: KeyPair[] = [];
  const others: Expression[] = [];
  for (const part of conditions) {
    const pair = node.kind === 'temporal-join' ? undefined : keyPair(part, width, isNullSafe);
    if (pair === undefined) others.push(part);
    else pairs.push(pair);
  }
  return joinByKeys(node, pairs, others);
}
