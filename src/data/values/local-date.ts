import type { Temporal } from 'temporal-polyfill';
import { dayOf, epochDayOf, monthOf, packedDateOf, yearOf } from './civil-date.ts';
import { inspect } from './inspect.ts';
import { type TemporalNamespace, temporalOf } from './temporal.ts';
import { parseDate } from './time-parsing.ts';
import { dateText } from './time-text.ts';

/** A DATE: a day of the proleptic Gregorian calendar, years 1 to 9999. Immutable. */
export class LocalDate {
  /** Days since 1970-01-01. */
  readonly epochDay: number;

  constructor(epochDay: number) {
    this.epochDay = epochDay;
  }

  /** Reads `2020-01-31`. Throws MS2002. */
  static from(text: string): LocalDate {
    return new LocalDate(parseDate(text));
  }

  static of(year: number, month: number, day: number): LocalDate {
    return new LocalDate(epochDayOf(year, month, day));
  }

  get year(): number {
    return yearOf(packedDateOf(this.epochDay));
  }

  /** 1 to 12. */
  get month(): number {
    return monthOf(packedDateOf(this.epochDay));
  }

  /** Day of the month, from 1. */
  get day(): number {
    return dayOf(packedDateOf(this.epochDay));
  }

  compare(other: LocalDate): number {
    return this.epochDay - other.epochDay;
  }

  equals(other: unknown): boolean {
    return other instanceof LocalDate && other.epochDay === this.epochDay;
  }

  toString(): string {
    return dateText(this.epochDay);
  }

  toJSON(): string {
    return dateText(this.epochDay);
  }

  /** How console.log shows the value. */
  [inspect](): string {
    return `LocalDate(${this})`;
  }

  /** A Temporal.PlainDate. Throws MS2008 where there is no Temporal and none is given. */
  toTemporal(temporal?: TemporalNamespace): Temporal.PlainDate {
    return temporalOf(temporal).PlainDate.from(this.toString());
  }
}
