import type { Batch } from '../../../data/batch.ts';
import type { CheckpointId, SinkContext, SinkWriter } from '../../../runtime/sink.ts';
import { BytePool } from '../../kafka/client/byte-pool.ts';
import { Checksum } from '../../kafka/client/checksum.ts';
import type { Codecs, CompressionType } from '../../kafka/codecs/codecs.ts';
import type { BufferedRecords } from '../../kafka/sink/partition-buffers.ts';
import { RecordWriter, type RecordWriterParts } from '../../kafka/sink/record-writer.ts';
import { sealBatch, stampBatch } from '../../kafka/sink/sealed-batch.ts';
import { refuseUpdates } from '../../refuse-updates.ts';
import type { LogStore } from '../store/log-store.ts';
import type { LogTopic } from '../store/log-topic.ts';
import type { PreparedTransaction, Transactions } from '../store/transactions.ts';
import { BlockWriter } from './block-writer.ts';
import { Compactor } from './compactor.ts';

/** Bytes that may wait for the disk before the job does. */
const PENDING_BYTES = 32 * 1024 * 1024;
/** Blocks are told apart by the log's own transactions. */
const NOBODY = { producerId: -1n, epoch: -1 };
const TAKES_UPDATES = 'declare a primary key, by which rows are replaced';

/** What a checkpoint knows of the sink, in plain JSON. */
interface PreparedSink {
  /** Absent where no row was written. */
  readonly ended?: PreparedTransaction | undefined;
}

export interface LogSinkParts {
  readonly store: LogStore;
  readonly topic: LogTopic;
  /** Only where the sink delivers exactly once. */
  readonly transactions: Transactions | undefined;
  readonly records: Omit<RecordWriterParts, 'onBatch'>;
  readonly lingerMs: number;
  readonly compression: CompressionType;
  /** With that of the compression. */
  readonly codecs: Codecs;
  /** Whether a checkpoint waits for the disk. */
  readonly waits: boolean;
  /** Whether rows may be updated and deleted, by key. */
  readonly takesUpdates: boolean;
}

/**
 * Writes rows as records to a topic. Exactly once, the records between two checkpoints are one transaction: `prepareCommit` waits until they are
 * on the disk, and `commit` makes them visible. Otherwise they are visible when they are stored.
 */
export class LogSink implements SinkWriter {
  bytesWritten = 0;
  readonly #context: SinkContext;
  readonly #parts: LogSinkParts;
  readonly #writer: RecordWriter;
  readonly #blocks: BlockWriter;
  readonly #pool = new BytePool();
  readonly #checksum: Checksum;
  readonly #compactor: Compactor | undefined;
  readonly #stopped = new AbortController();
  /** Whether blocks were made since the last checkpoint. */
  #isDirty = false;
  /** The first row of the batch in hand that is not yet written. */
  #row = 0;
  #lingers = false;
  #closed: Promise<void> | undefined;

  constructor(context: SinkContext, parts: LogSinkParts) {
    const { store, topic, transactions } = parts;
    this.#context = context;
    this.#parts = parts;
    this.#checksum = new Checksum(context.kernels);
    // One worker does it for all.
    if (topic.isCompacted && parts.takesUpdates && context.subtask.index === 0) {
      this.#compactor = new Compactor({ store, topic, codecs: parts.codecs, checksum: this.#checksum, clock: context.clock });
    }
    this.#writer = new RecordWriter(context.kernels, { ...parts.records, onBatch: (partition, records) => this.#seal(partition, records) });
    this.#blocks = new BlockWriter(
      async (transaction, blocks) => {
        if (transactions !== undefined) return transactions.store(transaction, blocks);
        await store.append(topic, blocks, context.clock.now());
        this.#compactor?.lookAfter(this.bytesWritten);
      },
      ({ bytes }) => this.#pool.give(bytes as Uint8Array<ArrayBuffer>),
    );
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
    return this.#blocks.until(() => !this.#isFull);
  }

  async flush(): Promise<void> {
    this.#throwFailure();
    this.#writer.flush();
  }

  async prepareCommit(_checkpoint: CheckpointId): Promise<unknown> {
    this.#writer.flush();
    const ended = this.#parts.transactions?.next(this.#isDirty);
    this.#isDirty = false;
    if (this.#parts.waits) await this.#blocks.stored();
    this.#throwFailure();
    const prepared: PreparedSink = { ended };
    return prepared;
  }

  async commit(prepared: unknown): Promise<void> {
    const { transactions } = this.#parts;
    const { ended } = prepared as PreparedSink;
    if (transactions === undefined || ended === undefined) return;
    await transactions.commit(ended, this.#context.clock.now());
    this.#compactor?.lookAfter(this.bytesWritten);
  }

  async restore(prepared: readonly unknown[]): Promise<void> {
    for (const each of prepared) await this.commit(each);
    await this.takeOver();
  }

  /** Shuts out who wrote in the place of this sink before. Before the first write. */
  async takeOver(): Promise<void> {
    const { index, count } = this.#context.subtask;
    const prefix = `${this.#context.uid}/`;
    // There may have been more workers than now.
    const isGone = (writer: string): boolean => index === 0 && writer.startsWith(prefix) && Number(writer.slice(prefix.length)) >= count;
    await this.#parts.transactions?.takeOver(isGone);
  }

  close(cause?: unknown): Promise<void> {
    this.#closed ??= this.#close(cause);
    return this.#closed;
  }

  get #isFull(): boolean {
    return this.#blocks.pendingBytes >= PENDING_BYTES;
  }

  #seal(partition: number, { recordCount, firstTimestamp, maxTimestamp, records }: BufferedRecords): void {
    const sealed = sealBatch(
      { partition, recordCount, firstTimestamp, maxTimestamp, records },
      this.#parts.compression,
      this.#parts.codecs,
      this.#pool,
    );
    stampBatch(sealed, NOBODY, -1, false, this.#checksum);
    const { bytes } = sealed;
    this.bytesWritten += bytes.length;
    this.#isDirty = true;
    this.#blocks.add(this.#parts.transactions?.current ?? 0, { partition, recordCount, maxTimestamp: Number(maxTimestamp), bytes });
  }

  /** Stores what is not a full block after a while. Where nobody sees it before a checkpoint, blocks may as well be full. */
  #linger(): void {
    const { transactions, lingerMs } = this.#parts;
    if (transactions !== undefined || this.#lingers || !this.#writer.isDirty) return;
    this.#lingers = true;
    void this.#context.clock.sleep(lingerMs, this.#stopped.signal).then(() => {
      this.#lingers = false;
      if (!this.#stopped.signal.aborted && this.#blocks.failure === undefined) this.#writer.flush();
    });
  }

  async #close(cause: unknown): Promise<void> {
    let failure: unknown;
    try {
      if (cause === undefined) await this.#finish();
    } catch (error) {
      failure = error;
    }
    this.#stopped.abort();
    await this.#blocks.stop();
    await this.#compactor?.stop();
    // What a checkpoint has prepared stays as it is: the job may go on from there.
    if (cause !== undefined) await this.#parts.transactions?.abort().catch(() => undefined);
    this.#writer.free();
    this.#checksum.free();
    await this.#parts.store.close();
    if (failure !== undefined) throw failure;
  }

  /** All rows have been written: makes them visible. */
  async #finish(): Promise<void> {
    this.#throwFailure();
    const prepared = await this.prepareCommit(0);
    await this.#blocks.stored();
    await this.commit(prepared);
    await this.#compactor?.finish();
  }

  #throwFailure(): void {
    if (this.#blocks.failure !== undefined) throw this.#blocks.failure;
  }
}
