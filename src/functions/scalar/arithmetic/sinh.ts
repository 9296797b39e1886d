import { mathFunction } from './math.ts';

export const sinh = mathFunction('SINH', (x) => `Math.sinh(${x})`, 'The hyperbolic sine.', [
  { sql: 'SINH(1)', result: '1.1752011936438014' },
]);
