import { SqlError } from '../common/errors.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, columnsOfNode, join } from '../plan/make.ts';
import type { JoinType, PlanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, commonTypeOf } from './coerce.ts';
import { bindComparison } from './comparison.ts';
import { asIntervalJoin } from './interval-join.ts';
import { hasQuery, type JoinParts, joinFiltered, outerParts } from './join-queries.ts';
import type { QueryBinder } from './query-binder.ts';
import { joinedScope, type Relation } from './relation.ts';
import type { ScopeColumn } from './scope.ts';
import { bindVersions } from './temporal-join.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/** `a JOIN b ON ...`, USING, NATURAL, CROSS JOIN and the comma. What of the condition are keys is the optimizer's business. */
export function bindJoin(binder: QueryBinder, node: sql.Join): Relation {
  if (node.right.kind === 'table' && node.right.systemTime !== undefined)
    return bindVersions(binder, node, node.right, node.right.systemTime);
  const [left, right] = [binder.bindFrom(node.left), binder.bindFrom(node.right)];
  const type = typeOf(node);
  const common = commonColumns(node, left, right);
  if (common !== undefined) return joinUsing(binder, type, left, right, common);
  if (node.on === undefined && node.type !== 'CROSS' && node.type !== 'COMMA') throw withoutCondition(node);
  const parts = { left, right, on: node.on };
  if (!hasQuery(node.on)) return joinOn(binder, type, parts);
  return type === 'inner' ? joinFiltered(binder, parts) : joinOn(binder, type, outerParts(binder, type, parts));
}

function joinOn(binder: QueryBinder, type: JoinType, { left, right, on }: JoinParts): Relation {
  const columns = joinedScope(type, left, right);
  const condition = on && binder.expressions(columns).bindCondition(on, 'ON');
  return typedAs(asIntervalJoin(join(type, left.node, right.node, NO_KEYS, condition)), columns);
}

/** The columns with the node's types: of a window join, which its condition makes, the window's time stays a time attribute. */
const typedAs = (node: PlanNode, columns: readonly ScopeColumn[]): Relation => ({
  node,
  columns: columns.map((column, i) => ({ ...column, type: node.schema.fields[i]!.type })),
});

function typeOf({ type }: sql.Join): JoinType {
  switch (type) {
    case 'LEFT':
      return 'left';
    case 'RIGHT':
      return 'right';
    case 'FULL':
      return 'full';
    default:
      return 'inner';
  }
}

const withoutCondition = ({ span }: sql.Join): SqlError =>
  new SqlError('MS1219', 'the join has no condition', { span, hint: 'write ON ..., or CROSS JOIN for every pair of rows' });

/** The names of USING, or for NATURAL those that both sides have; undefined for another join. */
function commonColumns(node: sql.Join, left: Relation, right: Relation): readonly sql.Identifier[] | undefined {
  if (node.using !== undefined) return node.using;
  if (!node.natural) return undefined;
  const names = new Set(right.columns.filter(isShown).map(({ name }) => name));
  return left.columns
    .filter((column) => isShown(column) && names.has(column.name))
    .map(({ name }) => ({ kind: 'identifier', name, quoted: true, span: node.span }) as sql.Identifier);
}

const isShown = ({ isHidden }: ScopeColumn): boolean => isHidden !== true;

/** Each common column comes once, first; those of the sides can still be named with their table. */
function joinUsing(binder: QueryBinder, type: JoinType, left: Relation, right: Relation, names: readonly sql.Identifier[]): Relation {
  const width = left.columns.length;
  const pairs = names.map((name) => [columnNamed(left, name, 'left'), width + columnNamed(right, name, 'right')] as const);
  const both = join('inner', left.node, right.node, NO_KEYS, undefined);
  const plain = columnsOfNode(both);
  const tests = pairs.map(([a, b], i) => bindComparison(binder.context, '=', plain[a]!, plain[b]!, names[i]!.span));
  const condition = tests.length <= 1 ? tests[0] : ({ kind: 'and', args: tests, type: tests[0]!.type } as Expression);
  const joined = join(type, left.node, right.node, NO_KEYS, condition);
  const columns = columnsOfNode(joined);
  const merged = pairs.map(([a, b], i) => mergedColumn(type, columns[a]!, columns[b]!, names[i]!));
  const scope = joinedScope(type, left, right);
  const hidden = new Set(pairs.flat());
  const result = calc(joined, undefined, [...merged, ...columns], [...names.map(({ name }) => name), ...scope.map(({ name }) => name)]);
  return {
    node: result,
    columns: [
      ...names.map(({ name }, i) => ({ name, type: merged[i]!.type, table: undefined })),
      ...scope.map((column, i) => (hidden.has(i) ? { ...column, isHidden: true } : column)),
    ],
  };
}

function columnNamed(side: Relation, { name, span }: sql.Identifier, which: string): number {
  const found = [...side.columns.keys()].filter((i) => isShown(side.columns[i]!) && side.columns[i]!.name === name);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw new SqlError('MS1104', `column ${name} is ambiguous on the ${which} side`, { span });
  throw new SqlError('MS1103', `the ${which} side has no column ${name}`, { span, hint: 'USING takes columns that both sides have' });
}

function mergedColumn(type: JoinType, left: Expression, right: Expression, { span }: sql.Identifier): Expression {
  if (type === 'right') return right;
  if (type !== 'full') return left;
  const common = commonTypeOf([left, right], 'USING', span);
  return { kind: 'coalesce', args: [castTo(left, common), castTo(right, common)], type: common };
}
