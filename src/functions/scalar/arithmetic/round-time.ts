import type { SqlType } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { epochDayOf, MS_PER_DAY, monthOf, packedDateOf, yearOf } from '../../../data/values/civil-date.ts';
import { LocalDate } from '../../../data/values/local-date.ts';
import { LocalTime } from '../../../data/values/local-time.ts';
import { instantOfLocal, localOfInstant } from '../../../data/values/time-zone.ts';
import { Timestamp } from '../../../data/values/timestamp.ts';
import { TimestampLtz } from '../../../data/values/timestamp-ltz.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { callPlain } from '../../plain-function.ts';
import { unitsPerMs } from '../temporal/local-fields.ts';

export const DATE_UNITS = ['MILLENNIUM', 'CENTURY', 'DECADE', 'YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY'];
const CLOCK_MS: Readonly<Record<string, number>> = { HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000, MILLISECOND: 1 };
export const CLOCK_UNITS = Object.keys(CLOCK_MS);
const YEARS: Readonly<Record<string, number>> = { MILLENNIUM: 1000, CENTURY: 100, DECADE: 10, YEAR: 1 };
const MONTHS: Readonly<Record<string, number>> = { QUARTER: 3, MONTH: 1 };

type Direction = 'FLOOR' | 'CEIL';

/** The first day of the unit that a day lies in, or of the next one (CEIL, unless the day is the first). Weeks begin on Sunday. */
function roundDay(day: number, unit: string, direction: Direction): number {
  const date = packedDateOf(day);
  const [year, month] = [yearOf(date), monthOf(date)];
  if (unit === 'WEEK') {
    const sunday = day - ((((day + 4) % 7) + 7) % 7);
    return direction === 'CEIL' && sunday !== day ? sunday + 7 : sunday;
  }
  const step = MONTHS[unit];
  if (step !== undefined) {
    const first = Math.floor((month - 1) / step) * step;
    const start = epochDayOf(year, first + 1, 1);
    if (direction === 'FLOOR' || start === day) return start;
    return first + step > 11 ? epochDayOf(year + 1, 1, 1) : epochDayOf(year, first + step + 1, 1);
  }
  const years = YEARS[unit];
  if (years === undefined) return day;
  // Centuries and millennia begin with a year 1. Flink's CEIL goes on from the beginning of a decade, too, but not from that of a year.
  const base = years >= 100 ? year - 1 - ((year - 1) % years) + 1 : year - (year % years);
  const start = epochDayOf(Math.max(base, 1), 1, 1);
  return direction === 'FLOOR' || (years === 1 && start === day) ? start : epochDayOf(base + years, 1, 1);
}

/** Rounds local milliseconds. By a unit of days, CEIL goes by the day alone, as in Flink. */
function roundLocal(ms: number, unit: string, direction: Direction): number {
  const size = CLOCK_MS[unit] ?? (unit === 'DAY' ? MS_PER_DAY : undefined);
  if (size === undefined) return roundDay(Math.floor(ms / MS_PER_DAY), unit, direction) * MS_PER_DAY;
  return (direction === 'FLOOR' ? Math.floor(ms / size) : Math.ceil(ms / size)) * size;
}

/** FLOOR or CEIL of a date or a time to a unit. Whole days and parts of them are arithmetic on the timestamp's i64. */
export function emitRoundTime(e: Emitter, direction: Direction, time: Code, unit: string, returns: SqlType): Code {
  const { timeZone } = e;
  if (time.type.root === 'TIMESTAMP' && storageOf(time.type) === 'i64' && (unit === 'DAY' || unit in CLOCK_MS)) {
    return roundUnits(e, direction, time, BigInt(CLOCK_MS[unit] ?? MS_PER_DAY) * unitsPerMs(time), returns);
  }
  const round = (value: LocalDate | LocalTime | Timestamp | TimestampLtz) => {
    if (value instanceof LocalDate) return new LocalDate(unit in CLOCK_MS ? value.epochDay : roundDay(value.epochDay, unit, direction));
    if (value instanceof LocalTime) return new LocalTime(roundLocal(value.msOfDay, unit, direction) % MS_PER_DAY);
    const up = direction === 'CEIL' && value.nanoOfMs > 0 && (unit in CLOCK_MS || unit === 'DAY') ? 1 : 0;
    if (value instanceof Timestamp) return new Timestamp(roundLocal(value.epochMs + up, unit, direction), 0, value.precision);
    const local = roundLocal(localOfInstant(value.epochMs + up, timeZone), unit, direction);
    return new TimestampLtz(instantOfLocal(local, timeZone), 0, value.precision);
  };
  return callPlain(e, direction, round, [time], returns, false);
}

function roundUnits(e: Emitter, direction: Direction, time: Code, size: bigint, returns: SqlType): Code {
  const shifted = direction === 'FLOOR' ? time.value : e.bind('shifted', `BigInt.asIntN(64, ${time.value} + ${size - 1n}n)`);
  const rest = e.bind('rest', `BigInt.asIntN(64, BigInt.asIntN(64, ${shifted} % ${size}n) + ${size}n) % ${size}n`);
  return code(returns, e.bind(direction.toLowerCase(), `BigInt.asIntN(64, ${shifted} - ${rest})`));
}
