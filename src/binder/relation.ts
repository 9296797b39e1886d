import { type Span, SqlError } from '../common/errors.ts';
import { join } from '../plan/make.ts';
import type { JoinType, PlanNode } from '../plan/nodes/node.ts';
import type { ScopeColumn } from './scope.ts';

/** A bound FROM item or query: the node that makes its rows, and how its columns can be named. */
export interface Relation {
  readonly node: PlanNode;
  readonly columns: readonly ScopeColumn[];
}

/** A relation whose columns are named by the node's schema, under one table name. */
export function relationOf(node: PlanNode, table: string | undefined): Relation {
  return { node, columns: node.schema.fields.map(({ name, type }) => ({ name, type, table })) };
}

/** Throws MS1107 where two columns have one name: what has a name itself (a view, a common table) needs its columns to differ. */
export function requireUniqueNames({ columns }: Relation, span: Span): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new SqlError('MS1107', `two columns are named ${twice}`, { span, hint: 'give one of them another name: ... AS other' });
}

/** All columns of both sides under their tables' names; of a side that may have no row they may be NULL. */
export function joinedScope(type: JoinType, left: Relation, right: Relation): ScopeColumn[] {
  const { schema } = join(type, left.node, right.node, { leftKeys: [], rightKeys: [] }, undefined);
  return [...left.columns, ...right.columns].map((column, i) => ({ ...column, type: schema.fields[i]!.type }));
}
