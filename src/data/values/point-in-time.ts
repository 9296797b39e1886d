import { MAX_EPOCH_DAY, MIN_EPOCH_DAY, MS_PER_DAY } from './civil-date.ts';

/** Milliseconds of 0001-01-01 00:00:00 and of 9999-12-31 23:59:59.999. */
export const MIN_EPOCH_MS = MIN_EPOCH_DAY * MS_PER_DAY;
export const MAX_EPOCH_MS = (MAX_EPOCH_DAY + 1) * MS_PER_DAY - 1;

/** What TIMESTAMP and TIMESTAMP_LTZ values share: a count of milliseconds and nanoseconds from 1970-01-01 00:00:00. */
export abstract class PointInTime {
  /** Milliseconds since 1970-01-01 00:00:00, rounded down; an integer. */
  readonly epochMs: number;
  /** Nanoseconds after that millisecond, 0 to 999,999. */
  readonly nanoOfMs: number;
  /** Digits of the second's fraction that toString shows, 0 to 9. */
  readonly precision: number;

  constructor(epochMs: number, nanoOfMs: number, precision: number) {
    this.epochMs = epochMs;
    this.nanoOfMs = nanoOfMs;
    this.precision = precision;
  }

  /** Nanoseconds since 1970-01-01 00:00:00. */
  get epochNanos(): bigint {
    return BigInt(this.epochMs) * 1_000_000n + BigInt(this.nanoOfMs);
  }

  /** The text in SQL. */
  abstract toString(): string;

  protected comparePoint(other: PointInTime): number {
    return this.epochMs - other.epochMs || this.nanoOfMs - other.nanoOfMs;
  }

  protected isSamePoint(other: PointInTime): boolean {
    return this.epochMs === other.epochMs && this.nanoOfMs === other.nanoOfMs;
  }
}

/** Nanoseconds of a millisecond cut to the digits of a fraction of `precision` digits, and milliseconds alike. */
export const cutNanos = (nanoOfMs: number, precision: number): number =>
  precision >= 9 ? nanoOfMs : precision <= 3 ? 0 : nanoOfMs - (nanoOfMs % 10 ** (9 - precision));

export function cutMs(epochMs: number, precision: number): number {
  if (precision >= 3) return epochMs;
  const unit = 10 ** (3 - precision);
  return Math.floor(epochMs / unit) * unit;
}
