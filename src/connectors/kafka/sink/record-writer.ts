import { type Batch, RowKind } from '../../../data/batch.ts';
import { BATCH_ROWS } from '../../../data/column.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import type { LineBuffer } from './line-buffer.ts';
import { type BufferedRecords, PartitionBuffers } from './partition-buffers.ts';
import type { Partitioner } from './sink-settings.ts';
import type { WrittenMetadata } from './written-metadata.ts';

const STATE_BYTES = 64;
/** Word offsets in AppendState of src/kernels/assembly/kafka-append.ts, from the first after `now`. */
const INPUT = 2;
const NEEDED = 14;
const FULL = 13;

export interface RecordWriterParts {
  readonly values: LineBuffer;
  readonly keys: LineBuffer | undefined;
  readonly metadata: WrittenMetadata;
  readonly partitioner: Partitioner;
  readonly partitionCount: number;
  /** The worker's number: that of its first partition, and under the partitioner `fixed` of its only one. */
  readonly worker: number;
  readonly batchBytes: number;
  /** Whether a deletion is a record without a value. */
  readonly deletes: boolean;
  /** Takes the records of a full batch. They are a view that is valid during the call. */
  readonly onBatch: (partition: number, records: BufferedRecords) => void;
}

/** Turns rows into records in the batches of partitions, all in kernels over linear memory. */
export class RecordWriter {
  readonly #kernels: Kernels;
  readonly #parts: RecordWriterParts;
  readonly #buffers: PartitionBuffers;
  readonly #state: number;
  readonly #partitions: number;
  readonly #tombstones: number;
  /** The partition of records without a key, until its batch is full. */
  #current: number;
  #isDirty = false;

  constructor(kernels: Kernels, parts: RecordWriterParts) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#parts = parts;
    this.#buffers = new PartitionBuffers(kernels, parts.partitionCount, parts.batchBytes);
    this.#state = memory.alloc(STATE_BYTES);
    this.#partitions = memory.alloc(BATCH_ROWS * 4);
    this.#tombstones = memory.alloc(BATCH_ROWS);
    this.#current = parts.worker % parts.partitionCount;
  }

  /** Whether records wait in batches that are not full. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /** Writes rows from the `start`-th on; returns how many. */
  write(batch: Batch, start: number, now: number): number {
    const { values, keys, metadata } = this.#parts;
    let count = values.encode(batch, start);
    if (keys !== undefined) count = Math.min(count, keys.encode(batch, start));
    metadata.fill(batch, start, count, BigInt(now));
    const hasTombstones = this.#parts.deletes && batch.kinds !== null && this.#markDeletions(batch, start, count);
    const isScattered = this.#choosePartitions(count);
    this.#kernels.memory.i64[this.#state >>> 3] = BigInt(now);
    this.#words.set(
      [
        values.address,
        values.ends,
        keys?.address ?? 0,
        keys?.ends ?? 0,
        metadata.headers,
        metadata.headerEnds,
        metadata.timestamps,
        hasTombstones ? this.#tombstones : 0,
        isScattered ? this.#partitions : 0,
        this.#current,
        this.#buffers.address,
      ],
      INPUT,
    );
    this.#append(count);
    this.#isDirty = true;
    return count;
  }

  /** Hands out all batches, full or not. */
  flush(): void {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    for (let partition = 0; partition < this.#parts.partitionCount; partition++)
      if (!this.#buffers.isEmpty(partition)) this.#seal(partition);
  }

  free(): void {
    const { memory } = this.#kernels;
    this.#buffers.free();
    this.#parts.values.free();
    this.#parts.keys?.free();
    this.#parts.metadata.free();
    memory.free(this.#state, STATE_BYTES);
    memory.free(this.#partitions, BATCH_ROWS * 4);
    memory.free(this.#tombstones, BATCH_ROWS);
  }

  #append(count: number): void {
    for (let done = 0; ; ) {
      done += this.#kernels.kafkaAppend(this.#state, done, count);
      if (done === count) return;
      const partition = this.#words[FULL]!;
      if (this.#buffers.isEmpty(partition)) this.#buffers.reserve(partition, this.#words[NEEDED]!);
      else this.#seal(partition);
    }
  }

  #seal(partition: number): void {
    this.#parts.onBatch(partition, this.#buffers.take(partition));
    if (partition !== this.#current || this.#parts.partitioner === 'fixed') return;
    // The next batch without a key goes to the next partition.
    this.#current = (partition + 1) % this.#parts.partitionCount;
    this.#words[INPUT + 9] = this.#current;
  }

  /** Whether each row has a partition of its own. */
  #choosePartitions(count: number): boolean {
    const { keys, partitioner, partitionCount } = this.#parts;
    if (partitioner === 'default' && keys !== undefined) {
      this.#kernels.kafkaPartitions(keys.address, keys.ends, count, partitionCount, this.#partitions);
      return true;
    }
    if (partitioner !== 'round-robin') return false;
    const { u32 } = this.#kernels.memory;
    for (let n = 0; n < count; n++) u32[(this.#partitions >>> 2) + n] = (this.#current + n) % partitionCount;
    this.#current = (this.#current + count) % partitionCount;
    return true;
  }

  #markDeletions(batch: Batch, start: number, count: number): boolean {
    const { u8 } = this.#kernels.memory;
    let isAny = false;
    for (let n = 0; n < count; n++) {
      const isDeleted = batch.kind(batch.rowIndex(start + n)) === RowKind.delete;
      u8[this.#tombstones + n] = Number(isDeleted);
      isAny ||= isDeleted;
    }
    return isAny;
  }

  get #words(): Uint32Array {
    return this.#kernels.memory.u32.subarray(this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
  }
}
