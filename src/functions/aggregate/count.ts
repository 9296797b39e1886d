import { types } from '../../data/types/sql-type.ts';
import type { AggregateFunction } from '../aggregate-function.ts';
import { code } from '../code.ts';

export const count: AggregateFunction = {
  name: 'COUNT',
  result: () => types.bigint(false),
  slots: () => ['i64'],
  accumulate: (e, [n]) => e.line(`${n!.value} += 1n;`),
  retract: (e, [n]) => e.line(`${n!.value} -= 1n;`),
  merge: (e, [n], [other]) => e.line(`${n!.value} += ${other!.value};`),
  value: (_e, [n], returns) => code(returns, n!.value),
  flink: 'COUNT',
  doc: 'COUNT(*) counts rows, COUNT(x) those where x is not null, COUNT(DISTINCT x) different values of x.',
  examples: [
    { sql: 'SELECT COUNT(*) FROM (VALUES (1), (2)) AS t(x)', result: '2' },
    { sql: 'SELECT COUNT(x) FROM (VALUES (1), (CAST(NULL AS INT))) AS t(x)', result: '1' },
  ],
};
