import { ConnectorError } from '../../../common/errors.ts';
import type { Cluster } from '../client/cluster.ts';
import { Code, nameOfCode, ProtocolError, requireSuccess } from '../client/protocol-errors.ts';
import type { Producer } from './sealed-batch.ts';
import type { SinkSettings } from './sink-settings.ts';

/** A transaction that a checkpoint has prepared, in plain JSON: any process can commit it. */
export interface PreparedTransaction {
  readonly id: string;
  /** A 64-bit integer as text. */
  readonly producerId: string;
  readonly epoch: number;
}

/**
 * A transactional id is used again only when so many others were used after it. A checkpoint so far back can still be resumed from
 * and be told whether its transaction was committed, because the id still is what it was then.
 */
const REUSE_DISTANCE = 8;
/** States in which an id may be in the hands of a process that is gone, or believes it is not. */
const LINGERING: ReadonlySet<string> = new Set(['Ongoing', 'Empty', 'PrepareEpochFence']);

interface Subtask {
  readonly index: number;
  readonly count: number;
}

/** One transaction of a writer: between two checkpoints. */
export class Transaction {
  readonly id: string;
  readonly producer: Producer;
  /** Records sent to each partition: the sequence number of the next. */
  readonly sequences = new Map<number, number>();
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #partitions = new Map<number, Promise<void>>();

  constructor(cluster: Cluster, topic: string, id: string, producer: Producer) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.id = id;
    this.producer = producer;
  }

  /** An empty transaction cannot be ended, and need not be. */
  get isEmpty(): boolean {
    return this.#partitions.size === 0;
  }

  /** Makes a partition part of the transaction, before its first batch. */
  add(partition: number): Promise<void> {
    let adding = this.#partitions.get(partition);
    if (adding === undefined) {
      adding = this.#add(partition);
      this.#partitions.set(partition, adding);
    }
    return adding;
  }

  async #add(partition: number): Promise<void> {
    const what = `beginning a transaction on partition ${this.#topic}/${partition}`;
    const request = {
      transactionalId: this.id,
      producerId: this.producer.producerId,
      producerEpoch: this.producer.epoch,
      verifyOnly: false,
      topics: [{ name: this.#topic, partitions: [partition] }],
    };
    try {
      await this.#cluster.atCoordinator(1, this.id, what, async (connection) => {
        const { library } = this.#cluster;
        const answer = await this.#cluster.call(connection, library.addPartitionsToTxnV5.api, [request]);
        requireSuccess(answer.errorCode, what);
        for (const { topicResults } of answer.resultsByTransaction) {
          for (const { resultsByPartition } of topicResults)
            for (const each of resultsByPartition) requireSuccess(each.partitionErrorCode, what);
        }
      });
    } catch (error) {
      throw asLost(error, this.id);
    }
  }

  toPrepared(): PreparedTransaction {
    return { id: this.id, producerId: String(this.producer.producerId), epoch: this.producer.epoch };
  }
}

/**
 * The transactions of one writer: a new one for each checkpoint, under ids `PREFIX-SINK-WORKER-NUMBER` that are used in turn. A prepared one
 * must stay open until the checkpoint is complete, so that the next one needs another id.
 */
export class Transactions {
  readonly #cluster: Cluster;
  readonly #settings: SinkSettings;
  readonly #subtask: Subtask;
  /** What the ids begin with, which no other sink has. */
  readonly #prefix: string;
  /** Ids that are not in use, those used longest ago first. */
  #idle: string[] = [];
  #idCount = 0;
  #recovered: Promise<void> | undefined;

  /** `uid` is the sink's own name, which it keeps over restarts; a job without checkpoints has none. */
  constructor(cluster: Cluster, settings: SinkSettings, subtask: Subtask, uid: string | undefined) {
    this.#prefix = [settings.transactionalIdPrefix, ...(uid === undefined ? [] : [uid])].join('-');
    this.#cluster = cluster;
    this.#settings = settings;
    this.#subtask = subtask;
  }

  /**
   * Commits what a checkpoint had prepared, and gives up what writers before had begun after it, which also shuts them out. Once, before
   * the first transaction. Throws MS3077 where a prepared one is no more.
   */
  recover(prepared: readonly PreparedTransaction[]): Promise<void> {
    this.#recovered ??= this.#recover(prepared);
    return this.#recovered;
  }

  async #recover(prepared: readonly PreparedTransaction[]): Promise<void> {
    for (const transaction of prepared) await this.commit(transaction);
    const kept = new Set(prepared.map(({ id }) => id));
    const { index, count } = this.#subtask;
    // There may have been more workers than now.
    for (let worker = index; ; worker += count) {
      const known = await this.#giveUpLingering(worker, kept);
      if (worker === index) this.#idle = [...known.filter((id) => !kept.has(id)), ...known.filter((id) => kept.has(id))];
      if (worker === index) this.#idCount = known.length;
      if (worker >= count && known.length === 0) return;
    }
  }

  /** The ids that a worker has ever used; open transactions under them are aborted, but for those that are kept. */
  async #giveUpLingering(worker: number, kept: ReadonlySet<string>): Promise<string[]> {
    const known: string[] = [];
    for (;;) {
      const id = this.#idOf(worker, known.length);
      const state = await this.#stateOf(id);
      if (state === undefined) return known;
      if (LINGERING.has(state) && !kept.has(id)) await this.#initialize(id);
      known.push(id);
    }
  }

  #idOf(worker: number, number: number): string {
    return `${this.#prefix}-${worker}-${number}`;
  }

  /** The state that the cluster knows an id in; undefined where it does not. */
  #stateOf(id: string): Promise<string | undefined> {
    return this.#cluster.atCoordinator(1, id, `asking for transaction ${id}`, async (connection) => {
      const answer = await this.#cluster.call(connection, this.#cluster.library.describeTransactionsV0.api, [id]);
      const [found] = answer.transactionStates;
      if (found === undefined || found.errorCode === Code.transactionalIdNotFound) return undefined;
      requireSuccess(found.errorCode, `transaction ${id}`);
      return found.transactionState;
    });
  }

  /** Begins a transaction. Nothing is told to the cluster of it before a partition is added. */
  async begin(): Promise<Transaction> {
    await this.recover([]);
    const reused = this.#idle.length >= REUSE_DISTANCE ? this.#idle.shift() : undefined;
    const id = reused ?? this.#idOf(this.#subtask.index, this.#idCount++);
    return new Transaction(this.#cluster, this.#settings.topic, id, await this.#initialize(id));
  }

  async #initialize(id: string): Promise<Producer> {
    const { transactionTimeoutMs } = this.#settings;
    const what = `opening transaction ${id}`;
    try {
      return await this.#cluster.atCoordinator(1, id, what, async (connection) => {
        const answer = await this.#cluster.call(connection, this.#cluster.library.initProducerIdV5.api, id, transactionTimeoutMs, -1n, -1);
        requireSuccess(answer.errorCode, what);
        return { producerId: answer.producerId, epoch: answer.producerEpoch };
      });
    } catch (error) {
      if (!(error instanceof ConnectorError) || !(error.cause instanceof ProtocolError)) throw error;
      if (error.cause.code !== Code.invalidTransactionTimeout) throw error;
      throw new ConnectorError('MS3076', `the cluster does not let a transaction be open for ${transactionTimeoutMs} ms`, {
        cause: error,
        hint: "set 'properties.transaction.timeout.ms' to no more than the brokers' transaction.max.timeout.ms",
      });
    }
  }

  /** Commits a prepared transaction; doing it twice is doing it once. Throws MS3077 where it is no more. */
  async commit(transaction: PreparedTransaction): Promise<void> {
    try {
      await this.#end(transaction, true);
    } catch (error) {
      const lost = asLost(error, transaction.id);
      if (lost === error || !this.#settings.ignoresLostTransactions) throw lost;
    }
  }

  /** Gives a transaction up. */
  abort(transaction: PreparedTransaction): Promise<void> {
    return this.#end(transaction, false);
  }

  /** A transaction has been committed, or was given up: its id will be used again. */
  release(id: string): void {
    this.#idle.push(id);
  }

  #end({ id, producerId, epoch }: PreparedTransaction, isCommit: boolean): Promise<void> {
    const what = `${isCommit ? 'committing' : 'aborting'} transaction ${id}`;
    return this.#cluster.atCoordinator(1, id, what, async (connection) => {
      const answer = await this.#cluster.call(connection, this.#cluster.library.endTxnV4.api, id, BigInt(producerId), epoch, isCommit);
      requireSuccess(answer.errorCode, what);
    });
  }
}

const LOSSES: ReadonlySet<number> = new Set([
  Code.invalidProducerEpoch,
  Code.invalidTransactionState,
  Code.invalidProducerIdMapping,
  Code.unknownProducerId,
  Code.producerFenced,
]);

/** MS3077 for an answer that says that a transaction is in other hands, or is no more; any other error as it is. */
export function asLost(error: unknown, id: string): unknown {
  const cause = error instanceof ConnectorError ? error.cause : error;
  if (!(cause instanceof ProtocolError) || !LOSSES.has(cause.code)) return error;
  return new ConnectorError('MS3077', `transaction ${id} is lost (${nameOfCode(cause.code)}): its rows are not in the topic`, {
    cause: error,
    hint:
      "it was open for longer than 'properties.transaction.timeout.ms', or another job has the same 'sink.transactional-id-prefix'; " +
      "where the rows are known to be in the topic, because the checkpoint is old, 'sink.lost-transactions' = 'ignore' passes over it",
  });
}
