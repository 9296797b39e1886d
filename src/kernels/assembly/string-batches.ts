// Text functions over a whole batch: one call instead of one per row. Columns are given by the addresses of their arrays; `nulls`
// may be 0 for a column without nulls, `selection` 0 where all rows count.

import { secondResult } from "./memory";
import { bytesSplitPart } from "./strings";

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
