import { printType } from '../data/types/print-type.ts';
import { type SqlType, withNullable } from '../data/types/sql-type.ts';
import { storageOf } from '../data/types/storage.ts';
import { comparisonType } from '../functions/scalar/comparison/compare.ts';
import type { Expression } from './expressions/expression.ts';
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
}

/** `a = b` of a side each, brought to one type: then equal values are equal keys. */
export function keyPair(part: Expression, width: number): KeyPair | undefined {
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
  return { ...node, left: left.node, right: right.node, ...keys, condition, output: node.output.map(move) };
}
