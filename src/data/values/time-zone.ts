import { DataError } from '../../common/errors.ts';
import { dayOf, MS_PER_DAY, packedDateOf } from './civil-date.ts';

const FIXED_OFFSET = /^(?:GMT|UTC|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;

/** The rules of one zone. Offsets are milliseconds to add to UTC to get local time. */
export interface ZoneRules {
  /** The offset in force at an instant. */
  offsetAt(epochMs: number): number;
  /**
   * The offset to subtract from a local time to get its instant. As java.time's ZonedDateTime.of: a time that a gap skips moves on
   * by the length of the gap (the offset before it), one that an overlap repeats is the earlier of the two.
   */
  offsetOfLocal(localMs: number): number;
}

const zones = new Map<string, ZoneRules>();

/** The rules of an IANA zone name (`Europe/Berlin`) or a fixed offset (`+01:00`, `UTC+8`). Kept for the life of the process. Throws MS2006. */
export function zoneRules(timeZone: string): ZoneRules {
  let rules = zones.get(timeZone);
  if (rules === undefined) {
    rules = createRules(timeZone);
    zones.set(timeZone, rules);
  }
  return rules;
}

/** Milliseconds to add to an instant to get the zone's local time. */
export const zoneOffset = (epochMs: number, timeZone: string): number => zoneRules(timeZone).offsetAt(epochMs);

/** What clocks in the zone show at an instant, as milliseconds from 1970-01-01 00:00:00 of that clock. */
export const localOfInstant = (epochMs: number, timeZone: string): number => epochMs + zoneRules(timeZone).offsetAt(epochMs);

/** The instant at which clocks in the zone show a local time; gaps and overlaps as ZoneRules.offsetOfLocal says. */
export const instantOfLocal = (localMs: number, timeZone: string): number => localMs - zoneRules(timeZone).offsetOfLocal(localMs);

function createRules(timeZone: string): ZoneRules {
  if (/^(?:UTC|GMT|Z|Etc\/UTC)$/i.test(timeZone)) return fixedRules(0);
  const match = FIXED_OFFSET.exec(timeZone);
  if (match === null) return new NamedZone(timeZone);
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0);
  if (seconds > 18 * 3600 || Number(match[3] ?? 0) > 59 || Number(match[4] ?? 0) > 59) throw unknownZone(timeZone);
  return fixedRules((match[1] === '-' ? -seconds : seconds) * 1000);
}

const fixedRules = (offset: number): ZoneRules => ({ offsetAt: () => offset, offsetOfLocal: () => offset });

/** What a zone does on one UTC day. */
interface Day {
  readonly before: number;
  readonly after: number;
  /** The instant from which `after` holds; infinite on a day without a transition. */
  readonly transition: number;
}

/** Day of the month and time of day as `formatOf` lays them out: `31, 19:00:00`. */
const FIELDS = /(\d+)\D+(\d+)\D+(\d+)\D+(\d+)/;
/** Marks a local day that touches a transition, whose times are resolved one by one. */
const IRREGULAR = Number.NaN;
const MAX_DAYS = 100_000;
/** Days of the direct-mapped caches: eleven years without two days in one slot. */
const SLOTS = 4096;

/** Offsets of days that have one offset throughout: a slot per day, so that looking one up is two array reads. */
interface DayOffsets {
  readonly days: Int32Array;
  readonly offsets: Int32Array;
}

const dayOffsets = (): DayOffsets => ({ days: new Int32Array(SLOTS).fill(0x7fff_ffff), offsets: new Int32Array(SLOTS) });

function setOffset({ days, offsets }: DayOffsets, day: number, offset: number): void {
  days[day & (SLOTS - 1)] = day;
  offsets[day & (SLOTS - 1)] = offset;
}

/**
 * A zone whose rules come from Intl, which takes many microseconds to ask. So answers are kept, by UTC day (the day's offset, or its
 * transition, found by bisection to the second) and by local day (the offset of a day that has no transition near it).
 */
class NamedZone implements ZoneRules {
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, Day>();
  readonly #localDays = new Map<number, number>();
  readonly #regular = dayOffsets();
  readonly #regularLocal = dayOffsets();

  constructor(timeZone: string) {
    this.#format = formatOf(timeZone);
  }

  // Hot: reading and printing TIMESTAMP_LTZ.
  offsetAt(epochMs: number): number {
    const day = Math.floor(epochMs / MS_PER_DAY);
    const { days, offsets } = this.#regular;
    return days[day & (SLOTS - 1)] === day ? offsets[day & (SLOTS - 1)]! : this.#slowOffsetAt(epochMs, day);
  }

  offsetOfLocal(localMs: number): number {
    const day = Math.floor(localMs / MS_PER_DAY);
    const { days, offsets } = this.#regularLocal;
    return days[day & (SLOTS - 1)] === day ? offsets[day & (SLOTS - 1)]! : this.#slowOffsetOfLocal(localMs, day);
  }

  #slowOffsetAt(epochMs: number, day: number): number {
    const { before, after, transition } = this.#day(day);
    if (before === after) setOffset(this.#regular, day, before);
    return epochMs < transition ? before : after;
  }

  #slowOffsetOfLocal(localMs: number, day: number): number {
    const offset = this.#localDays.get(day) ?? this.#learnLocalDay(day);
    if (Number.isNaN(offset)) return this.#resolve(localMs);
    setOffset(this.#regularLocal, day, offset);
    return offset;
  }

  /** Near a transition: tries the offset before it, then the one after it; in a gap neither fits, and the one before it counts. */
  #resolve(localMs: number): number {
    const before = this.offsetAt(localMs - MS_PER_DAY);
    if (this.offsetAt(localMs - before) === before) return before;
    const after = this.offsetAt(localMs + MS_PER_DAY);
    return this.offsetAt(localMs - after) === after ? after : before;
  }

  #learnLocalDay(day: number): number {
    const days = [this.#day(day - 1), this.#day(day), this.#day(day + 1)];
    const offset = days[0]!.before;
    const isRegular = days.every(({ before, after }) => before === offset && after === offset);
    const learnt = isRegular ? offset : IRREGULAR;
    if (this.#localDays.size > MAX_DAYS) this.#localDays.clear();
    this.#localDays.set(day, learnt);
    return learnt;
  }

  #day(day: number): Day {
    return this.#days.get(day) ?? this.#learnDay(day);
  }

  #learnDay(day: number): Day {
    const start = day * MS_PER_DAY;
    const before = this.#days.get(day - 1)?.after ?? this.#ask(start);
    const after = this.#days.get(day + 1)?.before ?? this.#ask(start + MS_PER_DAY);
    const transition = before === after ? Number.POSITIVE_INFINITY : this.#bisect(start, start + MS_PER_DAY, before);
    const learnt = { before, after, transition };
    if (this.#days.size > MAX_DAYS) this.#days.clear();
    this.#days.set(day, learnt);
    return learnt;
  }

  /** First second in (low, high] whose offset is not `before`. */
  #bisect(low: number, high: number, before: number): number {
    let from = low / 1000;
    let to = high / 1000;
    while (to - from > 1) {
      const middle = Math.floor((from + to) / 2);
      if (this.#ask(middle * 1000) === before) from = middle;
      else to = middle;
    }
    return to * 1000;
  }

  /** The offset by Intl: the difference between the local and the UTC fields, which are less than a day apart. */
  #ask(epochMs: number): number {
    const [, localDay, hour, minute, second] = FIELDS.exec(this.#format.format(epochMs)) ?? [];
    const local = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
    const day = Math.floor(epochMs / MS_PER_DAY);
    const difference = local - (epochMs - day * MS_PER_DAY);
    if (Number(localDay) === dayOf(packedDateOf(day))) return difference;
    return Number(localDay) === dayOf(packedDateOf(day + 1)) ? difference + MS_PER_DAY : difference - MS_PER_DAY;
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (cause) {
    throw unknownZone(timeZone, cause);
  }
}

function unknownZone(timeZone: string, cause?: unknown): DataError {
  return new DataError('MS2006', `unknown time zone ${JSON.stringify(timeZone)}`, {
    hint: "name a zone such as 'Europe/Berlin' or an offset such as '+01:00'",
    cause,
  });
}
