import { isTimeAttribute } from '../data/types/sql-type.ts';
import { boundRank } from '../plan/bound-rank.ts';
import { conjunction, conjuncts, substituteColumns } from '../plan/expressions/visit.ts';
import { calc } from '../plan/make.ts';
import type { CalcNode, PlanNode, RankNode } from '../plan/nodes/node.ts';

/**
 * The latest row of each key by event time (ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) = 1, in any sub-queries) as versions of the
 * key's row: their time stays a time attribute. The node itself where it is none.
 */
export function asVersions(node: PlanNode): PlanNode {
  const flat = flattened(node);
  if (flat === undefined || flat.input.kind !== 'rank' || !flat.input.withNumber) return node;
  const bound = boundRank(flat, flat.input);
  const latest = bound.input as RankNode;
  const time = timeOf(latest);
  if (time === undefined) return node;
  const fields = latest.schema.fields.map((field, i) => (i === time ? { ...field, type: latest.input.schema.fields[i]!.type } : field));
  const projections = bound.projections.map((one) => (one.kind === 'column' ? { ...one, type: fields[one.index]!.type } : one));
  const names = bound.schema.fields.map(({ name }) => name);
  return calc({ ...latest, schema: { fields } }, bound.condition, projections, names);
}

/** The event time by which a ranking keeps the latest row. */
function timeOf({ input, order, offset, limit }: RankNode): number | undefined {
  const [first] = order;
  if (order.length !== 1 || !first!.descending || offset !== 0 || limit !== 1) return undefined;
  const { type } = input.schema.fields[first!.column]!;
  return isTimeAttribute(type) && type.timeAttribute === 'rowtime' ? first!.column : undefined;
}

/** Calcs that stand one above the other, as one. */
function flattened(node: PlanNode): CalcNode | undefined {
  if (node.kind !== 'calc') return undefined;
  const { input } = node;
  const below = input.kind === 'calc' ? flattened(input)! : undefined;
  if (below === undefined) return node;
  const onto = below.projections;
  const conditions = [...conjuncts(below.condition), ...conjuncts(node.condition).map((part) => substituteColumns(part, onto))];
  const projections = node.projections.map((one) => substituteColumns(one, onto));
  return { ...node, input: below.input, condition: conjunction(conditions), projections };
}
