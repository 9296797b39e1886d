import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const power = define({
  name: 'POWER',
  family: 'arithmetic',
  signatures: [signature([param.double, param.double], types.double())],
  total: true,
  emit: (e, [base, exponent], returns) => code(returns, e.bind('power', `Math.pow(${base!.value}, ${exponent!.value})`)),
  doc: 'A number raised to a power.',
  examples: [
    { sql: 'POWER(2, 10)', result: '1024.0' },
    { sql: 'POWER(2.5, 2)', result: '6.25' },
    { sql: 'POWER(0, -1)', result: 'Infinity' },
    { sql: 'POWER(-8, 0.5)', result: 'NaN' },
  ],
});
