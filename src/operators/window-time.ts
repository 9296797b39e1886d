import { type SqlType, types } from '../data/types/sql-type.ts';
import { instantOfLocal, localOfInstant, zoneOffset } from '../data/values/time-zone.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';

/** The watermark at the end of the input. */
export const END_OF_TIME = 2n ** 63n - 1n;

/** A time for a snapshot: plain JSON has no infinity. */
export const jsonTime = (ms: number): number | string => (Number.isFinite(ms) ? ms : String(ms));

const isUtc = (timeZone: string): boolean => timeZone === 'UTC' || timeZone === 'Etc/UTC';

/** Clocks are put back by less than this. */
const TRANSITION_MS = 3 * 3_600_000;

/** The time of windows that rows have already, whose ends are local times where windows are of TIMESTAMP_LTZ. */
export function attachedTime(isLocal: boolean, timeZone: string): WindowTime {
  const spec = { kind: 'attached', sizeMs: 0, slideMs: 0, offsetMs: 0, timeColumn: 0, eventTime: true, isLocal } as const;
  return new WindowTime(spec, types.timestamp(3, false), timeZone);
}

/**
 * The arithmetic of windows, in milliseconds. Windows over TIMESTAMP_LTZ are laid out in the session zone's local time, as Flink
 * does, so that a day's window is a local day; everything else is in the column's own time.
 */
export class WindowTime {
  readonly spec: WindowSpec;
  readonly timeZone: string;
  /** Whether times must be converted between instants and local times. */
  readonly zoned: boolean;

  constructor(spec: WindowSpec, timeType: SqlType, timeZone: string) {
    this.spec = spec;
    this.timeZone = timeZone;
    if (spec.kind === 'attached') this.zoned = spec.isLocal === true && !isUtc(timeZone);
    else this.zoned = timeType.root === 'TIMESTAMP_LTZ' && !isUtc(timeZone);
  }

  /** Local milliseconds of a time of the column. */
  toLocal(ms: number): number {
    return this.zoned && Number.isFinite(ms) && Math.abs(ms) < 8e15 ? localOfInstant(ms, this.timeZone) : ms;
  }

  /**
   * How far local time has come for good at an instant. In the first pass of an hour that clocks repeat that is where the repetition
   * begins, so that a window holds the rows of both passes, as in Flink.
   */
  toLocalProgress(ms: number): number {
    const local = this.toLocal(ms);
    if (!this.zoned || !Number.isFinite(ms) || Math.abs(ms) >= 8e15) return local;
    const offset = zoneOffset(ms, this.timeZone);
    const repeated = offset - zoneOffset(ms + TRANSITION_MS, this.timeZone);
    if (repeated <= 0 || this.toLocal(ms + repeated) !== local) return local;
    let [before, after] = [ms, ms + repeated];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (zoneOffset(middle, this.timeZone) === offset) before = middle;
      else after = middle;
    }
    return this.toLocal(after) - 1;
  }

  fromLocal(ms: number): number {
    return this.zoned ? instantOfLocal(ms, this.timeZone) : ms;
  }

  /** Whether rows are put into slices by local times that are not those of the column. */
  get convertsRows(): boolean {
    return this.zoned && this.spec.kind !== 'attached';
  }

  /**
   * Start of the slice that a local time falls into: a slice is as long as the slide, and windows are made of whole slices. Of windows that rows
   * have already the end stands for the slice.
   */
  sliceOf(localMs: number): number {
    const { slideMs, offsetMs, kind } = this.spec;
    if (kind === 'attached') return localMs;
    return Math.floor((localMs - offsetMs) / slideMs) * slideMs + offsetMs;
  }

  /** Slices in a window, in the longest one of those that grow; so many windows have a row at most. */
  get slicesPerWindow(): number {
    return this.spec.kind === 'attached' ? 1 : this.spec.sizeMs / this.spec.slideMs;
  }

  /** Where the windows begin that grow over a local time. */
  baseOf(localMs: number): number {
    const { sizeMs, offsetMs } = this.spec;
    return Math.floor((localMs - offsetMs) / sizeMs) * sizeMs + offsetMs;
  }

  /** Start of the window that ends then. */
  startOf(end: number): number {
    return this.spec.kind === 'cumulate' ? this.baseOf(end - 1) : end - this.spec.sizeMs;
  }

  /** No slice that starts later is in the window that ends then. */
  lastIn(end: number): number {
    return this.spec.kind === 'attached' ? end : end - 1;
  }

  /** Slices that start before this belong to closed windows only, when local time has come to `now`. */
  closedBefore(now: number): number {
    return this.spec.kind === 'cumulate' ? this.baseOf(now + 1) : now + 2 - this.spec.sizeMs;
  }

  /** Start of the latest slice that no window needs after the one that ends then. */
  lastNeeded(end: number): number {
    const { kind, sizeMs, slideMs } = this.spec;
    if (kind !== 'cumulate') return end - sizeMs;
    const base = this.baseOf(end - 1);
    return base + sizeMs === end ? end - slideMs : base - slideMs;
  }
}
