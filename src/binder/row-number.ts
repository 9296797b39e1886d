import { SqlError } from '../common/errors.ts';
import { isTimeAttribute } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, rank } from '../plan/make.ts';
import type { PlanNode, RankNode, SortKey } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { refuseNested } from './coerce.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import type { OverSyntax } from './over-syntax.ts';
import { sortKey } from './query-binder.ts';
import type { Relation } from './relation.ts';

/** A relation with a column for each ROW_NUMBER() OVER (...) behind its own, and which call is which column. */
export interface Numbered {
  readonly input: Relation;
  readonly columnOf: (node: sql.Expression) => Expression | undefined;
}

/** Numbers the rows as calls of ROW_NUMBER ask, for queries that keep the first ones. Throws MS1217 for a call that is none. */
export function numberRows(expressions: ExpressionBinder, input: Relation, calls: readonly OverSyntax[]): Numbered {
  const columns = new Map<sql.Expression, Expression>();
  let { node } = input;
  for (const call of calls) {
    check(call);
    node = numbered(expressions, node, call.window);
    columns.set(call.node, columnsOfNode(node).at(-1)!);
  }
  const ranked = node.schema.fields;
  const ownColumns = input.columns.map((column, i) => ({ ...column, type: ranked[i]!.type }));
  return { input: { node, columns: ownColumns }, columnOf: (one) => columns.get(one) };
}

function check({ node, window }: OverSyntax): void {
  const { span } = node;
  if (window.frame !== undefined) throw new SqlError('MS1217', 'ROW_NUMBER takes no frame of ROWS or RANGE', { span: window.frame.span });
  if (node.args.length > 0) throw new SqlError('MS1217', 'ROW_NUMBER takes no arguments', { span });
  if (window.orderBy.length === 0) throw new SqlError('MS1217', 'ROW_NUMBER needs an order: OVER (... ORDER BY ...)', { span });
}

function numbered(expressions: ExpressionBinder, node: PlanNode, over: sql.WindowSpecification): PlanNode {
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
