import { LookupJoinOperator } from '../../../operators/lookup-join/lookup-join.ts';
import type { LookupTable } from '../../../operators/lookup-join/lookup-table.ts';
import type { LookupJoinNode } from '../../../plan/nodes/node.ts';

export function lookupJoinOperator(node: LookupJoinNode, table: LookupTable, timeZone: string): LookupJoinOperator {
  const { input, scan, leftKeys, rightKeys, type, condition, output, schema } = node;
  const [left, right] = [
    { schema: input.schema, keys: leftKeys },
    { schema: scan.schema, keys: rightKeys },
  ];
  return new LookupJoinOperator({ left, right, isPadded: type === 'left', condition, output, schema, timeZone }, table);
}
