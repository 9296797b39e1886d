import { mathFunction } from './math.ts';

export const asin = mathFunction('ASIN', (x) => `Math.asin(${x})`, 'The arc sine, in radians.', [
  { sql: 'ASIN(1)', result: '1.5707963267948966' },
  { sql: 'ASIN(2)', result: 'NaN' },
]);
