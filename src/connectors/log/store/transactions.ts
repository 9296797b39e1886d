import { ConnectorError } from '../../../common/errors.ts';
import { addToIndex, type NewBlock, storeBlocks } from './append-blocks.ts';
import { nameKey, nameOfKey, numberKey, pendingKey, readJson, readPending, writeJson, writePending } from './keys.ts';
import type { LogStore } from './log-store.ts';
import { type LogTables, nextNumber } from './log-tables.ts';
import type { LogTopic } from './log-topic.ts';

/** Transactions of one epoch of a writer. */
const PER_EPOCH = 1_000_000_000;

/** Who writes to a topic in transactions, as the log knows it. */
interface WriterRecord {
  readonly number: number;
  /** Grows whenever a process takes the writer over: the one before may not write any more. */
  readonly epoch: number;
  /** The last transaction that was committed; those before it were, too, or given up. */
  readonly committed: number;
}

/** A transaction that a checkpoint has prepared, in plain JSON. */
export interface PreparedTransaction {
  readonly writer: string;
  readonly transaction: number;
}

/**
 * Two-phase writing: blocks are stored with the number of their transaction, and get offsets all at once when it is committed. A writer is
 * one sink of one job, by name.
 */
export class Transactions {
  readonly #store: LogStore;
  readonly #topic: LogTopic;
  readonly #writer: string;
  #record: WriterRecord | undefined;
  #transaction = 0;
  #sequence = 0;
  /** The transactions whose blocks were stored. */
  readonly #written = new Set<number>();

  constructor(store: LogStore, topic: LogTopic, writer: string) {
    this.#store = store;
    this.#topic = topic;
    this.#writer = writer;
  }

  /** The number of the transaction that blocks belong to now. */
  get current(): number {
    return this.#transaction;
  }

  /** Ends the transaction; returns it where blocks were stored in it, or are going to be: `hasBlocks`. */
  next(hasBlocks: boolean): PreparedTransaction | undefined {
    const transaction = this.#transaction++;
    return hasBlocks ? { writer: this.#writer, transaction } : undefined;
  }

  /**
   * Takes the writer over, and those of workers that are no more: what they have pending is given up, and who wrote before is shut out.
   * Once, before anything is stored.
   */
  async takeOver(isGone: (writer: string) => boolean): Promise<void> {
    this.#record = await this.#store.write((tables) => {
      for (const { key } of [...tables.writers.getRange({})]) {
        const name = nameOfKey(key);
        if (isGone(name)) begin(tables, name);
      }
      return begin(tables, this.#writer);
    });
    this.#transaction = this.#record.epoch * PER_EPOCH + 1;
  }

  /** Stores blocks of one transaction. Throws MS3093 where another process has taken the writer over. */
  async store(transaction: number, blocks: readonly NewBlock[]): Promise<void> {
    const { number, epoch } = this.#record!;
    await this.#store.write((tables) => {
      const now = readWriter(tables, this.#writer);
      if (now?.epoch !== epoch) throw this.#shutOut();
      for (const stored of storeBlocks(tables, blocks))
        tables.pending.putSync(pendingKey(number, transaction, this.#sequence++), writePending(stored));
    });
    this.#written.add(transaction);
  }

  /** Makes a transaction's records seen. Doing it twice is doing it once. Throws MS3094 where its blocks are no more. */
  async commit({ writer, transaction }: PreparedTransaction, nowMs: number): Promise<void> {
    await this.#store.write((tables) => {
      const record = readWriter(tables, writer);
      if (record !== undefined && transaction <= record.committed) return;
      const pending = record === undefined ? [] : pendingOf(tables, record.number, transaction);
      if (pending.length === 0) throw this.#lost(writer);
      addToIndex(
        tables,
        this.#topic,
        pending.map(({ value }) => readPending(value)),
        nowMs,
      );
      for (const { key } of pending) tables.pending.removeSync(key);
      tables.writers.putSync(nameKey(writer), writeJson({ ...record, committed: transaction }));
    });
    this.#written.delete(transaction);
  }

  /** Gives the transaction up that has not ended. */
  async abort(): Promise<void> {
    const transaction = this.#transaction;
    if (!this.#written.has(transaction)) return;
    const { number } = this.#record!;
    await this.#store.write((tables) => giveUp(tables, pendingOf(tables, number, transaction)));
  }

  #shutOut(): ConnectorError {
    return new ConnectorError('MS3093', `another process has begun to write to topic ${this.#topic.name} in the place of this one`, {
      hint: 'the job was started again elsewhere: end this one',
    });
  }

  #lost(writer: string): ConnectorError {
    return new ConnectorError(
      'MS3094',
      `records of topic ${this.#topic.name} that a checkpoint had prepared are no more (writer ${writer})`,
      {
        hint: 'the log was removed or replaced: restore it from a copy, or begin anew without the state folder',
      },
    );
  }
}

function readWriter({ writers }: LogTables, name: string): WriterRecord | undefined {
  const bytes = writers.getBinary(nameKey(name));
  return bytes && readJson<WriterRecord>(bytes);
}

/** Begins a new epoch of a writer, without what the one before had pending. */
function begin(tables: LogTables, name: string): WriterRecord {
  const known = readWriter(tables, name);
  const record = {
    number: known?.number ?? nextNumber(tables, 'writer'),
    epoch: (known?.epoch ?? 0) + 1,
    committed: known?.committed ?? 0,
  };
  giveUp(tables, pendingOf(tables, record.number));
  tables.writers.putSync(nameKey(name), writeJson(record));
  return record;
}

interface Pending {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** What a writer has pending, in one transaction or in all. */
function pendingOf({ pending }: LogTables, writer: number, transaction?: number): Pending[] {
  const start = pendingKey(writer, transaction ?? 0, 0);
  const end = transaction === undefined ? pendingKey(writer + 1, 0, 0) : pendingKey(writer, transaction + 1, 0);
  // Keys and values lie in memory that the next step reuses.
  return [...pending.getRange({ start, end })].map(({ key, value }) => ({ key: new Uint8Array(key), value: new Uint8Array(value) }));
}

function giveUp(tables: LogTables, pending: readonly Pending[]): void {
  for (const { key, value } of pending) {
    tables.blocks.removeSync(numberKey(readPending(value).block));
    tables.pending.removeSync(key);
  }
}
