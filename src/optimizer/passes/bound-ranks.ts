import { isInteger } from '../../data/types/sql-type.ts';
import type { Expression, LiteralExpression } from '../../plan/expressions/expression.ts';
import { conjunction, conjuncts } from '../../plan/expressions/visit.ts';
import { rank } from '../../plan/make.ts';
import type { CalcNode, PlanNode, RankNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';
import { sharedNodes } from './merge-calcs.ts';

/**
 * Makes Top-N of row numbers with a condition: `WHERE n <= 10` becomes the bound of the ranking below, which then keeps ten rows of a
 * partition instead of all.
 */
export function boundRanks(root: PlanNode): PlanNode {
  const shared = sharedNodes(root);
  return rewritePlan(root, (node) => {
    if (node.kind !== 'calc' || node.input.kind !== 'rank' || shared.has(node.input) || !node.input.withNumber) return node;
    return bounded(node, node.input);
  });
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function bounded(node: CalcNode, below: RankNode): PlanNode {
  const number = below.schema.fields.length - 1;
  let [first, last] = [below.offset + 1, below.limit];
  const others: Expression[] = [];
  for (const part of conjuncts(node.condition)) {
    const range = rangeOf(part, number);
    if (range === undefined) others.push(part);
    else [first, last] = [Math.max(first, range.first), Math.min(last, range.last)];
  }
  if (others.length === conjuncts(node.condition).length || last < first) return node;
  const { input, partition, order, latest, schema } = below;
  const made = rank(input, { partition, order, latest, offset: first - 1, limit: last }, schema.fields[number]!.name);
  return { ...node, input: made, condition: conjunction(others), insertOnly: made.insertOnly };
}

/** The numbers that a comparison of the row number with an integer lets pass. */
function rangeOf(part: Expression, number: number): Range | undefined {
  if (part.kind !== 'call' || part.args.length !== 2) return undefined;
  const [a, b] = part.args as readonly [Expression, Expression];
  if (isNumber(a, number) && isConstant(b)) return rangeFor(part.function.name, Number(b.value));
  if (isNumber(b, number) && isConstant(a)) return rangeFor(MIRRORED[part.function.name] ?? '', Number(a.value));
  return undefined;
}

const isNumber = (expression: Expression, number: number): boolean =>
  expression.kind === 'cast' && isInteger(expression.type)
    ? isNumber(expression.input, number)
    : expression.kind === 'column' && expression.index === number;

const isConstant = (expression: Expression): expression is LiteralExpression =>
  expression.kind === 'literal' && expression.value !== null && isInteger(expression.type);

const MIRRORED: Readonly<Record<string, string>> = { '<=': '>=', '<': '>', '>=': '<=', '>': '<', '=': '=' };

function rangeFor(operator: string, bound: number): Range | undefined {
  switch (operator) {
    case '<=':
      return { first: 1, last: bound };
    case '<':
      return { first: 1, last: bound - 1 };
    case '=':
      return { first: bound, last: bound };
    case '>=':
      return { first: bound, last: Number.POSITIVE_INFINITY };
    case '>':
      return { first: bound + 1, last: Number.POSITIVE_INFINITY };
    default:
      return undefined;
  }
}
