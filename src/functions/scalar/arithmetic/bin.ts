import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const bin = plainFunction({
  name: 'BIN',
  family: 'arithmetic',
  signatures: [signature([param.bigint], types.string())],
  call: (value: bigint) => BigInt.asUintN(64, value).toString(2),
  doc: 'An integer in binary digits; a negative one as 64 bits.',
  examples: [
    { sql: 'BIN(5)', result: '101' },
    { sql: 'BIN(0)', result: '0' },
    { sql: 'BIN(-1)', result: '1'.repeat(64) },
  ],
});
