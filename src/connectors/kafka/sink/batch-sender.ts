import { ConnectorError } from '../../../common/errors.ts';
import type { BytePool } from '../client/byte-pool.ts';
import type { Checksum } from '../client/checksum.ts';
import type { Cluster, Retries } from '../client/cluster.ts';
import { Code, isPassing, nameOfCode, ProtocolError, requireSuccess } from '../client/protocol-errors.ts';
import { produceBatch } from './produce-request.ts';
import { type Producer, type SealedBatch, stampBatch } from './sealed-batch.ts';
import type { SinkSettings } from './sink-settings.ts';
import { asLost, type Transaction } from './transactions.ts';

/** Batches of one partition that are on their way at once: brokers remember as many to tell repeated ones. */
const INFLIGHT_MAX = 5;
const NOBODY: Producer = { producerId: -1n, epoch: -1 };

/** What a batch is sent as, which must not change when it is sent again. */
interface Stamp {
  readonly producer: Producer;
  readonly sequence: number;
}

interface Entry {
  readonly batch: SealedBatch;
  /** Its transaction, when it has begun. */
  readonly transaction: Promise<Transaction> | undefined;
  /** undefined before it is sent. */
  stamp: Stamp | undefined;
  isStored: boolean;
}

/** One partition: its batches in order, of which the first `sent` are on their way. */
interface Lane {
  readonly partition: number;
  readonly entries: Entry[];
  readonly retries: Retries;
  sent: number;
  inflight: number;
  /** Why batches are to be sent again, once those on their way have been answered. */
  failure: unknown;
  isPumping: boolean;
  /** Who writes without a transaction, and the number of the next record. */
  producer: Promise<Producer> | undefined;
  sequence: number;
}

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
  readonly #lanes = new Map<number, Lane>();
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
    lane.entries.push({ batch, transaction, stamp: undefined, isStored: false });
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

  #laneOf(partition: number): Lane {
    let lane = this.#lanes.get(partition);
    if (lane === undefined) {
      const retries = this.#cluster.retries(`writing to ${this.#settings.topic}/${partition}`);
      lane = {
        partition,
        entries: [],
        retries,
        sent: 0,
        inflight: 0,
        failure: undefined,
        isPumping: false,
        producer: undefined,
        sequence: 0,
      };
      this.#lanes.set(partition, lane);
    }
    return lane;
  }

  #pump(lane: Lane): void {
    if (lane.isPumping || this.failure !== undefined) return;
    lane.isPumping = true;
    this.#sendAll(lane)
      .catch((error: unknown) => this.#onFailure(lane, error))
      .finally(() => {
        lane.isPumping = false;
        if (lane.failure !== undefined) this.#settle(lane);
        else if (this.#canSend(lane)) this.#pump(lane);
      });
  }

  #canSend(lane: Lane): boolean {
    return lane.failure === undefined && lane.sent < lane.entries.length && lane.inflight < INFLIGHT_MAX && this.failure === undefined;
  }

  async #sendAll(lane: Lane): Promise<void> {
    while (this.#canSend(lane)) {
      const entry = lane.entries[lane.sent]!;
      const transaction = await entry.transaction;
      await transaction?.add(lane.partition);
      const producer = transaction?.producer ?? (await this.#producerOf(lane));
      const connection = await this.#cluster.toLeader(this.#settings.topic, lane.partition, 'produce');
      // An earlier batch may have failed meanwhile; this one comes after it.
      if (!this.#canSend(lane)) return;
      const stamp = entry.stamp ?? this.#stamp(lane, entry.batch, producer, transaction);
      entry.stamp = stamp;
      stampBatch(entry.batch, stamp.producer, stamp.sequence, transaction !== undefined, this.#checksum);
      lane.sent++;
      lane.inflight++;
      const { topic, acks } = this.#settings;
      const options = { topic, acks, transactionalId: transaction?.id ?? null, timeoutMs: this.#cluster.settings.requestTimeoutMs };
      const answered = produceBatch(this.#cluster.library, connection, entry.batch, options).catch((error: unknown) => {
        this.#cluster.drop(connection);
        throw error;
      });
      void this.#await(lane, entry, answered, transaction);
    }
  }

  #stamp(lane: Lane, { recordCount }: SealedBatch, producer: Producer, transaction: Transaction | undefined): Stamp {
    if (transaction !== undefined) {
      const sequence = transaction.sequences.get(lane.partition) ?? 0;
      transaction.sequences.set(lane.partition, after(sequence, recordCount));
      return { producer, sequence };
    }
    if (!this.#settings.isIdempotent) return { producer, sequence: -1 };
    const { sequence } = lane;
    lane.sequence = after(sequence, recordCount);
    return { producer, sequence };
  }

  #producerOf(lane: Lane): Promise<Producer> {
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

  async #await(lane: Lane, entry: Entry, answered: ReturnType<typeof produceBatch>, transaction: Transaction | undefined): Promise<void> {
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
    lane.inflight--;
    if (lane.failure !== undefined) this.#settle(lane);
    else this.#pump(lane);
  }

  #onStored(lane: Lane, entry: Entry): void {
    entry.isStored = true;
    const index = lane.entries.indexOf(entry);
    if (index < 0) return;
    lane.entries.splice(index, 1);
    lane.sent--;
    lane.retries.succeeded();
    this.pendingBytes -= entry.batch.bytes.length;
    this.#pool.give(entry.batch.bytes);
    this.#wake();
  }

  #onFailure(lane: Lane, error: unknown): void {
    lane.failure ??= error;
    if (!this.#isRepeatable(error)) this.fail(this.#asRefusal(error));
  }

  /** Once all answers are there: sends what is left again, in order. */
  #settle(lane: Lane): void {
    if (lane.inflight > 0 || lane.isPumping || this.failure !== undefined) return;
    const { failure } = lane;
    lane.isPumping = true;
    this.#recover(lane, failure)
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        lane.isPumping = false;
        this.#pump(lane);
      });
  }

  async #recover(lane: Lane, failure: unknown): Promise<void> {
    const isForgotten = this.#isForgotten(failure);
    await this.#lookAround(lane, isForgotten ? new ProtocolError(Code.notCoordinator, 'the producer') : failure);
    if (isForgotten) {
      lane.producer = undefined;
      lane.sequence = 0;
      for (const entry of lane.entries) entry.stamp = undefined;
    }
    lane.sent = 0;
    lane.failure = undefined;
  }

  /** Asks who leads now, until somebody answers. */
  async #lookAround(lane: Lane, failure: unknown): Promise<void> {
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

  #isRepeatable(error: unknown): boolean {
    return isPassing(error) || this.#isForgotten(error);
  }

  /** The broker does not know the numbers of the producer (any more). At least once, another producer may go on. */
  #isForgotten(error: unknown): boolean {
    if (this.#settings.delivery === 'exactly-once' || !(error instanceof ProtocolError)) return false;
    return [Code.outOfOrderSequence, Code.unknownProducerId, Code.invalidProducerEpoch].some((code) => code === error.code);
  }

  #asRefusal(error: unknown): unknown {
    if (!(error instanceof ProtocolError)) return error;
    const isSize = error.code === 10 || error.code === 18;
    return new ConnectorError(
      error.code === Code.topicAuthorizationFailed ? 'MS3072' : 'MS3076',
      `the cluster did not take records: ${error.message}`,
      {
        cause: error,
        detail: nameOfCode(error.code),
        hint: isSize
          ? "a record, or a batch, is larger than the topic's max.message.bytes: raise it, or set 'properties.compression.type'"
          : undefined,
      },
    );
  }
}

/** Numbers of records go from 0 to 2^31 - 1, and begin anew. */
const after = (sequence: number, count: number): number => (sequence + count) % 2 ** 31;
