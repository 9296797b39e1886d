import type { Clock } from '../../common/clock.ts';
import { Batch } from '../../data/batch.ts';
import type { Encoder } from '../../formats/format.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import { refuseUpdates } from '../refuse-updates.ts';
import type { FileSink } from './file-sink.ts';
import type { PartitionCommits, PendingPartition } from './partition-commit.ts';
import { folderOf, type PartitionTexts } from './partition-path.ts';
import { commitParts, nextPart, type PreparedParts } from './prepared-files.ts';
import type { RowGroup, RowGroups } from './row-groups.ts';

/** Files that are open at once; of more, the one that was written to longest ago is ended. */
const OPEN_FILES_MAX = 100;

/** What a checkpoint holds of a partitioned table. */
interface PreparedPartitions extends PreparedParts {
  /** Folders that are called whole when their parts have their names. */
  readonly whole: readonly string[];
  readonly pending: readonly PendingPartition[];
}

/** What the writer of a partitioned table is made of. */
export interface PartitionedSettings {
  readonly clock: Clock;
  readonly tableName: string;
  /** Of the columns that are in the records. */
  readonly encoder: Encoder;
  readonly groups: RowGroups;
  /** Indexes of the columns that are in the records. */
  readonly recordColumns: readonly number[];
  readonly partitionColumns: readonly string[];
  readonly defaultName: string;
  readonly subtask: number;
  readonly checkpointed: boolean;
  /** Makes the writer of a partition's folder. `takeNumber` gives the number of each of its parts. */
  readonly openPartition: (folder: string, takeNumber: () => number) => FileSink;
  /** Gives up what was begun after a checkpoint. */
  readonly removeLater: (known: readonly PreparedParts[]) => Promise<void>;
  /** Set where partitions are committed; `tell` tells readers that those in some folders are whole. */
  readonly commits?: { readonly waiting: PartitionCommits; readonly tell: (folders: readonly string[]) => Promise<void> } | undefined;
  /** How often it is looked whether partitions are whole, where no checkpoints do it. */
  readonly checkIntervalMs: number;
  /** Removes what INSERT OVERWRITE replaces, when all rows have been written. */
  readonly replace?: (() => Promise<void>) | undefined;
}

/**
 * Writes rows to part files in a folder for each partition, by a FileSink each. The rows of a batch are sorted by partition, so that an
 * encoder is called once for each. A partition's writer lives until the next checkpoint, or until its file has been ended.
 */
export class PartitionedSink implements SinkWriter {
  bytesWritten = 0;
  readonly #settings: PartitionedSettings;
  readonly #stopped = new AbortController();
  /** Writers by folder; of those that were written to last the last. */
  #writers = new Map<string, FileSink>();
  /** Writers of a checkpoint that is being prepared. */
  readonly #retired = new Set<FileSink>();
  #partCount = 0;
  readonly #view = new Batch([]);
  /** The groups of the batch in hand, and the first that is not written; undefined between batches. */
  #groups: readonly RowGroup[] | undefined;
  #group = 0;
  #blocked: FileSink | undefined;
  #failure: unknown;
  #closed: Promise<void> | undefined;

  constructor(settings: PartitionedSettings) {
    this.#settings = settings;
    if (settings.commits !== undefined && !settings.checkpointed) void this.#checkCommits();
  }

  write(batch: Batch): boolean {
    this.#throwFailure();
    this.#groups ??= this.#begin(batch);
    for (; this.#group < this.#groups.length; this.#group++) {
      const group = this.#groups[this.#group]!;
      this.#settings.groups.show(group, batch, this.#view);
      if (!this.#writeGroup(group.texts)) return false;
    }
    this.#groups = undefined;
    return true;
  }

  watermark(time: bigint): void {
    this.#settings.commits?.waiting.watermark(time);
  }

  async ready(): Promise<void> {
    this.#throwFailure();
    await this.#blocked?.ready();
  }

  async flush(): Promise<void> {
    this.#throwFailure();
    for (const writer of this.#writers.values()) await writer.flush();
  }

  async restore(prepared: readonly unknown[]): Promise<void> {
    const { checkpointed, removeLater, commits } = this.#settings;
    if (!checkpointed) return;
    const known = prepared as readonly PreparedPartitions[];
    for (const one of known) await this.commit(one);
    await removeLater(known);
    this.#partCount = nextPart(known);
    // Of each writer before, the last that it said is what counts.
    const last = new Map(known.map((one) => [one.subtask, one]));
    for (const { pending } of last.values()) commits?.waiting.restore(pending);
  }

  async prepareCommit(): Promise<PreparedPartitions> {
    this.#throwFailure();
    const { subtask, commits } = this.#settings;
    const writers = [...this.#writers.values()];
    this.#writers = new Map();
    for (const writer of writers) this.#retired.add(writer);
    const whole = commits?.waiting.takeDue() ?? [];
    const pending = commits?.waiting.pending ?? [];
    const parts = writers.map((writer) => writer.prepareCommit() as Promise<PreparedParts>);
    const next = this.#partCount;
    const prepared = await Promise.all(parts);
    for (const writer of writers) {
      await writer.close();
      this.#retired.delete(writer);
    }
    return { parts: prepared.flatMap((one) => one.parts), subtask, next, whole, pending };
  }

  async commit(prepared: unknown): Promise<void> {
    const { whole } = prepared as PreparedPartitions;
    await commitParts(prepared as PreparedPartitions);
    await this.#settings.commits?.tell(whole);
  }

  close(cause?: unknown): Promise<void> {
    this.#closed ??= this.#close(cause);
    return this.#closed;
  }

  #begin(batch: Batch): readonly RowGroup[] {
    const { tableName, groups, recordColumns } = this.#settings;
    refuseUpdates(batch, `${tableName} is made of files`);
    this.#view.columns = recordColumns.map((index) => batch.columns[index]!);
    this.#group = 0;
    return groups.of(batch);
  }

  #writeGroup(texts: PartitionTexts): boolean {
    const { partitionColumns, defaultName, commits } = this.#settings;
    const folder = folderOf(partitionColumns, texts, defaultName);
    const writer = this.#writerOf(folder);
    commits?.waiting.add(folder, texts);
    const before = writer.bytesWritten;
    const isTaken = writer.write(this.#view);
    this.bytesWritten += writer.bytesWritten - before;
    this.#blocked = isTaken ? undefined : writer;
    return isTaken;
  }

  #writerOf(folder: string): FileSink {
    const known = this.#writers.get(folder);
    const writer = known ?? this.#settings.openPartition(folder, () => this.#partCount++);
    this.#writers.delete(folder);
    this.#writers.set(folder, writer);
    if (known === undefined) this.#endOldest();
    return writer;
  }

  /** Ends files beyond those that may be open, and forgets writers that have nothing left to do. */
  #endOldest(): void {
    const open = [...this.#writers].filter(([, writer]) => writer.hasPart);
    for (const [, writer] of open.slice(0, Math.max(0, open.length - OPEN_FILES_MAX))) writer.endPart();
    const idle = [...this.#writers].slice(0, -1).filter(([, writer]) => writer.isIdle);
    for (const [folder, writer] of idle) {
      this.#writers.delete(folder);
      void writer.close();
    }
  }

  /** Calls partitions whole whose time has come, where there are no checkpoints: their files are ended first. */
  async #checkCommits(): Promise<void> {
    const { clock, checkIntervalMs, commits } = this.#settings;
    const { signal } = this.#stopped;
    for (;;) {
      await clock.sleep(checkIntervalMs, signal);
      if (signal.aborted) return;
      try {
        const due = commits!.waiting.takeDue();
        await Promise.all(due.map((folder) => this.#writers.get(folder)?.settle()));
        await commits!.tell(due);
      } catch (cause) {
        this.#failure ??= cause;
      }
    }
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #close(cause: unknown): Promise<void> {
    this.#stopped.abort();
    const { encoder, groups } = this.#settings;
    let failure = cause ?? this.#failure;
    const attempt = async (act: () => Promise<unknown>): Promise<void> => {
      try {
        if (failure === undefined) await act();
      } catch (error) {
        failure = error;
      }
    };
    const writers = [...this.#writers.values(), ...this.#retired];
    // All files are whole before the first gets its name.
    await attempt(() => Promise.all(writers.map((writer) => writer.settle())));
    for (const writer of writers) await (failure === undefined ? attempt(() => writer.close()) : writer.close(failure));
    await attempt(() => this.#finish());
    encoder.close?.();
    groups.free();
    if (cause === undefined && failure !== undefined) throw failure;
  }

  async #finish(): Promise<void> {
    const { replace, commits } = this.#settings;
    await replace?.();
    await commits?.tell(commits.waiting.takeAll());
  }
}
