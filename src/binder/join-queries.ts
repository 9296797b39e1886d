import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { join } from '../plan/make.ts';
import type { JoinType } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { filtered, type QueryBinder } from './query-binder.ts';
import { joinedScope, type Relation } from './relation.ts';
import { conjunctsOf } from './subqueries/subqueries.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/** Whether a query stands in an expression. */
export function hasQuery(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some(hasQuery);
  if ('kind' in node && node.kind === 'query') return true;
  return Object.entries(node).some(([name, child]) => name !== 'span' && hasQuery(child));
}

/** The sides of a join and what of its condition is left, once the parts that have queries are dealt with. */
export interface JoinParts {
  readonly left: Relation;
  readonly right: Relation;
  readonly on: sql.Expression | undefined;
}

/** An inner join whose condition has queries: they filter the pairs, as in WHERE. */
export function joinFiltered(binder: QueryBinder, { left, right, on }: JoinParts): Relation {
  const pairs = join('inner', left.node, right.node, NO_KEYS, undefined);
  return filtered(binder, { node: pairs, columns: joinedScope('inner', left, right) }, on, 'ON');
}

/**
 * An outer join whose condition has queries. Those that read only the side of which rows may be missing filter that side. Throws MS1402 for
 * others.
 */
export function outerParts(binder: QueryBinder, type: JoinType, { left, right, on }: JoinParts): JoinParts {
  const parts = [...conjunctsOf(on!)];
  const asked = parts.filter(hasQuery);
  if (type === 'full') throw notHere(asked[0]!.span, 'FULL JOIN');
  const side = asked.reduce((relation, part) => filteredSide(binder, relation, part), type === 'left' ? right : left);
  const rest = parts.filter((part) => !asked.includes(part));
  const condition = rest.length === 0 ? ({ kind: 'boolean', value: true, span: on!.span } as const) : together(rest, on!.span);
  return type === 'left' ? { left, right: side, on: condition } : { left: side, right, on: condition };
}

function filteredSide(binder: QueryBinder, side: Relation, part: sql.Expression): Relation {
  try {
    return filtered(binder, side, part, 'ON');
  } catch (error) {
    if (error instanceof SqlError && error.code === 'MS1103')
      throw notHere(part.span, 'an outer join that reads columns of its other side');
    throw error;
  }
}

const together = (parts: readonly sql.Expression[], span: Span): sql.Expression =>
  parts.length === 1 ? parts[0]! : { kind: 'logical', operator: 'AND', operands: parts, span };

const notHere = (span: Span, where: string): UnsupportedError =>
  new UnsupportedError('MS1402', `a query in the condition of ${where} is not supported yet`, {
    span,
    hint: 'compute its value in a sub-query of one side, and compare with that',
  });
