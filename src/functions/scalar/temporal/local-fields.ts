import type { TimeType } from '../../../data/types/sql-type.ts';
import { storageOf, timestampUnitsPerSecond } from '../../../data/types/storage.ts';
import { zoneRules } from '../../../data/values/time-zone.ts';
import type { Code, Emitter } from '../../code.ts';

/** JavaScript of the parts of a date or time as local clocks show it; each is a number. */
export interface LocalFields {
  /** Days since 1970-01-01. */
  readonly epochDay: () => string;
  readonly msOfDay: () => string;
  readonly nanoOfMs: () => string;
}

/** Units of an i64 timestamp (the milliseconds of a ts96) per millisecond: 1 or 1000. */
export const unitsPerMs = ({ type }: Code): bigint =>
  storageOf(type) === 'i64' ? BigInt(timestampUnitsPerSecond((type as TimeType).precision) / 1000) : 1n;

/** The i64 of a TIMESTAMP, or of a TIMESTAMP_LTZ moved to the session's zone. */
export function localUnits(e: Emitter, time: Code): string {
  if (time.type.root === 'TIMESTAMP') return time.value;
  const rules = zoneRules(e.timeZone);
  const units = unitsPerMs(time);
  const offset = e.helper('zoneOffset', (value: bigint) => BigInt(rules.offsetAt(Number(units === 1n ? value : value / units))) * units);
  return e.bind('local', `BigInt.asIntN(64, ${time.value} + ${offset}(${time.value}))`);
}

/** The fields of a DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ that is not null. Only those asked for are computed. */
export function localFields(e: Emitter, time: Code): LocalFields {
  if (time.type.root === 'DATE') return { epochDay: () => time.value, msOfDay: () => '0', nanoOfMs: () => '0' };
  if (time.type.root === 'TIME') return { epochDay: () => '0', msOfDay: () => time.value, nanoOfMs: () => '0' };
  const value = localUnits(e, time);
  const units = unitsPerMs(time);
  const k = e.kernels;
  return {
    epochDay: () => e.bind('day', `${k}.timeDay(${value}, ${units * 86_400_000n}n)`),
    msOfDay: () => e.bind('ms_of_day', `${k}.timePart(${value}, ${units}n, 86400000n)`),
    nanoOfMs: () =>
      storageOf(time.type) === 'ts96' ? time.aux : units === 1n ? '0' : e.bind('nanos', `${k}.timePart(${value}, 1n, 1000n) * 1000`),
  };
}
