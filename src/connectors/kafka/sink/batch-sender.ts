import type { BytePool } from '../client/byte-pool.ts';
import type { Checksum } from '../client/checksum.ts';
import type { Cluster } from '../client/cluster.ts';
import { Code, ProtocolError, requireSuccess } from '../client/protocol-errors.ts';
import { type LaneEntry, PartitionLane } from './partition-lane.ts';
import { asRejection, isForgotten, isRepeatable } from './produce-errors.ts';
import { type ProduceAnswer, produceBatch } from './produce-request.ts';
import { type Producer, type SealedBatch, stampBatch } from './sealed-batch.ts';
import type { SinkSettings } from './sink-settings.ts';
import { asLost, type Transaction } from './transactions.ts';

const NOBODY: Producer = { producerId: -1n, epoch: -1 };

/**
 * Sends record batches to the leaders of their partitions, each partition's in order, and again as long as they may not be stored. Numbers
 * of the records let the broker leave out those that it has.
 */
export class BatchSender {
  /** Bytes that are not yet known to be stored. */
  pendingBytes = 0;
  failure: unknown;
  readonly #cluster: Cluster;
  readonly #settings: SinkSettings;
  readonly #checksum: Checksum;
  readonly #pool: BytePool;
  readonly #lanes = new Map<number, PartitionLane>();
  readonly #waiting = new Set<() => void>();

  /** `pool` gets the bytes of batches that are stored. */
  constructor(cluster: Cluster, settings: SinkSettings, checksum: Checksum, pool: BytePool) {
    this.#checksum = checksum;
    this.#pool = pool;
    this.#cluster = cluster;
    this.#settings = settings;
  }

  send(batch: SealedBatch, transaction: Promise<Transaction> | undefined): void {
    const lane = this.#laneOf(batch.partition);
    lane.push(batch, transaction);
    this.pendingBytes += batch.bytes.length;
    this.#pump(lane);
  }

  /** Resolves when `condition` holds; rejects when sending has failed. */
  async until(condition: () => boolean): Promise<void> {
    while (this.failure === undefined && !condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  /** Resolves when all batches handed over so far are stored. */
  stored(): Promise<void> {
    const entries = [...this.#lanes.values()].flatMap((lane) => lane.entries);
    return this.until(() => entries.every(({ isStored }) => isStored));
  }

  /** Sending has failed, or the sink is closed: who waits is told. */
  fail(error: unknown): void {
    this.failure ??= error;
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #laneOf(partition: number): PartitionLane {
    let lane = this.#lanes.get(partition);
    if (lane === undefined) {
      lane = new PartitionLane(partition, this.#cluster.retries(`writing to ${this.#settings.topic}/${partition}`));
      this.#lanes.set(partition, lane);
    }
    return lane;
  }

  /** Does what is to be done for a lane: sends what can be sent, or begins anew once all answers are there. */
  #pump(lane: PartitionLane): void {
    if (lane.isBusy || this.failure !== undefined) return;
    if (!lane.canSend && !lane.isSettled) return;
    lane.isBusy = true;
    const work = lane.isSettled ? this.#recover(lane) : this.#sendAll(lane).catch((error: unknown) => this.#onFailure(lane, error));
    work
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        lane.isBusy = false;
        this.#pump(lane);
      });
  }

  #canSend(lane: PartitionLane): boolean {
    return lane.canSend && this.failure === undefined;
  }

  async #sendAll(lane: PartitionLane): Promise<void> {
    const { topic, isIdempotent } = this.#settings;
    while (this.#canSend(lane)) {
      const entry = lane.next;
      const transaction = await entry.transaction;
      await transaction?.add(lane.partition);
      const producer = transaction?.producer ?? (await this.#producerOf(lane));
      const connection = await this.#cluster.toLeader(topic, lane.partition, 'produce');
      // An earlier batch may have failed meanwhile; this one comes after it.
      if (!this.#canSend(lane)) return;
      const stamp = lane.stampNext(producer, transaction, isIdempotent);
      stampBatch(entry.batch, stamp.producer, stamp.sequence, transaction !== undefined, this.#checksum);
      const options = {
        topic,
        acks: this.#settings.acks,
        transactionalId: transaction?.id ?? null,
        timeoutMs: this.#cluster.settings.requestTimeoutMs,
      };
      const answered = produceBatch(this.#cluster.library, connection, entry.batch, options).catch((error: unknown) => {
        this.#cluster.drop(connection);
        throw error;
      });
      void this.#await(lane, entry, answered, transaction);
    }
  }

  #producerOf(lane: PartitionLane): Promise<Producer> {
    if (!this.#settings.isIdempotent) return Promise.resolve(NOBODY);
    lane.producer ??= this.#newProducer().catch((error: unknown) => {
      lane.producer = undefined;
      throw error;
    });
    return lane.producer;
  }

  async #newProducer(): Promise<Producer> {
    const { library } = this.#cluster;
    const node = this.#cluster.anyLeader(this.#settings.topic);
    const connection = await this.#cluster.connection(node, 'control');
    const answer = await this.#cluster.call(connection, library.initProducerIdV5.api, null, 0, -1n, -1);
    requireSuccess(answer.errorCode, 'asking for a producer id');
    return { producerId: answer.producerId, epoch: answer.producerEpoch };
  }

  async #await(
    lane: PartitionLane,
    entry: LaneEntry,
    answered: Promise<ProduceAnswer>,
    transaction: Transaction | undefined,
  ): Promise<void> {
    try {
      const { errorCode, message } = await answered;
      if (errorCode !== Code.none && errorCode !== Code.duplicateSequence) {
        const error = new ProtocolError(errorCode, `${this.#settings.topic}/${lane.partition}${message === null ? '' : ` (${message})`}`);
        throw transaction === undefined ? error : asLost(error, transaction.id);
      }
      this.#onStored(lane, entry);
    } catch (error) {
      this.#onFailure(lane, error);
    }
    lane.answered();
    this.#pump(lane);
  }

  #onStored(lane: PartitionLane, entry: LaneEntry): void {
    if (!lane.store(entry)) return;
    this.pendingBytes -= entry.batch.bytes.length;
    this.#pool.give(entry.batch.bytes);
    this.#wake();
  }

  #onFailure(lane: PartitionLane, error: unknown): void {
    lane.failure ??= error;
    if (!isRepeatable(error, this.#settings.delivery)) this.fail(asRejection(error));
  }

  /** Finds out who leads now, and begins again with what is left, in order. */
  async #recover(lane: PartitionLane): Promise<void> {
    const forgotten = isForgotten(lane.failure, this.#settings.delivery);
    await this.#lookAround(lane, forgotten ? new ProtocolError(Code.notCoordinator, 'the producer') : lane.failure);
    lane.rewind(forgotten);
  }

  /** Asks who leads now, until somebody answers. */
  async #lookAround(lane: PartitionLane, failure: unknown): Promise<void> {
    for (let error = failure; error !== undefined; ) {
      await lane.retries.pause(error);
      try {
        await this.#cluster.refresh([this.#settings.topic]);
        error = undefined;
      } catch (cause) {
        error = cause;
      }
    }
  }
}
