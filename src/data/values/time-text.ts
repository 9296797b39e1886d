import { dayOf, MS_PER_DAY, monthOf, packedDateOf, yearOf } from './civil-date.ts';

const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'));
const two = (n: number): string => TWO[n]!;

/** `2020-01-31`; years have at least four digits. */
export function dateText(epochDay: number): string {
  const date = packedDateOf(epochDay);
  const year = yearOf(date);
  const yearText = year < 0 ? `-${String(-year).padStart(4, '0')}` : year > 999 ? String(year) : String(year).padStart(4, '0');
  return `${yearText}-${two(monthOf(date))}-${two(dayOf(date))}`;
}

/** `10:11:12` of a number of milliseconds of the day, whose fraction of a second is left out. */
export function clockText(msOfDay: number): string {
  const seconds = Math.floor(msOfDay / 1000);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** The fraction of a second with its point and exactly `digits` digits (cut, not rounded); empty for no digits. */
export function fractionText(msOfSecond: number, nanoOfMs: number, digits: number): string {
  if (digits === 0) return '';
  return `.${(msOfSecond * 1_000_000 + nanoOfMs).toString().padStart(9, '0').slice(0, digits)}`;
}

/** A fraction text without the zeros at its end; empty when only the point is left. */
export function cutZeros(fraction: string): string {
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end--;
  return end === 1 ? '' : fraction.slice(0, end);
}

/** `2020-01-01 00:00:00.120` with exactly `precision` digits: what Flink's CAST of a TIMESTAMP to STRING prints. */
export function timestampText(epochMs: number, nanoOfMs: number, precision: number): string {
  const day = Math.floor(epochMs / MS_PER_DAY);
  const msOfDay = epochMs - day * MS_PER_DAY;
  return `${dateText(day)} ${clockText(msOfDay)}${fractionText(msOfDay % 1000, nanoOfMs, precision)}`;
}

/** `2020-01-01 00:00:00.12` without zeros at the end of the fraction: what Flink's json format prints. */
export function timestampJsonText(epochMs: number, nanoOfMs: number, precision: number): string {
  const day = Math.floor(epochMs / MS_PER_DAY);
  const msOfDay = epochMs - day * MS_PER_DAY;
  return `${dateText(day)} ${clockText(msOfDay)}${cutZeros(fractionText(msOfDay % 1000, nanoOfMs, precision))}`;
}

/**
 * `10:11:12.12`: the time of day with at most `precision` digits and without zeros at the end, though one digit stays (`10:11:12.0`)
 * when the precision is not 0: what Flink's CAST of a TIME to STRING prints.
 */
export function timeText(msOfDay: number, precision: number): string {
  const fraction = fractionText(msOfDay % 1000, 0, Math.min(precision, 3));
  return clockText(msOfDay) + (cutZeros(fraction) || fraction.slice(0, 2));
}

/** `10:11:12.12` without zeros at the end of the fraction: what Flink's json format prints. */
export function timeJsonText(msOfDay: number, precision: number): string {
  return clockText(msOfDay) + cutZeros(fractionText(msOfDay % 1000, 0, Math.min(precision, 3)));
}
