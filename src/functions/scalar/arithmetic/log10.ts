import { mathFunction } from './math.ts';

export const log10 = mathFunction('LOG10', (x) => `Math.log10(${x})`, 'The logarithm to base 10.', [
  { sql: 'LOG10(1000)', result: '3.0' },
  { sql: 'LOG10(0)', result: '-Infinity' },
]);
