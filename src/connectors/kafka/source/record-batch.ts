import { ConnectorError } from '../../../common/errors.ts';

/** Bytes before the records of a batch. */
export const HEADER_BYTES = 61;
/** Bytes before those that the batch's length counts. */
export const LENGTH_END = 12;

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
  /** The records, compressed or not: a view. */
  readonly records: Uint8Array;
}

/** A transaction of which records may be among those fetched, and which was aborted. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What one partition's part of a fetch response carries. */
export interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly aborted: readonly AbortedTransaction[];
}

/**
 * The batches of a chunk one after the other, without those that are not to be seen: control batches, and those of aborted transactions,
 * which a broker sends all the same. The last batch of a chunk may be cut off; it comes again with the next fetch.
 */
export class BatchCursor {
  /** Where the fetch began: records before it are not wanted, although the first batch may have some. */
  readonly fromOffset: number;
  /** Offset of what follows the batches that next() has passed. */
  nextOffset: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #place: string;
  /** By their first offsets, of those that are not yet in #aborting. */
  readonly #aborted: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();
  #at = 0;

  constructor({ bytes, aborted }: Chunk, fromOffset: number, place: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#place = place;
    this.#aborted = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset);
    this.fromOffset = fromOffset;
    this.nextOffset = fromOffset;
  }

  /** The next batch with records to be seen; undefined at the end. Throws MS3075. */
  next(): RecordBatch | undefined {
    for (let batch = this.#read(); batch !== undefined; batch = this.#read()) {
      this.nextOffset = Math.max(this.nextOffset, batch.lastOffset + 1);
      if (!this.#isHidden(batch) && batch.recordCount > 0) return batch;
    }
    return undefined;
  }

  /** The bytes that the batches are views of. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  #isHidden(batch: RecordBatch): boolean {
    while (this.#aborted.length > 0 && this.#aborted.at(-1)!.firstOffset <= batch.lastOffset) {
      this.#aborting.add(this.#aborted.pop()!.producerId);
    }
    if (batch.isControl) {
      if (isAbortMarker(batch)) this.#aborting.delete(batch.producerId);
      return true;
    }
    return batch.isTransactional && this.#aborting.has(batch.producerId);
  }

  #read(): RecordBatch | undefined {
    const at = this.#at;
    const left = this.#bytes.length - at;
    if (left < LENGTH_END) return undefined;
    const view = this.#view;
    const end = at + LENGTH_END + view.getInt32(at + 8);
    if (end > this.#bytes.length) return undefined;
    if (end < at + HEADER_BYTES || view.getInt8(at + 16) !== 2) throw this.#damaged(at);
    this.#at = end;
    const baseOffset = Number(view.getBigInt64(at));
    const attributes = view.getInt16(at + 21);
    return {
      baseOffset,
      leaderEpoch: view.getInt32(at + 12),
      lastOffset: baseOffset + view.getInt32(at + 23),
      compression: attributes & 7,
      isLogAppendTime: (attributes & 8) !== 0,
      isTransactional: (attributes & 16) !== 0,
      isControl: (attributes & 32) !== 0,
      baseTimestamp: view.getBigInt64(at + 27),
      maxTimestamp: view.getBigInt64(at + 35),
      producerId: view.getBigInt64(at + 43),
      recordCount: view.getInt32(at + 57),
      records: this.#bytes.subarray(at + HEADER_BYTES, end),
    };
  }

  #damaged(at: number): ConnectorError {
    const magic = this.#view.getInt8(at + 16);
    return new ConnectorError(
      'MS3075',
      `${this.#place} after offset ${this.nextOffset - 1}: no record batch of version 2 (found ${magic})`,
      {
        hint: 'records written before Kafka 0.11 must be written anew',
      },
    );
  }
}

/** The offset after the last whole batch among these bytes; undefined where there is none. */
export function offsetAfter(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let next: number | undefined;
  for (let at = 0; bytes.length - at >= HEADER_BYTES; ) {
    const end = at + LENGTH_END + view.getInt32(at + 8);
    if (end > bytes.length || end < at + HEADER_BYTES) break;
    next = Number(view.getBigInt64(at)) + view.getInt32(at + 23) + 1;
    at = end;
  }
  return next;
}

/** A control record's key is a version and a type, 0 for abort. */
function isAbortMarker({ records }: RecordBatch): boolean {
  // Length, attributes, two deltas and the key's size take a byte each in a control record, but for the length of a long one.
  const start = (records[0] ?? 0) >= 0x80 ? 6 : 5;
  return records[start + 2] === 0 && records[start + 3] === 0;
}
