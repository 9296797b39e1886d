import { closeSync, fstatSync, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { writeError } from './file-errors.ts';
import type { FileOutput } from './file-output.ts';

const fsyncAsync = promisify(fsync);

/**
 * A file that gets bytes as they are. Writing is synchronous, straight from linear memory, in blocks of 1 MB: measured at 3.7 GB
 * per CPU-second, against 2.3 for a copy and an asynchronous write, and 2.6 for blocks of 64 KB. Bringing it to the disk is not.
 */
export class PlainOutput implements FileOutput {
  readonly full = false;
  readonly #path: string;
  #fd: number | undefined;
  #byteSize: number;

  /** Opens the file: `wx` for a new one, `a` to go on after what is in it. Throws MS3036. */
  constructor(path: string, flags: 'wx' | 'a') {
    this.#path = path;
    try {
      this.#fd = openSync(path, flags);
      this.#byteSize = flags === 'a' ? fstatSync(this.#fd).size : 0;
    } catch (cause) {
      throw writeError(path, cause);
    }
  }

  write(bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#fd!, bytes, done, bytes.length - done);
      this.#byteSize += bytes.length;
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  async persist(): Promise<number> {
    const byteSize = this.#byteSize;
    try {
      await fsyncAsync(this.#fd!);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
    return byteSize;
  }

  async finish(): Promise<void> {
    try {
      await fsyncAsync(this.#fd!);
    } catch (cause) {
      throw writeError(this.#path, cause);
    } finally {
      this.abandon();
    }
  }

  abandon(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch {
      // What could not be written has been reported by write or fsync.
    }
  }
}
