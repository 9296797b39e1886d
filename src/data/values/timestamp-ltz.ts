import type { Temporal } from 'temporal-polyfill';
import { inspect } from './inspect.ts';
import { cutMs, cutNanos, PointInTime } from './point-in-time.ts';
import { type TemporalNamespace, temporalOf } from './temporal.ts';
import { parseInstant } from './time-parsing.ts';
import { timestampJsonText, timestampText } from './time-text.ts';
import { localOfInstant } from './time-zone.ts';

/** A TIMESTAMP_LTZ: an instant, the same everywhere; only its text depends on the session's time zone. Immutable. */
export class TimestampLtz extends PointInTime {
  /**
   * Reads `2020-01-01T00:00:00Z`, `2020-01-01 00:00:00.12+01:00`, or a text without an offset, which is taken as local time of
   * `timeZone`. Throws MS2002.
   */
  static from(text: string, timeZone = 'UTC'): TimestampLtz {
    const { epochMs, nanoOfMs, digits } = parseInstant(text, timeZone);
    return new TimestampLtz(epochMs, nanoOfMs, digits);
  }

  static ofEpochMs(epochMs: number, precision = 3): TimestampLtz {
    return new TimestampLtz(epochMs, 0, precision);
  }

  /** The same instant with another precision; digits that go are cut, as in Flink's CAST. */
  withPrecision(precision: number): TimestampLtz {
    if (precision === this.precision) return this;
    return new TimestampLtz(cutMs(this.epochMs, precision), cutNanos(this.nanoOfMs, precision), precision);
  }

  /** Negative, 0 or positive, as this one is before, at or after the other; precision does not count. */
  compare(other: TimestampLtz): number {
    return this.comparePoint(other);
  }

  equals(other: unknown): boolean {
    return other instanceof TimestampLtz && this.isSamePoint(other);
  }

  /** `2020-01-01 00:00:00.120Z`: the time in UTC with as many digits as the precision says. */
  override toString(): string {
    return `${timestampText(this.epochMs, this.nanoOfMs, this.precision)}Z`;
  }

  /** What Flink's CAST AS STRING prints in a session with this time zone: the local time, without a zone. */
  toLocalText(timeZone: string): string {
    return timestampText(localOfInstant(this.epochMs, timeZone), this.nanoOfMs, this.precision);
  }

  /** `2020-01-01 00:00:00.12Z`: Flink's json format. */
  toJSON(): string {
    return `${timestampJsonText(this.epochMs, this.nanoOfMs, 9)}Z`;
  }

  /** How console.log shows the value. */
  [inspect](): string {
    return `TimestampLtz(${this})`;
  }

  /** A Temporal.Instant. Throws MS2008 where there is no Temporal and none is given. */
  toTemporal(temporal?: TemporalNamespace): Temporal.Instant {
    return temporalOf(temporal).Instant.fromEpochNanoseconds(this.epochNanos);
  }

  /** The instant as a Date, which keeps the milliseconds. */
  toDate(): Date {
    return new Date(this.epochMs);
  }
}
