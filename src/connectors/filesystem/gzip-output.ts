import { createWriteStream, fstatSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { writeError } from './file-errors.ts';
import type { FileOutput } from './file-output.ts';

const CHUNK_BYTES = 256 * 1024;
/** Bytes that wait to be compressed before the writer is held up. */
const HIGH_BYTES = 4 * 1024 * 1024;

/**
 * A file compressed as gzip. The system's threads compress; what is not yet compressed is bounded by the caller, who heeds `full`. Each
 * persist() ends a member of the file; readers of gzip take several as one.
 */
export class GzipOutput implements FileOutput {
  readonly #path: string;
  #member: GzipMember;
  #persisted: Promise<number> | undefined;

  /** Opens the file: `wx` for a new one, `a` to add another gzip member. Throws MS3036. */
  constructor(path: string, flags: 'wx' | 'a') {
    this.#path = path;
    this.#member = new GzipMember(path, flags);
  }

  get full(): boolean {
    return this.#persisted !== undefined || this.#member.full;
  }

  write(bytes: Uint8Array): void {
    this.#member.write(bytes);
  }

  async ready(): Promise<void> {
    await this.#persisted;
    await this.#member.ready();
  }

  persist(): Promise<number> {
    this.#persisted ??= this.#persist().finally(() => {
      this.#persisted = undefined;
    });
    return this.#persisted;
  }

  async #persist(): Promise<number> {
    if (this.#member.isEmpty) return this.#member.offset;
    await this.#member.finish();
    const { size } = await stat(this.#path);
    this.#member = new GzipMember(this.#path, 'a');
    return size;
  }

  async finish(): Promise<void> {
    await this.#persisted;
    await this.#member.finish();
  }

  abandon(): void {
    this.#member.abandon();
  }
}

/** One run of compressed bytes. */
class GzipMember {
  /** Where in the file it begins. */
  readonly offset: number;
  isEmpty = true;
  readonly #path: string;
  readonly #gzip: Gzip = createGzip({ chunkSize: CHUNK_BYTES });
  readonly #done: Promise<void>;
  #error: unknown;

  constructor(path: string, flags: 'wx' | 'a') {
    this.#path = path;
    let fd: number;
    try {
      fd = openSync(path, flags);
      this.offset = fstatSync(fd).size;
    } catch (cause) {
      throw writeError(path, cause);
    }
    this.#done = this.#pump(fd);
    // A failure is kept in #error and thrown where the caller looks.
    this.#done.catch(() => {});
  }

  get full(): boolean {
    return this.#gzip.writableLength >= HIGH_BYTES;
  }

  write(bytes: Uint8Array): void {
    if (this.#error !== undefined) throw this.#error;
    this.isEmpty = false;
    this.#gzip.write(bytes.slice());
  }

  async ready(): Promise<void> {
    if (this.full && this.#error === undefined)
      await Promise.race([new Promise((resolve) => this.#gzip.once('drain', resolve)), this.#done]);
    if (this.#error !== undefined) throw this.#error;
  }

  finish(): Promise<void> {
    this.#gzip.end();
    return this.#done;
  }

  abandon(): void {
    this.#gzip.destroy();
  }

  async #pump(fd: number): Promise<void> {
    const file = createWriteStream(this.#path, { fd, flush: true });
    // The pipeline is through when the last bytes are written; bringing them to the disk and closing comes after that.
    const closed = new Promise<void>((resolve, reject) => file.once('close', resolve).once('error', reject));
    try {
      await Promise.all([pipeline(this.#gzip, file), closed]);
    } catch (cause) {
      this.#error = writeError(this.#path, cause);
      throw this.#error;
    }
  }
}
