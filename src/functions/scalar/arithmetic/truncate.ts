import { define } from '../../plain-function.ts';
import { emitRound, rounding } from './round-number.ts';

export const truncate = define({
  name: 'TRUNCATE',
  family: 'arithmetic',
  signatures: [rounding],
  nullable: false,
  emit: (e, args, returns) => emitRound(e, 'truncate', args, returns),
  doc: 'A number cut to digits after the point (before it, where negative).',
  examples: [
    { sql: 'TRUNCATE(2.349, 2)', result: '2.34' },
    { sql: 'TRUNCATE(-2.349, 2)', result: '-2.34' },
    { sql: 'TRUNCATE(2.349)', result: '2' },
    { sql: 'TRUNCATE(2.349e0, 2)', result: '2.34' },
    { sql: 'TRUNCATE(12345, -2)', result: '12300' },
  ],
});
