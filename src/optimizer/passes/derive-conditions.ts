import { printNullableType } from '../../data/types/print-type.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { isSimpleTest } from '../../plan/expressions/simple-test.ts';
import { columnsOf, conjunction, conjuncts, rewrite } from '../../plan/expressions/visit.ts';
import { filter } from '../../plan/make.ts';
import type { AnyJoinNode, JoinType, PlanNode } from '../../plan/nodes/node.ts';
import { isJoin, rewritePlan } from '../../plan/visit.ts';
import { ExpressionPool } from '../expression-pool.ts';

/**
 * What holds for a column of one side of a join holds for the column of the other side that it must equal: `a.id = b.id AND a.id > 5` asks for
 * `b.id > 5`, too, so that the other side keeps fewer rows. Only where rows of that side without a partner are of no consequence.
 */
export function deriveConditions(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => (isJoin(node) && node.kind !== 'temporal-join' ? derive(node) : node));
}

/** To which sides a condition may go from the other one. */
const TO_RIGHT: ReadonlySet<JoinType> = new Set(['inner', 'left', 'semi', 'anti']);
const TO_LEFT: ReadonlySet<JoinType> = new Set(['inner', 'right', 'semi']);

function derive(node: AnyJoinNode): PlanNode {
  const { type, left, right, leftKeys, rightKeys } = node;
  const toRight = TO_RIGHT.has(type) ? missing(left, leftKeys, right, rightKeys) : [];
  const toLeft = TO_LEFT.has(type) ? missing(right, rightKeys, left, leftKeys) : [];
  if (toRight.length + toLeft.length === 0) return node;
  const over = (side: PlanNode, parts: readonly Expression[]): PlanNode => (parts.length === 0 ? side : filter(side, conjunction(parts)!));
  return { ...node, left: over(left, toLeft), right: over(right, toRight) };
}

/** What is known of the keys of `from`, said of those of `to`, as far as it is not known there. */
function missing(from: PlanNode, fromKeys: readonly number[], to: PlanNode, toKeys: readonly number[]): readonly Expression[] {
  const pool = new ExpressionPool();
  const numberOf = (part: Expression): number => pool.numberOf(rewrite(part, (inner) => pool.canonical(inner)));
  const known = new Set(knownOf(to).map(numberOf));
  return knownOf(from).flatMap((part) => {
    const moved = moveKey(part, from, fromKeys, to, toKeys);
    return moved === undefined || known.has(numberOf(moved)) ? [] : [moved];
  });
}

/** A test of one key said of the other side's key that equals it. */
function moveKey(
  part: Expression,
  from: PlanNode,
  fromKeys: readonly number[],
  to: PlanNode,
  toKeys: readonly number[],
): Expression | undefined {
  const columns = [...columnsOf(part)];
  const key = columns.length === 1 ? fromKeys.indexOf(columns[0]!) : -1;
  if (key === -1) return undefined;
  const index = toKeys[key]!;
  const { name, type } = to.schema.fields[index]!;
  if (!isSame(from.schema.fields[columns[0]!]!.type, type)) return undefined;
  return rewrite(part, (one) => (one.kind === 'column' ? { ...one, index, name, type } : one));
}

/** Equal values are the same value, but for floating zeros. */
const isSame = (a: SqlType, b: SqlType): boolean =>
  printNullableType(a) === printNullableType(b) && a.root !== 'FLOAT' && a.root !== 'DOUBLE' && a.root !== 'ROW';

/** Tests of one column each that hold for all rows of a node, from the calcs and inner joins that it stands on. */
function knownOf(node: PlanNode): readonly Expression[] {
  if (node.kind === 'calc') {
    const place = new Map<number, number>();
    for (const [i, projection] of node.projections.entries()) if (projection.kind === 'column') place.set(projection.index, i);
    const own = conjuncts(node.condition).filter((part) => isSimpleTest(part) && columnsOf(part).size === 1);
    return moveAll([...own, ...knownOf(node.input)], place);
  }
  if (node.kind !== 'join' && node.kind !== 'interval-join') return [];
  const width = node.left.schema.fields.length;
  const placeOf = (side: 'left' | 'right'): Map<number, number> =>
    new Map(
      node.output.flatMap((column, i) => (column < width === (side === 'left') ? [[column - (side === 'left' ? 0 : width), i]] : [])),
    );
  const ofLeft = node.type === 'right' || node.type === 'full' ? [] : moveAll(knownOf(node.left), placeOf('left'));
  const ofRight = node.type === 'inner' || node.type === 'right' ? moveAll(knownOf(node.right), placeOf('right')) : [];
  return [...ofLeft, ...ofRight];
}

/** The tests of columns that go on, said of the columns that they become. */
function moveAll(parts: readonly Expression[], place: ReadonlyMap<number, number>): readonly Expression[] {
  return parts.flatMap((part) => {
    const index = place.get([...columnsOf(part)][0]!);
    return index === undefined ? [] : [rewrite(part, (one) => (one.kind === 'column' ? { ...one, index } : one))];
  });
}
