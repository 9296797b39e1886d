import { mathFunction } from './math.ts';

export const tanh = mathFunction('TANH', (x) => `Math.tanh(${x})`, 'The hyperbolic tangent.', [
  { sql: 'TANH(1)', result: '0.7615941559557649' },
]);
