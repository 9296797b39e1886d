import type { Batch } from '../../../data/batch.ts';
import type { CheckpointId, SinkContext, SinkWriter } from '../../../runtime/sink.ts';
import { refuseUpdates } from '../../refuse-updates.ts';
import type { BytePool } from '../client/byte-pool.ts';
import type { Checksum } from '../client/checksum.ts';
import type { Cluster } from '../client/cluster.ts';
import type { Codecs } from '../codecs/codecs.ts';
import type { BatchSender } from './batch-sender.ts';
import type { BufferedRecords } from './partition-buffers.ts';
import { RecordWriter, type RecordWriterParts } from './record-writer.ts';
import { sealBatch } from './sealed-batch.ts';
import type { SinkSettings } from './sink-settings.ts';
import type { PreparedTransaction, Transaction, Transactions } from './transactions.ts';

/** Where a query goes that updates rows. */
const TAKES_UPDATES = "write to a table with 'connector' = 'upsert-kafka' and a primary key";

/** What prepareCommit answers: the transaction of the rows since the checkpoint before, where there are any. */
interface PreparedSink {
  readonly transactions: readonly PreparedTransaction[];
}

export interface KafkaSinkParts {
  readonly cluster: Cluster;
  readonly codecs: Codecs;
  readonly sender: BatchSender;
  readonly checksum: Checksum;
  readonly pool: BytePool;
  /** Only where the sink delivers exactly once. */
  readonly transactions: Transactions | undefined;
  readonly settings: SinkSettings;
  readonly records: Omit<RecordWriterParts, 'onBatch'>;
  /** Whether rows may be updated and deleted, by key. */
  readonly takesUpdates: boolean;
}

/**
 * Writes rows as records to a topic. Exactly once, the records between two checkpoints are one transaction: `prepareCommit` waits until they are
 * stored, and `commit` makes them visible. Otherwise they are visible at once, and a checkpoint waits until they are stored.
 */
export class KafkaSink implements SinkWriter {
  bytesWritten = 0;
  readonly #context: SinkContext;
  readonly #parts: KafkaSinkParts;
  readonly #writer: RecordWriter;
  readonly #stopped = new AbortController();
  /** The transaction of the rows since the last checkpoint; begun when the first batch is full. */
  #transaction: Promise<Transaction> | undefined;
  /** Ids of transactions that a checkpoint has prepared, and which are not committed. */
  readonly #pending = new Set<string>();
  /** The first row of the batch in hand that is not yet written. */
  #row = 0;
  #lingers = false;
  #closed: Promise<void> | undefined;

  constructor(context: SinkContext, parts: KafkaSinkParts) {
    this.#context = context;
    this.#parts = parts;
    this.#writer = new RecordWriter(context.kernels, { ...parts.records, onBatch: (partition, records) => this.#send(partition, records) });
  }

  write(batch: Batch): boolean {
    this.#throwFailure();
    if (this.#row === 0 && !this.#parts.takesUpdates) refuseUpdates(batch, `${this.#context.tableName} is a topic`, TAKES_UPDATES);
    const now = this.#context.clock.now();
    while (this.#row < batch.size) {
      if (this.#isFull) return false;
      this.#row += this.#writer.write(batch, this.#row, now);
    }
    this.#row = 0;
    this.#linger();
    return true;
  }

  ready(): Promise<void> {
    return this.#parts.sender.until(() => !this.#isFull);
  }

  async flush(): Promise<void> {
    this.#throwFailure();
    this.#writer.flush();
  }

  async prepareCommit(_checkpoint: CheckpointId): Promise<unknown> {
    this.#writer.flush();
    const begun = this.#transaction;
    this.#transaction = undefined;
    if (this.#parts.settings.delivery !== 'none') await this.#parts.sender.stored();
    this.#throwFailure();
    const transaction = await begun;
    if (transaction !== undefined) this.#pending.add(transaction.id);
    const prepared: PreparedSink = { transactions: transaction === undefined ? [] : [transaction.toPrepared()] };
    return prepared;
  }

  async commit(prepared: unknown): Promise<void> {
    const { transactions } = this.#parts;
    if (transactions === undefined) return;
    for (const transaction of (prepared as PreparedSink).transactions) {
      await transactions.commit(transaction);
      if (this.#pending.delete(transaction.id)) transactions.release(transaction.id);
    }
  }

  async restore(prepared: readonly unknown[]): Promise<void> {
    const known = prepared as readonly PreparedSink[];
    await this.#parts.transactions?.recover(known.flatMap(({ transactions }) => transactions));
  }

  close(cause?: unknown): Promise<void> {
    this.#closed ??= this.#close(cause);
    return this.#closed;
  }

  get #isFull(): boolean {
    return this.#parts.sender.pendingBytes >= this.#parts.settings.bufferBytes;
  }

  #send(partition: number, { recordCount, firstTimestamp, maxTimestamp, records }: BufferedRecords): void {
    const { settings, codecs, sender, transactions } = this.#parts;
    const batch = sealBatch(
      { partition, recordCount, firstTimestamp, maxTimestamp, records },
      settings.compression,
      codecs,
      this.#parts.pool,
    );
    this.bytesWritten += batch.bytes.length;
    if (transactions !== undefined) {
      this.#transaction ??= transactions.begin();
      // The failure is met where the batch is sent.
      this.#transaction.catch(() => undefined);
    }
    sender.send(batch, this.#transaction);
  }

  /** Sends what is not a full batch after a while, so that records of a busy job do not wait for more of their partition. */
  #linger(): void {
    if (this.#lingers || !this.#writer.isDirty) return;
    this.#lingers = true;
    const { clock } = this.#context;
    void clock.sleep(this.#parts.settings.lingerMs, this.#stopped.signal).then(() => {
      this.#lingers = false;
      if (this.#stopped.signal.aborted) return;
      try {
        this.#writer.flush();
      } catch (error) {
        this.#parts.sender.fail(error);
      }
    });
  }

  async #close(cause: unknown): Promise<void> {
    const { sender, cluster } = this.#parts;
    let failure: unknown;
    try {
      if (cause === undefined) await this.#finish();
      else await this.#giveUp(cause);
    } catch (error) {
      failure = error;
    }
    this.#stopped.abort();
    sender.fail(cause ?? failure ?? new Error('the sink is closed'));
    cluster.close();
    this.#writer.free();
    this.#parts.checksum.free();
    if (cause === undefined && failure !== undefined) throw failure;
  }

  /** All rows have been written: makes them visible. */
  async #finish(): Promise<void> {
    this.#throwFailure();
    const prepared = await this.prepareCommit(0);
    await this.#parts.sender.stored();
    await this.commit(prepared);
  }

  /** What a checkpoint has prepared stays as it is: the job may go on from there. */
  async #giveUp(cause: unknown): Promise<void> {
    const { sender, transactions } = this.#parts;
    sender.fail(cause);
    const transaction = await this.#transaction;
    if (transactions !== undefined && transaction !== undefined && !transaction.isEmpty) await transactions.abort(transaction.toPrepared());
  }

  #throwFailure(): void {
    const { failure } = this.#parts.sender;
    if (failure !== undefined) throw failure;
  }
}
