import { mathFunction } from './math.ts';

export const cot = mathFunction('COT', (x) => `1 / Math.tan(${x})`, 'The cotangent of an angle in radians.', [
  { sql: 'COT(1)', result: '0.6420926159343306' },
  { sql: 'COT(0)', result: 'Infinity' },
]);
