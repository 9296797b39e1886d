/**
 * The random bits of a generated value: a hash of (seed, the value's name, the row's number), so that rows are the same at any
 * parallelism and a column that is not read changes no other. Two keys hold all but the low 32 bits of the row's number.
 */
export interface HashKeys {
  readonly first: number;
  readonly second: number;
}

/** The keys of one stream of values for rows whose numbers have `rowHigh` above their low 32 bits. */
export function hashKeys(seed: bigint, name: string, rowHigh: number): HashKeys {
  let first = Number(BigInt.asIntN(32, seed)) ^ 0x811c9dc5;
  for (let i = 0; i < name.length; i++) first = Math.imul(first ^ name.charCodeAt(i), 0x01000193);
  const second = hash32(rowHigh | 0, first, Number(BigInt.asIntN(32, seed >> 32n)));
  return { first: hash32(0x5bd1e995, second, first), second };
}

/** 32 random bits, from 0 to 2^32 - 1. Hot: two BIGINT columns, 20 M rows/s and more. */
export function hash32(rowLow: number, first: number, second: number): number {
  let x = (Math.imul(rowLow, 0x9e3779b1) + first) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15) ^ second, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A number in [0, 1) with 53 random bits. */
export function uniform(rowLow: number, { first, second }: HashKeys): number {
  const high = hash32(rowLow, first, second) >>> 5;
  const low = hash32(rowLow, second, first) >>> 6;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}

/** An integer in [0, span), for a span of up to 2^128. */
export function bigBelow(rowLow: number, { first, second }: HashKeys, span: bigint): bigint {
  let bits = 0n;
  for (let word = 0; word < 5; word++) bits = (bits << 32n) | BigInt(hash32(rowLow, first + word, second ^ word));
  return bits % span;
}
