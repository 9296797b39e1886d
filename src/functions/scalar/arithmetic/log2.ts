import { mathFunction } from './math.ts';

export const log2 = mathFunction('LOG2', (x) => `Math.log(${x}) / Math.LN2`, 'The logarithm to base 2.', [
  { sql: 'LOG2(8)', result: '3.0' },
  { sql: 'LOG2(0)', result: '-Infinity' },
]);
