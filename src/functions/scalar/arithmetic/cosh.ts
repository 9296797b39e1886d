import { mathFunction } from './math.ts';

export const cosh = mathFunction('COSH', (x) => `Math.cosh(${x})`, 'The hyperbolic cosine.', [{ sql: 'COSH(0)', result: '1.0' }]);
