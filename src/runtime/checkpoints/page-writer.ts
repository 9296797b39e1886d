import { crc32 } from '../../common/crc32.ts';
import type { DurableFiles, GrowingFile } from '../../common/durable-files.ts';
import { PAGE_HEADER } from '../../state/saved-pages.ts';
import type { PageSink } from '../../state/state-snapshot.ts';
import type { BlockPool } from './block-pool.ts';
import type { PageFiles } from './page-files.ts';

/** A file is read as a whole, and is written anew as a whole when most of its pages are old. */
const FILE_BYTES = 64 * 1024 * 1024;

interface OpenFile {
  readonly name: string;
  /** Its number in the list of pages. */
  readonly number: number;
  open: GrowingFile | undefined;
  byteSize: number;
  /** Of the headers of its pages and of the index, which have the checksums of the rest. */
  crc: number;
}

interface QueuedBlock {
  readonly file: OpenFile;
  readonly block: Uint8Array<ArrayBuffer>;
  readonly byteLength: number;
}

/**
 * Brings pages to files while more of them come: gathers them in blocks, which the host writes in threads of its own. A sink's room is its
 * blocks that do not wait for the host.
 */
export class PageWriter implements PageSink {
  readonly #disk: DurableFiles;
  readonly #pool: BlockPool;
  readonly #pages: PageFiles;
  readonly #folder: string;
  readonly #nameOf: (file: number) => string;
  readonly #files: OpenFile[] = [];
  readonly #closing: Promise<void>[] = [];
  readonly #queue: QueuedBlock[] = [];
  #pump: Promise<void> | undefined;
  #block: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;
  #waiting: (() => void)[] = [];
  #failure: { readonly cause: unknown } | undefined;
  /** Called once when writing fails. */
  onFailure: (cause: unknown) => void = () => undefined;

  /** `nameOf` gives the name of the n-th file in `folder`. */
  constructor(disk: DurableFiles, pool: BlockPool, pages: PageFiles, folder: string, nameOf: (file: number) => string) {
    this.#disk = disk;
    this.#pool = pool;
    this.#pages = pages;
    this.#folder = folder;
    this.#nameOf = nameOf;
  }

  get hasRoom(): boolean {
    return this.#failure === undefined && (this.#block !== undefined || this.#pool.hasFree);
  }

  async whenRoom(): Promise<void> {
    if (this.hasRoom || this.#failure !== undefined) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  put(page: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return this.#pages.put(page, undefined, 0, 0);
    const file = this.#currentFile();
    this.#pages.put(page, file.number, file.byteSize, bytes.length);
    file.crc = crc32(bytes.subarray(0, PAGE_HEADER), file.crc);
    this.#add(file, bytes);
    if (file.byteSize >= FILE_BYTES) this.#flush();
  }

  /**
   * Ends with the index of `pages`, all that there are. Resolves when everything is on the disk, with where the index lies in the last
   * file.
   */
  async finish(pages: Uint32Array): Promise<{ readonly offset: number }> {
    const file = this.#currentFile();
    const index = await this.#pages.index(pages, file.number);
    const offset = file.byteSize;
    file.crc = crc32(index.subarray(0, PAGE_HEADER), file.crc);
    this.#add(file, index);
    this.#flush();
    await this.#pump;
    this.#closeFiles(undefined);
    await Promise.all(this.#closing).catch((cause: unknown) => this.#fail(cause));
    if (this.#failure !== undefined) throw this.#failure.cause;
    for (const { number, name, byteSize, crc } of this.#files) this.#pages.finishFile(number, { name, byteSize, crc32: crc });
    return { offset };
  }

  /** Closes files and gives blocks back, when what is under way has ended. */
  async abandon(): Promise<void> {
    this.#fail(new Error('given up'));
    if (this.#block !== undefined) this.#pool.give(this.#block);
    this.#block = undefined;
    await this.#pump;
    await Promise.all(this.#closing).catch(() => undefined);
    for (const { open } of this.#files) await open?.abandon().catch(() => undefined);
  }

  #currentFile(): OpenFile {
    const last = this.#files.at(-1);
    if (last !== undefined && last.byteSize < FILE_BYTES) return last;
    const name = this.#nameOf(this.#files.length);
    const file: OpenFile = { name, number: this.#pages.addFile(), open: undefined, byteSize: 0, crc: 0 };
    this.#files.push(file);
    return file;
  }

  #add(file: OpenFile, bytes: Uint8Array): void {
    file.byteSize += bytes.length;
    for (let from = 0; from < bytes.length; ) {
      this.#block ??= this.#pool.take();
      const part = bytes.subarray(from, from + this.#block.length - this.#used);
      this.#block.set(part, this.#used);
      this.#used += part.length;
      from += part.length;
      if (this.#used === this.#block.length) this.#flush();
    }
  }

  /** Has the block in hand written: it belongs to one file. */
  #flush(): void {
    if (this.#block === undefined) return;
    const file = this.#files.at(-1)!;
    this.#queue.push({ file, block: this.#block, byteLength: this.#used });
    this.#block = undefined;
    this.#used = 0;
    this.#pump ??= this.#write().finally(() => {
      this.#pump = undefined;
    });
  }

  /** Writes what waits, as much as there is of one file at a time. */
  async #write(): Promise<void> {
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      const { file } = first;
      const end = this.#queue.findIndex((queued) => queued.file !== file);
      const blocks = this.#queue.splice(0, end === -1 ? this.#queue.length : end);
      try {
        if (this.#failure === undefined) await this.#append(file, blocks);
      } catch (cause) {
        this.#fail(cause);
      }
      for (const { block } of blocks) this.#pool.give(block);
      this.#tellRoom();
    }
  }

  async #append(file: OpenFile, blocks: readonly QueuedBlock[]): Promise<void> {
    this.#closeFiles(file);
    file.open ??= await this.#disk.create(`${this.#folder}/${file.name}`);
    await file.open.append(blocks.map(({ block, byteLength }) => block.subarray(0, byteLength)));
  }

  /** Closes the files before this one, and does not wait for it. */
  #closeFiles(before: OpenFile | undefined): void {
    for (const file of this.#files) {
      if (file === before) return;
      const { open } = file;
      file.open = undefined;
      const closing = open?.finish();
      closing?.catch(() => undefined);
      if (closing !== undefined) this.#closing.push(closing);
    }
  }

  #fail(cause: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { cause };
    this.#tellRoom();
    this.onFailure(cause);
  }

  #tellRoom(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
