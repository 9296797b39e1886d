import type { Temporal } from 'temporal-polyfill';
import { inspect } from './inspect.ts';
import { type TemporalNamespace, temporalOf } from './temporal.ts';
import { parseTime } from './time-parsing.ts';
import { timeJsonText } from './time-text.ts';

/** A TIME: a time of day in milliseconds (Flink, too, keeps no more whatever the declared precision). Immutable. */
export class LocalTime {
  /** Milliseconds since midnight, 0 to 86,399,999. */
  readonly msOfDay: number;

  constructor(msOfDay: number) {
    this.msOfDay = msOfDay;
  }

  /** Reads `10:11:12` or `10:11:12.123`; further digits are cut. Throws MS2002. */
  static from(text: string): LocalTime {
    return new LocalTime(parseTime(text));
  }

  compare(other: LocalTime): number {
    return this.msOfDay - other.msOfDay;
  }

  equals(other: unknown): boolean {
    return other instanceof LocalTime && other.msOfDay === this.msOfDay;
  }

  /** `10:11:12.12`, without zeros at the end of the fraction. */
  toString(): string {
    return timeJsonText(this.msOfDay, 3);
  }

  toJSON(): string {
    return timeJsonText(this.msOfDay, 3);
  }

  /** How console.log shows the value. */
  [inspect](): string {
    return `LocalTime(${this})`;
  }

  /** A Temporal.PlainTime. Throws MS2008 where there is no Temporal and none is given. */
  toTemporal(temporal?: TemporalNamespace): Temporal.PlainTime {
    return temporalOf(temporal).PlainTime.from(this.toString());
  }
}
