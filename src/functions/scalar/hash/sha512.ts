import { sha512 as digest } from '@noble/hashes/sha2.js';
import { hashFunction } from './digest.ts';

export const sha512 = hashFunction('SHA512', 512, digest, [
  {
    sql: "SHA512('abc')",
    result:
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  },
  { sql: 'SHA512(CAST(NULL AS STRING))', result: null },
]);
