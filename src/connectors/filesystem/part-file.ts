import { rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { writeError } from './file-errors.ts';
import type { FileOutput } from './file-output.ts';

/**
 * An output file on its way: it is written under a hidden name, which readers pass over, and gets its own name by one rename when
 * it is whole. A crash leaves at most the hidden file.
 */
export class PartFile {
  /** When it was opened, on the monotonic clock in milliseconds. */
  readonly openedAt: number;
  /** When the last row was written to it. */
  writtenAt: number;
  /** Bytes handed to it, before compression. */
  byteSize = 0;
  rowCount = 0;
  readonly path: string;
  readonly hiddenPath: string;
  readonly #output: FileOutput;
  #state: 'open' | 'finished' | 'gone' = 'open';

  constructor(path: string, hiddenPath: string, output: FileOutput, now: number) {
    this.path = path;
    this.hiddenPath = hiddenPath;
    this.#output = output;
    this.openedAt = now;
    this.writtenAt = now;
  }

  get full(): boolean {
    return this.#output.full;
  }

  ready(): Promise<void> {
    return this.#output.ready();
  }

  write(bytes: Uint8Array): void {
    this.#output.write(bytes);
  }

  /** Brings what was written so far to the disk; more may follow. Resolves with the size of the hidden file. Rejects with MS3036. */
  persist(): Promise<number> {
    return this.#output.persist();
  }

  /** Closes the file and leaves it as it is, under its hidden name. Never throws. */
  leave(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.#output.abandon();
  }

  /** Brings everything to the disk; the file keeps its hidden name. Rejects with MS3036. */
  async finish(): Promise<void> {
    if (this.#state !== 'open') return;
    await this.#output.finish();
    this.#state = 'finished';
  }

  /** Finishes, and gives the file its name. Rejects with MS3036. */
  async commit(): Promise<void> {
    await this.finish();
    try {
      await rename(this.hiddenPath, this.path);
    } catch (cause) {
      throw writeError(this.path, cause);
    }
    this.#state = 'gone';
  }

  /** Removes the file, unless it has its name already. Never throws: there is an error already that says more. */
  discard(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    try {
      this.#output.abandon();
      rmSync(this.hiddenPath, { force: true });
    } catch {
      // The folder is gone, or not ours any more: there is nothing left to remove.
    }
  }
}
