import { mathFunction } from './math.ts';

export const acos = mathFunction('ACOS', (x) => `Math.acos(${x})`, 'The arc cosine, in radians.', [
  { sql: 'ACOS(0.5)', result: '1.0471975511965979' },
]);
