import type { MetadataColumn } from '../../catalog/connector-descriptor.ts';
import { assert } from '../../common/assert.ts';
import type { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { types } from '../../data/types/sql-type.ts';
import { timestampUnitsPerSecond } from '../../data/types/storage.ts';
import { nameOf } from './list-files.ts';
import type { SourceFile } from './source-file.ts';

/** The metadata columns of Flink's filesystem connector. */
export const FILE_METADATA: readonly MetadataColumn[] = [
  { key: 'file.path', type: types.string(false), writable: false, doc: 'Absolute path of the file.' },
  { key: 'file.name', type: types.string(false), writable: false, doc: 'Name of the file without its folder.' },
  { key: 'file.size', type: types.bigint(false), writable: false, doc: 'Size of the file on disk in bytes, when it was found.' },
  {
    key: 'file.modification-time',
    type: types.timestampLtz(3, false),
    writable: false,
    doc: 'When the file was last changed before it was found.',
  },
];

type Stored = ReturnType<LinearMemory['store']>;

/** Fills the metadata columns of a source: once per file, because all rows of a file have the same values. */
export class FileMetadata {
  readonly #memory: LinearMemory;
  readonly #columns: readonly { readonly key: string; readonly column: Column }[];
  #stored: Stored[] = [];

  constructor(memory: LinearMemory, columns: readonly { readonly key: string; readonly column: Column }[]) {
    this.#memory = memory;
    this.#columns = columns;
  }

  /** Sets the columns' values to those of `file`; those of the file before are given up. */
  fill(file: SourceFile): void {
    this.free();
    for (const { key, column } of this.#columns) {
      column.hasNulls = false;
      if (key === 'file.path') this.#fillText(column, file.path);
      else if (key === 'file.name') this.#fillText(column, nameOf(file.path));
      else if (key === 'file.size') fillBigint(column, BigInt(file.byteSize));
      else if (key === 'file.modification-time') fillTime(column, file.modifiedAt);
      else assert(false, `no metadata column ${key}`);
    }
  }

  free(): void {
    for (const { address, byteLength } of this.#stored) this.#memory.free(address, Math.max(byteLength, 1));
    this.#stored = [];
  }

  #fillText(column: Column, text: string): void {
    const stored = this.#memory.store(text);
    this.#stored.push(stored);
    (column.values as Int32Array).fill(stored.address | 0);
    (column.aux as Int32Array).fill(stored.byteLength);
  }
}

function fillBigint(column: Column, value: bigint): void {
  assert(column.storage === 'i64', 'file.size is a BIGINT');
  (column.values as BigInt64Array).fill(value);
}

function fillTime(column: Column, timeMs: number): void {
  const { type } = column;
  assert(type.root === 'TIMESTAMP_LTZ', 'file.modification-time is a TIMESTAMP_LTZ');
  (column.values as BigInt64Array).fill(BigInt(timeMs) * BigInt(timestampUnitsPerSecond(type.precision) / 1000));
  if (column.storage === 'ts96') (column.aux as Int32Array).fill(0);
}
