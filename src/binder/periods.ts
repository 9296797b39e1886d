import { type Span, SqlError } from '../common/errors.ts';
import { isInterval, types, withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type * as sql from '../sql/ast/index.ts';
import { bindComparison, type ComparisonContext } from './comparison.ts';

/** A stretch of time; its end is not before its start. */
interface Period {
  readonly start: Expression;
  readonly end: Expression;
}

type Compare = (operator: string, left: Expression, right: Expression) => Expression;
type Rule = (compare: Compare, one: Period, other: Period) => readonly Expression[];

/** What must hold of two periods, by SQL's rules for them as Calcite has them. */
const RULES: ReadonlyMap<sql.BinaryOperator, Rule> = new Map<sql.BinaryOperator, Rule>([
  ['OVERLAPS', (compare, a, b) => [compare('>=', a.end, b.start), compare('>=', b.end, a.start)]],
  ['CONTAINS', (compare, a, b) => [compare('<=', a.start, b.start), compare('>=', a.end, b.end)]],
  ['EQUALS', (compare, a, b) => [compare('=', a.start, b.start), compare('=', a.end, b.end)]],
  ['PRECEDES', (compare, a, b) => [compare('<=', a.end, b.start)]],
  ['SUCCEEDS', (compare, a, b) => [compare('>=', a.start, b.end)]],
  ['IMMEDIATELY PRECEDES', (compare, a, b) => [compare('=', a.end, b.start)]],
  ['IMMEDIATELY SUCCEEDS', (compare, a, b) => [compare('=', a.start, b.end)]],
]);

export const comparesPeriods = (operator: sql.BinaryOperator): boolean => RULES.has(operator);

/**
 * `(start, end) OVERLAPS (start, length)` and its kin. The two times of a period may come in any order; the second may be an interval. Throws MS1205 for
 * what is no period.
 */
export function bindPeriods(
  context: ComparisonContext,
  operator: sql.BinaryOperator,
  left: Expression,
  right: Expression,
  span: Span,
): Expression {
  const compare: Compare = (name, one, other) => bindComparison(context, name, one, other, span);
  const isPoint = operator === 'CONTAINS' && right.type.root !== 'ROW';
  const second = isPoint ? { start: right, end: right } : periodOf(context, compare, operator, right, span);
  const args = RULES.get(operator)!(compare, periodOf(context, compare, operator, left, span), second);
  if (args.length === 1) return args[0]!;
  return { kind: 'and', args, type: types.boolean(args.some(({ type }) => type.nullable)), span };
}

function periodOf({ functions }: ComparisonContext, compare: Compare, operator: string, row: Expression, span: Span): Period {
  if (row.kind !== 'row' || row.args.length !== 2) {
    throw new SqlError('MS1205', `${operator} takes periods`, {
      span: row.span ?? span,
      hint: 'write (start, end), or (start, INTERVAL ...)',
    });
  }
  const [from, second] = row.args as [Expression, Expression];
  const to = isInterval(second.type) ? functions.call('+', [from, second], span) : second;
  const isOrdered = compare('<=', from, to);
  const nullable = from.type.nullable || to.type.nullable;
  const one = (value: Expression, otherwise: Expression): Expression => ({
    kind: 'case',
    branches: [{ when: isOrdered, value }],
    otherwise,
    type: withNullable(value.type, nullable),
    span,
  });
  return { start: one(from, to), end: one(to, from) };
}
