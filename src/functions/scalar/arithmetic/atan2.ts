import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const atan2 = define({
  name: 'ATAN2',
  family: 'arithmetic',
  signatures: [signature([param.double, param.double], types.double())],
  total: true,
  emit: (e, [y, x], returns) => code(returns, e.bind('atan2', `Math.atan2(${y!.value}, ${x!.value})`)),
  doc: 'The angle of the point (x, y), given as y and x, in radians.',
  examples: [
    { sql: 'ATAN2(1, 2)', result: '0.4636476090008061' },
    { sql: 'ATAN2(0, -1)', result: '3.141592653589793' },
  ],
});
