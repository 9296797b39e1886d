// The keys of a batch: hashing them column by column, comparing them with rows column by column, and, one row at a time, comparing
// and storing them where a row is new or two keys share a hash.
import { doubleBits, floatBits, foldBytes, foldWords, hashWord, NULL_WORD } from "./hash";
import { heapNeed, newBytes } from "./table-heap";
import { MAX_REGION } from "./table-regions";
import {
  INLINE_BYTES, Key, keyAt, ROW_HEADER, ROW_NULLS, S_BYTES, S_F32, S_F64, S_I128, S_I16, S_I32, S_I64, S_I8, S_TS96, Table,
} from "./table-layout";

/** 16 bytes from `wordMasks + 12 - length` keep the first `length` bytes of a vector. */
const wordMasks: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** The 16-byte form of a value of at most 12 bytes. `limit` is the end of what may be read. */
// @ts-ignore: decorator
@inline
function storeWords(to: usize, address: usize, length: u32, limit: usize): void {
  if (address + 16 <= limit) {
    const bytes = v128.and(v128.load(address), v128.load(wordMasks + 12 - length));
    v128.store(to, i32x4.replace_lane(i8x16.shuffle(bytes, bytes, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), 0, length));
  } else {
    store<u64>(to, <u64>length);
    store<u64>(to, 0, 8);
    memory.copy(to + 4, address, length);
  }
}

/** Writes the 16-byte forms of a block of strings (the address of a long one as its last 8 bytes), and hashes them. */
function hashBytes(key: Key, selection: usize, count: u32, hashes: usize): void {
  const limit = <usize>(memory.size() << 16);
  const words = <usize>key.words;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    const at = hashes + (n << 3);
    const to = words + (n << 4);
    if (key.nulls != 0 && load<u8>(key.nulls + i) != 0) {
      store<u64>(to, 0);
      store<u64>(to, 0, 8);
      store<u64>(at, hashWord(load<u64>(at), NULL_WORD));
      continue;
    }
    const address = <usize>load<u32>(key.values + (i << 2));
    const length = load<u32>(key.aux + (i << 2));
    let word: u64;
    if (length <= INLINE_BYTES) {
      storeWords(to, address, length, limit);
      word = foldWords(load<u64>(to), load<u64>(to, 8));
    } else {
      store<u32>(to, length);
      store<u32>(to, load<u32>(address), 4);
      store<u64>(to, <u64>address, 8);
      word = foldBytes(address, length);
    }
    store<u64>(at, hashWord(load<u64>(at), word));
  }
}

// @ts-ignore: decorator
@inline
function wordOf(storage: u32, values: usize, i: u32): u64 {
  if (storage == S_I8) return <u64><i64>load<i8>(values + i);
  if (storage == S_I16) return <u64><i64>load<i16>(values + (i << 1));
  if (storage == S_I32) return <u64><i64>load<i32>(values + (i << 2));
  if (storage == S_F32) return <u64>floatBits(load<f32>(values + (i << 2)));
  if (storage == S_F64) return doubleBits(load<f64>(values + (i << 3)));
  return load<u64>(values + (i << 3));
}

// One loop per storage: `storage` is a constant wherever this is used, so that the loop has no branch on it.
// @ts-ignore: decorator
@inline
function hashLoop(storage: u32, key: Key, selection: usize, count: u32, hashes: usize): void {
  const values = <usize>key.values;
  const nulls = <usize>key.nulls;
  for (let n: u32 = 0; n < count; n++) {
    const i = load<u32>(selection + (n << 2));
    const at = hashes + (n << 3);
    if (nulls != 0 && load<u8>(nulls + i) != 0) {
      store<u64>(at, hashWord(load<u64>(at), NULL_WORD));
      continue;
    }
    let h = hashWord(load<u64>(at), wordOf(storage, values, i));
    if (storage == S_I128) h = hashWord(h, load<u64>(key.aux + (i << 3)));
    if (storage == S_TS96) h = hashWord(h, <u64>load<u32>(key.aux + (i << 2)));
    store<u64>(at, h);
  }
}

/** Hashes `count` (at most BLOCK) rows' keys. `groups` gets, as u32, the bits that choose the key groups. */
export function hashKeys(table: Table, selection: usize, count: u32, hashes: usize, groups: usize): void {
  memory.fill(hashes, 0, count << 3);
  if (table.groupKeyCount == 0) saveGroups(count, hashes, groups);
  for (let k: u32 = 0; k < table.keyCount; k++) {
    const key = keyAt(table, k);
    switch (key.storage) {
      case S_I8: hashLoop(S_I8, key, selection, count, hashes); break;
      case S_I16: hashLoop(S_I16, key, selection, count, hashes); break;
      case S_I32: hashLoop(S_I32, key, selection, count, hashes); break;
      case S_I64: hashLoop(S_I64, key, selection, count, hashes); break;
      case S_F32: hashLoop(S_F32, key, selection, count, hashes); break;
      case S_F64: hashLoop(S_F64, key, selection, count, hashes); break;
      case S_I128: hashLoop(S_I128, key, selection, count, hashes); break;
      case S_TS96: hashLoop(S_TS96, key, selection, count, hashes); break;
      default: hashBytes(key, selection, count, hashes);
    }
    if (k + 1 == table.groupKeyCount) saveGroups(count, hashes, groups);
  }
}

function saveGroups(count: u32, hashes: usize, groups: usize): void {
  for (let n: u32 = 0; n < count; n++) store<u32>(groups + (n << 2), load<u32>(hashes + (n << 3), 4));
}

// @ts-ignore: decorator
@inline
function isNull(key: Key, i: u32): bool {
  return key.nulls != 0 && load<u8>(key.nulls + i) != 0;
}

function sameBytes(a: usize, b: usize, length: u32): bool {
  const last = length - 8;
  for (let at: u32 = 0; at < last; at += 8) {
    if (load<u64>(a + at) != load<u64>(b + at)) return false;
  }
  return load<u64>(a + last) == load<u64>(b + last);
}

/** Whether a field of a row holds the value in 16-byte form at `words`. */
// @ts-ignore: decorator
@inline
function sameWords(field: usize, words: usize): bool {
  if (load<u64>(field) != load<u64>(words)) return false;
  const length = load<u32>(words);
  if (length <= INLINE_BYTES) return load<u64>(field, 8) == load<u64>(words, 8);
  return sameBytes(load<u32>(field, 8), load<u32>(words, 8), length);
}

// @ts-ignore: decorator
@inline
function sameValue(storage: u32, key: Key, field: usize, i: u32, n: u32): bool {
  if (storage == S_BYTES) return sameWords(field, key.words + (n << 4));
  const word = wordOf(storage, key.values, i);
  if (storage == S_I8) return <u8>word == load<u8>(field);
  if (storage == S_I16) return <u16>word == load<u16>(field);
  if (storage == S_I32 || storage == S_F32) return <u32>word == load<u32>(field);
  if (word != load<u64>(field)) return false;
  if (storage == S_I128) return load<u64>(field, 8) == load<u64>(key.aux + (i << 3));
  if (storage == S_TS96) return load<u32>(field, 8) == load<u32>(key.aux + (i << 2));
  return true;
}

// @ts-ignore: decorator
@inline
function matchLoop(storage: u32, key: Key, selection: usize, count: u32, rows: usize): void {
  const offset = key.offset;
  const nullOffset = key.nullOffset;
  const nullBit = key.nullBit;
  for (let n: u32 = 0; n < count; n++) {
    const row = load<u32>(rows + (n << 2));
    if (row == 0) continue;
    const i = load<u32>(selection + (n << 2));
    const stored = (<u32>load<u8>(row + nullOffset) & nullBit) != 0;
    const given = isNull(key, i);
    const same = stored == given && (given || sameValue(storage, key, row + offset, i, n));
    if (!same) store<u32>(rows + (n << 2), 0);
  }
}

/** Zeroes the candidates (row addresses of a block) whose keys differ from the batch's. */
export function matchKeys(table: Table, selection: usize, count: u32, rows: usize): void {
  for (let k: u32 = 0; k < table.keyCount; k++) {
    const key = keyAt(table, k);
    switch (key.storage) {
      case S_I8: matchLoop(S_I8, key, selection, count, rows); break;
      case S_I16: matchLoop(S_I16, key, selection, count, rows); break;
      case S_I32: matchLoop(S_I32, key, selection, count, rows); break;
      case S_I64: matchLoop(S_I64, key, selection, count, rows); break;
      case S_F32: matchLoop(S_F32, key, selection, count, rows); break;
      case S_F64: matchLoop(S_F64, key, selection, count, rows); break;
      case S_I128: matchLoop(S_I128, key, selection, count, rows); break;
      case S_TS96: matchLoop(S_TS96, key, selection, count, rows); break;
      default: matchLoop(S_BYTES, key, selection, count, rows);
    }
  }
}

/** Whether a row has the key of row `i` of the batch, the `n`-th of the block. */
export function keyEquals(table: Table, row: u32, i: u32, n: u32): bool {
  for (let k: u32 = 0; k < table.keyCount; k++) {
    const key = keyAt(table, k);
    const given = isNull(key, i);
    if (((<u32>load<u8>(row + key.nullOffset) & key.nullBit) != 0) != given) return false;
    if (!given && !sameValue(key.storage, key, row + key.offset, i, n)) return false;
  }
  return true;
}

function storeValue(table: Table, key: Key, field: usize, i: u32, n: u32): void {
  const storage = key.storage;
  if (storage == S_BYTES) {
    const words = <usize>(key.words + (n << 4));
    v128.store(field, v128.load(words));
    const length = load<u32>(words);
    if (length > INLINE_BYTES) store<u64>(field, <u64>newBytes(table, load<u32>(words, 8), length), 8);
    return;
  }
  const word = wordOf(storage, key.values, i);
  if (storage == S_I8) store<u8>(field, <u8>word);
  else if (storage == S_I16) store<u16>(field, <u16>word);
  else if (storage == S_I32 || storage == S_F32) store<u32>(field, <u32>word);
  else store<u64>(field, word);
  if (storage == S_I128) store<u64>(field, load<u64>(key.aux + (i << 3)), 8);
  if (storage == S_TS96) store<u32>(field, load<u32>(key.aux + (i << 2)), 8);
}

/** Writes the key of row `i` of the batch into a new row, zero where it is null, and zeroes the value part. */
export function storeKey(table: Table, row: u32, i: u32, n: u32): void {
  store<u16>(row, 0, ROW_NULLS);
  for (let at = ROW_HEADER; at < table.rowBytes; at += 8) store<u64>(row + at, 0);
  for (let k: u32 = 0; k < table.keyCount; k++) {
    const key = keyAt(table, k);
    if (isNull(key, i)) store<u8>(row + key.nullOffset, <u8>(<u32>load<u8>(row + key.nullOffset) | key.nullBit));
    else storeValue(table, key, row + key.offset, i, n);
  }
}

/** Bytes of heap that storeKey may allocate. */
export function keyHeapNeed(table: Table, n: u32): u32 {
  let total: u32 = 0;
  for (let k: u32 = 0; k < table.keyCount; k++) {
    const key = keyAt(table, k);
    if (key.storage == S_BYTES) total += heapNeed(load<u32>(key.words + (n << 4)));
  }
  return total == 0 ? 0 : total + MAX_REGION;
}
