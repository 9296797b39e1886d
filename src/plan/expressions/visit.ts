import { types } from '../../data/types/sql-type.ts';
import type { Expression, LiteralExpression } from './expression.ts';

/** The direct operands of an expression. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return [];
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'row':
      return expression.args;
    case 'case':
      return [...expression.branches.flatMap(({ when, value }) => [when, value]), expression.otherwise];
    case 'in':
      return [expression.input, ...expression.values];
    default:
      return [expression.input];
  }
}

/** The same expression with its direct operands replaced, or itself where `replace` changes none. */
export function mapOperands(expression: Expression, replace: (operand: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'column':
    case 'literal':
      return expression;
    case 'call':
    case 'and':
    case 'or':
    case 'coalesce':
    case 'row': {
      const args = mapSame(expression.args, replace);
      return args === expression.args ? expression : { ...expression, args };
    }
    case 'case': {
      const otherwise = replace(expression.otherwise);
      const branches = mapSame(expression.branches, (branch) => {
        const when = replace(branch.when);
        const value = replace(branch.value);
        return when === branch.when && value === branch.value ? branch : { when, value };
      });
      return otherwise === expression.otherwise && branches === expression.branches ? expression : { ...expression, branches, otherwise };
    }
    default: {
      const input = replace(expression.input);
      return input === expression.input ? expression : { ...expression, input };
    }
  }
}

/** `items.map(replace)`, or `items` itself where nothing changes, so that sharing of sub-expressions survives. */
export function mapSame<T>(items: readonly T[], replace: (item: T) => T): readonly T[] {
  const mapped = items.map(replace);
  return mapped.every((item, i) => item === items[i]) ? items : mapped;
}

/** Replaces from the leaves up. An expression object that stands in several places is replaced once, and stays shared. */
export function rewrite(expression: Expression, replace: (expression: Expression) => Expression): Expression {
  const done = new Map<Expression, Expression>();
  const walk = (node: Expression): Expression => {
    let result = done.get(node);
    if (result === undefined) {
      result = replace(mapOperands(node, walk));
      done.set(node, result);
    }
    return result;
  };
  return walk(expression);
}

/** Whether `test` holds for the expression or anything inside it. */
export function some(expression: Expression, test: (expression: Expression) => boolean): boolean {
  return test(expression) || operandsOf(expression).some((operand) => some(operand, test));
}

/** Puts `inputs[i]` in the place of column i. */
export function substituteColumns(expression: Expression, inputs: readonly Expression[]): Expression {
  return rewrite(expression, (node) => (node.kind === 'column' ? inputs[node.index]! : node));
}

/** Indexes of the columns the expression reads. */
export function columnsOf(expression: Expression, into: Set<number> = new Set()): Set<number> {
  if (expression.kind === 'column') into.add(expression.index);
  for (const operand of operandsOf(expression)) columnsOf(operand, into);
  return into;
}

export function isDeterministic(expression: Expression): boolean {
  return !some(expression, (node) => node.kind === 'call' && node.function.deterministic === false);
}

/** The operands of nested ANDs, or the expression itself; none for no condition. */
export function conjuncts(condition: Expression | undefined): readonly Expression[] {
  if (condition === undefined) return [];
  return condition.kind === 'and' ? condition.args.flatMap(conjuncts) : [condition];
}

/** The AND of conditions; undefined for none. */
export function conjunction(conditions: readonly Expression[]): Expression | undefined {
  if (conditions.length <= 1) return conditions[0];
  return { kind: 'and', args: conditions, type: types.boolean(conditions.some((c) => c.type.nullable)) };
}

export const literal = (value: unknown, type: LiteralExpression['type']): LiteralExpression => ({ kind: 'literal', value, type });
