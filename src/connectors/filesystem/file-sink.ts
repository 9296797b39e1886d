import type { Clock } from '../../common/clock.ts';
import { DataError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import type { Encoder } from '../../formats/format.ts';
import type { SinkContext, SinkWriter } from '../../runtime/sink.ts';
import { refuseUpdates } from '../refuse-updates.ts';
import type { PartFile } from './part-file.ts';
import { commitParts, type PreparedFile, type PreparedParts } from './prepared-files.ts';
import type { RollingPolicy } from './rolling-policy.ts';
import { WriteBuffer } from './write-buffer.ts';

const DEFAULT_BLOCK_BYTES = 1024 * 1024;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** How the files of a sink are taken up again. */
export interface DurableFiles {
  readonly subtask: number;
  /** Whether there is one file, which is added to until the job ends. */
  readonly single: boolean;
  /**
   * Commits what a checkpoint holds and removes what was begun after it. Resolves with the number of the next part, and the file to go on
   * with; `finished` is whether the single file has its name already.
   */
  restore(
    prepared: readonly unknown[],
    jobFinished: boolean,
    now: number,
  ): Promise<{ next: number; part?: PartFile | undefined; finished?: boolean }>;
}

export interface FileSinkSettings {
  readonly policy: RollingPolicy;
  /** Opens the `n`-th file of this writer, counted from 0. Throws MS3036. */
  readonly openPart: (n: number, now: number) => PartFile;
  /** Whether there is a file, with a header at most, even when no row is written. */
  readonly always: boolean;
  /** Whether all files get their names at the end of the job, and none when it fails; otherwise each when it is full. */
  readonly allAtOnce: boolean;
  /** Whether the first file goes on after records that are there already, and so needs no header. */
  readonly continues?: boolean | undefined;
  /** Set where the job makes checkpoints: files get their names with them, a single one at the end of the job. */
  readonly durable?: DurableFiles | undefined;
  /** Removes what was there before, when all rows are visible. */
  readonly replace?: (() => Promise<void>) | undefined;
  /** Told once, at the end, when the writer has let go of its files; `written` is whether they have their names. */
  readonly onClose?: ((written: boolean) => void) | undefined;
  readonly blockBytes?: number | undefined;
  readonly maxRecordBytes?: number | undefined;
}

/**
 * Writes rows to part files. The encoder fills a block of linear memory with whole records; a full block goes to the file in one
 * write. A file is ended between two records, when the next one would make it larger than the policy allows, or by time.
 */
export class FileSink implements SinkWriter {
  bytesWritten = 0;
  readonly #clock: Clock;
  readonly #encoder: Encoder;
  readonly #settings: FileSinkSettings;
  readonly #blockBytes: number;
  readonly #maxRecordBytes: number;
  /** Takes no memory while no file is open. */
  readonly #buffer: WriteBuffer;
  readonly #tableName: string;
  readonly #stopped = new AbortController();
  #part: PartFile | undefined;
  #partCount = 0;
  /** Files that are whole and wait for the end of the job. */
  #held: PartFile[] = [];
  /** Files that are being brought to the disk. */
  readonly #finishing = new Set<Promise<void>>();
  /** The first row of the batch in hand that is not yet written. */
  #row = 0;
  /** What a file takes although it is more than the policy allows: its first record may be larger than that. */
  #firstRecordBytes = 0;
  #failure: unknown;
  #closed: Promise<void> | undefined;

  constructor(context: SinkContext, settings: FileSinkSettings) {
    this.#clock = context.clock;
    this.#encoder = context.createEncoder();
    this.#settings = settings;
    this.#maxRecordBytes = settings.maxRecordBytes ?? MAX_RECORD_BYTES;
    this.#blockBytes = settings.blockBytes ?? DEFAULT_BLOCK_BYTES;
    this.#buffer = new WriteBuffer(context.kernels.memory);
    this.#tableName = context.tableName;
    if (settings.always && settings.durable === undefined) this.#openFirst();
    if (Number.isFinite(settings.policy.checkIntervalMs)) void this.#checkIntervals();
  }

  write(batch: Batch): boolean {
    return this.#guarded(() => {
      if (this.#row === 0) refuseUpdates(batch, `${this.#tableName} is made of files`);
      while (this.#row < batch.size) {
        const part = this.#part ?? this.#openPart();
        if (part.full) return false;
        const rowCount = this.#encoder.encode(batch, this.#row, this.#buffer.freeAddress, this.#room(part));
        if (rowCount > 0) this.#take(part, rowCount);
        else this.#makeRoom(part);
      }
      this.#row = 0;
      if (this.#part !== undefined && this.#part.byteSize >= this.#settings.policy.fileBytes) this.#roll();
      return true;
    });
  }

  async ready(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    await this.#part?.ready();
  }

  async flush(): Promise<void> {
    this.#guarded(() => this.#drain());
    await this.#part?.ready();
  }

  async restore(prepared: readonly unknown[], jobFinished = false): Promise<void> {
    const { durable, always } = this.#settings;
    if (durable === undefined) return;
    const { next, part, finished } = await durable.restore(prepared, jobFinished, this.#clock.monotonic());
    this.#partCount = next;
    this.#part = part;
    if (part !== undefined) this.#buffer.reserve(this.#blockBytes);
    if (always && part === undefined && finished !== true) this.#openFirst();
  }

  async prepareCommit(): Promise<PreparedParts | PreparedFile | undefined> {
    const { single, subtask } = this.#settings.durable!;
    if (single) return this.#guarded(() => this.#persist());
    this.#guarded(() => this.#roll());
    const [parts, next] = [this.#held, this.#partCount];
    this.#held = [];
    await Promise.all(this.#finishing);
    if (this.#failure !== undefined) throw this.#failure;
    return { parts: parts.map(({ hiddenPath, path }) => ({ hiddenPath, path })), subtask, next };
  }

  async #persist(): Promise<PreparedFile | undefined> {
    this.#drain();
    const part = this.#part;
    return part && { hiddenPath: part.hiddenPath, byteSize: await part.persist(), lasting: true };
  }

  async commit(prepared: unknown): Promise<void> {
    // A single file has its name when the job has ended.
    if (!this.#settings.durable!.single) await commitParts(prepared as PreparedParts);
  }

  /** Whether a file is open. */
  get hasPart(): boolean {
    return this.#part !== undefined;
  }

  /** Whether nothing is on its way: the writer can be closed and made anew. */
  get isIdle(): boolean {
    return !this.hasPart && this.#held.length === 0 && this.#finishing.size === 0 && this.#failure === undefined;
  }

  /** Ends the file in hand, if there is one. The next row opens another. */
  endPart(): void {
    this.#guarded(() => this.#roll());
  }

  /** Ends the file in hand and resolves when all files are on the disk, and have their names where they get them one by one. */
  async settle(): Promise<void> {
    this.endPart();
    await Promise.all(this.#finishing);
    if (this.#failure !== undefined) throw this.#failure;
  }

  close(cause?: unknown): Promise<void> {
    this.#closed ??= this.#close(cause);
    return this.#closed;
  }

  /** Bytes the next records may take: the rest of the block, or of the file unless its first record is larger. */
  #room(part: PartFile): number {
    return Math.min(this.#buffer.freeBytes, Math.max(this.#firstRecordBytes, this.#settings.policy.fileBytes - part.byteSize));
  }

  #take(part: PartFile, rowCount: number): void {
    const byteCount = this.#encoder.bytesWritten;
    this.#buffer.byteSize += byteCount;
    this.bytesWritten += byteCount;
    part.byteSize += byteCount;
    part.rowCount += rowCount;
    part.writtenAt = this.#clock.monotonic();
    this.#row += rowCount;
    this.#firstRecordBytes = 0;
  }

  /** The next record did not fit: into the block, into the file, or into any block of this size. */
  #makeRoom(part: PartFile): void {
    const wasEmpty = this.#buffer.byteSize === 0;
    const room = this.#room(part);
    const isFileFull = room < this.#buffer.freeBytes;
    this.#drain();
    if (isFileFull && part.rowCount > 0) this.#roll();
    else if (isFileFull) this.#firstRecordBytes = Math.max(64, room * 2);
    if (isFileFull || !wasEmpty) return;
    if (this.#buffer.capacity * 2 > this.#maxRecordBytes) throw this.#recordTooLong();
    this.#buffer.reserve(this.#buffer.capacity * 2);
  }

  #recordTooLong(): DataError {
    return new DataError('MS3034', `a row for ${this.#tableName} takes more than ${this.#buffer.capacity} bytes as a record`);
  }

  #openFirst(): void {
    try {
      this.#openPart();
    } catch (cause) {
      this.#part?.discard();
      this.#buffer.free();
      throw cause;
    }
  }

  #openPart(): PartFile {
    const part = this.#settings.openPart(this.#partCount++, this.#clock.monotonic());
    this.#part = part;
    this.#buffer.reserve(this.#blockBytes);
    const continues = this.#partCount === 1 && this.#settings.continues === true;
    const header = continues ? undefined : this.#encoder.header();
    if (header === undefined || header.length === 0) return part;
    this.#buffer.reserve(header.length);
    this.#buffer.memory.u8.set(header, this.#buffer.freeAddress);
    this.#buffer.byteSize += header.length;
    this.bytesWritten += header.length;
    part.byteSize += header.length;
    return part;
  }

  /** Hands the block to the file. */
  #drain(): void {
    if (this.#buffer.byteSize === 0) return;
    this.#part!.write(this.#buffer.bytes);
    this.#buffer.byteSize = 0;
  }

  /** Ends the file in hand. Bringing it to the disk goes on beside; the next row opens another. */
  #roll(): void {
    this.#drain();
    const part = this.#part;
    if (part === undefined) return;
    this.#part = undefined;
    this.#buffer.free();
    this.#held.push(part);
    const done = this.#finish(part).finally(() => this.#finishing.delete(done));
    this.#finishing.add(done);
  }

  /** Never rejects: a failure is kept, and thrown at the next call. */
  async #finish(part: PartFile): Promise<void> {
    try {
      if (this.#settings.allAtOnce || this.#settings.durable !== undefined) return await part.finish();
      await part.commit();
      this.#held = this.#held.filter((other) => other !== part);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  /** Ends the file in hand when it is old, or nothing was written to it for long. */
  async #checkIntervals(): Promise<void> {
    const { checkIntervalMs, rolloverIntervalMs, inactivityIntervalMs } = this.#settings.policy;
    const { signal } = this.#stopped;
    for (;;) {
      await this.#clock.sleep(checkIntervalMs, signal);
      if (signal.aborted) return;
      const part = this.#part;
      const now = this.#clock.monotonic();
      if (part === undefined || (now - part.openedAt < rolloverIntervalMs && now - part.writtenAt < inactivityIntervalMs)) continue;
      try {
        this.#roll();
      } catch (cause) {
        this.#fail(cause);
      }
    }
  }

  async #close(cause: unknown): Promise<void> {
    this.#stopped.abort();
    try {
      if (cause === undefined) await this.#commitAll();
    } catch (error) {
      this.#fail(error);
    }
    await Promise.all(this.#finishing);
    this.#discardAll();
    this.#encoder.close?.();
    this.#buffer.free();
    this.#settings.onClose?.(cause === undefined && this.#failure === undefined);
    if (cause === undefined && this.#failure !== undefined) throw this.#failure;
  }

  async #commitAll(): Promise<void> {
    if (this.#failure !== undefined) return;
    this.#roll();
    await Promise.all(this.#finishing);
    if (this.#failure !== undefined) return;
    if (this.#settings.allAtOnce) for (const part of this.#held) await part.commit();
    await this.#settings.replace?.();
  }

  #guarded<T>(act: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return act();
    } catch (cause) {
      this.#fail(cause);
      this.#giveUpPart();
      throw cause;
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
  }

  /** Removes what has no name yet; a file that a checkpoint knows of is left for the job to go on with. */
  #discardAll(): void {
    this.#giveUpPart();
    for (const part of this.#held) part.discard();
    this.#held = [];
    this.#buffer.byteSize = 0;
  }

  #giveUpPart(): void {
    if (this.#settings.durable?.single === true) this.#part?.leave();
    else this.#part?.discard();
    this.#part = undefined;
  }
}
