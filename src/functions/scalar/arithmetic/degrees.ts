import { mathFunction } from './math.ts';

export const degrees = mathFunction('DEGREES', (x) => `${x} * 57.29577951308232`, 'Radians as degrees.', [
  { sql: 'DEGREES(3.14)', result: '179.9087476710785' },
]);
