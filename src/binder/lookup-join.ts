import { SqlError, UnsupportedError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { conjuncts } from '../plan/expressions/visit.ts';
import { joinByKeys, type KeyPair, keyPair } from '../plan/join-keys.ts';
import { join, lookupJoin } from '../plan/make.ts';
import type { PlanNode, ScanNode } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { aliased, type QueryBinder } from './query-binder.ts';
import { joinedScope, type Relation } from './relation.ts';

/** `a JOIN b FOR SYSTEM_TIME AS OF a.proctime ON ...`: b as it is when a row of a comes. Throws MS1232 and MS1402. */
export function bindLookup(
  binder: QueryBinder,
  node: sql.Join,
  type: 'inner' | 'left',
  left: Relation,
  table: sql.TableReference,
): Relation {
  if (!left.node.insertOnly)
    throw new UnsupportedError('MS1402', 'a lookup join of a left side that is updated is not supported yet', { span: node.left.span });
  const right = aliased(binder.table(table.name, table.hints), table.alias);
  const scan = lookedUp(binder, right.node, table);
  const scope = joinedScope(type, left, { node: scan, columns: right.columns });
  const condition = binder.expressions(scope).bindCondition(node.on!, 'ON');
  const width = left.node.schema.fields.length;
  const pairs: KeyPair[] = [];
  const others: Expression[] = [];
  for (const part of conjuncts(condition)) {
    const pair = keyPair(part, width);
    if (pair?.right.kind === 'column') pairs.push(pair);
    else others.push(part);
  }
  if (pairs.length === 0) {
    throw new SqlError('MS1232', 'a lookup join needs a column of the right table to look up by', {
      span: node.on!.span,
      hint: 'write ON left.column = right.column; both of one type, or the left one with a CAST',
    });
  }
  const plain = join(type, left.node, scan, { leftKeys: [], rightKeys: [] }, undefined);
  const made = lookupJoin(joinByKeys(plain, pairs, others), type, left.node.schema);
  return { node: made, columns: scope.map((column, i) => ({ ...column, type: made.schema.fields[i]!.type })) };
}

/** The scan of a table that can be looked up as a whole. */
function lookedUp(binder: QueryBinder, node: PlanNode, { span }: sql.TableReference): ScanNode {
  const below = node.kind === 'watermark' || isRenaming(node) ? node.input : node;
  if (below.kind !== 'scan') {
    throw new UnsupportedError('MS1402', 'only a table without computed columns can be looked up', {
      span,
      hint: 'compute them in the query instead',
    });
  }
  const source = binder.context.descriptors.connectors.get(below.table.connector)?.source;
  if (source?.lookup !== true || !below.bounded || !below.insertOnly) {
    throw new SqlError('MS1232', `table ${below.table.name} cannot be looked up`, {
      span,
      hint: "a table of files that ends can: 'connector' = 'filesystem', without 'source.monitor-interval'",
    });
  }
  return below;
}

/** A calc that changes nothing: in batch mode what stands for a watermark. */
const isRenaming = (node: PlanNode): node is Extract<PlanNode, { kind: 'calc' }> =>
  node.kind === 'calc' &&
  node.condition === undefined &&
  node.projections.length === node.input.schema.fields.length &&
  node.projections.every((one, i) => one.kind === 'column' && one.index === i);

/** Options of the LOOKUP hint that ask for what is done anyway, or that make no difference where a table is read as a whole. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['table', 'async', 'output-mode', 'capacity', 'timeout', 'shuffle']);

/** Accepts a LOOKUP hint that changes no result. Throws MS1402 for one that asks to look up again, and MS1233 for an option that there is not. */
export function checkLookupHint({ name, args }: sql.Hint): void {
  if (name.name.toUpperCase() !== 'LOOKUP') return;
  for (const { key, span } of args) {
    const option = key?.kind === 'string' ? key.value : key?.kind === 'identifier' ? key.name : '';
    if (WITHOUT_EFFECT.has(option)) continue;
    if (RETRY.has(option))
      throw new UnsupportedError(
        'MS1402',
        `'${option}' of the LOOKUP hint is not supported: a row that finds nothing is not looked up again`,
        { span },
      );
    throw new SqlError('MS1233', `the LOOKUP hint has no option '${option}'`, {
      span,
      hint: didYouMean(option, [...WITHOUT_EFFECT, ...RETRY]),
    });
  }
}

const RETRY: ReadonlySet<string> = new Set(['retry-predicate', 'retry-strategy', 'fixed-delay', 'max-attempts']);
