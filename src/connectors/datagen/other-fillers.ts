import type { Column } from '../../data/column.ts';
import { isTimestamp, type TimeType } from '../../data/types/sql-type.ts';
import { timestampUnitsPerSecond } from '../../data/types/storage.ts';
import { type RowRange, rowHighOf } from './generator.ts';
import type { Fill } from './number-fillers.ts';
import { hash32, hashKeys, uniform } from './row-hash.ts';

const DAY_MS = 86_400_000;
const HEX = new TextEncoder().encode('0123456789abcdef');

/** Texts of hexadecimal digits, or bytes, of `length`, or of a random length from 1 to `length`. */
export function randomBytes(name: string, length: number, anyLength: boolean, hexadecimal: boolean): Fill {
  return (column, range) => {
    const keys = hashKeys(range.seed, name, rowHighOf(range));
    const lengths = hashKeys(range.seed, `${name}\0length`, rowHighOf(range));
    const { first, step, rowCount, arena } = range;
    for (let i = 0; i < rowCount; i++) {
      const row = first + i * step;
      const size = anyLength ? 1 + Math.floor(uniform(row, lengths) * length) : length;
      const address = arena.ensure(size);
      const bytes = arena.memory.u8;
      // A value takes four bytes, or eight digits, from each hash; the hashes of a row differ by their second key.
      for (let at = 0, word = 0; at < size; word++) {
        let bits = hash32(row, keys.first + word, keys.second);
        for (const end = Math.min(size, at + (hexadecimal ? 8 : 4)); at < end; at++) {
          bytes[address + at] = hexadecimal ? HEX[bits & 15]! : bits;
          bits >>>= hexadecimal ? 4 : 8;
        }
      }
      putReference(column, i, arena.take(size), size);
    }
  };
}

/** The numbers of a sequence as text. */
export function sequenceTexts(start: bigint): Fill {
  return (column, { first, step, rowCount, arena }) => {
    for (let i = 0; i < rowCount; i++) putReference(column, i, arena.put(String(start + BigInt(first + i * step))), arena.byteLength);
  };
}

function putReference(column: Column, row: number, address: number, length: number): void {
  (column.values as Int32Array)[row] = address | 0;
  (column.aux as Int32Array)[row] = length;
}

export function randomBooleans(name: string): Fill {
  return (column, range) => {
    const { first: k1, second: k2 } = hashKeys(range.seed, name, rowHighOf(range));
    const values = column.values as Int8Array;
    for (let i = 0; i < range.rowCount; i++) values[i] = hash32(range.first + i * range.step, k1, k2) & 1;
  };
}

/** The clock's date. */
export const currentDate: Fill = (column, { nowMs, rowCount }) => {
  (column.values as Int32Array).fill(Math.floor(nowMs / DAY_MS), 0, rowCount);
};

/** The clock's time of day (UTC), cut to the precision of the column. */
export const currentTime: Fill = (column, { nowMs, rowCount }) => {
  const msOfDay = Math.floor(nowMs) - Math.floor(nowMs / DAY_MS) * DAY_MS;
  (column.values as Int32Array).fill(cutMs(msOfDay, (column.type as TimeType).precision), 0, rowCount);
};

/** Points in time from the clock's back to `maxPastMs` before it, cut to the precision of the column. */
export function recentTimestamps(name: string, maxPastMs: number): Fill {
  return (column, range) => {
    const keys = hashKeys(range.seed, name, rowHighOf(range));
    const { type } = column;
    const precision = isTimestamp(type) ? type.precision : 3;
    const unitsPerMs = precision <= 6 ? timestampUnitsPerSecond(precision) / 1000 : 1;
    const values = column.values as BigInt64Array;
    for (let i = 0; i < range.rowCount; i++) {
      const past = Math.floor(uniform(range.first + i * range.step, keys) * maxPastMs);
      values[i] = BigInt(cutMs(Math.floor(range.nowMs) - past, precision) * unitsPerMs);
    }
    if (column.storage === 'ts96') (column.aux as Int32Array).fill(0, 0, range.rowCount);
  };
}

function cutMs(ms: number, precision: number): number {
  const unit = precision >= 3 ? 1 : 10 ** (3 - precision);
  return Math.floor(ms / unit) * unit;
}

/** Makes a share of the values null. */
export function randomNulls(name: string, rate: number): Fill {
  return (column: Column, range: RowRange) => {
    const keys = hashKeys(range.seed, `${name}\0null`, rowHighOf(range));
    const { nulls } = column;
    column.hasNulls = true;
    for (let i = 0; i < range.rowCount; i++) nulls[i] = uniform(range.first + i * range.step, keys) < rate ? 1 : 0;
  };
}
