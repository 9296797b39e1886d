// The columns of an auction.
import {
  activePersons, activePersonsFrom, AUCTION, AUCTION_BYTES, belowHigh, belowLow, expiryOf, hashAt, HOT_SELLERS, hotOf, lastPerson,
  nextRun, numberInKind, priceOf, runEpoch, runFrom, runTo, streamOf,
} from "./nexmark-model";
import { extraLength, writeLetters, writeWords } from "./nexmark-text";

export const AUCTION_ID: i32 = 20;
export const ITEM_NAME: i32 = 21;
export const DESCRIPTION: i32 = 22;
export const INITIAL_BID: i32 = 23;
export const RESERVE: i32 = 24;
export const AUCTION_TIME: i32 = 25;
export const EXPIRES: i32 = 26;
export const SELLER: i32 = 27;
export const CATEGORY: i32 = 28;
export const AUCTION_EXTRA: i32 = 29;

const FIRST_ID: i64 = 1000;
const FIRST_CATEGORY: i64 = 10;
const CATEGORIES: u64 = 5;

function sellerOf(config: usize, epoch: i64, hash: u64): i64 {
  const last = lastPerson(config, epoch);
  if (belowLow(hash, load<u32>(config, HOT_SELLERS)) > 0) return hotOf(last) + FIRST_ID;
  return activePersonsFrom(last) + <i64>belowHigh(hash, activePersons(last)) + FIRST_ID;
}

// An auction's reserve is its first bid and a random price on top.
function reserveOf(config: usize, event: i64, hash: u64): i64 {
  return priceOf(config, hashAt(streamOf(config, INITIAL_BID), event)) + priceOf(config, hash);
}

function numberOf(config: usize, column: i32, event: i64, epoch: i64, hash: u64): i64 {
  if (column == AUCTION_ID) return numberInKind(config, AUCTION, event, epoch) + FIRST_ID;
  if (column == INITIAL_BID) return priceOf(config, hash);
  if (column == RESERVE) return reserveOf(config, event, hash);
  if (column == EXPIRES) return expiryOf(config, event, hash);
  if (column == SELLER) return sellerOf(config, epoch, hash);
  return FIRST_CATEGORY + <i64>belowHigh(hash, CATEGORIES);
}

export function auctionNumbers(config: usize, column: i32, first: i64, count: i32, values: usize): void {
  const stream = streamOf(config, column);
  for (let row = 0; row < count; ) {
    row = nextRun(config, AUCTION, first, count, row);
    for (let i = runFrom, end = runTo, epoch = runEpoch; i < end; i++) {
      store<i64>(values + (i << 3), numberOf(config, column, first + i, epoch, hashAt(stream, first + i)));
    }
  }
}

// Name and description count towards the size that `extra` fills up, so their lengths are found by writing them there first.
function writeExtra(config: usize, event: i64, to: usize, hash: u64): i32 {
  const name = writeWords(to, 20, 32, hashAt(streamOf(config, ITEM_NAME), event));
  const description = writeWords(to, 100, 32, hashAt(streamOf(config, DESCRIPTION), event));
  const length = extraLength(hash, load<i32>(config, AUCTION_BYTES) - 48 - name - description);
  writeLetters(to, length, hash);
  return length;
}

export function auctionTexts(config: usize, column: i32, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  const stream = streamOf(config, column);
  for (let row = 0; row < count; ) {
    row = nextRun(config, AUCTION, first, count, row);
    for (let i = runFrom, end = runTo; i < end; i++) {
      const hash = hashAt(stream, first + i);
      const length = column == AUCTION_EXTRA
        ? writeExtra(config, first + i, to, hash)
        : writeWords(to, column == ITEM_NAME ? 20 : 100, 32, hash);
      store<u32>(values + (i << 2), to);
      store<u32>(aux + (i << 2), length);
      to += length;
    }
  }
  return to;
}
