import type { Expression } from '../../plan/expressions/expression.ts';
import { substituteColumns } from '../../plan/expressions/visit.ts';
import { calc, columnsOfNode } from '../../plan/make.ts';
import type { AggregateNode, PlanNode } from '../../plan/nodes/node.ts';
import type { FunctionRegistry } from '../functions.ts';
import { dependent, type SameTest } from './dependent.ts';
import { groupedAgain } from './grouped-again.ts';
import { isCorrelated, readsOuter } from './outer-columns.ts';
import { equalities, pullUp } from './pull-up.ts';

/** A query as a side of a join with the query around it, whose columns it matches by key columns. */
export interface Correlated {
  /** The key columns, then the query's own. It reads no outer column. */
  readonly node: PlanNode;
  readonly keys: readonly number[];
  /** The query's own columns. Of an aggregate without grouping keys they are to be computed above the join, where a row may be missing. */
  readonly outputs: readonly Expression[];
  /** That a row of `node` belongs to one of the query around it: over columns of `node` and outer ones. */
  readonly on: readonly Expression[];
  readonly isGlobal: boolean;
}

/** Where a query stands: the query around it, which is at `level`. */
export interface Around {
  readonly left: PlanNode;
  readonly level: number;
  readonly same: SameTest;
}

/** The test of the functions at hand. */
export const sameTest =
  (functions: FunctionRegistry): SameTest =>
  (a, b) =>
    functions.call('IS NOT DISTINCT FROM', [a, b], a.span ?? b.span!);

/**
 * Makes a query that reads columns of the query around it one that is computed once for all rows: its equalities with outer columns become
 * keys; where there are other conditions, it is computed for each of the outer values. Throws MS1402 where it cannot.
 */
export function correlate(query: PlanNode, around: Around, isGlobalWelcome: boolean): Correlated {
  if (!isCorrelated(query)) return { node: query, keys: [], outputs: columnsOfNode(query), on: [], isGlobal: false };
  return byEqualities(query, isGlobalWelcome) ?? byValues(query, around);
}

function byEqualities(query: PlanNode, isGlobalWelcome: boolean): Correlated | undefined {
  const pulled = pullUp(query, false);
  if (pulled === undefined || pulled.outputs.some(readsOuter) || (pulled.isGlobal && !isGlobalWelcome)) return undefined;
  const equal = equalities(pulled.conditions);
  if (equal === undefined) return undefined;
  const count = equal.length;
  const carried = pulled.isGlobal ? columnsOfNode(pulled.node) : pulled.outputs;
  const all = [...equal.map(({ inner }) => inner), ...carried];
  const names = all.map((one, i) => (one.kind === 'column' ? one.name : `$${i}`));
  const node = calc(pulled.node, undefined, all, names);
  const columns = columnsOfNode(node);
  const outputs = pulled.isGlobal ? pulled.outputs.map((one) => substituteColumns(one, columns.slice(count))) : columns.slice(count);
  const on = equal.map(({ of }, i) => of(columns[i]!));
  return { node, keys: equal.map((_, i) => i), outputs, on, isGlobal: pulled.isGlobal };
}

function byValues(query: PlanNode, { left, level, same }: Around): Correlated {
  const { node, outer } = dependent(query, left, level, same);
  const columns = columnsOfNode(node);
  const width = columns.length - outer.length;
  const keyColumns = columns.slice(width);
  const all = [...keyColumns, ...columns.slice(0, width)];
  const moved = calc(
    node,
    undefined,
    all,
    all.map((one) => (one.kind === 'column' ? one.name : '')),
  );
  const places = columnsOfNode(moved);
  const on = outer.map((one, i) => same(places[i]!, one));
  return { node: moved, keys: outer.map((_, i) => i), outputs: places.slice(outer.length), on, isGlobal: false };
}

/** One row for each key, and its expressions over `node`: those that `calls` make of columns behind the keys. */
export function groupedByKeys(
  { node, keys }: Pick<Correlated, 'node' | 'keys'>,
  more: readonly Expression[],
  calls: AggregateNode['calls'],
  emit: AggregateNode['emit'],
  grouped = 0,
): PlanNode {
  const own = columnsOfNode(node);
  const all = [...keys.map((key) => own[key]!), ...more];
  const names = all.map((one, i) => (one.kind === 'column' ? one.name : `$${i}`));
  const input = calc(node, undefined, all, names);
  return groupedAgain(
    input,
    Array.from({ length: keys.length + grouped }, (_, i) => i),
    calls,
    emit,
  );
}
