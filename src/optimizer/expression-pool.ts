import { printType } from '../data/types/print-type.ts';
import { isTimeAttribute, type SqlType } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { operandsOf } from '../plan/expressions/visit.ts';

/** Expressions by what they compute: of equal ones the first stands for all. One that gives another value each time (RAND) equals none. */
export class ExpressionPool {
  readonly #byKey = new Map<string, Expression>();
  readonly #numbers = new Map<Expression, number>();

  /** The first expression that is equal to this one, whose operands are such already. */
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
    const operands = operandsOf(expression).map((operand) => this.numberOf(operand));
    return [expression.kind, ownPart(expression), typeText(expression.type), ...operands].join('|');
  }

  /** A number that stands for a canonical expression. */
  numberOf(expression: Expression): number {
    let number = this.#numbers.get(expression);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(expression, number);
    }
    return number;
  }
}

/** What tells types apart: time attributes are named, too. */
export const typeText = (type: SqlType): string => (isTimeAttribute(type) ? `${printType(type)} ${type.timeAttribute}` : printType(type));

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
