import { MS_PER_DAY } from './civil-date.ts';
import { clockText, fractionText } from './time-text.ts';

/** `+1 02:03:04.567`: an interval of milliseconds as Flink's CAST to STRING prints it. */
export function dayTimeText(ms: bigint): string {
  const positive = ms < 0n ? -ms : ms;
  const msOfDay = Number(positive % BigInt(MS_PER_DAY));
  return `${ms < 0n ? '-' : '+'}${positive / BigInt(MS_PER_DAY)} ${clockText(msOfDay)}${fractionText(msOfDay % 1000, 0, 3)}`;
}

/** `+1-02`: an interval of months. */
export function yearMonthText(months: number): string {
  const positive = Math.abs(months);
  return `${months < 0 ? '-' : '+'}${Math.floor(positive / 12)}-${String(positive % 12).padStart(2, '0')}`;
}
