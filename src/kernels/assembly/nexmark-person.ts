// The columns of a person.
import { belowHigh, belowLow, hashAt, mix, nextRun, numberInKind, PERSON, PERSON_BYTES, runEpoch, runFrom, runTo, streamOf } from "./nexmark-model";
import { extraLength, writeLetters, writeText, writeWords } from "./nexmark-text";

export const PERSON_ID: i32 = 30;
export const PERSON_NAME: i32 = 31;
export const EMAIL: i32 = 32;
export const CREDIT_CARD: i32 = 33;
export const CITY: i32 = 34;
export const STATE: i32 = 35;
export const PERSON_TIME: i32 = 36;
export const PERSON_EXTRA: i32 = 37;

const FIRST_ID: i64 = 1000;
const STATES: StaticArray<string> = ["AZ", "CA", "ID", "OR", "WA", "WY"];
const CITIES: StaticArray<string> = [
  "Phoenix", "Los Angeles", "San Francisco", "Boise", "Portland", "Bend", "Redmond", "Seattle", "Kent", "Cheyenne",
];
const FIRST_NAMES: StaticArray<string> = [
  "Peter", "Paul", "Luke", "John", "Saul", "Vicky", "Kate", "Julie", "Sarah", "Deiter", "Walter",
];
const LAST_NAMES: StaticArray<string> = ["Shultz", "Abrams", "Spencer", "White", "Bartels", "Walton", "Smith", "Jones", "Noris"];

function writeName(to: usize, hash: u64): i32 {
  const length = writeText(to, FIRST_NAMES[<i32>belowHigh(hash, FIRST_NAMES.length)]);
  store<u8>(to + length, 32);
  return length + 1 + writeText(to + length + 1, LAST_NAMES[<i32>belowLow(hash, LAST_NAMES.length)]);
}

function writeEmail(to: usize, hash: u64): i32 {
  let length = writeWords(to, 7, 32, hash);
  store<u8>(to + length++, 64);
  length += writeWords(to + length, 5, 32, mix(hash + 1));
  return length + writeText(to + length, ".com");
}

function writeCreditCard(to: usize, hash: u64): i32 {
  for (let block = 0; block < 4; block++) {
    let digits = <u32>belowHigh(mix(hash + block), 10000);
    for (let i = 3; i >= 0; i--) {
      store<u8>(to + block * 5 + i, 48 + (digits % 10));
      digits /= 10;
    }
    store<u8>(to + block * 5, 32, 4);
  }
  return 19;
}

function writeColumn(column: i32, to: usize, hash: u64): i32 {
  if (column == PERSON_NAME) return writeName(to, hash);
  if (column == EMAIL) return writeEmail(to, hash);
  if (column == CREDIT_CARD) return writeCreditCard(to, hash);
  if (column == CITY) return writeText(to, CITIES[<i32>belowHigh(hash, CITIES.length)]);
  return writeText(to, STATES[<i32>belowHigh(hash, STATES.length)]);
}

// The other texts count towards the size that `extra` fills up: they are written there first, for their lengths.
function writeExtra(config: usize, event: i64, to: usize, hash: u64): i32 {
  let size = 8;
  for (let column = PERSON_NAME; column <= STATE; column++) {
    size += writeColumn(column, to, hashAt(streamOf(config, column), event));
  }
  const length = extraLength(hash, load<i32>(config, PERSON_BYTES) - size);
  writeLetters(to, length, hash);
  return length;
}

export function personIds(config: usize, first: i64, count: i32, values: usize): void {
  for (let row = 0; row < count; ) {
    row = nextRun(config, PERSON, first, count, row);
    for (let i = runFrom, end = runTo, epoch = runEpoch; i < end; i++) {
      store<i64>(values + (i << 3), numberInKind(config, PERSON, first + i, epoch) + FIRST_ID);
    }
  }
}

export function personTexts(config: usize, column: i32, first: i64, count: i32, values: usize, aux: usize, to: usize): usize {
  const stream = streamOf(config, column);
  for (let row = 0; row < count; ) {
    row = nextRun(config, PERSON, first, count, row);
    for (let i = runFrom, end = runTo; i < end; i++) {
      const hash = hashAt(stream, first + i);
      const length = column == PERSON_EXTRA ? writeExtra(config, first + i, to, hash) : writeColumn(column, to, hash);
      store<u32>(values + (i << 2), to);
      store<u32>(aux + (i << 2), length);
      to += length;
    }
  }
  return to;
}
