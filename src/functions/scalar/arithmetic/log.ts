import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const log = define({
  name: 'LOG',
  family: 'arithmetic',
  signatures: [signature([param.double], types.double()), signature([param.double, param.double], types.double())],
  total: true,
  emit(e, [first, second], returns) {
    if (second === undefined) return code(returns, e.bind('log', `Math.log(${first!.value})`));
    return code(returns, e.bind('log', `Math.log(${second.value}) / Math.log(${first!.value})`));
  },
  doc: 'The natural logarithm of a number, or with two arguments the logarithm to the base that comes first.',
  examples: [
    { sql: 'LOG(10)', result: '2.302585092994046' },
    { sql: 'LOG(2, 8)', result: '3.0' },
    { sql: 'LOG(1, 8)', result: 'Infinity' },
    { sql: 'LOG(-2, 8)', result: 'NaN' },
  ],
});
