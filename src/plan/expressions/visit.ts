import { types } from '../../data/types/sql-type.ts';
import type { Expression, LiteralExpression } from './expression.ts';

/** The direct operands of an expression. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'column':
    case 'outer':
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
    case 'outer':
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

/**
 * Visits the expression and everything inside it, each object once: an object may stand in several places (both halves of BETWEEN, a
 * column of a sub-query that is used twice), so that the tree can be exponentially larger than what makes it. `visit` says whether to
 * go on into the operands.
 */
export function walkExpression(expression: Expression, visit: (expression: Expression) => boolean): void {
  const seen = new Set<Expression>();
  const walk = (node: Expression): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (visit(node)) for (const operand of operandsOf(node)) walk(operand);
  };
  walk(expression);
}

/** Whether `test` holds for the expression or anything inside it. */
export function some(expression: Expression, test: (expression: Expression) => boolean): boolean {
  let found = false;
  walkExpression(expression, (node) => {
    found ||= test(node);
    return !found;
  });
  return found;
}

/** Measures of an expression's tree. `size` counts an object in each of its places: it is what printing would write. */
export interface TreeMeasure {
  readonly size: number;
  readonly depth: number;
}

const measures = new WeakMap<Expression, TreeMeasure>();

export function measureTree(expression: Expression): TreeMeasure {
  let measure = measures.get(expression);
  if (measure === undefined) {
    const operands = operandsOf(expression).map(measureTree);
    const size = operands.reduce((sum, operand) => sum + operand.size, 1);
    const depth = operands.reduce((most, operand) => Math.max(most, operand.depth), 0) + 1;
    measure = { size, depth };
    measures.set(expression, measure);
  }
  return measure;
}

/** Puts `inputs[i]` in the place of column i. */
export function substituteColumns(expression: Expression, inputs: readonly Expression[]): Expression {
  return rewrite(expression, (node) => (node.kind === 'column' ? inputs[node.index]! : node));
}

/** Indexes of the columns the expression reads. */
export function columnsOf(expression: Expression, into: Set<number> = new Set()): Set<number> {
  walkExpression(expression, (node) => {
    if (node.kind === 'column') into.add(node.index);
    return true;
  });
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
