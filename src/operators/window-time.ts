import type { SqlType } from '../data/types/sql-type.ts';
import { instantOfLocal, localOfInstant } from '../data/values/time-zone.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';

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
    this.zoned = timeType.root === 'TIMESTAMP_LTZ' && timeZone !== 'UTC' && timeZone !== 'Etc/UTC';
  }

  /** Local milliseconds of a time of the column. */
  toLocal(ms: number): number {
    return this.zoned && Number.isFinite(ms) && Math.abs(ms) < 8e15 ? localOfInstant(ms, this.timeZone) : ms;
  }

  fromLocal(ms: number): number {
    return this.zoned ? instantOfLocal(ms, this.timeZone) : ms;
  }

  /** Start of the slice that a local time falls into: a slice is as long as the slide, and windows are made of whole slices. */
  sliceOf(localMs: number): number {
    const { slideMs, offsetMs } = this.spec;
    return Math.floor((localMs - offsetMs) / slideMs) * slideMs + offsetMs;
  }

  /** Slices in a window. */
  get slicesPerWindow(): number {
    return this.spec.sizeMs / this.spec.slideMs;
  }
}
