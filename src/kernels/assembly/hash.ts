// Hashing of keys: 64 bits, of which the low 32 address a table's index and the high 32 choose the key group. The hash decides
// where a key lives across restarts and workers, so it may change only together with the snapshots' version.

const SPREAD: u64 = 0x9e3779b97f4a7c15;
const MIX: u64 = 0xd6e8feb86659fd93;
const CHAIN: u64 = 0xa0761d6478bd642f;
const BYTES: u64 = 0xe7037ed1a0b428db;
/** What a null contributes in place of its value. */
export const NULL_WORD: u64 = 0x8ebc6af09c88c6e3;

/** Adds a 64-bit word to the hash of the columns before it (0 for the first). */
// @ts-ignore: decorator
@inline
export function hashWord(before: u64, word: u64): u64 {
  let h = (word + before * CHAIN) * SPREAD;
  h ^= h >> 32;
  h *= MIX;
  return h ^ (h >> 32);
}

/** One word for the 16-byte form of a short value: its length and first 4 bytes, then the other 8. */
// @ts-ignore: decorator
@inline
export function foldWords(first: u64, second: u64): u64 {
  return first ^ rotl(second * BYTES, 23);
}

/** One word for a value of more than 8 bytes. */
export function foldBytes(address: usize, length: u32): u64 {
  let h: u64 = <u64>length * BYTES;
  const last = address + length - 8;
  for (let at = address; at < last; at += 8) {
    h = (h ^ load<u64>(at)) * MIX;
    h ^= h >> 32;
  }
  h = (h ^ load<u64>(last)) * MIX;
  return h ^ (h >> 29);
}

/** The bits of a double as a key: there is one NaN. -0.0 is a key of its own, as in Flink. */
// @ts-ignore: decorator
@inline
export function doubleBits(value: f64): u64 {
  return value != value ? 0x7ff8000000000000 : reinterpret<u64>(value);
}

/** The bits of a float as a key, as of a double. */
// @ts-ignore: decorator
@inline
export function floatBits(value: f32): u32 {
  return value != value ? 0x7fc00000 : reinterpret<u32>(value);
}
