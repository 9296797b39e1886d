// Hashes of four neighbouring events at once, for the columns of bids, which are nine rows in ten. A call of the generator
// stays within a block of 4,096 events: the block's 64-bit key comes from the column's stream, and the event's place in the
// block is hashed under that key. Fillers write whole vectors: what they write beyond a run of bids is either overwritten by
// the next run or belongs to a row of another kind; the last, partial vector of a call goes through TAIL.
import { mix } from "./nexmark-model";

const BLOCK_BITS: i64 = 12;

export const TAIL: usize = memory.data(32, 16);

export function blockKey(stream: u64, first: i64): u64 {
  return mix(stream + <u64>(first >> BLOCK_BITS) * 0x9e3779b97f4a7c15);
}

// @ts-ignore: decorator
@inline
export function placeInBlock(first: i64): i32 {
  return <i32>(first & ((1 << BLOCK_BITS) - 1));
}

// Loaded, because V8 makes a vector constant from two general registers each time: the lanes' numbers and three odd factors.
const VECTORS: usize = memory.data<u32>([
  0, 1, 2, 3,
  0x9e3779b1, 0x9e3779b1, 0x9e3779b1, 0x9e3779b1,
  0x7feb352d, 0x7feb352d, 0x7feb352d, 0x7feb352d,
  0x846ca68b, 0x846ca68b, 0x846ca68b, 0x846ca68b,
], 16);

// Four hashes of 32 bits, for the events at `place` to `place + 3` of the block. Distinct places have distinct hashes.
// @ts-ignore: decorator
@inline
export function hash4(key: u64, place: i32): v128 {
  const places = i32x4.add(i32x4.splat(place), v128.load(VECTORS));
  let x = i32x4.add(i32x4.mul(places, v128.load(VECTORS, 16)), i32x4.splat(<i32>key));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), v128.load(VECTORS, 32));
  x = v128.xor(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(<i32>(key >> 32)));
  x = i32x4.mul(x, v128.load(VECTORS, 48));
  return v128.xor(x, i32x4.shr_u(x, 16));
}
