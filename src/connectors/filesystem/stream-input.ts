import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { DataError } from '../../common/errors.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Decompressor } from './compression.ts';
import { errnoOf, readError, shortened } from './file-errors.ts';
import { type FileInput, PENDING } from './file-input.ts';

/** Decompressed bytes that wait to be read before the stream is paused, and below which it goes on. */
const HIGH_BYTES = 2 * 1024 * 1024;
const LOW_BYTES = HIGH_BYTES / 2;
const READ_BYTES = 256 * 1024;

/**
 * A file that comes as a stream: compressed (the system's threads decompress ahead of the reader, up to a bound) or a pipe, on
 * which a synchronous read would wait.
 */
export class StreamInput implements FileInput {
  readonly live: boolean;
  readonly #path: string;
  readonly #file: ReadStream;
  readonly #bytes: Readable;
  #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that have been read. */
  #taken = 0;
  #waitingBytes = 0;
  #skipBytes: number;
  #byteOffset = 0;
  #error: unknown;
  #ended = false;
  #wake: (() => void) | undefined;

  /** The first byte read is the one at `offset`: what comes before is decompressed and passed over. */
  constructor(path: string, offset: number, decompressor: Decompressor | undefined) {
    this.#path = path;
    this.#skipBytes = offset;
    this.live = decompressor === undefined;
    this.#file = createReadStream(path, { highWaterMark: READ_BYTES });
    this.#bytes = decompressor === undefined ? this.#file : this.#decompress(decompressor());
    this.#bytes.once('error', (cause) => this.#end(cause));
    this.#bytes.once('end', () => this.#end(undefined));
    this.#bytes.on('data', (chunk: Uint8Array) => this.#accept(chunk));
  }

  get diskBytesRead(): number {
    return this.#file.bytesRead;
  }

  read(memory: LinearMemory, address: number, byteSize: number): number {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return this.#readNothing();
    const byteCount = Math.min(byteSize, chunk.length - this.#taken);
    memory.u8.set(chunk.subarray(this.#taken, this.#taken + byteCount), address);
    this.#taken += byteCount;
    this.#waitingBytes -= byteCount;
    if (this.#taken === chunk.length) this.#nextChunk();
    if (this.#waitingBytes < LOW_BYTES && this.#bytes.isPaused()) this.#bytes.resume();
    return byteCount;
  }

  ready(signal: AbortSignal): Promise<void> {
    if (this.#chunks.length > 0 || this.#ended || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      this.#wake = done;
      signal.addEventListener('abort', done);
    });
  }

  close(): void {
    this.#ended = true;
    this.#chunks = [];
    this.#file.destroy();
    this.#bytes.destroy();
    this.#wake?.();
  }

  #decompress(stream: Transform): Transform {
    // The callback without a cause says only that all bytes have gone in: what is wrong with the last ones shows as they come out.
    return pipeline(this.#file, stream, (cause) => cause && this.#end(cause));
  }

  #nextChunk(): void {
    this.#chunks.shift();
    this.#taken = 0;
  }

  #readNothing(): number {
    if (this.#error !== undefined) throw this.#error;
    return this.#ended ? 0 : PENDING;
  }

  #accept(chunk: Uint8Array): void {
    this.#byteOffset += chunk.length;
    const skipped = Math.min(this.#skipBytes, chunk.length);
    this.#skipBytes -= skipped;
    if (skipped === chunk.length) return;
    this.#chunks.push(chunk.subarray(skipped));
    this.#waitingBytes += chunk.length - skipped;
    if (this.#waitingBytes >= HIGH_BYTES) this.#bytes.pause();
    this.#wake?.();
  }

  /** The stream has ended, or failed. The bytes before that are still read. */
  #end(cause: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    if (cause != null) this.#error = this.#describe(cause);
    else if (this.#skipBytes > 0) this.#error = shortened(this.#path);
    this.#wake?.();
  }

  #describe(cause: unknown): Error {
    if (!errnoOf(cause)?.startsWith('Z_') && !errnoOf(cause)?.startsWith('ZSTD_')) return readError(this.#path, cause);
    const message = `${this.#path} is damaged: ${(cause as Error).message}, after ${this.#byteOffset} decompressed bytes`;
    return new DataError('MS3033', message, {
      cause,
      hint: 'the file may not have been whole when it was read, or is not what its name says',
    });
  }
}
