import { printType } from '../../data/types/print-type.ts';
import { type SqlType, withNullable } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import { comparisonType } from '../../functions/scalar/comparison/compare.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { columnsOf, conjunction, conjuncts, isDeterministic, rewrite, substituteColumns } from '../../plan/expressions/visit.ts';
import { calc, columnsOfNode, filter } from '../../plan/make.ts';
import type { AnyJoinNode, CalcNode, JoinType, PlanNode } from '../../plan/nodes/node.ts';
import { isJoin, mapInputs } from '../../plan/visit.ts';
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
      if (side !== undefined && ABOVE[node.type].includes(side)) down[side].push(part);
      else if (node.type === 'inner') matching.push(part);
      else rest.push(part);
    }
    for (const part of conjuncts(node.condition)) {
      const side = isDeterministic(part) ? sideOf(part, width) : undefined;
      if (side !== undefined && OWN[node.type].includes(side)) down[side].push(part);
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

/** The side whose columns alone an expression reads. */
function sideOf(expression: Expression, width: number): 'left' | 'right' | undefined {
  const columns = [...columnsOf(expression)];
  if (columns.length === 0) return undefined;
  if (columns.every((column) => column < width)) return 'left';
  return columns.every((column) => column >= width) ? 'right' : undefined;
}

const shifted = (expression: Expression, by: number): Expression =>
  rewrite(expression, (node) => (node.kind === 'column' ? { ...node, index: node.index + by } : node));

interface KeyPair {
  readonly left: Expression;
  readonly right: Expression;
}

/** Takes the keys out of the conditions. Keys that are computed become columns of their side, and are gone again above. */
function withKeys(node: AnyJoinNode, conditions: readonly Expression[]): PlanNode {
  const width = node.left.schema.fields.length;
  const pairs: KeyPair[] = [];
  const others: Expression[] = [];
  for (const part of conditions) {
    const pair = keyPair(part, width);
    if (pair === undefined) others.push(part);
    else pairs.push(pair);
  }
  const left = withColumns(
    node.left,
    pairs.map((pair) => pair.left),
  );
  const right = withColumns(
    node.right,
    pairs.map((pair) => shifted(pair.right, -width)),
  );
  const added = left.node.schema.fields.length - width;
  const move = (column: number): number => (column < width ? column : column + added);
  const condition = conjunction(
    others.map((part) => rewrite(part, (one) => (one.kind === 'column' ? { ...one, index: move(one.index) } : one))),
  );
  const keys = { leftKeys: [...node.leftKeys, ...left.columns], rightKeys: [...node.rightKeys, ...right.columns] };
  return { ...node, left: left.node, right: right.node, ...keys, condition, output: node.output.map(move) };
}

/** `a = b` of a side each, brought to one type: then equal values are equal keys. */
function keyPair(part: Expression, width: number): KeyPair | undefined {
  if (part.kind !== 'call' || part.function.name !== '=' || !isDeterministic(part)) return undefined;
  const [a, b] = part.args as readonly [Expression, Expression];
  const [sideA, sideB] = [sideOf(a, width), sideOf(b, width)];
  if (sideA === undefined || sideB === undefined || sideA === sideB) return undefined;
  const common = isAlike(a, b) ? undefined : comparisonType(a.type, b.type);
  if (common === undefined && !isAlike(a, b)) return undefined;
  const [keyA, keyB] = common === undefined ? [a, b] : [castOf(a, common), castOf(b, common)];
  return sideA === 'left' ? { left: keyA, right: keyB } : { left: keyB, right: keyA };
}

const castOf = (input: Expression, common: SqlType): Expression => {
  const type = withNullable(common, input.type.nullable);
  return printType(type) === printType(input.type) ? input : { kind: 'cast', input, safe: false, type };
};

function isAlike({ type: a }: Expression, { type: b }: Expression): boolean {
  if (storageOf(a) !== storageOf(b)) return false;
  if (a.root === 'DECIMAL' || b.root === 'DECIMAL') return a.root === b.root && 'scale' in a && 'scale' in b && a.scale === b.scale;
  const texts = ['CHAR', 'VARCHAR'];
  if (texts.includes(a.root) && texts.includes(b.root)) return true;
  if (a.root !== b.root) return false;
  return !('precision' in a && 'precision' in b && a.precision !== b.precision && isTimed(a.root));
}

const isTimed = (root: string): boolean => root === 'TIMESTAMP' || root === 'TIMESTAMP_LTZ' || root === 'TIME';

/** The node with columns for expressions over it that are none. */
function withColumns(node: PlanNode, expressions: readonly Expression[]): { node: PlanNode; columns: number[] } {
  const own = columnsOfNode(node);
  const all = [...own];
  const columns = expressions.map((expression) => (expression.kind === 'column' ? expression.index : all.push(expression) - 1));
  if (all.length === own.length) return { node, columns };
  const names = all.map((_, i) => node.schema.fields[i]?.name ?? `$key${i - own.length}`);
  return { node: calc(node, undefined, all, names), columns };
}
