// Kernels over columns of times: their greatest, and the slice of a window that each falls into.

/** The greatest of the values that count; `least` where none is greater. Nulls and selection may be 0 for none. */
export function maxLong(values: usize, nulls: usize, selection: usize, count: u32, least: i64): i64 {
  let greatest = least;
  for (let n: u32 = 0; n < count; n++) {
    const i: usize = selection == 0 ? <usize>n : <usize>load<u32>(selection + (<usize>n << 2));
    if (nulls != 0 && load<u8>(nulls + i) != 0) continue;
    const value = load<i64>(values + (i << 3));
    if (value > greatest) greatest = value;
  }
  return greatest;
}

/**
 * Writes the start of the slice of every counting row that does not start before `closedBefore` into `slices`, and the row's index
 * into `kept`; returns how many. Rows of a batch are mostly of one slice: a division is done only when a time leaves the last one.
 */
export function assignSlices(
  values: usize,
  selection: usize,
  count: u32,
  slide: i64,
  offset: i64,
  closedBefore: i64,
  slices: usize,
  kept: usize,
): u32 {
  let start: i64 = 1;
  let end: i64 = 0;
  let at = kept;
  for (let n: u32 = 0; n < count; n++) {
    const i: usize = selection == 0 ? <usize>n : <usize>load<u32>(selection + (<usize>n << 2));
    const value = load<i64>(values + (i << 3));
    if (value < start || value >= end) {
      let rest = (value - offset) % slide;
      if (rest < 0) rest += slide;
      start = value - rest;
      end = start + slide;
    }
    if (start < closedBefore) continue;
    store<i64>(slices + (i << 3), start);
    store<u32>(at, <u32>i);
    at += 4;
  }
  return <u32>((at - kept) >> 2);
}
