import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DurableFiles, GrowingFile, ReadableFile } from '../../../common/durable-files.ts';

/** Files of this machine below one folder. */
export class NodeFiles implements DurableFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async list(folder: string): Promise<string[]> {
    return (await unlessMissing(readdir(join(this.#root, folder)))) ?? [];
  }

  read(name: string): Promise<Uint8Array | undefined> {
    return unlessMissing(readFile(join(this.#root, name)));
  }

  openSync(name: string): ReadableFile | undefined {
    try {
      return new NodeReadableFile(openSync(join(this.#root, name), 'r'));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw cause;
    }
  }

  async write(name: string, parts: readonly Uint8Array[]): Promise<void> {
    const file = await open(join(this.#root, name), 'w');
    try {
      for (const part of gathered(parts)) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async create(name: string): Promise<GrowingFile> {
    return new NodeGrowingFile(await open(join(this.#root, name), 'w'));
  }

  rename(from: string, to: string): Promise<void> {
    return rename(join(this.#root, from), join(this.#root, to));
  }

  remove(name: string): Promise<void> {
    return rm(join(this.#root, name), { recursive: true, force: true });
  }

  async makeFolder(folder: string): Promise<void> {
    await mkdir(join(this.#root, folder), { recursive: true });
  }

  async sync(folder: string): Promise<void> {
    // Windows opens no folders, and keeps names safe by itself.
    if (process.platform === 'win32') return;
    const handle = await open(join(this.#root, folder), 'r');
    await handle.sync().finally(() => handle.close());
  }
}

class NodeGrowingFile implements GrowingFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async append(parts: readonly Uint8Array[]): Promise<void> {
    const wanted = parts.reduce((sum, part) => sum + part.length, 0);
    const { bytesWritten } = await this.#handle.writev(parts);
    // A system writes less than all where a signal, or the end of the device, comes between: the rest tells which.
    if (bytesWritten < wanted) await this.#handle.writeFile(Buffer.concat(parts).subarray(bytesWritten));
  }

  async finish(): Promise<void> {
    await this.#handle.sync().finally(() => this.#handle.close());
  }

  abandon(): Promise<void> {
    return this.#handle.close();
  }
}

class NodeReadableFile implements ReadableFile {
  readonly byteSize: number;
  readonly #handle: number;

  constructor(handle: number) {
    this.#handle = handle;
    this.byteSize = fstatSync(handle).size;
  }

  read(into: Uint8Array, offset: number): number {
    let done = 0;
    while (done < into.length) {
      const bytes = readSync(this.#handle, into, done, into.length - done, offset + done);
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }

  close(): void {
    closeSync(this.#handle);
  }
}

const BLOCK_BYTES = 1024 * 1024;

/** Small parts put together: a checkpoint has thousands of them, and each write is a call of the system. */
function* gathered(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let block: Uint8Array[] = [];
  let byteSize = 0;
  for (const part of parts) {
    block.push(part);
    byteSize += part.length;
    if (byteSize < BLOCK_BYTES) continue;
    yield Buffer.concat(block);
    block = [];
    byteSize = 0;
  }
  if (byteSize > 0) yield Buffer.concat(block);
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}
