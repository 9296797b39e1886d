import { mathFunction } from './math.ts';

export const exp = mathFunction('EXP', (x) => `Math.exp(${x})`, 'e raised to a power.', [
  { sql: 'EXP(1)', result: '2.718281828459045' },
  { sql: 'EXP(1000)', result: 'Infinity' },
]);
