import { UnsupportedError } from '../../../common/errors.ts';
import { RankOperator, type RankOptions } from '../../../operators/rank/rank.ts';
import type { RankNode, UpsertMaterializeNode } from '../../../plan/nodes/node.ts';
import { rankedWindow } from '../../../plan/window-columns.ts';

/** The newest row of a key is the first of its partition, the last that came being first. */
const NEWEST = { order: [], offset: 0, limit: 1, latest: true, withNumber: false } as const;

export function rankOperator(
  node: RankNode | UpsertMaterializeNode,
  { timeZone, ...settings }: Pick<RankOptions, 'updateBefore' | 'changelog'> & { readonly timeZone: string },
): RankOperator {
  const { input, schema: output, insertOnly } = node;
  const common = { input: input.schema, output, insertOnly, inputInsertOnly: input.insertOnly, ...settings };
  if (node.kind === 'upsert-materialize') return new RankOperator({ ...common, ...NEWEST, partition: node.keys });
  if (!Number.isFinite(node.limit)) {
    throw new UnsupportedError('MS1402', 'ROW_NUMBER of all rows is not supported yet', {
      hint: 'keep the first ones: SELECT ... FROM (SELECT *, ROW_NUMBER() OVER (...) AS n FROM t) WHERE n <= 10',
    });
  }
  const { partition, order, offset, limit, latest, withNumber } = node;
  const window = rankedWindow(node);
  return new RankOperator({
    ...common,
    ...(window && { window: { ...window, timeZone } }),
    partition,
    order,
    offset,
    limit,
    latest,
    withNumber,
  });
}
