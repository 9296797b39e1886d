import { sha224 as digest } from '@noble/hashes/sha2.js';
import { hashFunction } from './digest.ts';

export const sha224 = hashFunction('SHA224', 224, digest, [
  { sql: "SHA224('abc')", result: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7' },
  { sql: 'SHA224(CAST(NULL AS STRING))', result: null },
]);
