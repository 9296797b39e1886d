import { md5 as digest } from '@noble/hashes/legacy.js';
import { hashFunction } from './digest.ts';

export const md5 = hashFunction('MD5', 128, digest, [
  { sql: "MD5('abc')", result: '900150983cd24fb0d6963f7d28e17f72' },
  { sql: 'MD5(CAST(NULL AS STRING))', result: null },
]);
