import { sha1 as digest } from '@noble/hashes/legacy.js';
import { hashFunction } from './digest.ts';

export const sha1 = hashFunction('SHA1', 160, digest, [
  { sql: "SHA1('abc')", result: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
  { sql: 'SHA1(CAST(NULL AS STRING))', result: null },
]);
