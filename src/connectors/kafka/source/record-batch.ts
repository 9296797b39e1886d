import { ConnectorError } from '../../../common/errors.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import type { Checksum } from '../client/checksum.ts';
import type { MemoryBlock } from '../client/memory-blocks.ts';

/** Bytes before the records of a batch. */
export const HEADER_BYTES = 61;
/** Bytes before those that the batch's length counts. */
export const LENGTH_END = 12;
/** Bytes before those that the checksum covers. */
export const CHECKED_FROM = 21;

/** The header of a record batch of the version that brokers have stored since 2017 (magic 2). */
export interface RecordBatch {
  readonly baseOffset: number;
  readonly leaderEpoch: number;
  readonly lastOffset: number;
  /** Number in COMPRESSION_TYPES. */
  readonly compression: number;
  /** Whether all records have the time at which the broker took them. */
  readonly isLogAppendTime: boolean;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  readonly recordCount: number;
  /** Where the records lie in linear memory, compressed or not. */
  readonly address: number;
  readonly byteSize: number;
}

/** A transaction of which records may be among those fetched, and which was aborted. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What one partition's part of a fetch response carries, in linear memory. */
export interface Chunk {
  readonly address: number;
  readonly byteSize: number;
  readonly aborted: readonly AbortedTransaction[];
  /** What it lies in, in the hands of the chunk's owner. */
  readonly block: MemoryBlock;
}

interface CursorParts {
  readonly memory: LinearMemory;
  /** undefined: sums are not checked. */
  readonly checksum: Checksum | undefined;
  /** The partition, in messages. */
  readonly place: string;
}

/**
 * The batches of a chunk one after the other, without those that are not to be seen: control batches, and those of aborted transactions,
 * which a broker sends all the same. The last batch of a chunk may be cut off; it comes again with the next fetch.
 */
export class BatchCursor {
  readonly chunk: Chunk;
  /** Where the fetch began: records before it are not wanted, although the first batch may have some. */
  readonly fromOffset: number;
  /** Offset of what follows the batches that next() has passed. */
  nextOffset: number;
  /** The leader's epoch in the last of them, -1 before the first. */
  leaderEpoch = -1;
  readonly #parts: CursorParts;
  /** By their first offsets, of those that are not yet in #aborting. */
  readonly #aborted: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();
  #at: number;

  constructor(chunk: Chunk, fromOffset: number, parts: CursorParts) {
    this.chunk = chunk;
    this.#parts = parts;
    this.#at = chunk.address;
    this.#aborted = [...chunk.aborted].sort((a, b) => b.firstOffset - a.firstOffset);
    this.fromOffset = fromOffset;
    this.nextOffset = fromOffset;
  }

  /** The next batch with records to be seen; undefined at the end. Throws MS3075. */
  next(): RecordBatch | undefined {
    for (let batch = this.#read(); batch !== undefined; batch = this.#read()) {
      this.nextOffset = Math.max(this.nextOffset, batch.lastOffset + 1);
      this.leaderEpoch = batch.leaderEpoch;
      if (!this.#isHidden(batch) && batch.recordCount > 0) return batch;
    }
    return undefined;
  }

  #isHidden(batch: RecordBatch): boolean {
    while (this.#aborted.length > 0 && this.#aborted.at(-1)!.firstOffset <= batch.lastOffset) {
      this.#aborting.add(this.#aborted.pop()!.producerId);
    }
    if (batch.isControl) {
      if (isAbortMarker(this.#parts.memory, batch)) this.#aborting.delete(batch.producerId);
      return true;
    }
    return batch.isTransactional && this.#aborting.has(batch.producerId);
  }

  #read(): RecordBatch | undefined {
    const start = this.#at;
    const left = this.chunk.address + this.chunk.byteSize - start;
    if (left < LENGTH_END) return undefined;
    const view = new DataView(this.#parts.memory.wasm.buffer, start, left);
    const byteSize = LENGTH_END + view.getInt32(8);
    if (byteSize > left) return undefined;
    if (byteSize < HEADER_BYTES || view.getInt8(16) !== 2) throw this.#unknownVersion(view.getInt8(16));
    this.#at = start + byteSize;
    const baseOffset = Number(view.getBigInt64(0));
    const lastOffset = baseOffset + view.getInt32(23);
    const { checksum } = this.#parts;
    if (checksum !== undefined && checksum.ofMemory(start + CHECKED_FROM, byteSize - CHECKED_FROM) !== view.getUint32(17)) {
      throw this.#wrongSum(baseOffset, lastOffset);
    }
    const attributes = view.getInt16(21);
    return {
      baseOffset,
      leaderEpoch: view.getInt32(12),
      lastOffset,
      compression: attributes & 7,
      isLogAppendTime: (attributes & 8) !== 0,
      isTransactional: (attributes & 16) !== 0,
      isControl: (attributes & 32) !== 0,
      baseTimestamp: view.getBigInt64(27),
      maxTimestamp: view.getBigInt64(35),
      producerId: view.getBigInt64(43),
      recordCount: view.getInt32(57),
      address: start + HEADER_BYTES,
      byteSize: byteSize - HEADER_BYTES,
    };
  }

  #unknownVersion(magic: number): ConnectorError {
    return new ConnectorError(
      'MS3075',
      `${this.#parts.place} after offset ${this.nextOffset - 1}: no record batch of version 2 (found ${magic})`,
      { hint: 'records written before Kafka 0.11 must be written anew' },
    );
  }

  #wrongSum(baseOffset: number, lastOffset: number): ConnectorError {
    return new ConnectorError(
      'MS3075',
      `${this.#parts.place}: the checksum of offsets ${baseOffset} to ${lastOffset} does not fit the bytes`,
      {
        hint: "the records are damaged where they are stored, or on their way; of Kafka 'properties.check.crcs' = 'false' reads them all the same",
      },
    );
  }
}

/** What the whole batches of a chunk say of it without being walked. */
export interface ChunkSummary {
  /** The offset after the last whole batch; undefined where there is none. */
  readonly nextOffset: number | undefined;
  /** The leader's epoch in the last whole batch. */
  readonly leaderEpoch: number;
  /** The numbers of the compressions in use. */
  readonly compressions: ReadonlySet<number>;
}

export function summarize(memory: LinearMemory, address: number, byteSize: number): ChunkSummary {
  const view = new DataView(memory.wasm.buffer, address, byteSize);
  const compressions = new Set<number>();
  let nextOffset: number | undefined;
  let leaderEpoch = -1;
  for (let at = 0; byteSize - at >= HEADER_BYTES; ) {
    const end = at + LENGTH_END + view.getInt32(at + 8);
    if (end > byteSize || end < at + HEADER_BYTES) break;
    nextOffset = Number(view.getBigInt64(at)) + view.getInt32(at + 23) + 1;
    leaderEpoch = view.getInt32(at + 12);
    if (view.getInt8(at + 16) === 2) compressions.add(view.getInt16(at + 21) & 7);
    at = end;
  }
  return { nextOffset, leaderEpoch, compressions };
}

/** A control record's key is a version and a type, 0 for abort. */
function isAbortMarker({ u8 }: LinearMemory, { address }: RecordBatch): boolean {
  // Length, attributes, two deltas and the key's size take a byte each in a control record, but for the length of a long one.
  const start = address + ((u8[address] ?? 0) >= 0x80 ? 6 : 5);
  return u8[start + 2] === 0 && u8[start + 3] === 0;
}
