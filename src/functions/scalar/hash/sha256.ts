import { sha256 as digest } from '@noble/hashes/sha2.js';
import { hashFunction } from './digest.ts';

export const sha256 = hashFunction('SHA256', 256, digest, [
  { sql: "SHA256('abc')", result: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  { sql: 'SHA256(CAST(NULL AS STRING))', result: null },
]);
