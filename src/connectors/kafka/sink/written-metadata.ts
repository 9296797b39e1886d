import type { Batch } from '../../../data/batch.ts';
import { BATCH_ROWS } from '../../../data/column.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { timestampUnitsPerSecond } from '../../../data/types/storage.ts';

const encoder = new TextEncoder();

/** The times and headers of records, from the columns that hold them. */
export class WrittenMetadata {
  /** Address of an i64 a row, in milliseconds; 0 where records have the time at which they are written. */
  readonly timestamps: number;
  /** Addresses of the headers' bytes and of a u32 a row that says where they end; 0 where there are none. */
  headers = 0;
  readonly headerEnds: number;
  readonly #memory: LinearMemory;
  readonly #timestampColumn: number | undefined;
  readonly #headersColumn: number | undefined;
  #capacity = 0;

  constructor(memory: LinearMemory, metadata: ReadonlyMap<number, string>) {
    const columnOf = (key: string): number | undefined => [...metadata].find(([, each]) => each === key)?.[0];
    this.#memory = memory;
    this.#timestampColumn = columnOf('timestamp');
    this.#headersColumn = columnOf('headers');
    this.timestamps = this.#timestampColumn === undefined ? 0 : memory.alloc(BATCH_ROWS * 8);
    this.headerEnds = this.#headersColumn === undefined ? 0 : memory.alloc(BATCH_ROWS * 4);
  }

  /** Takes the metadata of rows [start, start + count). */
  fill(batch: Batch, start: number, count: number, now: bigint): void {
    if (this.#timestampColumn !== undefined) this.#fillTimestamps(batch, start, count, now);
    if (this.#headersColumn !== undefined) this.#fillHeaders(batch, start, count);
  }

  #fillTimestamps(batch: Batch, start: number, count: number, now: bigint): void {
    const column = batch.columns[this.#timestampColumn!]!;
    const precision = 'precision' in column.type ? column.type.precision : 3;
    const perMillisecond = BigInt(timestampUnitsPerSecond(precision) / 1000);
    const { i64 } = this.#memory;
    const first = this.timestamps >>> 3;
    for (let n = 0; n < count; n++) {
      const row = batch.rowIndex(start + n);
      i64[first + n] = column.isNull(row) ? now : floorDivide((column.values as BigInt64Array)[row]!, perMillisecond);
    }
  }

  #fillHeaders(batch: Batch, start: number, count: number): void {
    const column = batch.columns[this.#headersColumn!]!;
    const descriptor = descriptorOf(column.type);
    const bytes: number[] = [];
    const ends: number[] = [];
    for (let n = 0; n < count; n++) {
      const headers = descriptor.read(column, batch.rowIndex(start + n)) as ReadonlyMap<string, Uint8Array | null> | null;
      writeHeaders([...(headers ?? [])], bytes);
      ends.push(bytes.length);
    }
    this.#reserve(bytes.length);
    this.#memory.u8.set(bytes, this.headers);
    this.#memory.u32.set(ends, this.headerEnds >>> 2);
  }

  #reserve(byteSize: number): void {
    if (byteSize <= this.#capacity) return;
    if (this.#capacity > 0) this.#memory.free(this.headers, this.#capacity);
    this.#capacity = byteSize * 2;
    this.headers = this.#memory.alloc(this.#capacity);
  }

  free(): void {
    if (this.timestamps > 0) this.#memory.free(this.timestamps, BATCH_ROWS * 8);
    if (this.headerEnds > 0) this.#memory.free(this.headerEnds, BATCH_ROWS * 4);
    if (this.#capacity > 0) this.#memory.free(this.headers, this.#capacity);
  }
}

function writeHeaders(headers: readonly (readonly [string, Uint8Array | null])[], to: number[]): void {
  writeSize(headers.length, to);
  for (const [name, value] of headers) {
    const nameBytes = encoder.encode(name);
    writeSize(nameBytes.length, to);
    for (const byte of nameBytes) to.push(byte);
    writeSize(value === null ? -1 : value.length, to);
    for (const byte of value ?? []) to.push(byte);
  }
}

/** A number in Kafka's variable length, the sign in the lowest bit. */
function writeSize(size: number, to: number[]): void {
  let raw = ((size << 1) ^ (size >> 31)) >>> 0;
  for (; raw >= 0x80; raw >>>= 7) to.push((raw & 0x7f) | 0x80);
  to.push(raw);
}

const floorDivide = (value: bigint, by: bigint): bigint => (value < 0n && value % by !== 0n ? value / by - 1n : value / by);
