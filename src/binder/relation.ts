import type { PlanNode } from '../plan/nodes/node.ts';
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
