import { UnsupportedError } from '../../common/errors.ts';
import { aggregate } from '../../plan/make.ts';
import type { AggregateNode, PlanNode } from '../../plan/nodes/node.ts';

/** An aggregation of a query that was put onto other rows. Throws MS1402 where these are taken back and a function cannot follow. */
export function groupedAgain(
  input: PlanNode,
  keys: readonly number[],
  calls: AggregateNode['calls'],
  emit: AggregateNode['emit'],
): AggregateNode {
  const odd = calls.find((call) => call.function.retract === undefined);
  if (odd === undefined || input.insertOnly) return aggregate(input, keys, calls, emit);
  throw new UnsupportedError('MS1402', `${odd.function.name} over rows that are updated later is not supported yet`, {
    hint: 'the query that reads columns of the query around it is computed over such rows',
  });
}
