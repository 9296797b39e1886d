import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DurableFiles, GrowingFile } from '../../common/durable-files.ts';

/** Files below a folder that are only looked at. */
export class ReadOnlyFiles implements DurableFiles {
  readonly #root: string;
  readonly #isSeen: (name: string) => boolean;

  /** Files whose name `isSeen` does not take are not listed. */
  constructor(root: string, isSeen: (name: string) => boolean = () => true) {
    this.#root = root;
    this.#isSeen = isSeen;
  }

  async list(folder: string): Promise<string[]> {
    return ((await unlessMissing(readdir(join(this.#root, folder)))) ?? []).filter(this.#isSeen);
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return unlessMissing(readFile(join(this.#root, name)));
  }

  write(): Promise<void> {
    return refuse();
  }

  create(): Promise<GrowingFile> {
    return refuse();
  }

  rename(): Promise<void> {
    return refuse();
  }

  remove(): Promise<void> {
    return refuse();
  }

  makeFolder(): Promise<void> {
    return refuse();
  }

  sync(): Promise<void> {
    return refuse();
  }
}

const refuse = (): Promise<never> => Promise.reject(new Error('these files are only read'));

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw cause;
  }
}
