import { DataError } from '../common/errors.ts';
import type { Batch, IntVector } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { WindowTime } from './window-time.ts';

/**
 * Puts the slice of every row that is not late into `slices` and its index into `selection`; returns how many rows that is.
 * Rows of a batch are mostly of one slice: the division is done only when a time leaves the slice of the row before.
 * Hot: bench/ndjson-window.ts.
 */
export function assignSlices(
  time: WindowTime,
  batch: Batch,
  times: Column,
  slices: Column,
  selection: IntVector,
  closedBefore: number,
): number {
  if (times.hasNulls) refuseNulls(batch, times);
  const values = times.values as BigInt64Array;
  const out = slices.values as BigInt64Array;
  const selected = selection.view;
  const picked = batch.selection?.view;
  const count = batch.size;
  const { slideMs } = time.spec;
  let start = 1n;
  let end = 0n;
  let local = 0n;
  let late = true;
  let kept = 0;
  for (let n = 0; n < count; n++) {
    const i = picked === undefined ? n : picked[n]!;
    const value = values[i]!;
    if (value < start || value >= end) {
      const slice = time.sliceOf(time.toLocal(Number(value)));
      local = BigInt(slice);
      const exact = !time.zoned;
      start = exact ? local : value;
      end = exact ? BigInt(slice + slideMs) : value + 1n;
      late = slice < closedBefore;
    }
    if (late) continue;
    out[i] = local;
    selected[kept++] = i;
  }
  return kept;
}

/** MS2031: event time must be known, as in Flink. */
function refuseNulls(batch: Batch, times: Column): void {
  for (let n = 0; n < batch.size; n++) {
    if (!times.isNull(batch.rowIndex(n))) continue;
    throw new DataError('MS2031', 'the time attribute of a row is NULL', {
      hint: 'leave such rows out with WHERE ... IS NOT NULL before the window, or give the column a value in the table',
    });
  }
}
