import { sha384 as digest } from '@noble/hashes/sha2.js';
import { hashFunction } from './digest.ts';

export const sha384 = hashFunction('SHA384', 384, digest, [
  { sql: "SHA384('abc')", result: 'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7' },
  { sql: 'SHA384(CAST(NULL AS STRING))', result: null },
]);
