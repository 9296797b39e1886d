import { SqlError } from '../common/errors.ts';
import { types, withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, union } from '../plan/make.ts';
import type { AggregateCall, PlanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';

/** More sets than these would have every row added up too often. */
const SETS_MAX = 1024;

/** The sets that GROUP BY asks for, each of the expressions that are grouped by: one, unless there are GROUPING SETS, ROLLUP or CUBE. */
export function groupingSets(groupBy: sql.GroupBy | undefined): readonly (readonly sql.Expression[])[] {
  let sets: sql.Expression[][] = [[]];
  for (const item of groupBy?.items ?? []) {
    const more = setsOf(item);
    if (sets.length * more.length > SETS_MAX) throw tooMany(item);
    sets = sets.flatMap((set) => more.map((other) => [...set, ...other]));
  }
  return sets;
}

/** Whether GROUP BY has sets in words, be it a single one. */
export const hasSets = (groupBy: sql.GroupBy | undefined): boolean =>
  (groupBy?.items ?? []).some(({ kind }) => kind === 'rollup' || kind === 'cube' || kind === 'groupingSets');

function setsOf(item: sql.GroupItem): sql.Expression[][] {
  switch (item.kind) {
    case 'groupingSet':
      return [[...item.items]];
    case 'rollup':
      return [...item.items.keys(), item.items.length].reverse().map((count) => item.items.slice(0, count).flatMap(unit));
    case 'cube':
      if (2 ** item.items.length > SETS_MAX) throw tooMany(item);
      return subsets(item.items);
    case 'groupingSets': {
      const sets = item.items.flatMap(setsOf);
      if (sets.length > SETS_MAX) throw tooMany(item);
      return sets;
    }
    default:
      return [[item as sql.Expression]];
  }
}

const unit = (item: sql.Expression | sql.GroupingSet): sql.Expression[] =>
  item.kind === 'groupingSet' ? [...item.items] : [item as sql.Expression];

/** All sets of some of the items, the whole one first. */
function subsets(items: readonly (sql.Expression | sql.GroupingSet)[]): sql.Expression[][] {
  const [first, ...rest] = items;
  if (first === undefined) return [[]];
  const without = subsets(rest);
  return [...without.map((set) => [...unit(first), ...set]), ...without];
}

const tooMany = ({ span }: sql.GroupItem): SqlError => new SqlError('MS1006', `there are more than ${SETS_MAX} grouping sets`, { span });

/**
 * Rows once for each set, with NULL for the keys that are not in it, and the number of the set behind the keys: what is grouped by those
 * has the groups of all sets. The first columns of `input` are the keys.
 */
export function expand(input: PlanNode, keyCount: number, sets: readonly ReadonlySet<number>[]): PlanNode {
  const columns = columnsOfNode(input);
  const names = input.schema.fields.map(({ name }) => name);
  const [keys, others] = [columns.slice(0, keyCount), columns.slice(keyCount)];
  const branches = sets.map((set, number) => {
    const grouped = keys.map((key, i) => (set.has(i) ? key : literal(null, withNullable(key.type, true))));
    const id = literal(BigInt(number), types.bigint(false));
    return calc(input, undefined, [...grouped, id, ...others], [...names.slice(0, keyCount), '$set', ...names.slice(keyCount)]);
  });
  return branches.length === 1 ? branches[0]! : union(branches);
}

/** Calls over the columns of expand(). */
export function overExpanded(calls: readonly AggregateCall[], keyCount: number): AggregateCall[] {
  const moved = (column: number | undefined): number | undefined => (column === undefined || column < keyCount ? column : column + 1);
  return calls.map((call) => ({ ...call, argument: moved(call.argument), filter: moved(call.filter) }));
}

/** A number for each set, as an expression of the set's number. */
export function bySet(set: Expression, values: readonly bigint[]): Expression {
  const type = types.bigint(false);
  if (values.every((value) => value === values[0])) return literal(values[0]!, type);
  const same = values.at(-1)!;
  const branches = values.flatMap((value, number) => {
    if (value === same) return [];
    const when: Expression = { kind: 'in', input: set, values: [literal(BigInt(number), type)], type: types.boolean(false) };
    return [{ when, value: literal(value, type) }];
  });
  return { kind: 'case', branches, otherwise: literal(same, type), type };
}
