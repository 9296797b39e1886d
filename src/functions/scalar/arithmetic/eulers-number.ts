import { constantFunction } from './math.ts';

export const eulersNumber = constantFunction('E', Math.E, "Euler's number, the base of natural logarithms.", [
  { sql: 'E()', result: '2.718281828459045' },
]);
