import { constantFunction } from './math.ts';

export const pi = constantFunction('PI', Math.PI, 'The number pi.', [{ sql: 'PI()', result: '3.141592653589793' }]);
