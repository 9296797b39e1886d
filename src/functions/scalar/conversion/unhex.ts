import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

function bytesOfHex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  // As Flink documents: of an odd number of digits the first is dropped, and a zero byte stands in its place.
  const digits = text.length % 2 === 0 ? text : `00${text.slice(1)}`;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

export const unhex = plainFunction({
  name: 'UNHEX',
  family: 'conversion',
  signatures: [signature([param.text], types.bytes())],
  nullable: true,
  call: bytesOfHex,
  doc: 'Bytes from hexadecimal digits; of an odd number the first digit is dropped and the first byte is zero. NULL for what is none.',
  examples: [
    { sql: "DECODE(UNHEX('616263'), 'UTF-8')", result: 'abc' },
    { sql: "DECODE(UNHEX('961'), 'UTF-8')", result: '\0a' },
    { sql: "DECODE(UNHEX('zz'), 'UTF-8')", result: null },
  ],
});
