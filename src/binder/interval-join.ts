import { isTimeAttribute, type SqlType } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { columnsOf, conjunction, conjuncts } from '../plan/expressions/visit.ts';
import { intervalJoin, join } from '../plan/make.ts';
import type { IntervalJoinNode, JoinNode, PlanNode } from '../plan/nodes/node.ts';
import { joinedWindow } from '../plan/window-columns.ts';

/** A time attribute of a side, and what is added to it. */
interface TimeTerm {
  readonly column: number;
  readonly side: 'left' | 'right';
  readonly type: SqlType;
  readonly ms: bigint;
}

/** left time >= right time + lowerMs, or left time <= right time + upperMs, or both. */
interface TimeBound {
  readonly left: TimeTerm;
  readonly right: TimeTerm;
  readonly lowerMs?: bigint;
  readonly upperMs?: bigint;
}

/**
 * The join as an interval join, where it is one by Flink's rules: both sides are insert-only, and of the conditions that compare a time
 * attribute of each side there are one `=`, or a lower and an upper bound, with constant intervals. The join itself otherwise.
 */
export function asIntervalJoin(node: JoinNode): JoinNode | IntervalJoinNode {
  const { type, left, right } = node;
  if (type === 'semi' || type === 'anti' || !left.insertOnly || !right.insertOnly || joinedWindow(node) !== undefined) return node;
  const bounds: TimeBound[] = [];
  const others: Expression[] = [];
  for (const part of conjuncts(node.condition)) {
    const bound = boundOf(part, node);
    if (bound === undefined) others.push(part);
    else bounds.push(bound);
  }
  const lower = bounds.filter(({ lowerMs }) => lowerMs !== undefined);
  const upper = bounds.filter(({ upperMs }) => upperMs !== undefined);
  const [first] = bounds;
  if (first === undefined || lower.length !== 1 || upper.length !== 1 || !bounds.every((bound) => isSamePair(bound, first))) return node;
  return intervalJoin(node, type, conjunction(others), {
    leftTime: first.left.column,
    rightTime: first.right.column,
    lowerMs: Number(lower[0]!.lowerMs),
    upperMs: Number(upper[0]!.upperMs),
    eventTime: isRowtime(first.left.type),
  });
}

/**
 * Makes interval joins of the inner joins that a node is, by the conditions of the WHERE above it as well. `rest` are those of the
 * conditions that still stand above.
 */
export function intervalJoinsIn(
  node: PlanNode,
  parts: readonly Expression[],
): { readonly node: PlanNode; readonly rest: readonly Expression[] } {
  if (node.kind !== 'join' || node.type !== 'inner') return { node, rest: parts };
  const width = node.left.schema.fields.length;
  const isLeft = (part: Expression): boolean => [...columnsOf(part)].every((column) => column < width);
  const isRight = (part: Expression): boolean => [...columnsOf(part)].every((column) => column >= width);
  const left = intervalJoinsIn(node.left, parts.filter(isLeft));
  const across = parts.filter((part) => !isLeft(part) && !isRight(part));
  const condition = conjunction([...conjuncts(node.condition), ...across]);
  const { leftKeys, rightKeys, right } = node;
  const made = asIntervalJoin(join('inner', left.node, right, { leftKeys, rightKeys }, condition));
  const rest = [...left.rest, ...parts.filter((part) => !isLeft(part))];
  if (made.kind === 'interval-join') return { node: made, rest: rest.filter((part) => !across.includes(part)) };
  if (left.node === node.left) return { node, rest: parts };
  return { node: join('inner', left.node, right, { leftKeys, rightKeys }, node.condition), rest };
}

const isRowtime = (type: SqlType): boolean => isTimeAttribute(type) && type.timeAttribute === 'rowtime';

const isSamePair = (a: TimeBound, b: TimeBound): boolean => a.left.column === b.left.column && a.right.column === b.right.column;

const TURNED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

function boundOf(part: Expression, node: JoinNode): TimeBound | undefined {
  if (part.kind !== 'call' || TURNED[part.function.name] === undefined) return undefined;
  const [a, b] = part.args.map((argument) => timeTerm(argument, node));
  if (a === undefined || b === undefined || a.side === b.side) return undefined;
  if (a.type.root !== b.type.root || isRowtime(a.type) !== isRowtime(b.type)) return undefined;
  const [left, right, sign] = a.side === 'left' ? [a, b, part.function.name] : [b, a, TURNED[part.function.name]!];
  // left + x >= right + y  is  left >= right + (y - x); times are whole milliseconds.
  const ms = right.ms - left.ms;
  switch (sign) {
    case '=':
      return { left, right, lowerMs: ms, upperMs: ms };
    case '>':
      return { left, right, lowerMs: ms + 1n };
    case '>=':
      return { left, right, lowerMs: ms };
    case '<':
      return { left, right, upperMs: ms - 1n };
    default:
      return { left, right, upperMs: ms };
  }
}

/** A time attribute, perhaps with a constant interval added or taken away. */
function timeTerm(expression: Expression, node: JoinNode): TimeTerm | undefined {
  if (expression.kind === 'column') {
    const { left, right } = node;
    const width = left.schema.fields.length;
    const [side, column] =
      expression.index < width ? (['left', expression.index] as const) : (['right', expression.index - width] as const);
    const { type } = (side === 'left' ? left : right).schema.fields[column]!;
    return isTimeAttribute(type) ? { column, side, type, ms: 0n } : undefined;
  }
  if (expression.kind !== 'call') return undefined;
  const sign = expression.function.name;
  if (sign !== '+' && sign !== '-') return undefined;
  const [a, b] = expression.args as readonly [Expression, Expression];
  const [time, interval] = sign === '+' && isConstantInterval(a) ? [b, a] : [a, b];
  if (!isConstantInterval(interval)) return undefined;
  const term = timeTerm(time, node);
  return term && { ...term, ms: sign === '+' ? term.ms + interval.value : term.ms - interval.value };
}

function isConstantInterval(expression: Expression): expression is Extract<Expression, { kind: 'literal' }> & { readonly value: bigint } {
  return expression.kind === 'literal' && expression.type.root === 'INTERVAL_DAY_TIME' && typeof expression.value === 'bigint';
}
