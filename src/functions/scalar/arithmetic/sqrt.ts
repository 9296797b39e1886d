import { mathFunction } from './math.ts';

export const sqrt = mathFunction('SQRT', (x) => `Math.sqrt(${x})`, 'The square root; NaN of a negative number.', [
  { sql: 'SQRT(2)', result: '1.4142135623730951' },
  { sql: 'SQRT(-1)', result: 'NaN' },
]);
