import { assert } from '../../common/assert.ts';
import type { Clock } from '../../common/clock.ts';
import { DataError } from '../../common/errors.ts';
import { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Decoder } from '../../formats/format.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { dealFiles, type FilePosition } from './deal-files.ts';
import { type FileInput, PENDING } from './file-input.ts';
import { FileMetadata } from './file-metadata.ts';
import { FileQueue } from './file-queue.ts';
import { openInput } from './open-input.ts';
import { type FilePartitions, PartitionColumns } from './partition-columns.ts';
import { RecordBuffer } from './record-buffer.ts';
import type { SourceFile } from './source-file.ts';

/** Empty files, or blocks without a row, that one poll passes over before it lets others run. */
const STEPS_PER_POLL = 16;
/** Holds a batch of 4,096 records of 256 bytes. The size itself hardly matters to speed (bench/file-scan.ts: 128 KB to 2 MB). */
const DEFAULT_BLOCK_BYTES = 512 * 1024;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;
/** After this many bytes without a row, as among bad records, others have their turn. */
const BYTES_PER_POLL = 1024 * 1024;
const LF = 10;

export interface FileSourceSettings {
  /** Whether only the file being read holds the watermark back. See FileQueue. */
  readonly filesInTimeOrder: boolean;
  /** How often the path is looked at for new files, in milliseconds; undefined when it is not. */
  readonly monitorIntervalMs?: number | undefined;
  /** Set where columns have their values from the names of folders. */
  readonly partitions?: FilePartitions | undefined;
  /** Looks for files. */
  readonly list: () => Promise<SourceFile[]>;
  readonly blockBytes?: number | undefined;
  readonly maxRecordBytes?: number | undefined;
}

/**
 * Reads files one after the other, block by block into linear memory, each batch by one call of the decoder: strings then refer
 * to the block, and a batch ends where the decoder stopped, so that a position is a file and a byte offset and nothing else.
 */
export class FileSource implements SourceReader {
  split = 0;
  bytesRead = 0;
  readonly #memory: LinearMemory;
  readonly #clock: Clock;
  readonly #decoder: Decoder;
  readonly #settings: FileSourceSettings;
  readonly #maxRecordBytes: number;
  readonly #queue: FileQueue;
  readonly #buffer: RecordBuffer;
  readonly #batch: Batch;
  /** The columns of the record alone: what the decoder fills. */
  readonly #decoded: Batch;
  readonly #metadata: FileMetadata;
  readonly #partitions: PartitionColumns | undefined;
  #input: FileInput | undefined;
  #ended = false;
  /** Offset in the file of the next record. */
  #byteOffset = 0;
  /** A record that is longer than the buffer can hold is being passed over. */
  #isPassing = false;
  /** Where it begins. */
  #passedFrom = 0;
  /** Bytes that make a full batch, as far as the last one tells. */
  #wantedBytes: number;
  #readError: unknown;
  #failure: unknown;
  #closed = false;
  #nextLookAt: number;

  constructor(context: SourceContext, files: readonly SourceFile[], settings: FileSourceSettings) {
    const { memory } = context.kernels;
    const blockBytes = settings.blockBytes ?? DEFAULT_BLOCK_BYTES;
    const columns = context.schema.fields.map((field) => new Column(memory, field.type));
    const metadata = columns.flatMap((column, index) => {
      const key = context.metadata.get(index);
      return key === undefined ? [] : [{ key, column }];
    });
    this.#memory = memory;
    this.#clock = context.clock;
    this.#decoder = context.createDecoder();
    this.#settings = settings;
    this.#maxRecordBytes = settings.maxRecordBytes ?? MAX_RECORD_BYTES;
    this.#queue = new FileQueue(context.subtask, settings.monitorIntervalMs !== undefined, settings.filesInTimeOrder);
    this.#queue.add(files);
    this.#buffer = new RecordBuffer(memory, blockBytes);
    this.#batch = new Batch(columns);
    const beside = columns.flatMap((column, index) => {
      const { name } = context.schema.fields[index]!;
      return settings.partitions?.columns.includes(name) ? [{ name, column }] : [];
    });
    const isDecoded = (column: Column, index: number): boolean =>
      !context.metadata.has(index) && !beside.some((other) => other.column === column);
    this.#decoded = new Batch(columns.filter(isDecoded));
    this.#metadata = new FileMetadata(memory, metadata);
    this.#partitions = settings.partitions && new PartitionColumns(memory, beside, settings.partitions);
    this.#wantedBytes = blockBytes;
    this.#nextLookAt = this.#clock.monotonic() + (settings.monitorIntervalMs ?? 0);
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#queue.activeSplits;
  }

  poll(): PollResult {
    if (this.#failure !== undefined) throw this.#failure;
    const start = this.bytesRead;
    for (let step = 0; step < STEPS_PER_POLL && this.bytesRead - start < BYTES_PER_POLL; step++) {
      if (this.#input === undefined && !this.#openNext()) return this.#isWatching ? 'idle' : 'end';
      if (!this.#fill()) return 'idle';
      if (this.#isPassing) this.#passOn();
      else this.#decode();
      if (this.#decoded.rowCount > 0) return this.#handOut();
      if (this.#readError !== undefined) throw this.#readError;
      if (this.#ended && this.#buffer.byteSize === 0) this.#finishFile();
    }
    return 'idle';
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.#input !== undefined) return this.#input.ready(signal);
    while (this.#isWatching && this.#queue.current === undefined && this.#failure === undefined && !signal.aborted) {
      await this.#clock.sleep(this.#nextLookAt - this.#clock.monotonic(), signal);
      if (!signal.aborted) await this.#lookForFiles();
    }
  }

  position(): FilePosition {
    const atEnd = this.#input !== undefined && this.#ended && this.#buffer.byteSize === 0;
    const file = this.#queue.index + (atEnd ? 1 : 0);
    const byteOffset = this.#isPassing ? this.#passedFrom : this.#byteOffset;
    return { files: [...this.#queue.files], file, byteOffset: atEnd ? (this.#queue.files[file]?.from ?? 0) : byteOffset };
  }

  restore(position: unknown): void {
    this.#goOnFrom(position as FilePosition);
  }

  rescale(positions: readonly unknown[]): void {
    this.#goOnFrom(dealFiles(positions as FilePosition[], (file, place) => this.#queue.isMine(file, place)));
  }

  #goOnFrom({ files, file, byteOffset }: FilePosition): void {
    this.#closeInput();
    this.#queue.restore(files, file);
    this.#byteOffset = byteOffset;
    this.#isPassing = false;
    this.#buffer.clear();
  }

  progress(): Progress | undefined {
    if (this.#isWatching) return undefined;
    const { doneBytes, totalBytes } = this.#queue;
    return { done: Math.min(totalBytes, doneBytes + (this.#input?.diskBytesRead ?? 0)), total: totalBytes };
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#closeInput();
    this.#metadata.free();
    this.#partitions?.free();
    this.#decoder.close?.();
    this.#buffer.free();
    for (const column of this.#batch.columns) column.free();
    return Promise.resolve();
  }

  get #isWatching(): boolean {
    return this.#settings.monitorIntervalMs !== undefined;
  }

  #openNext(): boolean {
    const file = this.#queue.current;
    if (file === undefined) return false;
    this.#input = openInput(file, this.#byteOffset);
    this.#ended = false;
    this.#buffer.clear();
    this.#decoder.beginInput(file.path, BigInt(this.#byteOffset));
    this.#metadata.fill(file);
    this.#partitions?.fill(file);
    this.split = this.#queue.index;
    return true;
  }

  #finishFile(): void {
    this.#closeInput();
    this.#isPassing = false;
    this.#queue.finish();
    this.#byteOffset = this.#queue.current?.from ?? 0;
  }

  #closeInput(): void {
    this.#input?.close();
    this.#input = undefined;
  }

  /** Reads on when what is left may not make a full batch. False when that is not worth decoding before more has come. */
  #fill(): boolean {
    const buffer = this.#buffer;
    if (this.#ended || this.#readError !== undefined || buffer.byteSize >= this.#wantedBytes) return true;
    buffer.compact();
    let byteCount = 0;
    do {
      byteCount = this.#read();
      buffer.append(Math.max(byteCount, 0));
    } while (byteCount > 0 && buffer.freeBytes > 0);
    this.#ended = byteCount === 0;
    return byteCount !== PENDING || this.#readError !== undefined || (this.#input!.live && buffer.byteSize > 0);
  }

  /** Reads once. A failure is kept until the rows before it have been handed out. */
  #read(): number {
    try {
      const byteCount = this.#input!.read(this.#memory, this.#buffer.freeAddress, this.#buffer.freeBytes);
      this.bytesRead += Math.max(byteCount, 0);
      return byteCount;
    } catch (cause) {
      this.#readError = cause;
      return PENDING;
    }
  }

  #decode(): void {
    const buffer = this.#buffer;
    const batch = this.#decoded;
    const { byteSize } = buffer;
    batch.rowCount = 0;
    this.#decoder.beginBatch(batch);
    if (byteSize === 0) return;
    const consumed = this.#decoder.decode(buffer.address, byteSize, this.#ended, batch);
    assert(consumed > 0 || batch.rowCount === 0, 'rows take bytes');
    buffer.take(consumed);
    this.#byteOffset += consumed;
    // A full batch tells how many bytes the next one takes; an unfilled one wants all there is room for.
    const full = batch.rowCount === BATCH_ROWS;
    this.#wantedBytes = full ? Math.min(buffer.capacity, consumed + (consumed >> 3)) : buffer.capacity;
    if (consumed === 0) this.#makeRoom();
  }

  /** The decoder took nothing: the record at the front is not whole. */
  #makeRoom(): void {
    const buffer = this.#buffer;
    assert(!this.#ended, 'a decoder takes all bytes of the last block');
    if (buffer.byteSize < buffer.capacity) return;
    this.#wantedBytes = buffer.capacity;
    if (buffer.capacity * 2 <= this.#maxRecordBytes) return this.#grow();
    if (this.#decoder.passLong?.(buffer.address, buffer.byteSize) !== true) throw this.#recordTooLong();
    this.#isPassing = true;
    this.#passedFrom = this.#byteOffset;
    this.#passOn();
  }

  #grow(): void {
    this.#buffer.grow();
    this.#wantedBytes = this.#buffer.capacity;
  }

  /** Drops bytes up to the next line feed, where a new record is expected. */
  #passOn(): void {
    const buffer = this.#buffer;
    const bytes = this.#memory.u8.subarray(buffer.address, buffer.address + buffer.byteSize);
    const end = bytes.indexOf(LF) + 1;
    const byteSize = end > 0 ? end : bytes.length;
    this.#decoded.rowCount = 0;
    this.#decoder.passOver?.(buffer.address, byteSize);
    buffer.take(byteSize);
    this.#byteOffset += byteSize;
    this.#isPassing = end === 0;
  }

  #recordTooLong(): DataError {
    const path = this.#queue.current?.path;
    const message = `${path}: the record at byte ${this.#byteOffset} is longer than ${this.#buffer.capacity} bytes`;
    return new DataError('MS3034', message, {
      hint: 'check that the format is that of the file, and that its records are ended by line breaks',
    });
  }

  #handOut(): Batch {
    const batch = this.#batch;
    batch.rowCount = this.#decoded.rowCount;
    batch.selection = this.#decoded.selection;
    batch.selectedCount = this.#decoded.selectedCount;
    batch.kinds = this.#decoded.kinds;
    return batch;
  }

  async #lookForFiles(): Promise<void> {
    try {
      this.#queue.add(await this.#settings.list());
    } catch (cause) {
      this.#failure = cause;
    }
    this.#nextLookAt = this.#clock.monotonic() + this.#settings.monitorIntervalMs!;
  }
}
