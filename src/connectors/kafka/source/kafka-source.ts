import { Batch, IntVector } from '../../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../../data/column.ts';
import type { Decoder, Messages } from '../../../runtime/decoder.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../../runtime/source.ts';
import { BytePool } from '../client/byte-pool.ts';
import type { Cluster } from '../client/cluster.ts';
import { COMPRESSION_TYPES, Codecs } from '../codecs/codecs.ts';
import { decodeMessages } from './decode-messages.ts';
import { Fetcher } from './fetcher.ts';
import { commitOffsets } from './group-offsets.ts';
import { KeyColumns } from './key-columns.ts';
import { MESSAGE_BYTES, MessageTable, type Section } from './message-table.ts';
import { MetadataColumns } from './metadata-columns.ts';
import type { PartitionDiscovery } from './partition-discovery.ts';
import type { BatchCursor } from './record-batch.ts';
import { recordLayout } from './record-layout.ts';
import { type PartitionPosition, SourcePartition } from './source-partition.ts';
import type { SourceSettings } from './source-settings.ts';

/** Bytes of records that are taken into linear memory at once, unless a single batch is larger. */
const LOAD_BYTES = 1024 * 1024;
/** Loads without a row that one poll passes over before it lets others run. */
const STEPS_PER_POLL = 4;

/**
 * Reads partitions of Kafka. Whole record batches come from the wire and are copied to linear memory; a kernel finds where each record's
 * value lies, and the decoder turns up to a batch of values into columns in one call. No object is made of a message.
 */
export class KafkaSource implements SourceReader {
  split = 0;
  bytesRead = 0;
  readonly #context: SourceContext;
  readonly #cluster: Cluster;
  readonly #settings: SourceSettings;
  readonly #discovery: PartitionDiscovery;
  readonly #codecs = new Codecs();
  readonly #pool = new BytePool();
  readonly #fetcher: Fetcher;
  readonly #partitions: SourcePartition[] = [];
  readonly #startOffsets: { readonly sum: number };
  readonly #active = new Set<number>();
  readonly #decoder: Decoder;
  readonly #keys: KeyColumns | undefined;
  readonly #metadata: MetadataColumns;
  readonly #table: MessageTable;
  readonly #rows: number;
  readonly #selection: IntVector;
  readonly #batch: Batch;
  /** The columns of the value alone: what the decoder fills. */
  readonly #decoded: Batch;
  /** The partition whose records lie in the table. */
  #current: SourcePartition | undefined;
  #cursor: BatchCursor | undefined;
  /** Offset after what was loaded. */
  #loadedTo = 0;
  /** The first message in the table that is not decoded. */
  #next = 0;
  /** Index in the partitions of the one that is asked first. */
  #turn = 0;
  #isStarted = false;
  #isClosed = false;

  constructor(
    context: SourceContext,
    cluster: Cluster,
    settings: SourceSettings,
    discovery: PartitionDiscovery,
    partitions: readonly PartitionPosition[],
  ) {
    const { kernels, schema, tableSchema, metadata, options } = context;
    const { memory } = kernels;
    const columns = schema.fields.map((field) => new Column(memory, field.type));
    const layout = recordLayout({ options, schema, tableSchema, isMetadata: isMetadataOf(context) });
    // A column that is in both is read from the value, as in Flink.
    const inValue = new Set(layout.value.columns);
    const keyColumns = (layout.key?.columns ?? []).filter((index) => !inValue.has(index));
    this.#context = context;
    this.#cluster = cluster;
    this.#settings = settings;
    this.#discovery = discovery;
    this.#fetcher = new Fetcher(cluster, settings, this.#codecs, this.#pool, this.#partitions);
    this.#decoder = context.createDecoder(layout.value.part);
    if (keyColumns.length > 0) {
      const fields = layout.key!.part.schema.fields.filter((_, i) => keyColumns.includes(layout.key!.columns[i]!));
      const decoder = context.createDecoder({ ...layout.key!.part, schema: { fields } });
      this.#keys = new KeyColumns(
        kernels,
        decoder,
        keyColumns.map((index) => columns[index]!),
      );
    }
    this.#metadata = new MetadataColumns(
      memory,
      [...metadata].map(([index, key]) => ({ key, column: columns[index]! })),
    );
    this.#table = new MessageTable(kernels);
    this.#rows = memory.alloc(BATCH_ROWS * 4);
    this.#selection = new IntVector(memory);
    this.#batch = new Batch(columns);
    this.#decoded = new Batch(layout.value.columns.map((index) => columns[index]!));
    this.#add(partitions);
    this.#startOffsets = { sum: this.#sumOf(({ position }) => position) };
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#active;
  }

  poll(): PollResult {
    this.#start();
    if (this.#fetcher.failure !== undefined) throw this.#fetcher.failure;
    for (let step = 0; step < STEPS_PER_POLL; step++) {
      if (this.#next >= this.#table.count && !this.#refill()) return this.#whenNothing();
      const partition = this.#current!;
      const rowCount = this.#decode();
      this.#advance();
      if (rowCount > 0) return this.#handOut(partition);
    }
    return 'idle';
  }

  async wait(signal: AbortSignal): Promise<void> {
    this.#start();
    const hasWork = this.#current !== undefined || this.#partitions.some(({ hasChunks }) => hasChunks);
    if (hasWork || this.#fetcher.failure !== undefined || this.#isAtEnd) return;
    await this.#fetcher.changed(signal);
  }

  position(): PartitionPosition[] {
    return this.#partitions.map((partition) => partition.toPosition());
  }

  restore(position: unknown): void {
    const stored = position as readonly PartitionPosition[];
    // Partitions that are not in it are new: they are read from their first record on, wherever the job began to read the others.
    const fresh = this.position()
      .filter((now) => !stored.some((each) => each.topic === now.topic && each.partition === now.partition))
      .map((each) => ({ ...each, offset: 0 }));
    this.#partitions.length = 0;
    this.#active.clear();
    this.#current = undefined;
    this.#cursor = undefined;
    this.#table.count = 0;
    this.#next = 0;
    this.#add([...stored, ...fresh]);
  }

  async checkpointCompleted(position: unknown): Promise<void> {
    if (this.#settings.commitsOffsets)
      await commitOffsets(this.#cluster, this.#settings.groupId!, position as readonly PartitionPosition[]);
  }

  progress(): Progress | undefined {
    if (this.#settings.end === undefined) return undefined;
    const start = this.#startOffsets.sum;
    const total = this.#sumOf(({ position, end }) => Math.max(position, end));
    return { done: this.#sumOf(({ position }) => position) - start, total: total - start };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#discovery.stop();
    await this.#cluster.close();
    this.#fetcher.wake();
    await this.#fetcher.stopped();
    this.#decoder.close?.();
    this.#keys?.free();
    this.#metadata.free();
    this.#table.free();
    this.#selection.free();
    this.#context.kernels.memory.free(this.#rows, BATCH_ROWS * 4);
    for (const column of this.#batch.columns) column.free();
  }

  /** Begins to fetch at the first poll, so that restore() may come before. */
  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#fetcher.start();
    this.#discovery.start(
      (found) => {
        this.#add(found);
        this.#fetcher.start();
      },
      (error) => {
        this.#fetcher.failure ??= error;
        this.#fetcher.wake();
      },
    );
  }

  #add(positions: readonly PartitionPosition[]): void {
    for (const position of positions) {
      const split = this.#partitions.length;
      const partition = new SourcePartition(position, split, this.#discovery.topicId(position.topic));
      this.#partitions.push(partition);
      if (!partition.isDone) this.#active.add(split);
    }
    this.#discovery.know(positions);
  }

  #sumOf(value: (partition: SourcePartition) => number): number {
    return this.#partitions.reduce((sum, partition) => sum + value(partition), 0);
  }

  get #isAtEnd(): boolean {
    return this.#settings.end !== undefined && this.#active.size === 0;
  }

  #whenNothing(): 'idle' | 'end' {
    for (const partition of this.#partitions) {
      if (partition.isFetched) partition.settle();
      if (partition.isDone) this.#active.delete(partition.split);
    }
    return this.#isAtEnd ? 'end' : 'idle';
  }

  /** Fills the table with the next messages: of what was loaded, else of what was fetched. False when there are none. */
  #refill(): boolean {
    for (;;) {
      if (this.#current === undefined || !this.#table.hasMore) {
        if (!this.#load()) return false;
      }
      this.#next = 0;
      this.#table.fill(this.#current!.name);
      if (this.#table.count > 0) return true;
      this.#advance();
    }
  }

  /** Takes the next batches of a partition into linear memory, each partition in turn. */
  #load(): boolean {
    const partition = this.#cursor === undefined ? this.#nextPartition() : this.#current;
    if (partition === undefined) {
      this.#current = undefined;
      return false;
    }
    this.#current = partition;
    const sections: Section[] = [];
    const taken: BatchCursor[] = [];
    for (let byteSize = 0; byteSize < LOAD_BYTES; ) {
      this.#cursor ??= partition.takeCursor();
      if (this.#cursor === undefined) break;
      const batch = this.#cursor.next();
      if (batch === undefined) {
        this.#loadedTo = this.#cursor.nextOffset;
        taken.push(this.#cursor);
        this.#cursor = undefined;
        continue;
      }
      this.#loadedTo = batch.lastOffset + 1;
      this.bytesRead += batch.records.length;
      const type = COMPRESSION_TYPES[batch.compression]!;
      const records = type === 'none' ? batch.records : this.#codecs.decompress(type, batch.records, partition.name);
      sections.push({ batch, records, fromOffset: Math.max(partition.position, this.#cursor.fromOffset) });
      byteSize += records.length;
    }
    this.#table.load(sections, partition.end);
    for (const { bytes } of taken) this.#pool.give(bytes);
    this.#fetcher.wake();
    return true;
  }

  #nextPartition(): SourcePartition | undefined {
    for (let n = this.#partitions.length; n > 0; n--) {
      const partition = this.#partitions[this.#turn % this.#partitions.length]!;
      this.#turn++;
      if (partition.hasChunks) return partition;
    }
    return undefined;
  }

  /** Decodes messages of the table; the number of rows. */
  #decode(): number {
    const { memory } = this.#context.kernels;
    const batch = this.#decoded;
    const source = this.#current!.name;
    const placeOf = (index: number) => ({ source, offset: this.#table.offset(index) });
    const messages: Messages = { address: this.#table.address, stride: MESSAGE_BYTES, count: this.#table.count, rows: this.#rows, placeOf };
    batch.rowCount = 0;
    this.#decoder.beginBatch(batch);
    this.#next = decodeMessages(this.#decoder, memory, messages, this.#next, batch);
    return batch.rowCount;
  }

  /** Says how far the partition has been handed out: before the first message that was not decoded, or after all that was loaded. */
  #advance(): void {
    const partition = this.#current!;
    const table = this.#table;
    if (this.#next < table.count) partition.position = Number(table.offset(this.#next));
    else if (!table.hasMore) partition.position = Math.max(partition.position, this.#loadedTo);
    else if (table.count > 0) partition.position = Number(table.offset(table.count - 1)) + 1;
    if (this.#next < table.count || table.hasMore) return;
    if (this.#cursor === undefined) this.#current = undefined;
    if (partition.isFetched && this.#current === undefined) partition.settle();
    if (partition.isDone) this.#active.delete(partition.split);
  }

  #handOut(partition: SourcePartition): Batch {
    const batch = this.#batch;
    const { rowCount } = this.#decoded;
    const { u32 } = this.#context.kernels.memory;
    const messages = u32.subarray(this.#rows >>> 2, (this.#rows >>> 2) + rowCount);
    this.split = partition.split;
    this.#metadata.fill({ table: this.#table, partition, messages, rowCount });
    batch.rowCount = rowCount;
    batch.selection = null;
    const placeOf = (row: number) => ({ source: partition.name, offset: this.#table.offset(messages[row]!) });
    const bad = this.#keys?.fill(this.#table, messages, rowCount, placeOf);
    if (bad !== undefined && bad.size > 0) this.#leaveOut(bad);
    return batch;
  }

  #leaveOut(bad: ReadonlySet<number>): void {
    const batch = this.#batch;
    const { view } = this.#selection;
    batch.selectedCount = 0;
    for (let row = 0; row < batch.rowCount; row++) if (!bad.has(row)) view[batch.selectedCount++] = row;
    batch.selection = this.#selection;
  }
}

function isMetadataOf({ schema, metadata }: SourceContext): (name: string) => boolean {
  const names = new Set([...metadata.keys()].map((index) => schema.fields[index]!.name));
  return (name) => names.has(name);
}
