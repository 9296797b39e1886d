import { mathFunction } from './math.ts';

export const tan = mathFunction('TAN', (x) => `Math.tan(${x})`, 'The tangent of an angle in radians.', [
  { sql: 'TAN(1)', result: '1.5574077246549023' },
]);
