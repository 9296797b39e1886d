import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { LinearMemory } from '../../data/memory.ts';
import { readError, shortened } from './file-errors.ts';
import type { FileInput } from './file-input.ts';

/** A regular file as it is, read by the system straight into linear memory. */
export class PlainInput implements FileInput {
  readonly live = false;
  readonly #path: string;
  #fd: number | undefined;
  #position: number;

  /** Opens the file; the first byte read is the one at `offset`. Throws MS3030, MS3031. */
  constructor(path: string, offset: number) {
    this.#path = path;
    this.#position = offset;
    try {
      this.#fd = openSync(path, 'r');
      if (offset === 0 || fstatSync(this.#fd).size >= offset) return;
    } catch (cause) {
      throw readError(path, cause);
    }
    this.close();
    throw shortened(path);
  }

  get diskBytesRead(): number {
    return this.#position;
  }

  read(memory: LinearMemory, address: number, byteSize: number): number {
    if (this.#fd === undefined) return 0;
    try {
      const byteCount = readSync(this.#fd, memory.u8, address, byteSize, this.#position);
      this.#position += byteCount;
      return byteCount;
    } catch (cause) {
      throw readError(this.#path, cause);
    }
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}
