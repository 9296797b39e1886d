import type { PollResult, Progress, SourceContext, SourceReader } from '../../../runtime/source.ts';
import type { Cluster } from '../client/cluster.ts';
import { MemoryBlocks } from '../client/memory-blocks.ts';
import { Codecs } from '../codecs/codecs.ts';
import { Fetcher } from './fetcher.ts';
import { commitOffsets } from './group-offsets.ts';
import type { PartitionDiscovery } from './partition-discovery.ts';
import { RecordLoader } from './record-loader.ts';
import { RecordRows } from './record-rows.ts';
import { resumedPartitions } from './resumed-partitions.ts';
import { SourcePartition } from './source-partition.ts';
import { fromSourcePositions, type PartitionPosition, type SourcePosition, toSourcePosition } from './source-position.ts';
import type { SourceSettings } from './source-settings.ts';

/** Loads without a row that one poll passes over before it lets others run. */
const STEPS_PER_POLL = 4;

/**
 * Reads partitions of Kafka. Whole record batches come from the wire to linear memory; a kernel finds where each record's value lies, and the
 * decoder turns up to a batch of values into columns in one call. No object is made of a message.
 */
export class KafkaSource implements SourceReader {
  split = 0;
  readonly #cluster: Cluster;
  readonly #settings: SourceSettings;
  readonly #discovery: PartitionDiscovery;
  readonly #blocks: MemoryBlocks;
  readonly #fetcher: Fetcher;
  readonly #loader: RecordLoader;
  readonly #rows: RecordRows;
  readonly #partitions: SourcePartition[] = [];
  readonly #startOffsets: { readonly sum: number };
  readonly #active = new Set<number>();
  /** The first message in the loader's table that is not decoded. */
  #next = 0;
  #isStarted = false;
  #isClosed = false;

  constructor(
    context: SourceContext,
    cluster: Cluster,
    settings: SourceSettings,
    discovery: PartitionDiscovery,
    partitions: readonly PartitionPosition[],
    isUpsert: boolean,
  ) {
    const codecs = new Codecs();
    this.#cluster = cluster;
    this.#settings = settings;
    this.#discovery = discovery;
    this.#rows = new RecordRows(context, isUpsert);
    this.#blocks = new MemoryBlocks(context.kernels.memory);
    this.#fetcher = new Fetcher(cluster, settings, codecs, this.#blocks, this.#partitions);
    this.#loader = new RecordLoader(context.kernels, codecs, this.#partitions, {
      checksSums: settings.checksSums,
      takesTombstones: isUpsert,
    });
    this.#add(partitions);
    this.#startOffsets = { sum: this.#sumOf(({ position }) => position) };
  }

  get bytesRead(): number {
    return this.#loader.bytesRead;
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#active;
  }

  poll(): PollResult {
    this.#start();
    if (this.#fetcher.failure !== undefined) throw this.#fetcher.failure;
    const { table } = this.#loader;
    for (let step = 0; step < STEPS_PER_POLL; step++) {
      if (this.#next >= table.count && !this.#refill()) return this.#whenNothing();
      const partition = this.#loader.partition!;
      this.#next = this.#rows.fill(table, partition, this.#next);
      this.#loader.pass(this.#next);
      if (partition.isDone) this.#active.delete(partition.split);
      this.split = partition.split;
      if (this.#rows.batch.rowCount > 0) return this.#rows.batch;
    }
    return 'idle';
  }

  async wait(signal: AbortSignal): Promise<void> {
    this.#start();
    const hasWork = this.#loader.partition !== undefined || this.#partitions.some(({ hasChunks }) => hasChunks);
    if (hasWork || this.#fetcher.failure !== undefined || this.#isAtEnd) return;
    await this.#fetcher.changed(signal);
  }

  position(): SourcePosition {
    return toSourcePosition(this.#positions);
  }

  restore(position: unknown): void {
    this.rescale([position]);
  }

  /** Partitions are dealt out by their numbers, whoever read them before. */
  rescale(positions: readonly unknown[]): void {
    const present = { partitions: this.#positions, isMine: (topic: string, number: number) => this.#discovery.isMine(topic, number) };
    const resumed = resumedPartitions(fromSourcePositions(positions), present, this.#settings);
    this.#partitions.length = 0;
    this.#active.clear();
    this.#loader.reset();
    this.#next = 0;
    this.#add(resumed);
  }

  async checkpointCompleted(position: unknown): Promise<void> {
    if (!this.#settings.commitsOffsets) return;
    await commitOffsets(this.#cluster, this.#settings.groupId!, fromSourcePositions([position]));
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
    this.#cluster.close();
    this.#fetcher.wake();
    await this.#fetcher.stopped();
    this.#rows.free();
    this.#loader.free();
    this.#blocks.close();
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

  get #positions(): PartitionPosition[] {
    return this.#partitions.map((partition) => partition.toPosition());
  }

  #add(positions: readonly (PartitionPosition & { readonly isNew?: boolean })[]): void {
    for (const position of positions) {
      const split = this.#partitions.length;
      const partition = new SourcePartition(position, split, position.isNew);
      this.#partitions.push(partition);
      if (!partition.isDone) this.#active.add(split);
    }
    this.#discovery.know(positions);
  }

  #refill(): boolean {
    const isFilled = this.#loader.fill();
    if (isFilled) this.#next = 0;
    // There may be room for more.
    this.#fetcher.wake();
    return isFilled;
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
}
