import { printType } from '../../data/types/print-type.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { operandsOf, rewrite } from '../../plan/expressions/visit.ts';
import type { PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';
import { mapExpressions } from '../map-expressions.ts';

/**
 * Makes equal expressions of a node one object: generated code computes an object once where it can. Expressions that give another
 * value each time (RAND) stay apart.
 */
export function shareExpressions(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => {
    const pool = new ExpressionPool();
    return mapExpressions(node, (expression) => rewrite(expression, (part) => pool.canonical(part)));
  });
}

/** Expressions by what they compute. Operands are canonical already, so that their numbers stand for them. */
class ExpressionPool {
  readonly #byKey = new Map<string, Expression>();
  readonly #numbers = new Map<Expression, number>();

  canonical(expression: Expression): Expression {
    if (expression.kind === 'call' && expression.function.deterministic === false) return expression;
    const key = this.#keyOf(expression);
    let found = this.#byKey.get(key);
    if (found === undefined) {
      found = expression;
      this.#byKey.set(key, found);
    }
    return found;
  }

  #keyOf(expression: Expression): string {
    const operands = operandsOf(expression).map((operand) => this.#numberOf(operand));
    return [expression.kind, ownPart(expression), printType(expression.type), ...operands].join('|');
  }

  #numberOf(expression: Expression): number {
    let number = this.#numbers.get(expression);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(expression, number);
    }
    return number;
  }
}

/** What tells two expressions of a kind apart beside their operands. */
function ownPart(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
    case 'field':
      return String(expression.index);
    case 'literal':
      return literalPart(expression.value);
    case 'call':
      return expression.function.name;
    case 'cast':
      return String(expression.safe);
    case 'is':
      return `${expression.test}${expression.negated}`;
    case 'case':
      return String(expression.branches.length);
    default:
      return '';
  }
}

function literalPart(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${value.join()}`;
  return Object.is(value, -0) ? '-0' : `${typeof value} ${String(value)}`;
}
