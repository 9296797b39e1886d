import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { isInteger, isText, isTimeAttribute } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { conjuncts } from '../plan/expressions/visit.ts';
import { joinByKeys, type KeyPair, keyPair } from '../plan/join-keys.ts';
import { temporalJoin } from '../plan/make.ts';
import type { PlanNode } from '../plan/nodes/node.ts';
import { uniqueKeysOf } from '../plan/unique-keys.ts';
import type * as sql from '../sql/ast/index.ts';
import { bindLookup } from './lookup-join.ts';
import { aliased, type QueryBinder } from './query-binder.ts';
import { joinedScope, type Relation } from './relation.ts';
import { asVersions } from './versioned-view.ts';

/** `a JOIN b FOR SYSTEM_TIME AS OF a.ts ON ...`: b as it was at the time of each row of a. Throws MS1230, MS1231, MS1232 and MS1402. */
export function bindVersions(binder: QueryBinder, node: sql.Join, table: sql.TableReference, time: sql.Expression): Relation {
  const type = joinType(node);
  const left = binder.bindFrom(node.left);
  const at = binder.expressions(left.columns).bind(time);
  if (at.kind !== 'column' || !isTimeAttribute(at.type)) {
    throw new SqlError('MS1230', 'FOR SYSTEM_TIME AS OF needs a time attribute of the left side', {
      span: time.span,
      hint: 'name its column with a WATERMARK, or one that is PROCTIME()',
    });
  }
  if (at.type.timeAttribute === 'proctime') return bindLookup(binder, node, type, left, table);
  if (!left.node.insertOnly)
    throw new UnsupportedError('MS1402', 'a temporal join of a left side that is updated is not supported yet', { span: node.left.span });
  const named = aliased(binder.table(table.name, table.hints), table.alias);
  const right = asVersions(named.node);
  const scope = joinedScope(type, left, { node: right, columns: named.columns });
  const condition = binder.expressions(scope).bindCondition(node.on!, 'ON');
  const rightTime = timeColumn(right, table.span);
  const { pairs, others } = divide(condition, left.node.schema.fields.length, right, node.on!.span);
  const plain = temporalJoin(type, left.node, right, { leftKeys: [], rightKeys: [], leftTime: at.index, rightTime, condition: undefined });
  const made = joinByKeys(plain, pairs, others);
  return { node: made, columns: scope.map((column, i) => ({ ...column, type: made.schema.fields[i]!.type })) };
}

function joinType({ type, on, span }: sql.Join): 'inner' | 'left' {
  if (type !== 'INNER' && type !== 'LEFT')
    throw new SqlError('MS1230', 'FOR SYSTEM_TIME AS OF goes with an inner or a left join', {
      span,
      hint: 'write JOIN or LEFT JOIN ... ON ...',
    });
  if (on === undefined)
    throw new SqlError('MS1230', 'FOR SYSTEM_TIME AS OF needs a condition', { span, hint: 'write ON with the equal keys' });
  return type === 'INNER' ? 'inner' : 'left';
}

function timeColumn({ schema }: PlanNode, span: Span): number {
  const found = schema.fields.findIndex(({ type }) => isTimeAttribute(type) && type.timeAttribute === 'rowtime');
  if (found !== -1) return found;
  throw new SqlError('MS1231', 'the right table has no event time for its versions', {
    span,
    hint: 'declare WATERMARK FOR its time column',
  });
}

/** The equalities that the versions' key needs, and the other conditions. */
function divide(
  condition: Expression,
  width: number,
  right: PlanNode,
  span: Span,
): { pairs: readonly KeyPair[]; others: readonly Expression[] } {
  const parts = conjuncts(condition);
  const keys = uniqueKeysOf(right);
  for (const key of keys) {
    const found = key.map((column) => parts.findIndex((part) => isKey(keyPair(part, width)?.right, column + width)));
    if (found.includes(-1)) continue;
    return { pairs: found.map((n) => keyPair(parts[n]!, width)!), others: parts.filter((_, n) => !found.includes(n)) };
  }
  if (keys.length === 0)
    throw new SqlError('MS1231', 'the right table has no primary key', { span, hint: 'declare PRIMARY KEY (...) NOT ENFORCED' });
  const names = keys[0]!.map((column) => right.schema.fields[column]!.name).join(', ');
  throw new SqlError('MS1231', `the condition must say what the key (${names}) of the right table is equal to`, { span });
}

/** The key's column, perhaps brought to a wider type. */
function isKey(expression: Expression | undefined, column: number): boolean {
  if (expression?.kind === 'cast' && (isInteger(expression.type) || isText(expression.type))) return isKey(expression.input, column);
  return expression?.kind === 'column' && expression.index === column;
}
