import { mathFunction } from './math.ts';

export const cos = mathFunction('COS', (x) => `Math.cos(${x})`, 'The cosine of an angle in radians.', [
  { sql: 'COS(1)', result: '0.5403023058681398' },
]);
