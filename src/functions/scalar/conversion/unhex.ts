import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

function bytesOfHex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  const digits = text.length % 2 === 0 ? text : `0${text}`;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

export const unhex = plainFunction({
  name: 'UNHEX',
  family: 'conversion',
  signatures: [signature([param.text], types.bytes())],
  nullable: true,
  call: bytesOfHex,
  doc: 'Bytes from hexadecimal digits; with an odd number the first byte has one. NULL for what is none.',
  examples: [
    { sql: "DECODE(UNHEX('616263'), 'UTF-8')", result: 'abc' },
    { sql: "DECODE(UNHEX('9'), 'UTF-8')", result: '\t' },
    { sql: "DECODE(UNHEX('zz'), 'UTF-8')", result: null },
  ],
});
