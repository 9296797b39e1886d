import { ConnectorError } from '../../../common/errors.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../../runtime/source.ts';
import { MemoryBlocks } from '../../kafka/client/memory-blocks.ts';
import type { Codecs } from '../../kafka/codecs/codecs.ts';
import { RecordLoader } from '../../kafka/source/record-loader.ts';
import { RecordRows } from '../../kafka/source/record-rows.ts';
import { SourcePartition } from '../../kafka/source/source-partition.ts';
import { fromSourcePositions, type PartitionPosition, type SourcePosition, toSourcePosition } from '../../kafka/source/source-position.ts';
import type { OffsetChoice } from '../../kafka/source/source-settings.ts';
import type { PartitionEnds } from '../store/keys.ts';
import type { LogStore } from '../store/log-store.ts';
import type { LogTopic } from '../store/log-topic.ts';
import { fetchBlocks } from './fetch-blocks.ts';
import { findOffset } from './find-log-offset.ts';

/** Loads without a row that one poll passes over before it lets others run. */
const STEPS_PER_POLL = 4;

export interface LogSourceSettings {
  readonly topics: readonly string[];
  readonly start: OffsetChoice;
  /** undefined: reading does not end. */
  readonly end: OffsetChoice | undefined;
  readonly missingOffset: 'fail' | 'earliest' | 'latest';
  /** Under which the log is told how far the job is. */
  readonly groupId: string | undefined;
}

/**
 * Reads partitions of a log. Blocks lie in memory-mapped files, so that poll() takes them without waiting: some at a time are copied to linear
 * memory, and go on there as what Kafka sends does, since a block is a record batch.
 */
export class LogSource implements SourceReader {
  split = 0;
  readonly #context: SourceContext;
  readonly #store: LogStore;
  readonly #settings: LogSourceSettings;
  readonly #blocks: MemoryBlocks;
  readonly #rows: RecordRows;
  readonly #loader: RecordLoader;
  readonly #partitions: SourcePartition[] = [];
  readonly #topics = new Map<string, LogTopic>();
  readonly #active = new Set<number>();
  readonly #startOffsets: number;
  readonly #codecs: Codecs;
  /** A compression that a writer has begun to use, while it is being loaded. */
  #loading: Promise<void> | undefined;
  /** The first message in the loader's table that is not decoded. */
  #next = 0;
  /** Index in the partitions of the one that is asked first. */
  #turn = 0;
  /** Rings of the log's bell that poll() knew of when it found nothing. */
  #rings = -1;
  #isClosed = false;

  /** `isUpsert`: the key is the primary key, and a record without a value a deletion. */
  constructor(context: SourceContext, store: LogStore, settings: LogSourceSettings, codecs: Codecs, isUpsert: boolean) {
    this.#codecs = codecs;
    this.#context = context;
    this.#store = store;
    this.#settings = settings;
    this.#rows = new RecordRows(context, isUpsert);
    this.#blocks = new MemoryBlocks(context.kernels.memory);
    const options = { checksSums: true, takesTombstones: isUpsert };
    this.#loader = new RecordLoader(context.kernels, codecs, this.#partitions, options);
    this.#add(this.#found().map(({ log, partition }) => this.#firstPosition(log, partition)));
    this.#startOffsets = this.#sumOf(({ position }) => position);
  }

  get bytesRead(): number {
    return this.#loader.bytesRead;
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#active;
  }

  poll(): PollResult {
    const { table } = this.#loader;
    for (let step = 0; step < STEPS_PER_POLL; step++) {
      if (this.#next >= table.count && !this.#refill()) return this.#isAtEnd ? 'end' : 'idle';
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
    const { bell } = this.#store;
    if (this.#loading !== undefined) {
      await this.#loading;
      this.#loading = undefined;
      return;
    }
    if (this.#isAtEnd || this.#loader.partition !== undefined || bell.rings !== this.#rings) return;
    this.#store.refresh();
    if (!this.#partitions.some((partition) => this.#hasMore(partition))) await bell.next(this.#context.clock, signal);
  }

  position(): SourcePosition {
    return toSourcePosition(this.#partitions.map((partition) => partition.toPosition()));
  }

  /** Throws ConnectorError MS3095 for positions of another topic, MS3096 for one that the topic does not have. */
  restore(position: unknown): void {
    this.rescale([position]);
  }

  /** Partitions are dealt out by their numbers, whoever read them before. Throws as restore(). */
  rescale(positions: readonly unknown[]): void {
    const stored = fromSourcePositions(positions).filter(({ topic, partition }) => this.#isMine(topic, partition));
    this.#partitions.length = 0;
    this.#active.clear();
    this.#loader.reset();
    this.#next = 0;
    this.#add(stored);
    if (this.#settings.end === undefined) this.#addNew();
  }

  async checkpointCompleted(position: unknown): Promise<void> {
    const { groupId } = this.#settings;
    if (groupId !== undefined) await this.#store.commitGroup(groupId, fromSourcePositions([position]));
  }

  progress(): Progress | undefined {
    if (this.#settings.end === undefined) return undefined;
    const total = this.#sumOf(({ position, end }) => Math.max(position, end));
    return { done: this.#sumOf(({ position }) => position) - this.#startOffsets, total: total - this.#startOffsets };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rows.free();
    this.#loader.free();
    this.#blocks.close();
    await this.#store.close();
  }

  get #isAtEnd(): boolean {
    return this.#settings.end !== undefined && this.#active.size === 0;
  }

  #sumOf(value: (partition: SourcePartition) => number): number {
    return this.#partitions.reduce((sum, partition) => sum + value(partition), 0);
  }

  #endsOf({ topic, partition }: SourcePartition): PartitionEnds {
    return this.#store.ends(this.#topics.get(topic)!, partition);
  }

  #hasMore(partition: SourcePartition): boolean {
    return partition.fetchOffset < Math.min(partition.end, this.#endsOf(partition).end);
  }

  /** Partitions are dealt out in turn, those of each topic from another worker on. */
  #isMine(topic: string, partition: number): boolean {
    const { index, count } = this.#context.subtask;
    return (this.#settings.topics.indexOf(topic) + partition) % count === index;
  }

  /** This worker's partitions, as they are now. */
  #found(): { readonly log: LogTopic; readonly partition: number }[] {
    return this.#settings.topics.flatMap((name) => {
      const log = this.#store.topic(name);
      if (log === undefined) return [];
      const numbers = Array.from({ length: log.partitions }, (_, partition) => partition);
      return numbers.filter((partition) => this.#isMine(name, partition)).map((partition) => ({ log, partition }));
    });
  }

  #firstPosition(log: LogTopic, partition: number): PartitionPosition {
    const { start, end, groupId } = this.#settings;
    const of = { kernels: this.#context.kernels, store: this.#store, log, partition, codecs: this.#codecs, groupId };
    const offset = findOffset(of, start, 'earliest') ?? this.#withoutGroup(log, partition);
    const to = end && Math.max(offset, findOffset(of, end, 'latest') ?? this.#withoutGroup(log, partition));
    return { topic: log.name, topicId: log.id, partition, offset, ...(to !== undefined && { end: to }) };
  }

  /** Where a group begins that has committed nothing. Throws MS3096 where nobody says. */
  #withoutGroup(log: LogTopic, partition: number): number {
    const { missingOffset, groupId } = this.#settings;
    const { start, end } = this.#store.ends(log, partition);
    if (missingOffset !== 'fail') return missingOffset === 'latest' ? end : start;
    throw new ConnectorError('MS3096', `group ${groupId} has committed no offset for partition ${log.name}/${partition}`, {
      hint: "set 'scan.missing-offset' = 'earliest' or 'latest', or another 'scan.startup.mode'",
    });
  }

  /** Partitions that were added meanwhile: they are read from their first record on. */
  #addNew(): void {
    const known = new Set(this.#partitions.map(({ name }) => name));
    const fresh = this.#found().filter(({ log, partition }) => !known.has(`${log.name}/${partition}`));
    this.#add(
      fresh.map(({ log, partition }) => {
        return { topic: log.name, topicId: log.id, partition, offset: this.#store.ends(log, partition).start };
      }),
    );
  }

  #add(positions: readonly PartitionPosition[]): void {
    for (const position of positions) {
      const log = this.#store.topic(position.topic);
      if (log?.id !== position.topicId) {
        throw new ConnectorError('MS3095', `topic ${position.topic} is not the one that was read before`, {
          hint: 'it was removed and made anew: begin anew without the state folder',
        });
      }
      this.#topics.set(log.name, log);
      const partition = new SourcePartition(position, this.#partitions.length);
      const ends = this.#endsOf(partition);
      if (partition.position > ends.end) partition.jumpTo(this.#onMissing(partition, ends));
      this.#partitions.push(partition);
      if (!partition.isDone) this.#active.add(partition.split);
    }
  }

  /** Fills the table with the next messages: of what was loaded, else of the log. False when there are none. */
  #refill(): boolean {
    while (!this.#loader.fill()) if (!this.#fetch()) return false;
    this.#next = 0;
    return true;
  }

  /** Takes the next blocks of a partition into linear memory, each partition in turn. All before was handed out. */
  #fetch(): boolean {
    this.#rings = this.#store.bell.rings;
    this.#store.refresh();
    if (this.#settings.end === undefined) this.#addNew();
    for (let n = this.#partitions.length; n > 0; n--) {
      const partition = this.#partitions[this.#turn++ % this.#partitions.length]!;
      partition.settle();
      if (this.#hasMore(partition) && this.#fetchFrom(partition)) return true;
      if (partition.isDone) this.#active.delete(partition.split);
    }
    return false;
  }

  #fetchFrom(partition: SourcePartition): boolean {
    const ends = this.#endsOf(partition);
    if (partition.fetchOffset < ends.start) partition.jumpTo(this.#onMissing(partition, ends));
    const fetched = fetchBlocks(this.#store, this.#topics.get(partition.topic)!, partition, this.#blocks, this.#codecs);
    if (typeof fetched === 'string') {
      this.#loading = this.#codecs.load(fetched);
      this.#loading.catch(() => undefined);
      return false;
    }
    if (fetched) return true;
    // Offsets may be missing at the end, where records were superseded.
    partition.fetchOffset = Math.max(partition.fetchOffset, Math.min(partition.end, ends.end));
    partition.settle();
    return false;
  }

  /** Records have expired, or were never there, where reading is to go on. Throws MS3096. */
  #onMissing({ name, fetchOffset }: SourcePartition, { start, end }: PartitionEnds): number {
    const { missingOffset } = this.#settings;
    if (missingOffset !== 'fail') return missingOffset === 'latest' ? end : start;
    throw new ConnectorError('MS3096', `${name} has no record of offset ${fetchOffset}: it has those from ${start} to ${end - 1}`, {
      hint: "set 'scan.missing-offset' = 'earliest' to go on at the first record that is left, or keep records for longer",
    });
  }
}
