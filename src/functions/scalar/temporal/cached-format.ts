import type { LinearMemory } from '../../../data/memory.ts';
import type { StringArena } from '../../../data/string-arena.ts';
import { MS_PER_DAY } from '../../../data/values/civil-date.ts';
import type { ZoneRules } from '../../../data/values/time-zone.ts';
import { type DateFormat, momentOf } from './format-date.ts';

/**
 * The text of the last time that was formatted, with the range of times that have the same text: times come in clusters, and most
 * patterns end at the day or the minute. The text lies in the arena, so that it is written anew for each batch.
 */
export class CachedFormat {
  /** Of the arena when the text was written. */
  generation = -1;
  address = 0;
  byteLength = 0;
  readonly #format: DateFormat;
  readonly #rules: ZoneRules | undefined;
  readonly #unitsPerMs: bigint;
  /** Where the kernel timeInRange looks: two i64. */
  readonly #range: number;

  constructor(format: DateFormat, rules: ZoneRules | undefined, unitsPerMs: bigint, range: number) {
    this.#format = format;
    this.#rules = rules;
    this.#unitsPerMs = unitsPerMs;
    this.#range = range;
  }

  /** Writes the text of a time (milliseconds or microseconds since 1970-01-01 00:00:00, local or, with rules, of UTC). */
  refresh(memory: LinearMemory, arena: StringArena, value: bigint): void {
    const subMs = Number(BigInt.asUintN(64, value - this.#floor(value, this.#unitsPerMs)));
    const epochMs = Number(this.#floor(value, this.#unitsPerMs) / this.#unitsPerMs);
    const local = epochMs + (this.#rules?.offsetAt(epochMs) ?? 0);
    const day = Math.floor(local / MS_PER_DAY);
    this.address = arena.put(this.#format.format(momentOf(day, local - day * MS_PER_DAY, subMs * 1000)));
    this.byteLength = arena.byteLength;
    this.generation = arena.generation;
    this.#setRange(memory, value, epochMs, local);
  }

  #setRange(memory: LinearMemory, value: bigint, epochMs: number, local: number): void {
    const { spanMs } = this.#format;
    const start = spanMs === 0 ? epochMs : epochMs - (local - Math.floor(local / spanMs) * spanMs);
    const end = start + spanMs;
    const isRegular =
      this.#rules === undefined || (this.#rules.offsetAt(start) === local - epochMs && this.#rules.offsetAt(end - 1) === local - epochMs);
    const range = spanMs === 0 || !isRegular ? [value, value + 1n] : [BigInt(start) * this.#unitsPerMs, BigInt(end) * this.#unitsPerMs];
    memory.u8.set(new Uint8Array(BigInt64Array.from(range).buffer), this.#range);
  }

  #floor(value: bigint, unit: bigint): bigint {
    return value - (((value % unit) + unit) % unit);
  }
}
