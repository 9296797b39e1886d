import type { Temporal } from 'temporal-polyfill';
import { inspect } from './inspect.ts';
import { cutMs, cutNanos, PointInTime } from './point-in-time.ts';
import { type TemporalNamespace, temporalOf } from './temporal.ts';
import { parseTimestamp } from './time-parsing.ts';
import { timestampJsonText, timestampText } from './time-text.ts';
import { instantOfLocal } from './time-zone.ts';

/** A TIMESTAMP: a date and a time of day without a zone, years 1 to 9999 of the proleptic Gregorian calendar. Immutable. */
export class Timestamp extends PointInTime {
  /** Reads `2020-01-01`, `2020-01-01 10:11:12.123` or with `T`. The precision is the number of digits written, at least 0. Throws MS2002. */
  static from(text: string): Timestamp {
    const { epochMs, nanoOfMs, digits } = parseTimestamp(text, 'TIMESTAMP');
    return new Timestamp(epochMs, nanoOfMs, digits);
  }

  /** The timestamp whose fields are those of the milliseconds counted from 1970-01-01 00:00:00. */
  static ofEpochMs(epochMs: number, precision = 3): Timestamp {
    return new Timestamp(epochMs, 0, precision);
  }

  /** The same time with another precision; digits that go are cut, as in Flink's CAST. */
  withPrecision(precision: number): Timestamp {
    if (precision === this.precision) return this;
    return new Timestamp(cutMs(this.epochMs, precision), cutNanos(this.nanoOfMs, precision), precision);
  }

  /** Negative, 0 or positive, as this one is before, at or after the other; precision does not count. */
  compare(other: Timestamp): number {
    return this.comparePoint(other);
  }

  equals(other: unknown): boolean {
    return other instanceof Timestamp && this.isSamePoint(other);
  }

  /** `2020-01-01 00:00:00.120` with as many digits as the precision says: Flink's CAST AS STRING. */
  override toString(): string {
    return timestampText(this.epochMs, this.nanoOfMs, this.precision);
  }

  /** `2020-01-01 00:00:00.12`: Flink's json format. */
  toJSON(): string {
    return timestampJsonText(this.epochMs, this.nanoOfMs, 9);
  }

  /** How console.log shows the value. */
  [inspect](): string {
    return `Timestamp(${this})`;
  }

  /** A Temporal.PlainDateTime. Throws MS2008 where there is no Temporal and none is given. */
  toTemporal(temporal?: TemporalNamespace): Temporal.PlainDateTime {
    return temporalOf(temporal).PlainDateTime.from(this.toString().replace(' ', 'T'));
  }

  /** The instant at which clocks in the zone show this time, as a Date (milliseconds). */
  toDate(timeZone: string): Date {
    return new Date(instantOfLocal(this.epochMs, timeZone));
  }
}
