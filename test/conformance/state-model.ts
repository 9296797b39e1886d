import { seededRandom } from '../../src/common/random.ts';
import { Batch, IntVector } from '../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../src/data/column.ts';
import type { SqlType } from '../../src/data/types/sql-type.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import { type KeyedTable, ScanCursor } from '../../src/state/keyed-table.ts';
import type { StateBackend } from '../../src/state/state-backend.ts';

/** A key column's value: text for bytes, the unscaled integer for i128, nanoseconds since 1970 for ts96. */
export type KeyValue = number | bigint | string | null;
export type Key = readonly KeyValue[];

export interface StateUnderTest {
  readonly kernels: Kernels;
  readonly state: StateBackend;
}

const encoder = new TextEncoder();

/** Columns for keys, and the memory that their strings lie in. */
export class KeyBatch {
  readonly kernels: Kernels;
  readonly columns: readonly Column[];
  readonly batch: Batch;
  readonly selection: IntVector;
  #stored: { address: number; byteLength: number }[] = [];

  constructor(kernels: Kernels, keyTypes: readonly SqlType[]) {
    this.kernels = kernels;
    this.columns = keyTypes.map((type) => new Column(kernels.memory, type));
    this.batch = new Batch(this.columns);
    this.selection = new IntVector(kernels.memory);
  }

  /** Fills the batch; with `picked`, only those rows count. */
  fill(keys: readonly Key[], picked?: readonly number[]): Batch {
    this.freeStrings();
    this.columns.forEach((column, c) => {
      column.hasNulls = keys.some((key) => key[c] === null);
      keys.forEach((key, row) => {
        this.#put(column, row, key[c]!);
      });
    });
    this.batch.rowCount = keys.length;
    this.batch.selection = picked === undefined ? null : this.selection;
    this.batch.selectedCount = picked?.length ?? 0;
    if (picked !== undefined) this.selection.view.set(picked);
    return this.batch;
  }

  /** Overwrites and frees the strings of the last batch, so that who refers to them instead of copying is found out. */
  freeStrings(): void {
    const { memory } = this.kernels;
    for (const { address, byteLength } of this.#stored) {
      memory.u8.fill(0x21, address, address + byteLength);
      memory.free(address, Math.max(byteLength, 1));
    }
    this.#stored = [];
  }

  free(): void {
    this.freeStrings();
    for (const column of this.columns) column.free();
    this.selection.free();
  }

  #put(column: Column, row: number, value: KeyValue): void {
    if (column.hasNulls) column.nulls[row] = value === null ? 1 : 0;
    if (value === null) this.#putRubbish(column, row);
    else if (typeof value === 'string') {
      const stored = this.kernels.memory.store(encoder.encode(value));
      this.#stored.push(stored);
      (column.values as Int32Array)[row] = stored.address;
      (column.aux as Int32Array)[row] = stored.byteLength;
    } else if (column.storage === 'i128') {
      (column.values as BigInt64Array)[row] = BigInt.asIntN(64, value as bigint);
      (column.aux as BigInt64Array)[row] = BigInt.asIntN(64, (value as bigint) >> 64n);
    } else if (column.storage === 'ts96') {
      const nanos = (((value as bigint) % 1_000_000n) + 1_000_000n) % 1_000_000n;
      (column.values as BigInt64Array)[row] = ((value as bigint) - nanos) / 1_000_000n;
      (column.aux as Int32Array)[row] = Number(nanos);
    } else if (typeof value === 'bigint') (column.values as BigInt64Array)[row] = value;
    else (column.values as Float64Array)[row] = value;
  }

  /** The value under a null is undefined: another one each time. */
  #putRubbish(column: Column, row: number): void {
    if (column.values instanceof BigInt64Array) column.values[row] = BigInt(row) * 77n;
    else column.values[row] = row;
    if (column.aux.length > 0 && column.aux instanceof Int32Array) column.aux[row] = -row;
  }
}

/** The value at a row of a column, as fill() takes it. */
export function valueAt(kernels: Kernels, column: Column, row: number): KeyValue {
  if (column.isNull(row)) return null;
  const value = column.values[row]!;
  if (column.storage === 'bytes') return kernels.memory.text(value as number, (column.aux as Int32Array)[row]!);
  if (column.storage === 'i128') return ((column.aux as BigInt64Array)[row]! << 64n) | BigInt.asUintN(64, value as bigint);
  if (column.storage === 'ts96') return (value as bigint) * 1_000_000n + BigInt((column.aux as Int32Array)[row]!);
  return value;
}

/** A name for a key by its value: -0 is not 0, NaN is NaN. */
export function keyText(key: Key): string {
  return key.map((value) => (value === null ? 'null' : `${typeof value}:${Object.is(value, -0) ? '-0' : value}`)).join('|');
}

/** All rows and their keys, found by scans of up to `limit` rows. */
export function liveRows(kernels: Kernels, table: KeyedTable, limit = BATCH_ROWS): { row: number; key: Key }[] {
  return [...scannedRows(kernels, table, limit)];
}

/** As liveRows(), one by one: a row is handed out before the next scan, after which its address may hold no more. */
export function* scannedRows(kernels: Kernels, table: KeyedTable, limit = BATCH_ROWS): Generator<{ row: number; key: Key }> {
  const out = new IntVector(kernels.memory);
  const columns = table.keyTypes.map((type) => new Column(kernels.memory, type));
  const cursor = new ScanCursor();
  for (let count = table.scan(cursor, limit, out); count > 0; count = table.scan(cursor, limit, out)) {
    table.readKeys(out, count, columns);
    const rows = out.view.slice(0, count);
    const keys = Array.from({ length: count }, (_, i) => columns.map((column) => valueAt(kernels, column, i)));
    for (let i = 0; i < count; i++) yield { row: rows[i]! >>> 0, key: keys[i]! };
  }
  for (const column of columns) column.free();
  out.free();
}

/** Random keys of given types: few of them, so that they repeat, with nulls where the type allows and with awkward values. */
export function keySource(keyTypes: readonly SqlType[], keyCount: number, seed: number): () => Key {
  const random = seededRandom(seed);
  const pool = Array.from({ length: keyCount }, () => keyTypes.map((type) => randomValue(type, random.below, keyCount)));
  return () => pool[random.below(pool.length)]!;
}

const AWKWARD_TEXTS = [
  '',
  '\0',
  '\0\0',
  'twelve bytes',
  'thirteen byte',
  'thirteen bytf',
  'exactly sixteen.',
  'Ümläut',
  '日本語日本語',
  '日',
];
const AWKWARD_DOUBLES = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.5, -0.5];
const AWKWARD_LONGS = [0n, -1n, 1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n];

function randomValue(type: SqlType, below: (bound: number) => number, keyCount: number): KeyValue {
  if (type.nullable && below(8) === 0) return null;
  const n = below(keyCount);
  const awkward = below(6) === 0;
  switch (type.root) {
    case 'VARCHAR':
    case 'VARBINARY':
      if (awkward) return AWKWARD_TEXTS[below(AWKWARD_TEXTS.length)]!;
      return below(2) === 0 ? `k${n}` : `a rather long key with the number ${'0'.repeat(below(40))}${n}`;
    case 'DOUBLE':
    case 'FLOAT':
      return awkward ? AWKWARD_DOUBLES[below(AWKWARD_DOUBLES.length)]! : n / 4;
    case 'DECIMAL':
      return BigInt(n - 3) * (type.precision > 18 ? 10n ** 30n + 1n : 1n);
    case 'TIMESTAMP':
      return type.precision > 6 ? BigInt(n - 50) * 1_000_000_001n : BigInt(n);
    case 'BIGINT':
      return awkward ? AWKWARD_LONGS[below(AWKWARD_LONGS.length)]! : BigInt(n) * 0x1_0000_0001n;
    case 'BOOLEAN':
      return n & 1;
    case 'TINYINT':
      return ((n % 256) << 24) >> 24;
    case 'SMALLINT':
      return ((n % 65_536) << 16) >> 16;
    default:
      return n - 5;
  }
}
