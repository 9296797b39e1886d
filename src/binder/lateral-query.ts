import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { conjunction, substituteColumns } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, filter, join } from '../plan/make.ts';
import type * as sql from '../sql/ast/index.ts';
import { aliased, type QueryBinder, unnamed } from './query-binder.ts';
import { type Relation, relationOf } from './relation.ts';
import { type Correlated, correlate, sameTest } from './subqueries/correlate.ts';
import { overJoin } from './subqueries/outer-columns.ts';
import { OuterScope } from './subqueries/outer-scope.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/** `left CROSS JOIN LATERAL (query)`, with a comma, JOIN ... ON a condition, or LEFT JOIN ... ON. Throws MS1241 for other joins. */
export function bindLateralQuery(binder: QueryBinder, node: sql.Join, right: sql.DerivedTable): Relation {
  const left = binder.bindFrom(node.left);
  if (node.natural || node.using !== undefined || node.type === 'RIGHT' || node.type === 'FULL') {
    throw new SqlError('MS1241', 'a LATERAL query is not joined like this', {
      span: node.span,
      hint: 'write CROSS JOIN, JOIN ... ON a condition, or LEFT JOIN ... ON a condition',
    });
  }
  const resolve = (parts: readonly sql.Identifier[], span: Span): Expression =>
    binder.expressions(left.columns).bind({ kind: 'column', parts, span });
  const inner = binder.inside(new OuterScope(binder.level, resolve));
  const query = aliased(unnamed(inner.bindQuery(right.query)), right.alias);
  const side = correlate(query.node, { left: left.node, level: binder.level, same: sameTest(binder.context.functions) }, true);
  const isLeft = node.type === 'LEFT';
  const columnsOf = (all: Relation): Relation => ({
    node: all.node,
    columns: [...left.columns, ...query.columns].map((column, i) => ({ ...column, type: all.node.schema.fields[i]!.type })),
  });
  const names = query.node.schema.fields.map(({ name }) => name);
  if (isLeft && !side.isGlobal) return columnsOf(leftJoined(binder, left, { ...query, side, names }, node.on));
  if (isLeft && !isTrue(node.on)) {
    throw new UnsupportedError('MS1402', 'LEFT JOIN LATERAL of an aggregate ON a condition is not supported yet', {
      span: node.on?.span ?? node.span,
      hint: 'it has a row for each row of the left side: write ON TRUE, and CASE WHEN ... where its values are used',
    });
  }
  // An aggregate without GROUP BY has a row for each row of the left side, of NULLs and zeros where nothing is aggregated.
  const { node: both, outputs } = joinedBy(binder, side.isGlobal ? 'left' : 'inner', left, side);
  const joined = columnsOf(shown(both, left, outputs, names));
  if (node.on === undefined || isTrue(node.on)) return joined;
  return { ...joined, node: filter(joined.node, binder.expressions(joined.columns).bindCondition(node.on, 'ON')) };
}

const isTrue = (condition: sql.Expression | undefined): boolean => condition?.kind === 'boolean' && condition.value === true;

/** The left columns and those of the query, without its keys. */
function shown(node: ReturnType<typeof join>, left: Relation, outputs: readonly Expression[], names: readonly string[]): Relation {
  const own = columnsOfNode(node).slice(0, left.node.schema.fields.length);
  const all = [...left.node.schema.fields.map(({ name }) => name), ...names];
  return relationOf(calc(node, undefined, [...own, ...outputs], all), undefined);
}

function joinedBy(binder: QueryBinder, type: 'inner' | 'left', left: Relation, side: Correlated, more: readonly Expression[] = []) {
  const width = left.node.schema.fields.length;
  const on = side.on.map((condition) => overJoin(condition, binder.level, width));
  const node = join(type, left.node, side.node, NO_KEYS, conjunction([...on, ...more]));
  const columns = columnsOfNode(node).slice(width);
  return { node, outputs: side.outputs.map((output) => substituteColumns(output, columns)) };
}

function leftJoined(
  binder: QueryBinder,
  left: Relation,
  query: Relation & { readonly side: Correlated; readonly names: readonly string[] },
  on: sql.Expression | undefined,
): Relation {
  if (on === undefined) throw new SqlError('MS1219', 'the join has no condition', { hint: 'write ON TRUE' });
  const { side, names } = query;
  const plain = joinedBy(binder, 'inner', left, side);
  const own = columnsOfNode(plain.node).slice(0, left.node.schema.fields.length);
  const condition = binder.expressions([...left.columns, ...query.columns]).bindCondition(on, 'ON');
  const more = isTrue(on) ? [] : [substituteColumns(condition, [...own, ...plain.outputs])];
  const { node, outputs } = joinedBy(binder, 'left', left, side, more);
  return shown(node, left, outputs, names);
}
