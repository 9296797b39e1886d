import { ConnectorError } from '../../../common/errors.ts';
import type { Cluster, Retries } from '../client/cluster.ts';
import type { MemoryBlock, MemoryBlocks } from '../client/memory-blocks.ts';
import { Code, isPassing, ProtocolError, requireSuccess } from '../client/protocol-errors.ts';
import { COMPRESSION_TYPES, type Codecs } from '../codecs/codecs.ts';
import { type FetchedPartition, fetchRecords } from './fetch-request.ts';
import { findOffsets } from './find-offsets.ts';
import { summarize } from './record-batch.ts';
import type { SourcePartition } from './source-partition.ts';
import type { SourceSettings } from './source-settings.ts';

/** Bytes that wait to be handed out before no more are fetched, over all partitions. */
const QUEUED_BYTES_MAX = 64 * 1024 * 1024;
/** The loop that looks after partitions without a leader. */
const NOBODY = -1;

/**
 * Fetches partitions from their leaders, one loop a broker, ahead of what is handed out. When leaders move, connections break or brokers
 * restart, it asks who leads now and goes on at the same offsets.
 */
export class Fetcher {
  /** Set when fetching has failed for good. */
  failure: unknown;
  readonly #cluster: Cluster;
  readonly #settings: SourceSettings;
  readonly #codecs: Codecs;
  readonly #blocks: MemoryBlocks;
  readonly #partitions: readonly SourcePartition[];
  readonly #loops = new Map<number, Promise<void>>();
  readonly #waiting = new Set<() => void>();

  /** `partitions` may grow; start() is then called again. */
  constructor(cluster: Cluster, settings: SourceSettings, codecs: Codecs, blocks: MemoryBlocks, partitions: readonly SourcePartition[]) {
    this.#blocks = blocks;
    this.#cluster = cluster;
    this.#settings = settings;
    this.#codecs = codecs;
    this.#partitions = partitions;
  }

  /** Begins to fetch what is not fetched yet. */
  start(): void {
    if (this.#isStopped) return;
    for (const partition of this.#partitions) {
      const leader = this.#leaderOf(partition);
      if (partition.isFetched || this.#loops.has(leader)) continue;
      this.#loops.set(leader, this.#run(leader));
    }
    this.wake();
  }

  /** Tells who waits that something has changed: bytes came, or there is room for more. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves at the next change, or when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  async stopped(): Promise<void> {
    await Promise.all(this.#loops.values());
  }

  get #isStopped(): boolean {
    return this.failure !== undefined || this.#cluster.signal.aborted;
  }

  #leaderOf({ topic, partition }: SourcePartition): number {
    return this.#cluster.leaderOf(topic, partition) ?? NOBODY;
  }

  /** Ends when no partition that is still read has this leader. */
  async #run(leader: number): Promise<void> {
    const retries = this.#cluster.retries('reading from the cluster');
    try {
      while (!this.#isStopped) {
        const mine = this.#partitions.filter((each) => !each.isFetched && this.#leaderOf(each) === leader);
        if (mine.length === 0) break;
        await this.#step(leader, mine, retries);
      }
    } catch (error) {
      if (!this.#cluster.signal.aborted) this.failure ??= error;
    }
    this.#loops.delete(leader);
    if (this.failure === undefined) this.start();
    this.wake();
  }

  async #step(leader: number, mine: readonly SourcePartition[], retries: Retries): Promise<void> {
    const wanted = this.#withRoom(mine);
    if (wanted.length === 0) return this.changed(this.#cluster.signal);
    try {
      if (leader === NOBODY) throw new ProtocolError(5, `partition ${mine[0]!.name}`);
      await this.#fetch(leader, wanted);
      retries.succeeded();
    } catch (error) {
      if (this.#cluster.signal.aborted) return;
      await retries.pause(error);
      await this.#lookAround().catch((cause: unknown) => {
        if (!isPassing(cause)) throw cause;
      });
    }
  }

  /** Partitions that have room, those with the least waiting first: a broker fills its answer in this order. */
  #withRoom(mine: readonly SourcePartition[]): SourcePartition[] {
    const queued = this.#partitions.reduce((sum, { queuedBytes }) => sum + queuedBytes, 0);
    if (queued >= QUEUED_BYTES_MAX) return [];
    const roomy = mine.filter(({ queuedBytes }) => queuedBytes < 2 * this.#settings.partitionBytes);
    return roomy.sort((a, b) => a.queuedBytes - b.queuedBytes);
  }

  async #fetch(leader: number, wanted: readonly SourcePartition[]): Promise<void> {
    const connection = await this.#cluster.connection(leader, 'fetch');
    const requests = wanted.map(({ topic, topicId, partition, fetchOffset, fetchEpoch }) => {
      return { topicId, partition, fetchOffset, fetchEpoch, leaderEpoch: this.#cluster.leaderEpochOf(topic, partition) };
    });
    const { block, errorCode, partitions } = await fetchRecords(this.#cluster.library, connection, requests, this.#settings, this.#blocks);
    try {
      requireSuccess(errorCode, 'fetching');
      let failed: ProtocolError | undefined;
      for (const part of partitions) {
        const partition = wanted.find((each) => each.topicId === part.topicId && each.partition === part.partition);
        if (partition === undefined) continue;
        if (part.divergedAt !== undefined) this.#goBack(partition, part.divergedAt);
        else if (part.errorCode === Code.none) await this.#take(partition, part, block);
        else if (part.errorCode === Code.offsetOutOfRange) await this.#reset(partition);
        else failed ??= new ProtocolError(part.errorCode, `reading partition ${partition.name}`);
      }
      if (failed !== undefined) throw failed;
    } finally {
      block.release();
    }
  }

  async #take(partition: SourcePartition, { address, byteSize, aborted }: FetchedPartition, block: MemoryBlock): Promise<void> {
    const { nextOffset, leaderEpoch, compressions } = summarize(this.#blocks.memory, address, byteSize);
    if (nextOffset === undefined) return;
    // They are loaded here, so that batches can be decompressed at once later.
    for (const number of compressions) await this.#loadCodec(number);
    if (nextOffset <= partition.fetchOffset || this.#isStopped) return;
    block.retain();
    partition.push({ address, byteSize, aborted, block }, nextOffset, leaderEpoch);
    this.wake();
  }

  async #loadCodec(number: number): Promise<void> {
    const type = COMPRESSION_TYPES[number];
    if (type === undefined) throw new ConnectorError('MS3080', `records are compressed in a way that is not known (${number})`);
    if (!this.#codecs.isLoaded(type)) await this.#codecs.load(type);
  }

  /** The offset is not there (any more). Throws MS3074 unless the table says where to go on. */
  async #reset(partition: SourcePartition): Promise<void> {
    const kind = partition.isNew ? 'earliest' : this.#settings.onMissingOffset;
    if (kind === 'none') throw missingOffset(`partition ${partition.name} has no offset ${partition.fetchOffset} (any more)`);
    const [offset = 0] = await findOffsets(this.#cluster, [partition], { kind }, this.#settings);
    partition.jumpTo(offset);
  }

  /** A leader that lacked the newest records was elected, and they are lost. Throws MS3074 unless the table says to go on. */
  #goBack(partition: SourcePartition, offset: number): void {
    if (this.#settings.onMissingOffset === 'none') {
      throw missingOffset(`partition ${partition.name} has lost the records from offset ${offset} on, of which some had been read`);
    }
    partition.jumpTo(Math.min(offset, partition.fetchOffset));
  }

  /** Asks who leads now. Throws MS3073 where a topic has gone, or is another one of the same name. */
  async #lookAround(): Promise<void> {
    const names = [...new Set(this.#partitions.filter((each) => !each.isFetched).map(({ topic }) => topic))];
    const found = await this.#cluster.topics(names);
    for (const partition of this.#partitions) {
      const topic = found.find(({ name }) => name === partition.topic);
      if (topic === undefined || topic.id === partition.topicId || partition.isFetched) continue;
      throw new ConnectorError('MS3073', `topic ${partition.topic} was deleted and made anew while it was read`, {
        hint: 'start the job anew: offsets of the old topic mean nothing in the new one',
      });
    }
    this.start();
  }
}

const missingOffset = (message: string): ConnectorError =>
  new ConnectorError('MS3074', message, {
    hint: "records expired before they were read, or were deleted: set 'properties.auto.offset.reset' = 'earliest' or 'latest' to go on there",
  });
