// The numbers of a bid, four rows at a time. Hot: bench/nexmark-generator.ts (bid, all numbers).
import { blockKey, hash4, placeInBlock, TAIL } from "./nexmark-lanes";
import {
  activePersons, activePersonsFrom, BASE_TIME, BID, DELAY_MICROS, HOT_AUCTIONS, HOT_BIDDERS, hotOf, lastAuction, lastPerson,
  nextRun, openAuctions, openAuctionsFrom, PRICES, runEpoch, runFrom, runTo,
} from "./nexmark-model";

const FIRST_AUCTION_ID: i64 = 1000;
// The original adds its first person id of 1,000 twice here, so that bidders are no persons; so do we.
const FIRST_BIDDER_ID: i64 = 2000;

// @ts-ignore: decorator
@inline
function copyTail(values: usize, row: i32, count: i32): void {
  memory.copy(values + (row << 3), TAIL, (count - row) << 3);
}

// Writes four ids: `hot` with probability 1 - 1/ratio, else one of the `choices` from `from` on. A hash below 2^32 / ratio
// means cold; times ratio it is even over 32 bits again and chooses.
// @ts-ignore: decorator
@inline
function storeIds(to: usize, hashes: v128, ratio: u32, hot: i64, from: i64, choices: u32): void {
  const isHot = i32x4.ge_u(hashes, i32x4.splat(<i32>(<u32>(0xffffffff / ratio))));
  const even = i32x4.mul(hashes, i32x4.splat(ratio));
  const low = i64x2.add(i64x2.shr_u(i64x2.extmul_low_i32x4_u(even, i32x4.splat(choices)), 32), i64x2.splat(from));
  const high = i64x2.add(i64x2.shr_u(i64x2.extmul_high_i32x4_u(even, i32x4.splat(choices)), 32), i64x2.splat(from));
  v128.store(to, v128.bitselect(i64x2.splat(hot), low, i64x2.extend_low_i32x4_s(isHot)));
  v128.store(to, v128.bitselect(i64x2.splat(hot), high, i64x2.extend_high_i32x4_s(isHot)), 16);
}

// @ts-ignore: decorator
@inline
function fillIds(key: u64, place: i32, count: i32, values: usize, ratio: u32, hot: i64, from: i64, choices: u32): void {
  const end = runTo;
  let i = runFrom;
  const whole = min(end, count - 3);
  for (; i < whole; i += 4) storeIds(values + (i << 3), hash4(key, place + i), ratio, hot, from, choices);
  if (i >= end) return;
  storeIds(TAIL, hash4(key, place + i), ratio, hot, from, choices);
  copyTail(values, i, count);
}

export function bidAuction(config: usize, stream: u64, first: i64, count: i32, values: usize): void {
  const key = blockKey(stream, first);
  const place = placeInBlock(first);
  const ratio = load<u32>(config, HOT_AUCTIONS);
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const last = lastAuction(config, runEpoch);
    const from = openAuctionsFrom(last) + FIRST_AUCTION_ID;
    fillIds(key, place, count, values, ratio, hotOf(last) + FIRST_AUCTION_ID, from, <u32>openAuctions(last));
  }
}

// The hot bidder is the second of its block of 100, so that hot bidders and hot sellers are not the same.
export function bidBidder(config: usize, stream: u64, first: i64, count: i32, values: usize): void {
  const key = blockKey(stream, first);
  const place = placeInBlock(first);
  const ratio = load<u32>(config, HOT_BIDDERS);
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const last = lastPerson(config, runEpoch);
    const from = activePersonsFrom(last) + FIRST_BIDDER_ID;
    fillIds(key, place, count, values, ratio, hotOf(last) + 1 + FIRST_BIDDER_ID, from, <u32>activePersons(last));
  }
}

// Two prices from 2 of 4 hashes: ten bits choose in the table, the other 22 are the way to its next entry.
// @ts-ignore: decorator
@inline
function prices2(config: usize, first: u32, second: u32, rests: v128): v128 {
  const table = config + PRICES;
  const steps = f64x2(load<f64>(table + <usize>((first >> 22) << 3)), load<f64>(table + <usize>((second >> 22) << 3)));
  const rest = f64x2.mul(f64x2.convert_low_i32x4_u(rests), f64x2.splat(6.0 * 2.302585092994046 / 1024.0 / 4194304.0));
  let growth = f64x2.add(f64x2.splat(1.0 / 6.0), f64x2.mul(rest, f64x2.splat(1.0 / 24.0)));
  growth = f64x2.add(f64x2.splat(0.5), f64x2.mul(rest, growth));
  growth = f64x2.add(f64x2.splat(1.0), f64x2.mul(rest, growth));
  growth = f64x2.add(f64x2.splat(1.0), f64x2.mul(rest, growth));
  return i64x2.extend_low_i32x4_u(i32x4.trunc_sat_f64x2_u_zero(f64x2.add(f64x2.mul(steps, growth), f64x2.splat(0.5))));
}

// @ts-ignore: decorator
@inline
function storePrices(config: usize, to: usize, hashes: v128): void {
  const rests = v128.and(hashes, i32x4.splat((1 << 22) - 1));
  v128.store(to, prices2(config, i32x4.extract_lane(hashes, 0), i32x4.extract_lane(hashes, 1), rests));
  const upper = v128.shuffle<i32>(rests, rests, 2, 3, 2, 3);
  v128.store(to, prices2(config, i32x4.extract_lane(hashes, 2), i32x4.extract_lane(hashes, 3), upper), 16);
}

export function bidPrice(config: usize, stream: u64, first: i64, count: i32, values: usize): void {
  const key = blockKey(stream, first);
  const place = placeInBlock(first);
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const end = runTo;
    const whole = min(end, count - 3);
    let i = runFrom;
    for (; i < whole; i += 4) storePrices(config, values + (i << 3), hash4(key, place + i));
    if (i >= end) continue;
    storePrices(config, TAIL, hash4(key, place + i));
    copyTail(values, i, count);
  }
}

// Milliseconds after `origin` of the two events from number `event` on, as timeOf computes them.
// @ts-ignore: decorator
@inline
function storeTimes2(to: usize, event: f64, delay: f64, origin: f64, base: i64): void {
  const micros = f64x2.floor(f64x2.mul(f64x2.add(f64x2.splat(event), f64x2(1, 2)), f64x2.splat(delay)));
  const millis = f64x2.sub(f64x2.floor(f64x2.div(micros, f64x2.splat(1000))), f64x2.splat(origin));
  v128.store(to, i64x2.add(i64x2.extend_low_i32x4_u(i32x4.trunc_sat_f64x2_u_zero(millis)), i64x2.splat(base)));
}

export function bidTime(config: usize, first: i64, count: i32, values: usize): void {
  const delay = load<f64>(config, DELAY_MICROS);
  const origin = floor(floor(<f64>(first + 1) * delay) / 1000.0);
  const base = load<i64>(config, BASE_TIME) + <i64>origin;
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const end = runTo;
    const whole = min(end, count - 1);
    let i = runFrom;
    for (; i < whole; i += 2) storeTimes2(values + (i << 3), <f64>(first + i), delay, origin, base);
    if (i >= end) continue;
    storeTimes2(TAIL, <f64>(first + i), delay, origin, base);
    copyTail(values, i, count);
  }
}
