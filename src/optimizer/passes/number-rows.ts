import { isTimeAttribute } from '../../data/types/sql-type.ts';
import { over } from '../../plan/make.ts';
import type { OverCall, OverNode, PlanNode, RankNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';

const WHOLE = { unit: 'rows', start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY } as const;

/** Numbers all rows of a ranking that no condition bounds, as an OVER window: by time rows then come out once, for good. */
export function numberRows(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => (node.kind === 'rank' && !Number.isFinite(node.limit) && node.withNumber ? asOver(node) : node));
}

function asOver(node: RankNode): PlanNode {
  const { input, partition, order, schema } = node;
  const { name, type } = schema.fields.at(-1)!;
  const own = { what: 'row-number', aggregate: undefined, argument: undefined, distinct: false, offset: 0 } as const;
  const call: OverCall = { ...own, frame: WHOLE, type, name };
  return { ...over(input, { partition, order, calls: [call], emit: emitOf(node) }), schema };
}

/** Processing time is no order at all: rows come by it. */
function emitOf({ input, order }: RankNode): OverNode['emit'] {
  if (!input.insertOnly) return 'changes';
  if (order.length === 0) return 'processing-time';
  const [{ column, descending }] = order as readonly [RankNode['order'][0]];
  return order.length === 1 && !descending && isTimeAttribute(input.schema.fields[column]!.type) ? 'event-time' : 'changes';
}
