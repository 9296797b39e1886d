import { SqlError, UnsupportedError } from '../common/errors.ts';
import { isTimeAttribute } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, rank } from '../plan/make.ts';
import type { PlanNode, RankNode, SortKey } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { refuseNested } from './coerce.ts';
import { type QueryBinder, sortKey } from './query-binder.ts';
import type { Relation } from './relation.ts';

type OverCall = sql.FunctionCall & { readonly over: sql.WindowSpecification };

/** A relation with a column for each ROW_NUMBER() OVER (...) behind its own, and which call is which column. */
export interface Numbered {
  readonly input: Relation;
  readonly columnOf: (node: sql.Expression) => Expression | undefined;
}

/** Numbers the rows as the calls in `items` ask. Throws MS1217 for a call that is none, MS1402 for a frame or a named window. */
export function numberRows(binder: QueryBinder, input: Relation, items: readonly sql.Expression[]): Numbered {
  const calls = items.flatMap(rowNumbers);
  if (calls.length === 0) return { input, columnOf: () => undefined };
  const columns = new Map<sql.Expression, Expression>();
  let { node } = input;
  for (const call of calls) {
    node = numbered(binder, input, node, call);
    columns.set(call, columnsOfNode(node).at(-1)!);
  }
  const ranked = node.schema.fields;
  const ownColumns = input.columns.map((column, i) => ({ ...column, type: ranked[i]!.type }));
  return { input: { node, columns: ownColumns }, columnOf: (one) => columns.get(one) };
}

/** The calls of ROW_NUMBER with a window, outside sub-queries. */
function rowNumbers(node: unknown): OverCall[] {
  if (Array.isArray(node)) return node.flatMap(rowNumbers);
  if (typeof node !== 'object' || node === null || ('kind' in node && node.kind === 'query')) return [];
  if ('kind' in node && node.kind === 'call') {
    const call = node as sql.FunctionCall;
    if (call.over !== undefined && call.name.parts.at(-1)!.name.toUpperCase() === 'ROW_NUMBER') return [withWindow(call)];
  }
  return Object.entries(node).flatMap(([name, child]) => (name === 'span' ? [] : rowNumbers(child)));
}

function withWindow(call: sql.FunctionCall): OverCall {
  const { over, span } = call;
  if (over?.kind !== 'window' || over.base !== undefined)
    throw new UnsupportedError('MS1402', 'named windows are not supported yet', { span, hint: 'write the window in OVER (...)' });
  if (over.frame !== undefined) throw new SqlError('MS1217', 'ROW_NUMBER takes no frame of ROWS or RANGE', { span: over.frame.span });
  if (call.args.length > 0) throw new SqlError('MS1217', 'ROW_NUMBER takes no arguments', { span });
  if (over.orderBy.length === 0) throw new SqlError('MS1217', 'ROW_NUMBER needs an order: OVER (... ORDER BY ...)', { span });
  return call as OverCall;
}

function numbered(binder: QueryBinder, input: Relation, node: PlanNode, { over }: OverCall): PlanNode {
  const expressions = binder.expressions(input.columns);
  const all = columnsOfNode(node);
  const own = all.length;
  const columnFor = (item: sql.Expression, what: string): number => {
    const bound = expressions.bindTyped(item, what);
    refuseNested(what, [bound], item.span);
    return bound.kind === 'column' ? bound.index : all.push(bound) - 1;
  };
  const partition = [...new Set(over.partitionBy.map((item) => columnFor(item, 'PARTITION BY')))];
  const keys = over.orderBy.map((item) => sortKey(columnFor(item.expression, 'ORDER BY'), item));
  const names = all.map((_, i) => node.schema.fields[i]?.name ?? `$over${i - own}`);
  const below = all.length === own ? node : calc(node, undefined, all, names);
  return rank(below, { partition, ...orderOf(below, keys), offset: 0, limit: Number.POSITIVE_INFINITY }, '$row_number');
}

/**
 * The order of rows. Processing time is the order in which they come; of rows with the same event time, the last one that came is the
 * newest, as Flink's deduplication has it.
 */
function orderOf(input: PlanNode, keys: readonly SortKey[]): Pick<RankNode, 'order' | 'latest'> {
  const [first] = keys;
  const type = keys.length === 1 ? input.schema.fields[first!.column]!.type : undefined;
  if (type === undefined || !isTimeAttribute(type)) return { order: keys, latest: false };
  return { order: type.timeAttribute === 'proctime' ? [] : keys, latest: first!.descending };
}
