// Text functions over a whole batch: one call instead of one per row. Columns are given by the addresses of their arrays; `nulls`
// may be 0 for a column without nulls, `selection` 0 where all rows count.

import { secondResult } from "./memory";
import { bytesSplitPart, matches } from "./strings";

/** Where a part of more than one text lies, by splitByte: its offset and the offset behind it. */
let partStart: i32 = 0;
let partEnd: i32 = 0;

/**
 * Part `index` of a text cut at every `byte`; false where there are fewer. The end is looked for in the sixteen bytes in which the part
 * began, before others are loaded. Hot: NEXMark q22.
 */
// @ts-ignore: decorator
@inline
function splitByte(text: usize, length: u32, byte: u8, index: i32): bool {
  const wanted = i8x16.splat(byte);
  const end = text + length;
  let left = index;
  let start: i32 = index == 0 ? 0 : -1;
  for (let at = text; at < end; at += 16) {
    let mask = matches(at, min<usize>(16, end - at), text, wanted);
    if (start < 0) {
      const count = <i32>popcnt(mask);
      if (count < left) {
        left -= count;
        continue;
      }
      for (; left > 1; left--) mask &= mask - 1;
      start = <i32>(at - text + ctz(mask)) + 1;
      mask &= mask - 1;
    }
    if (mask != 0) {
      partStart = start;
      partEnd = <i32>(at - text + ctz(mask));
      return true;
    }
  }
  partStart = start;
  partEnd = length;
  return start >= 0;
}

/** SPLIT_INDEX with a constant separator and index. Writes address, byte length and null of each result; 1 where any is null. */
export function splitPartBatch(
  texts: usize,
  lengths: usize,
  nulls: usize,
  selection: usize,
  count: u32,
  separator: usize,
  separatorLength: u32,
  index: i32,
  outTexts: usize,
  outLengths: usize,
  outNulls: usize,
): u32 {
  let some: u32 = 0;
  const isByte = separatorLength == 1;
  const byte = isByte ? load<u8>(separator) : 0;
  const second = secondResult();
  for (let n: u32 = 0; n < count; n++) {
    const i: usize = selection == 0 ? <usize>n : <usize>load<u32>(selection + (<usize>n << 2));
    if (nulls != 0 && load<u8>(nulls + i) != 0) {
      store<u8>(outNulls + i, 1);
      some = 1;
      continue;
    }
    const text = load<u32>(texts + (i << 2));
    const length = load<u32>(lengths + (i << 2));
    if (isByte) {
      const found = length != 0 && index >= 0 && splitByte(text, length, byte, index);
      store<u8>(outNulls + i, <u8>!found);
      some |= <u32>!found;
      if (!found) continue;
      store<u32>(outTexts + (i << 2), text + partStart);
      store<u32>(outLengths + (i << 2), partEnd - partStart);
      continue;
    }
    const at = length == 0 ? -1 : bytesSplitPart(text, length, separator, separatorLength, index);
    store<u8>(outNulls + i, at < 0 ? 1 : 0);
    if (at < 0) {
      some = 1;
      continue;
    }
    store<u32>(outTexts + (i << 2), text + at);
    store<u32>(outLengths + (i << 2), load<u32>(second));
  }
  return some;
}
