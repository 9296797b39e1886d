import { count } from './count.ts';
import { madeByCall } from './made-by-call.ts';

export const approxCountDistinct = madeByCall({
  name: 'APPROX_COUNT_DISTINCT',
  takes: 'APPROX_COUNT_DISTINCT(x)',
  make: ({ args }) => (args.length === 1 ? { function: count, values: [{ argument: 0 }], form: 'plain', distinct: true } : undefined),
  doc: 'How many different values that are not NULL there are. The number is exact: it is COUNT(DISTINCT x).',
  examples: [{ sql: 'SELECT APPROX_COUNT_DISTINCT(x) FROM (VALUES (1), (2), (1), (CAST(NULL AS INT))) AS t(x)', result: '2' }],
});
