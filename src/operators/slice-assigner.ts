import { DataError } from '../common/errors.ts';
import type { Batch, IntVector } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { Kernels } from '../kernels/kernels.ts';
import type { WindowTime } from './window-time.ts';

/**
 * Puts the slice of every row that is not late into `slices` and its index into `selection`; returns how many rows that is.
 * A slice is late when it starts before `closedBefore`. Times are in the column's own clock, or in local time for zoned windows.
 */
export function assignSlices(
  kernels: Kernels,
  time: WindowTime,
  batch: Batch,
  times: Column,
  slices: Column,
  selection: IntVector,
  closedBefore: number,
): number {
  if (times.hasNulls) refuseNulls(batch, times);
  if (time.convertsRows) return assignZoned(time, batch, times, slices, selection, closedBefore);
  const { slideMs, offsetMs } = time.spec;
  const closed = closedBefore === Number.NEGATIVE_INFINITY ? LEAST : BigInt(Math.min(closedBefore, MOST));
  const picked = batch.selection?.address ?? 0;
  return kernels.assignSlices(
    times.valuesAddress,
    picked,
    batch.size,
    BigInt(slideMs || 1),
    BigInt(offsetMs),
    closed,
    slices.valuesAddress,
    selection.address,
  );
}

const LEAST = -(2n ** 63n);
const MOST = Number.MAX_SAFE_INTEGER;

/** In a time zone, slices are of local time: row by row, because their lengths in real time differ. */
function assignZoned(time: WindowTime, batch: Batch, times: Column, slices: Column, selection: IntVector, closedBefore: number): number {
  const values = times.values as BigInt64Array;
  const out = slices.values as BigInt64Array;
  const selected = selection.view;
  let kept = 0;
  for (let n = 0; n < batch.size; n++) {
    const i = batch.rowIndex(n);
    const slice = time.sliceOf(time.toLocal(Number(values[i]!)));
    if (slice < closedBefore) continue;
    out[i] = BigInt(slice);
    selected[kept++] = i;
  }
  return kept;
}

/** MS2031: event time must be known, as in Flink. */
export function refuseNulls(batch: Batch, times: Column): void {
  for (let n = 0; n < batch.size; n++) {
    if (!times.isNull(batch.rowIndex(n))) continue;
    throw new DataError('MS2031', 'the time attribute of a row is NULL', {
      hint: 'leave such rows out with WHERE ... IS NOT NULL before the window, or give the column a value in the table',
    });
  }
}
