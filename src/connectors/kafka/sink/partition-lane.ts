import type { Retries } from '../client/cluster.ts';
import type { Producer, SealedBatch } from './sealed-batch.ts';
import type { Transaction } from './transactions.ts';

/** Batches of one partition that are on their way at once: brokers remember as many to tell repeated ones. */
const INFLIGHT_MAX = 5;

/** What a batch is sent as, which must not change when it is sent again. */
export interface Stamp {
  readonly producer: Producer;
  /** The number of the batch's first record, -1 where records have none. */
  readonly sequence: number;
}

/** A batch that is not known to be stored. */
export interface LaneEntry {
  readonly batch: SealedBatch;
  /** Its transaction, when it has begun. */
  readonly transaction: Promise<Transaction> | undefined;
  /** undefined before it is sent. */
  stamp: Stamp | undefined;
  isStored: boolean;
}

/** One partition: its batches in order, of which the first ones are on their way, and the numbers of its records. */
export class PartitionLane {
  readonly partition: number;
  readonly retries: Retries;
  readonly entries: LaneEntry[] = [];
  /** Why batches are to be sent again, once those on their way have been answered. */
  failure: unknown;
  /** Whether somebody is at work on it. */
  isBusy = false;
  /** Who writes without a transaction. */
  producer: Promise<Producer> | undefined;
  #sequence = 0;
  #sentCount = 0;
  #inflightCount = 0;

  constructor(partition: number, retries: Retries) {
    this.partition = partition;
    this.retries = retries;
  }

  get canSend(): boolean {
    return this.failure === undefined && this.#sentCount < this.entries.length && this.#inflightCount < INFLIGHT_MAX;
  }

  /** Whether batches are to be sent again, and none is on its way. */
  get isSettled(): boolean {
    return this.failure !== undefined && this.#inflightCount === 0;
  }

  push(batch: SealedBatch, transaction: Promise<Transaction> | undefined): void {
    this.entries.push({ batch, transaction, stamp: undefined, isStored: false });
  }

  /** The next to be sent. */
  get next(): LaneEntry {
    return this.entries[this.#sentCount]!;
  }

  /** Numbers the records of the next batch, unless they have been before; it then counts as sent. */
  stampNext(producer: Producer, transaction: Transaction | undefined, isNumbered: boolean): Stamp {
    const entry = this.next;
    entry.stamp ??= { producer, sequence: isNumbered ? this.#take(entry.batch.recordCount, transaction) : -1 };
    this.#sentCount++;
    this.#inflightCount++;
    return entry.stamp;
  }

  #take(recordCount: number, transaction: Transaction | undefined): number {
    const sequence = transaction === undefined ? this.#sequence : (transaction.sequences.get(this.partition) ?? 0);
    // Numbers of records go from 0 to 2^31 - 1, and begin anew.
    const after = (sequence + recordCount) % 2 ** 31;
    if (transaction === undefined) this.#sequence = after;
    else transaction.sequences.set(this.partition, after);
    return sequence;
  }

  answered(): void {
    this.#inflightCount--;
  }

  /** A batch is stored; false where that was known. */
  store(entry: LaneEntry): boolean {
    entry.isStored = true;
    const index = this.entries.indexOf(entry);
    if (index < 0) return false;
    this.entries.splice(index, 1);
    this.#sentCount--;
    this.retries.succeeded();
    return true;
  }

  /** All that is not stored is to be sent again, by another producer if the one before is `forgotten`. */
  rewind(forgotten: boolean): void {
    this.#sentCount = 0;
    this.failure = undefined;
    if (!forgotten) return;
    this.producer = undefined;
    this.#sequence = 0;
    for (const entry of this.entries) entry.stamp = undefined;
  }
}
