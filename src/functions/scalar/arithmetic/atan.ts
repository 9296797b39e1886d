import { mathFunction } from './math.ts';

export const atan = mathFunction('ATAN', (x) => `Math.atan(${x})`, 'The arc tangent, in radians.', [
  { sql: 'ATAN(1)', result: '0.7853981633974483' },
]);
