import type { Kernels } from '../../../kernels/kernels.ts';
import { Checksum } from '../client/checksum.ts';
import { COMPRESSION_TYPES, type Codecs } from '../codecs/codecs.ts';
import { MessageTable, type Section } from './message-table.ts';
import { BatchCursor, type Chunk } from './record-batch.ts';
import type { SourcePartition } from './source-partition.ts';

/** Bytes of records that are taken at once, unless a single batch is larger: they stay in the cache between the check of their sum and their decoding. */
const LOAD_BYTES = 256 * 1024;

interface LoaderOptions {
  /** Whether the sums of batches are checked. */
  readonly checksSums: boolean;
  /** Whether messages without a value are wanted. */
  readonly takesTombstones: boolean;
}

/**
 * Brings what was fetched before the decoder: takes record batches of a partition, each partition in turn, checks and decompresses them, and
 * fills a table of messages with where their values and keys lie.
 */
export class RecordLoader {
  readonly table: MessageTable;
  bytesRead = 0;
  /** The partition whose records lie in the table; undefined when they were all passed. */
  partition: SourcePartition | undefined;
  readonly #kernels: Kernels;
  readonly #codecs: Codecs;
  readonly #checksum: Checksum | undefined;
  readonly #partitions: readonly SourcePartition[];
  #cursor: BatchCursor | undefined;
  /** Chunks of which no batch is left, and whose records may lie in the table. */
  #emptied: Chunk[] = [];
  /** Offset after what was loaded, and the leader's epoch before it. */
  #loadedTo = 0;
  #loadedEpoch = -1;
  /** Index in the partitions of the one that is asked first. */
  #turn = 0;

  /** `partitions` may grow. */
  constructor(kernels: Kernels, codecs: Codecs, partitions: readonly SourcePartition[], options: LoaderOptions) {
    this.#kernels = kernels;
    this.#codecs = codecs;
    this.#partitions = partitions;
    this.#checksum = options.checksSums ? new Checksum(kernels) : undefined;
    this.table = new MessageTable(kernels, options.takesTombstones);
  }

  /** Fills the table with the next messages: of what was loaded, else of what was fetched. False when there are none. Throws MS3075. */
  fill(): boolean {
    for (;;) {
      if ((this.partition === undefined || !this.table.hasMore) && !this.#load()) return false;
      this.table.fill(this.partition!.name);
      if (this.table.count > 0) return true;
      this.pass(0);
    }
  }

  /** Messages before the `next` have been handed out: says how far the partition is. */
  pass(next: number): void {
    const { table } = this;
    const partition = this.partition!;
    if (next < table.count) {
      partition.position = Number(table.offset(next));
      partition.epoch = table.leaderEpoch(next);
    } else if (!table.hasMore) {
      partition.position = Math.max(partition.position, this.#loadedTo);
      partition.epoch = this.#loadedEpoch;
    } else if (table.count > 0) {
      partition.position = Number(table.offset(table.count - 1)) + 1;
      partition.epoch = table.leaderEpoch(table.count - 1);
    }
    if (next < table.count || table.hasMore || this.#cursor !== undefined) return;
    this.partition = undefined;
    if (partition.isFetched) partition.settle();
  }

  /** Forgets what was loaded. */
  reset(): void {
    this.#giveBack();
    this.#cursor?.chunk.block.release();
    this.#cursor = undefined;
    this.partition = undefined;
    this.table.load([], 0);
  }

  free(): void {
    this.table.free();
    this.#checksum?.free();
  }

  #load(): boolean {
    this.#giveBack();
    const partition = this.#cursor === undefined ? this.#nextPartition() : this.partition;
    this.partition = partition;
    if (partition === undefined) return false;
    const sections: Section[] = [];
    for (let byteSize = 0; byteSize < LOAD_BYTES; ) {
      const section = this.#nextSection(partition, sections.length === 0);
      if (section === undefined) break;
      sections.push(section);
      byteSize += section.decompressed?.length ?? section.batch.byteSize;
    }
    this.table.load(sections, partition.end);
    return true;
  }

  #nextSection(partition: SourcePartition, isFirst: boolean): Section | undefined {
    for (;;) {
      // What comes after a jump is taken when all before it was handed out.
      if (this.#cursor === undefined && !isFirst && partition.isAtJump) return undefined;
      this.#cursor ??= this.#openCursor(partition);
      if (this.#cursor === undefined) return undefined;
      const batch = this.#cursor.next();
      if (batch !== undefined) {
        this.#loadedTo = batch.lastOffset + 1;
        this.#loadedEpoch = batch.leaderEpoch;
        this.bytesRead += batch.byteSize;
        const decompressed = this.#decompressed(batch, partition.name);
        return { batch, decompressed, fromOffset: Math.max(partition.position, this.#cursor.fromOffset) };
      }
      this.#loadedTo = this.#cursor.nextOffset;
      this.#loadedEpoch = this.#cursor.leaderEpoch;
      this.#emptied.push(this.#cursor.chunk);
      this.#cursor = undefined;
    }
  }

  #openCursor(partition: SourcePartition): BatchCursor | undefined {
    const taken = partition.takeChunk();
    if (taken === undefined) return undefined;
    return new BatchCursor(taken.chunk, taken.from, { memory: this.#kernels.memory, checksum: this.#checksum, place: partition.name });
  }

  #decompressed(
    { compression, address, byteSize }: { compression: number; address: number; byteSize: number },
    place: string,
  ): Uint8Array | undefined {
    const type = COMPRESSION_TYPES[compression]!;
    if (type === 'none') return undefined;
    return this.#codecs.decompress(type, this.#kernels.memory.u8.subarray(address, address + byteSize), place);
  }

  #giveBack(): void {
    for (const { block } of this.#emptied) block.release();
    this.#emptied = [];
  }

  #nextPartition(): SourcePartition | undefined {
    for (let n = this.#partitions.length; n > 0; n--) {
      const partition = this.#partitions[this.#turn % this.#partitions.length]!;
      this.#turn++;
      if (partition.hasChunks) return partition;
    }
    return undefined;
  }
}
