import { mathFunction } from './math.ts';

export const sin = mathFunction('SIN', (x) => `Math.sin(${x})`, 'The sine of an angle in radians.', [
  { sql: 'SIN(1)', result: '0.8414709848078965' },
]);
