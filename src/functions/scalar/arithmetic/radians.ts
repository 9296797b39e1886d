import { mathFunction } from './math.ts';

export const radians = mathFunction('RADIANS', (x) => `${x} * 0.017453292519943295`, 'Degrees as radians.', [
  { sql: 'RADIANS(180)', result: '3.141592653589793' },
]);
