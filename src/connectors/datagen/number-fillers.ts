import type { Column } from '../../data/column.ts';
import { setUnscaled } from '../../data/types/decimal-descriptor.ts';
import type { RowRange } from './generator.ts';
import { rowHighOf } from './generator.ts';
import { bigBelow, type HashKeys, hash32, hashKeys, uniform } from './row-hash.ts';

export type Fill = (column: Column, range: RowRange) => void;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
/** Up to here a kernel makes integers through doubles. */
const MAX_KERNEL = 1n << 51n;
const isSafe = (value: bigint): boolean => value <= MAX_SAFE && value >= -MAX_SAFE;

/** Integers from min to max, both included, in any integer or DECIMAL column (unscaled). */
export function randomIntegers(name: string, min: bigint, max: bigint): Fill {
  const span = max - min + 1n;
  const safe = isSafe(min) && isSafe(max) && isSafe(span);
  const byKernel = min >= -MAX_KERNEL && max <= MAX_KERNEL && span <= MAX_KERNEL;
  return (column, range) => {
    const keys = hashKeys(range.seed, name, rowHighOf(range));
    if (column.storage === 'i64' && byKernel) fillByKernel(column, range, keys, Number(min), Number(span));
    else if (column.storage === 'i64' && safe) fillLongs(wordsOf(column), range, keys, Number(min), Number(span));
    else if (column.storage === 'i64' && span === 1n << 64n) fillAllLongs(wordsOf(column), range, keys);
    else if (column.storage === 'i32') fillInts(column.values as Int32Array, range, keys, Number(min), Number(span));
    else if (column.storage === 'i64' || column.storage === 'i128') fillUnscaled(column, range, keys, min, span);
    else fillSmall(column.values as Int8Array | Int16Array, range, keys, Number(min), Number(span));
  };
}

/** Counts up from `start`, as integers or unscaled decimals in steps of `unit`. */
export function sequenceIntegers(start: bigint, unit: bigint): Fill {
  return (column, range) => {
    const { first, step, rowCount } = range;
    const { storage } = column;
    const last = (start + BigInt(first + rowCount * step)) * unit;
    if (storage === 'i64' && unit === 1n && isSafe(start) && isSafe(last)) return countLongs(wordsOf(column), Number(start), range);
    for (let i = 0; i < rowCount; i++) {
      const value = (start + BigInt(first + i * step)) * unit;
      if (storage === 'i64' || storage === 'i128') setUnscaled(column, i, value);
      else column.values[i] = Number(value);
    }
  };
}

/** FLOAT and DOUBLE values evenly between min and max. */
export function randomDoubles(name: string, min: number, max: number): Fill {
  return (column, range) => {
    const keys = hashKeys(range.seed, name, rowHighOf(range));
    const values = column.values as Float64Array | Float32Array;
    const { first, step, rowCount } = range;
    for (let i = 0; i < rowCount; i++) {
      const share = uniform(first + i * step, keys);
      values[i] = min * (1 - share) + max * share;
    }
  };
}

export function sequenceDoubles(start: bigint): Fill {
  return (column, { first, step, rowCount }) => {
    const values = column.values as Float64Array | Float32Array;
    for (let i = 0; i < rowCount; i++) values[i] = Number(start + BigInt(first + i * step));
  };
}

/** The 32-bit words of a column of 64-bit integers, low word first: writing them costs no BigInt per row. */
const wordsOf = (column: Column): Int32Array => {
  const values = column.values as BigInt64Array;
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
};

// Hot: bench/datagen.ts. One loop per kind of array, so that each stays monomorphic.

function fillByKernel(column: Column, { first, step, rowCount, kernels }: RowRange, keys: HashKeys, min: number, span: number): void {
  kernels.datagenLongs(column.valuesAddress, rowCount, first | 0, step, keys.first, keys.second, min, span);
}

function countLongs(words: Int32Array, start: number, { first, step, rowCount }: RowRange): void {
  for (let i = 0; i < rowCount; i++) {
    const value = start + first + i * step;
    words[2 * i] = value | 0;
    words[2 * i + 1] = Math.floor(value / 4_294_967_296);
  }
}

function fillLongs(words: Int32Array, range: RowRange, keys: HashKeys, min: number, span: number): void {
  const { first, step, rowCount } = range;
  for (let i = 0; i < rowCount; i++) {
    const value = min + Math.floor(uniform(first + i * step, keys) * span);
    words[2 * i] = value | 0;
    words[2 * i + 1] = Math.floor(value / 4_294_967_296);
  }
}

function fillAllLongs(words: Int32Array, range: RowRange, { first: k1, second: k2 }: HashKeys): void {
  const { first, step, rowCount } = range;
  for (let i = 0; i < rowCount; i++) {
    const row = first + i * step;
    words[2 * i] = hash32(row, k1, k2);
    words[2 * i + 1] = hash32(row, k2, k1);
  }
}

function fillInts(values: Int32Array, range: RowRange, { first: k1, second: k2 }: HashKeys, min: number, span: number): void {
  const { first, step, rowCount } = range;
  const scale = span / 4_294_967_296;
  for (let i = 0; i < rowCount; i++) values[i] = min + Math.floor(hash32(first + i * step, k1, k2) * scale);
}

function fillSmall(values: Int8Array | Int16Array, range: RowRange, { first: k1, second: k2 }: HashKeys, min: number, span: number): void {
  const { first, step, rowCount } = range;
  const scale = span / 4_294_967_296;
  for (let i = 0; i < rowCount; i++) values[i] = min + Math.floor(hash32(first + i * step, k1, k2) * scale);
}

function fillUnscaled(column: Column, range: RowRange, keys: HashKeys, min: bigint, span: bigint): void {
  const { first, step, rowCount } = range;
  for (let i = 0; i < rowCount; i++) setUnscaled(column, i, min + bigBelow(first + i * step, keys, span));
}
