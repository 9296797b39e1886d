// The NEXMark generator: one call fills one column for a run of events. Columns have numbers, which are also the names of their
// random streams: 0 the event type; 1, 2, 3 the null maps of person, auction and bid; 10-16 a bid's fields, 20-29 an auction's,
// 30-37 a person's. Rows of other kinds are left as they are.
import { AUCTION, BID, nextRun, PERSON, preparePrices, runFrom, runTo, streamOf, timeOf } from "./nexmark-model";
import { AUCTION_EXTRA, AUCTION_ID, AUCTION_TIME, auctionNumbers, auctionTexts, DESCRIPTION, ITEM_NAME } from "./nexmark-auction";
import { bidAuction, bidBidder, bidPrice, bidTime } from "./nexmark-bid-numbers";
import { bidChannel, bidExtra, bidUrl, prepareChannels, prepareExtras } from "./nexmark-bid-texts";
import { PERSON_ID, PERSON_TIME, personIds, personTexts } from "./nexmark-person";

const EVENT_TYPE: i32 = 0;
const PERSON_NULLS: i32 = 1;
const BID_NULLS: i32 = 3;
const BID_AUCTION: i32 = 10;
const BIDDER: i32 = 11;
const PRICE: i32 = 12;
const CHANNEL: i32 = 13;
const URL: i32 = 14;
const BID_TIME: i32 = 15;
const BID_EXTRA: i32 = 16;

// Bytes of the block that holds the settings and the tables.
export function nexmarkConfigSize(): u32 {
  return 80 + 1024 * 8 + 10004 * 32 + 16;
}

// Fills the tables behind the settings, which must be set.
export function nexmarkPrepare(config: usize): void {
  preparePrices(config);
  prepareChannels(config);
  prepareExtras(config);
}

// Fills `count` rows from event `first` on, all of one block of 4,096 events. Texts are written from `to` on; returns the address after them.
export function nexmarkFill(config: usize, column: i32, first: f64, count: i32, values: usize, aux: usize, to: usize): usize {
  const event = <i64>first;
  if (column < BID_AUCTION) {
    if (column == EVENT_TYPE) fillEventTypes(config, event, count, values);
    else fillNulls(config, column - PERSON_NULLS, event, count, values);
    return to;
  }
  if (column < AUCTION_ID) return fillBid(config, column, event, count, values, aux, to);
  if (column < PERSON_ID) return fillAuction(config, column, event, count, values, aux, to);
  return fillPerson(config, column, event, count, values, aux, to);
}

function fillEventTypes(config: usize, first: i64, count: i32, values: usize): void {
  for (let kind = PERSON; kind <= BID; kind++) {
    for (let row = 0; row < count; ) {
      row = nextRun(config, kind, first, count, row);
      for (let i = runFrom, end = runTo; i < end; i++) store<i32>(values + (i << 2), kind);
    }
  }
}

function fillNulls(config: usize, kind: i32, first: i64, count: i32, nulls: usize): void {
  memory.fill(nulls, 1, count);
  for (let row = 0; row < count; ) {
    row = nextRun(config, kind, first, count, row);
    if (runFrom < runTo) memory.fill(nulls + runFrom, 0, runTo - runFrom);
  }
}

function fillTimes(config: usize, kind: i32, first: i64, count: i32, values: usize): void {
  for (let row = 0; row < count; ) {
    row = nextRun(config, kind, first, count, row);
    for (let i = runFrom, end = runTo; i < end; i++) store<i64>(values + (i << 3), timeOf(config, first + i));
  }
}

function fillBid(config: usize, column: i32, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  // Channel and url of a bid belong together, so they share a stream.
  const stream = streamOf(config, column == URL ? CHANNEL : column);
  if (column == CHANNEL) return bidChannel(config, stream, first, count, values, aux, to);
  if (column == URL) return bidUrl(config, stream, first, count, values, aux, to);
  if (column == BID_EXTRA) return bidExtra(config, stream, first, count, values, aux, to);
  if (column == BID_AUCTION) bidAuction(config, stream, first, count, values);
  else if (column == BIDDER) bidBidder(config, stream, first, count, values);
  else if (column == PRICE) bidPrice(config, stream, first, count, values);
  else if (column == BID_TIME) bidTime(config, first, count, values);
  return to;
}

function fillAuction(config: usize, column: i32, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  if (column == ITEM_NAME || column == DESCRIPTION || column == AUCTION_EXTRA) {
    return auctionTexts(config, column, first, count, values, aux, to);
  }
  if (column == AUCTION_TIME) fillTimes(config, AUCTION, first, count, values);
  else auctionNumbers(config, column, first, count, values);
  return to;
}

function fillPerson(config: usize, column: i32, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  if (column == PERSON_ID) personIds(config, first, count, values);
  else if (column == PERSON_TIME) fillTimes(config, PERSON, first, count, values);
  else return personTexts(config, column, first, count, values, aux, to);
  return to;
}
