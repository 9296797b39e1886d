import { isInteger } from '../data/types/sql-type.ts';
import type { Expression } from './expressions/expression.ts';
import { conjunction, conjuncts } from './expressions/visit.ts';
import { rank } from './make.ts';
import type { CalcNode, RankNode } from './nodes/node.ts';

interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * A calc over a ranking with its conditions on the row's number (its last column) made the ranking's bounds; the calc itself where there are
 * none, or no row would pass.
 */
export function boundRank(node: CalcNode, below: RankNode): CalcNode {
  const number = below.schema.fields.length - 1;
  let [first, last] = [below.offset + 1, below.limit];
  const others: Expression[] = [];
  for (const part of conjuncts(node.condition)) {
    const range = rangeOf(part, number);
    if (range === undefined) others.push(part);
    else [first, last] = [Math.max(first, range.first), Math.min(last, range.last)];
  }
  if (others.length === conjuncts(node.condition).length || last < first || !Number.isFinite(last)) return node;
  const { input, partition, order, latest, schema } = below;
  const made = rank(input, { partition, order, latest, offset: first - 1, limit: last }, schema.fields[number]!.name);
  return { ...node, input: made, condition: conjunction(others), insertOnly: made.insertOnly };
}

/** The numbers that a comparison of the row number with an integer lets pass. */
function rangeOf(part: Expression, number: number): Range | undefined {
  if (part.kind !== 'call' || part.args.length !== 2) return undefined;
  const [a, b] = part.args as readonly [Expression, Expression];
  const [constantA, constantB] = [constantOf(a), constantOf(b)];
  if (isNumber(a, number) && constantB !== undefined) return rangeFor(part.function.name, constantB);
  if (isNumber(b, number) && constantA !== undefined) return rangeFor(MIRRORED[part.function.name] ?? '', constantA);
  return undefined;
}

const isNumber = (expression: Expression, number: number): boolean =>
  expression.kind === 'cast' && isInteger(expression.type)
    ? isNumber(expression.input, number)
    : expression.kind === 'column' && expression.index === number;

/** The whole number that an expression is, before or after constants are folded. */
function constantOf(expression: Expression): number | undefined {
  if (expression.kind === 'cast' && isInteger(expression.type)) return constantOf(expression.input);
  return expression.kind === 'literal' && expression.value !== null && isInteger(expression.type) ? Number(expression.value) : undefined;
}

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
