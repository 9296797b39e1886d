// The model behind the NEXMark events: ids, times and prices as functions of the event's number alone, so that any event can be
// made without the ones before it. Randomness is a hash of (seed, column, event number): a column left out changes no other.
//
// The settings lie in one block of memory that the connector fills (offsets below), followed by the table of prices and the
// texts of the channels. Events are numbered from 0; an event's id is its number + 2, as in the official generator, whose first
// two events are auctions therefore. Ids in turn fall into epochs of personProportion + auctionProportion + bidProportion.

export const SEED: usize = 0;
export const BASE_TIME: usize = 8;
export const DELAY_MICROS: usize = 16;
export const PERSONS: usize = 24;
export const AUCTIONS: usize = 28;
export const EPOCH: usize = 32;
export const HOT_AUCTIONS: usize = 36;
export const HOT_BIDDERS: usize = 40;
export const HOT_SELLERS: usize = 44;
export const PERSON_BYTES: usize = 48;
export const AUCTION_BYTES: usize = 52;
export const BID_BYTES: usize = 56;
// How short the extra of a bid can be, and how many lengths it can have.
export const BID_EXTRA_LEAST: usize = 60;
export const BID_EXTRA_LENGTHS: usize = 64;
export const PRICES: usize = 80;
export const CHANNELS: usize = PRICES + 1024 * 8;

export const PERSON: i32 = 0;
export const AUCTION: i32 = 1;
export const BID: i32 = 2;

const FIRST_EVENT_ID: i64 = 2;
const ID_LEAD: i64 = 10;
const HOT_BLOCK: i64 = 100;
const ACTIVE_PERSONS: i64 = 1000;
const AUCTIONS_IN_FLIGHT: i64 = 100;
const GOLDEN: u64 = 0x9e3779b97f4a7c15;

// ---- randomness ----

// A bijection of 64 bits in which every input bit changes about half of the output bits.
// @ts-ignore: decorator
@inline
export function mix(x: u64): u64 {
  x = (x ^ (x >> 27)) * 0x3c79ac492ba7b653;
  x = (x ^ (x >> 33)) * 0x1c69b3f74ac4ae35;
  return x ^ (x >> 27);
}

// Where the hashes of one column begin.
export function streamOf(config: usize, column: i32): u64 {
  return mix(mix(load<u64>(config, SEED) + GOLDEN) + <u64>column * 0xd1342543de82ef95);
}

// @ts-ignore: decorator
@inline
export function hashAt(stream: u64, event: i64): u64 {
  return mix(stream + <u64>event * GOLDEN);
}

// An integer in [0, n) from the upper half of a hash, and from its lower half; n < 2^32.
// @ts-ignore: decorator
@inline
export function belowHigh(hash: u64, n: u64): u64 {
  return ((hash >> 32) * n) >> 32;
}

// @ts-ignore: decorator
@inline
export function belowLow(hash: u64, n: u64): u64 {
  return ((hash & 0xffffffff) * n) >> 32;
}

// ---- which rows are of a kind ----

export let runFrom: i32 = 0;
export let runTo: i32 = 0;
export let runEpoch: i64 = 0;

// Finds the rows of a kind in the epoch that row `row` of the batch lies in: runFrom <= row < runTo of epoch runEpoch.
// Returns the row at which the next epoch begins.
export function nextRun(config: usize, kind: i32, first: i64, count: i32, row: i32): i32 {
  const epochSize = load<i32>(config, EPOCH);
  const id = first + row + FIRST_EVENT_ID;
  runEpoch = id / epochSize;
  const start = row - <i32>(id - runEpoch * epochSize);
  const persons = load<i32>(config, PERSONS);
  const others = persons + load<i32>(config, AUCTIONS);
  const from = kind == PERSON ? start : kind == AUCTION ? start + persons : start + others;
  const to = kind == PERSON ? start + persons : kind == AUCTION ? start + others : start + epochSize;
  runFrom = max(from, row);
  runTo = min(to, count);
  return start + epochSize;
}

// ---- ids ----

// The number of the newest auction once those of this epoch exist, from 0. For an auction itself see auctionNumber.
// @ts-ignore: decorator
@inline
export function lastAuction(config: usize, epoch: i64): i64 {
  return (epoch + 1) * load<i32>(config, AUCTIONS) - 1;
}

// @ts-ignore: decorator
@inline
export function lastPerson(config: usize, epoch: i64): i64 {
  return (epoch + 1) * load<i32>(config, PERSONS) - 1;
}

// The number of a person or auction from 0, given its event and epoch.
// @ts-ignore: decorator
@inline
export function numberInKind(config: usize, kind: i32, event: i64, epoch: i64): i64 {
  const offset = event + FIRST_EVENT_ID - epoch * load<i32>(config, EPOCH);
  if (kind == PERSON) return epoch * load<i32>(config, PERSONS) + offset;
  return epoch * load<i32>(config, AUCTIONS) + offset - load<i32>(config, PERSONS);
}

// The hot one of the newest block of 100 auctions, sellers or bidders.
// @ts-ignore: decorator
@inline
export function hotOf(last: i64): i64 {
  return (last / HOT_BLOCK) * HOT_BLOCK;
}

// Auctions that may be bid on: the lowest, and how many from there on, some of which do not exist yet.
// @ts-ignore: decorator
@inline
export function openAuctionsFrom(last: i64): i64 {
  return max(last - AUCTIONS_IN_FLIGHT, 0);
}

// @ts-ignore: decorator
@inline
export function openAuctions(last: i64): i64 {
  return last - openAuctionsFrom(last) + 1 + ID_LEAD;
}

// Persons who may bid or sell, likewise.
// @ts-ignore: decorator
@inline
export function activePersonsFrom(last: i64): i64 {
  return max(last + 1 - ACTIVE_PERSONS, 0);
}

// @ts-ignore: decorator
@inline
export function activePersons(last: i64): i64 {
  return last + 1 - activePersonsFrom(last) + ID_LEAD;
}

// ---- times ----

// Event time in milliseconds since 1970. The first event lies one delay after the base time.
// @ts-ignore: decorator
@inline
export function timeOf(config: usize, event: i64): i64 {
  const micros = floor(<f64>(event + 1) * load<f64>(config, DELAY_MICROS));
  return load<i64>(config, BASE_TIME) + <i64>floor(micros / 1000.0);
}

// When an auction ends: on average when AUCTIONS_IN_FLIGHT more have begun.
export function expiryOf(config: usize, event: i64, hash: u64): i64 {
  const events = (AUCTIONS_IN_FLIGHT * load<i32>(config, EPOCH)) / load<i32>(config, AUCTIONS);
  const now = timeOf(config, event);
  const horizon = timeOf(config, event + events) - now;
  return now + 1 + <i64>(hash % <u64>max(horizon * 2, 1));
}

// ---- prices ----

// Fills the table of 100 * 10^(6 i / 1024). Square roots and products only: they round alike on every machine.
export function preparePrices(config: usize): void {
  let ratio: f64 = 1e6;
  for (let i = 0; i < 10; i++) ratio = sqrt(ratio);
  let price: f64 = 100;
  for (let i = 0; i < 1024; i++) {
    store<f64>(config + PRICES + (i << 3), price);
    price *= ratio;
  }
}

// round(100 * 10^(6 u)) with u uniform in [0, 1): the nearest table entry below, and the exponential series for the rest.
// @ts-ignore: decorator
@inline
export function priceOf(config: usize, hash: u64): i64 {
  const index = <usize>(hash >> 54);
  const rest = <f64>((hash >> 11) & ((<u64>1 << 43) - 1)) * (6.0 * 2.302585092994046 / 1024.0 / 8796093022208.0);
  const growth = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0))));
  return <i64>floor(load<f64>(config + PRICES + (index << 3)) * growth + 0.5);
}
