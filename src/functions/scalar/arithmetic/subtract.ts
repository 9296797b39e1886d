import type { ScalarFunction } from '../../scalar-function.ts';
import { emitSum } from './add.ts';
import { numericOperator } from './binary.ts';
import { intervals, timeAndInterval } from './datetime-operand.ts';
import { isPlain } from './operate.ts';

export const subtract: ScalarFunction = {
  name: '-',
  family: 'arithmetic',
  signatures: [numericOperator('-'), timeAndInterval(false), intervals],
  nulls: 'propagate',
  total: (args) => args.every(({ type }) => isPlain(type)),
  emit: (e, [left, right], returns) => emitSum(e, left!, right!, returns, -1),
  flink: ([left, right]) => `(${left} - ${right})`,
  doc: 'The difference of two numbers, or a time moved back by an interval.',
  examples: [
    { sql: '1 - 2', result: '-1' },
    { sql: '1.25 - 0.5', result: '0.75' },
    { sql: "TIMESTAMP '2020-03-01 00:00:00' - INTERVAL '1' DAY", result: '2020-02-29 00:00:00' },
  ],
};
