import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const chr = plainFunction({
  name: 'CHR',
  family: 'string',
  signatures: [signature([param.bigint], types.string())],
  nullable: 'by-type',
  call: (code: bigint) => (code < 0n ? '' : String.fromCharCode(Number(code & 0xffn))),
  doc: 'The character of a code modulo 256; empty for a negative code.',
  examples: [
    { sql: 'CHR(97)', result: 'a' },
    { sql: 'CHR(353)', result: 'a' },
    { sql: 'CHR(233)', result: 'é' },
    { sql: 'CHR(-1)', result: '' },
  ],
});
