import { mathFunction } from './math.ts';

export const ln = mathFunction('LN', (x) => `Math.log(${x})`, 'The natural logarithm; NaN of a negative number.', [
  { sql: 'LN(10)', result: '2.302585092994046' },
  { sql: 'LN(0)', result: '-Infinity' },
  { sql: 'LN(-1)', result: 'NaN' },
]);
