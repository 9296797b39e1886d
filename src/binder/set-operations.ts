import { type Span, SqlError } from '../common/errors.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { conjunction } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, join, rank, union } from '../plan/make.ts';
import type { PlanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, commonTypeOf } from './coerce.ts';
import type { QueryBinder } from './query-binder.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/**
 * UNION, INTERSECT and EXCEPT of queries whose columns have common types; NULL equals NULL. INTERSECT is a semi join by all columns, EXCEPT an anti
 * join; with ALL equal rows are counted, and their count is one more column.
 */
export function setOperation(binder: QueryBinder, { operator, all, inputs, span }: sql.SetOperation, bound: readonly PlanNode[]): PlanNode {
  const width = bound[0]!.schema.fields.length;
  const odd = bound.findIndex((node) => node.schema.fields.length !== width);
  if (odd !== -1) {
    const message = `${operator} of queries with ${width} and ${bound[odd]!.schema.fields.length} columns`;
    throw new SqlError('MS1206', message, { span: inputs[odd]!.span });
  }
  const nodes = unified(bound, operator, span);
  if (operator === 'UNION') return all ? union(nodes) : binder.distinct(union(nodes));
  const type = operator === 'INTERSECT' ? 'semi' : 'anti';
  const [first, ...others] = all ? nodes.map(numbered) : nodes;
  const joined = others.reduce((left, right) => join(type, left, right, NO_KEYS, sameRows(binder, left, right, span)), first!);
  return typedAs(all ? joined : binder.distinct(joined), nodes);
}

function sameRows(binder: QueryBinder, left: PlanNode, right: PlanNode, span: Span): Expression | undefined {
  const columns = columnsOfNode(join('inner', left, right, NO_KEYS, undefined));
  const width = left.schema.fields.length;
  const { functions } = binder.context;
  return conjunction(
    columns.slice(0, width).map((column, i) => functions.call('IS NOT DISTINCT FROM', [column, columns[width + i]!], span)),
  );
}

/** More equal rows than this are not told apart. */
const COPIES_MAX = 2 ** 31 - 1;

/** Equal rows get numbers, so that each is another row. */
function numbered(node: PlanNode): PlanNode {
  const partition = [...node.schema.fields.keys()];
  return rank(node, { partition, order: [], offset: 0, limit: COPIES_MAX, latest: false }, '$copy');
}

/** The first input's columns, NULL where those of any input may be. */
function typedAs(node: PlanNode, inputs: readonly PlanNode[]): PlanNode {
  const columns = columnsOfNode(node)
    .slice(0, inputs[0]!.schema.fields.length)
    .map((column, i): Expression => {
      const nullable = inputs.some(({ schema }) => schema.fields[i]!.type.nullable);
      return { ...column, type: { ...column.type, nullable } };
    });
  return calc(
    node,
    undefined,
    columns,
    columns.map((_, i) => node.schema.fields[i]!.name),
  );
}

/** Inputs with each column cast to the common type. */
function unified(nodes: readonly PlanNode[], operator: string, span: Span): PlanNode[] {
  const columns = nodes.map(columnsOfNode);
  const names = nodes[0]!.schema.fields.map(({ name }) => name);
  const types = names.map((_, i) =>
    commonTypeOf(
      columns.map((row) => row[i]!),
      operator,
      span,
    ),
  );
  return nodes.map((node, n) => {
    const cast = columns[n]!.map((column, i) => castTo(column, types[i]!));
    return cast.every((expression, i) => expression === columns[n]![i]) ? node : calc(node, undefined, cast, names);
  });
}
