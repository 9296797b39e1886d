// The texts of a bid. Hot: bench/nexmark-generator.ts (bid.channel, bid.url, bid.extra). Every row gets bytes of its own, as if
// they had been read.
import { blockKey, hash4, placeInBlock } from "./nexmark-lanes";
import {
  belowHigh, BID, BID_BYTES, BID_EXTRA_LEAST, BID_EXTRA_LENGTHS, CHANNELS, hashAt, mix, nextRun, runFrom, runTo, streamOf,
} from "./nexmark-model";
import { extraLengths, leastExtra, writeInteger, writeLetters, writeText, writeWords } from "./nexmark-text";

// ---- channels ----

// Each of 10,000 channels, and 4 hot ones behind them, has an entry of 32 bytes: at 0 its path, at 15 the path's length, at 16
// the digits of its id and at 31 the length of what the url ends in (0 when it names no id). They never change, as the
// original caches them too: functions of the seed and the channel.
const COLD_CHANNELS: i32 = 10000;
const ENTRY: i32 = 32;
const PATH_LENGTH: usize = 15;
const DIGITS: usize = 16;
const ENDING_LENGTH: usize = 31;

// Constants of 16 bytes: the start of a url, its page, what comes before an id, and the hot channels with their lengths at 15.
const CONSTANTS: usize = memory.data(16 * 9, 16);
const URL_START: usize = CONSTANTS;
const URL_PAGE: usize = CONSTANTS + 32;
const URL_ENDING: usize = CONSTANTS + 48;
const COLD_NAME: usize = CONSTANTS + 64;
const HOT_NAMES: usize = CONSTANTS + 80;
const NAME_LENGTH: usize = 15;

export function prepareChannels(config: usize): void {
  writeText(URL_START, "https://www.nexmark.com/");
  writeText(URL_PAGE, "item.htm?query=1");
  writeText(URL_ENDING, "&channel_id=");
  writeText(COLD_NAME, "channel-");
  store<u8>(HOT_NAMES, writeText(HOT_NAMES, "Google"), NAME_LENGTH);
  store<u8>(HOT_NAMES + 16, writeText(HOT_NAMES + 16, "Facebook"), NAME_LENGTH);
  store<u8>(HOT_NAMES + 32, writeText(HOT_NAMES + 32, "Baidu"), NAME_LENGTH);
  store<u8>(HOT_NAMES + 48, writeText(HOT_NAMES + 48, "Apple"), NAME_LENGTH);
  const stream = streamOf(config, 1000);
  for (let i = 0; i < COLD_CHANNELS + 4; i++) writeEntry(config + CHANNELS + i * ENTRY, i, hashAt(stream, i));
}

function writeEntry(entry: usize, channel: i32, hash: u64): void {
  let length = 0;
  for (let part = 0; part < 3; part++) {
    length += writeWords(entry + length, 5, 95, mix(hash + part));
    store<u8>(entry + length++, 47);
  }
  store<u8>(entry, length, PATH_LENGTH);
  const named = channel < COLD_CHANNELS && belowHigh(mix(hash ^ 0x2545f4914f6cdd1d), 10) > 0;
  store<u8>(entry, named ? 12 + writeInteger(entry + DIGITS, channelId(channel)) : 0, ENDING_LENGTH);
}

// The id that a url names: the channel's number with its 32 bits reversed, made positive as far as an i32 can be.
function channelId(channel: i32): i32 {
  let id = 0;
  for (let bit = 0; bit < 32; bit++) id = (id << 1) | ((channel >> bit) & 1);
  return id < 0 ? 0 - id : id;
}

// The channel of a bid: one in two is hot. The bits below those that chose between hot and cold choose among them.
// @ts-ignore: decorator
@inline
function channelOf(hash: u32): i32 {
  const cold = <i32>((<u64>(hash << 1) * COLD_CHANNELS) >> 32);
  return select(COLD_CHANNELS + <i32>((hash >> 29) & 3), cold, <i32>hash < 0);
}

// Four decimal digits as four bytes, without leading zeros and with what then follows undefined; the number of digits.
// @ts-ignore: decorator
@inline
function digitCount(value: u32): i32 {
  return 1 + <i32>(value > 9) + <i32>(value > 99) + <i32>(value > 999);
}

// @ts-ignore: decorator
@inline
function digitBytes(value: u32, digits: i32): u32 {
  const hundreds = (value * 5243) >> 19;
  const pairs = hundreds | ((value - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f;
  const bytes = (tens | ((pairs - tens * 10) << 8)) + 0x30303030;
  return bytes >> (<u32>(4 - digits) << 3);
}

// Writes a channel's name; returns its length. Hot and cold names take turns at random, so there is no branch between them.
// @ts-ignore: decorator
@inline
function writeName(to: usize, channel: i32): i32 {
  const hot = channel - COLD_CHANNELS;
  const name = HOT_NAMES + ((hot & 3) << 4);
  const digits = digitCount(channel);
  store<u64>(to, select(load<u64>(COLD_NAME), load<u64>(name), hot < 0));
  store<u32>(to, digitBytes(channel, digits), 8);
  return select(8 + digits, load<u8>(name, NAME_LENGTH), hot < 0);
}

// Writes a channel's url; returns its length.
// @ts-ignore: decorator
@inline
function writeUrl(to: usize, entry: usize): i32 {
  v128.store(to, v128.load(URL_START));
  store<u64>(to, load<u64>(URL_START, 16), 16);
  v128.store(to, v128.load(entry), 24);
  const page = to + 24 + load<u8>(entry, PATH_LENGTH);
  v128.store(page, v128.load(URL_PAGE));
  v128.store(page, v128.load(URL_ENDING), 16);
  v128.store(page, v128.load(entry, DIGITS), 28);
  return 40 + load<u8>(entry, PATH_LENGTH) + load<u8>(entry, ENDING_LENGTH);
}

// @ts-ignore: decorator
@inline
function storeReference(values: usize, aux: usize, row: i32, address: usize, length: i32): void {
  store<u32>(values + (row << 2), address);
  store<u32>(aux + (row << 2), length);
}

// Writes the name of one bid's channel and its reference; returns where the next one goes.
// @ts-ignore: decorator
@inline
function putName(hash: u32, values: usize, aux: usize, row: i32, to: usize): usize {
  const length = writeName(to, channelOf(hash));
  storeReference(values, aux, row, to, length);
  return to + length;
}

// @ts-ignore: decorator
@inline
function putUrl(hash: u32, channels: usize, values: usize, aux: usize, row: i32, to: usize): usize {
  const length = writeUrl(to, channels + channelOf(hash) * ENTRY);
  storeReference(values, aux, row, to, length);
  return to + length;
}

export function bidChannel(config: usize, stream: u64, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  const key = blockKey(stream, first);
  const place = placeInBlock(first);
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const end = runTo;
    let i = runFrom;
    for (; i + 3 < end; i += 4) {
      const hashes = hash4(key, place + i);
      to = putName(i32x4.extract_lane(hashes, 0), values, aux, i, to);
      to = putName(i32x4.extract_lane(hashes, 1), values, aux, i + 1, to);
      to = putName(i32x4.extract_lane(hashes, 2), values, aux, i + 2, to);
      to = putName(i32x4.extract_lane(hashes, 3), values, aux, i + 3, to);
    }
    for (; i < end; i++) to = putName(i32x4.extract_lane(hash4(key, place + i), 0), values, aux, i, to);
  }
  return to;
}

export function bidUrl(config: usize, stream: u64, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  const channels = config + CHANNELS;
  const key = blockKey(stream, first);
  const place = placeInBlock(first);
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    const end = runTo;
    let i = runFrom;
    for (; i + 3 < end; i += 4) {
      const hashes = hash4(key, place + i);
      to = putUrl(i32x4.extract_lane(hashes, 0), channels, values, aux, i, to);
      to = putUrl(i32x4.extract_lane(hashes, 1), channels, values, aux, i + 1, to);
      to = putUrl(i32x4.extract_lane(hashes, 2), channels, values, aux, i + 2, to);
      to = putUrl(i32x4.extract_lane(hashes, 3), channels, values, aux, i + 3, to);
    }
    for (; i < end; i++) to = putUrl(i32x4.extract_lane(hash4(key, place + i), 0), channels, values, aux, i, to);
  }
  return to;
}

export function prepareExtras(config: usize): void {
  const lacking = load<i32>(config, BID_BYTES) - 32;
  store<i32>(config, leastExtra(lacking), BID_EXTRA_LEAST);
  store<i32>(config, extraLengths(lacking), BID_EXTRA_LENGTHS);
}

export function bidExtra(config: usize, stream: u64, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  for (let row = 0; row < count; ) {
    row = nextRun(config, BID, first, count, row);
    for (let i = runFrom, end = runTo; i < end; i++) {
      const hash = hashAt(stream, first + i);
      const length = load<i32>(config, BID_EXTRA_LEAST) + <i32>belowHigh(hash, load<u32>(config, BID_EXTRA_LENGTHS));
      writeLetters(to, length, hash);
      storeReference(values, aux, i, to, length);
      to += length;
    }
  }
  return to;
}
