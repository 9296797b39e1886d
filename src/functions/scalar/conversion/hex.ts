import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const encoder = new TextEncoder();

/** Two digits per byte. */
export const hexOfBytes = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const hex = plainFunction({
  name: 'HEX',
  family: 'conversion',
  signatures: [signature([param.bigint], types.string()), signature([param.text], types.string())],
  call: (value: bigint | string) =>
    (typeof value === 'bigint' ? BigInt.asUintN(64, value).toString(16) : hexOfBytes(encoder.encode(value))).toUpperCase(),
  doc: 'An integer, or the UTF-8 bytes of a text, in hexadecimal digits; a negative integer as 64 bits.',
  examples: [
    { sql: 'HEX(255)', result: 'FF' },
    { sql: 'HEX(-1)', result: 'FFFFFFFFFFFFFFFF' },
    { sql: "HEX('abc')", result: '616263' },
    { sql: "HEX('é')", result: 'C3A9' },
  ],
});
