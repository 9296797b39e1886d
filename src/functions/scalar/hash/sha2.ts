import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { type Digest, digestText } from './digest.ts';

const BY_BITS: Readonly<Record<number, Digest>> = { 224: sha224, 256: sha256, 384: sha384, 512: sha512 };
const returns = types.varchar(128);

export const sha2 = plainFunction({
  name: 'SHA2',
  family: 'hash',
  signatures: [signature([param.text, param.int], returns), signature([param.bytes, param.int], returns)],
  call: (data: string | Uint8Array, bits: number) =>
    digestText(BY_BITS[bits] ?? badValue(`SHA2 has no digest of ${bits} bits`, '224, 256, 384 or 512'), data),
  doc: 'The SHA-2 digest of 224, 256, 384 or 512 bits of a text in UTF-8 or of bytes, in hexadecimal digits.',
  examples: [
    { sql: "SHA2('abc', 224)", result: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7' },
    { sql: "SHA2('abc', 256)", result: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
    { sql: "SHA2('abc', CAST(NULL AS INT))", result: null },
  ],
});
