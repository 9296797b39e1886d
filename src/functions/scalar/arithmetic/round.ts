import { define } from '../../plain-function.ts';
import { emitRound, rounding } from './round-number.ts';

export const round = define({
  name: 'ROUND',
  family: 'arithmetic',
  signatures: [rounding],
  nullable: false,
  emit: (e, args, returns) => emitRound(e, 'round', args, returns),
  doc: 'A number rounded to digits after the point (before it, where negative); halves go away from zero.',
  examples: [
    { sql: 'ROUND(2.5)', result: '3' },
    { sql: 'ROUND(-2.5)', result: '-3' },
    { sql: 'ROUND(2.345, 2)', result: '2.35' },
    { sql: 'ROUND(2.345, 5)', result: '2.345' },
    { sql: 'ROUND(99.99, 1)', result: '100.0' },
    { sql: 'ROUND(12345, -2)', result: '12300' },
    { sql: 'ROUND(1.005e0, 2)', result: '1.01' },
    { sql: 'ROUND(123.456e0, -1)', result: '120.0' },
    { sql: 'ROUND(CAST(2.55 AS FLOAT), 1)', result: '2.5' },
    { sql: 'ROUND(CAST(127 AS TINYINT), -1)', result: '-126' },
    { sql: 'ROUND(9223372036854775807, -1)', result: '-9223372036854775806' },
  ],
});
