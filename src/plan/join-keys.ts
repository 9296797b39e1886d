import type { Expression } from './expressions/expression.ts';
import { asKeys } from './expressions/key-types.ts';
import { columnsOf, conjunction, isDeterministic, rewrite } from './expressions/visit.ts';
import { calc, columnsOfNode } from './make.ts';
import type { AnyJoinNode, PlanNode } from './nodes/node.ts';

/** The side whose columns alone an expression reads. */
export function sideOf(expression: Expression, width: number): 'left' | 'right' | undefined {
  const columns = [...columnsOf(expression)];
  if (columns.length === 0) return undefined;
  if (columns.every((column) => column < width)) return 'left';
  return columns.every((column) => column >= width) ? 'right' : undefined;
}

export const shifted = (expression: Expression, by: number): Expression =>
  rewrite(expression, (node) => (node.kind === 'column' ? { ...node, index: node.index + by } : node));

/** What must be equal, over the columns of both sides. */
export interface KeyPair {
  readonly left: Expression;
  readonly right: Expression;
  /** Whether NULL equals NULL. */
  readonly isNullSafe: boolean;
}

/** `a = b`, or with `nullSafe` also `a IS NOT DISTINCT FROM b`, of a side each. */
export function keyPair(part: Expression, width: number, nullSafe = false): KeyPair | undefined {
  if (part.kind !== 'call' || !isDeterministic(part)) return undefined;
  const isNullSafe = part.function.name === 'IS NOT DISTINCT FROM';
  if (part.function.name !== '=' && !(nullSafe && isNullSafe)) return undefined;
  const [a, b] = part.args as readonly [Expression, Expression];
  const [sideA, sideB] = [sideOf(a, width), sideOf(b, width)];
  if (sideA === undefined || sideB === undefined || sideA === sideB) return undefined;
  const keys = asKeys(a, b);
  if (keys === undefined) return undefined;
  return sideA === 'left' ? { left: keys[0], right: keys[1], isNullSafe } : { left: keys[1], right: keys[0], isNullSafe };
}

/** The node with columns for expressions over it that are none. */
function withColumns(node: PlanNode, expressions: readonly Expression[]): { node: PlanNode; columns: number[] } {
  const own = columnsOfNode(node);
  const all = [...own];
  const columns = expressions.map((expression) => (expression.kind === 'column' ? expression.index : all.push(expression) - 1));
  if (all.length === own.length) return { node, columns };
  const names = all.map((_, i) => node.schema.fields[i]?.name ?? `$key${i - own.length}`);
  return { node: calc(node, undefined, all, names), columns };
}

/**
 * A join with further keys, and these conditions in place of its own. Keys that are computed become columns of their side, which do not go on.
 */
export function joinByKeys<T extends AnyJoinNode>(node: T, pairs: readonly KeyPair[], conditions: readonly Expression[]): T {
  const width = node.left.schema.fields.length;
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
    conditions.map((part) => rewrite(part, (one) => (one.kind === 'column' ? { ...one, index: move(one.index) } : one))),
  );
  const keys = { leftKeys: [...node.leftKeys, ...left.columns], rightKeys: [...node.rightKeys, ...right.columns] };
  const first = node.leftKeys.length;
  const safe = pairs.flatMap((pair, i) => (pair.isNullSafe ? [first + i] : []));
  const nullSafe = safe.length === 0 ? {} : { nullSafe: [...((node.kind === 'join' && node.nullSafe) || []), ...safe] };
  return { ...node, left: left.node, right: right.node, ...keys, ...nullSafe, condition, output: node.output.map(move) };
}
