import type { ReadableFile } from '../../common/durable-files.ts';
import { damagedState } from '../../state/damaged-state.ts';
import { checkPage, PAGE_HEADER, readPage } from '../../state/saved-pages.ts';
import { type PagePlace, readIndex } from './page-files.ts';
import type { StateFile, WrittenPages } from './written-state.ts';

/** Read at once: it stays in the processor's cache until its rows lie where they belong. */
const WINDOW_BYTES = 1024 * 1024;

/** Opens a file of a checkpoint; undefined where it is not there. */
export type OpenFile = (name: string) => ReadableFile | undefined;

/**
 * Hands out the pages of one worker's tables while they are read, a piece at a time, into one buffer: what is handed out is valid during the
 * call. Of several tables the first one that is asked for finds out which pages have something of the others.
 */
export class PageReader {
  readonly #pages: WrittenPages;
  readonly #open: OpenFile;
  #places: readonly PagePlace[] | undefined;
  /** The tables of each page that has been read, by its place in the list. */
  readonly #tables: (readonly number[])[] = [];
  #window = new Uint8Array(WINDOW_BYTES);
  /** Where in the open file the window lies. */
  #from = 0;
  #to = 0;

  constructor(pages: WrittenPages, open: OpenFile) {
    this.#pages = pages;
    this.#open = open;
  }

  /** All key groups of a table, each in any number of parts. Throws MS4005 where bytes are missing or altered. */
  read(table: number, take: (keyGroup: number, bytes: Uint8Array) => void): void {
    this.#places ??= this.#readIndex();
    const places = this.#places.map((place, i) => ({ place, i })).filter(({ i }) => this.#tables[i]?.includes(table) !== false);
    for (const [number, file] of this.#pages.files.entries()) {
      const own = places.filter(({ place }) => place.file === number);
      if (own.length === 0) continue;
      this.#with(file, (opened) => {
        for (const { place, i } of own) this.#take(opened, place, i, table, take);
      });
    }
  }

  #take(file: ReadableFile, place: PagePlace, i: number, table: number, take: (keyGroup: number, bytes: Uint8Array) => void): void {
    const { page, parts } = readPage(this.#window, this.#pageAt(file, place.offset));
    if (page !== place.page) throw damagedState(`page ${page} where ${place.page} is expected`);
    this.#tables[i] ??= [...new Set(parts.map((part) => part.table))];
    for (const part of parts) if (part.table === table) take(part.keyGroup, part.bytes);
  }

  /** By file, and by offset in it. */
  #readIndex(): readonly PagePlace[] {
    const { files, index } = this.#pages;
    const last = files.at(-1);
    if (last === undefined) return [];
    let places: PagePlace[] = [];
    this.#with(last, (file) => {
      places = readIndex(this.#window, this.#pageAt(file, index.offset), files.length);
    });
    return places.sort((a, b) => a.file - b.file || a.offset - b.offset);
  }

  #with(file: StateFile, work: (opened: ReadableFile) => void): void {
    const opened = this.#open(file.name);
    if (opened === undefined) throw damagedState(`${file.name} is missing`);
    this.#from = this.#to = 0;
    try {
      if (opened.byteSize !== file.byteSize) throw damagedState(`${file.name} has ${opened.byteSize} of ${file.byteSize} bytes`);
      work(opened);
    } finally {
      opened.close();
    }
  }

  /** Where in the window the page lies that has this offset in the file: whole, and as it was written. */
  #pageAt(file: ReadableFile, offset: number): number {
    if (offset + PAGE_HEADER > file.byteSize) throw damagedState('a page is cut off');
    this.#bring(file, offset, PAGE_HEADER);
    const header = new DataView(this.#window.buffer, offset - this.#from, PAGE_HEADER);
    const byteLength = PAGE_HEADER + header.getUint32(4, true);
    if (offset + byteLength > file.byteSize) throw damagedState('a page is cut off');
    this.#bring(file, offset, byteLength);
    checkPage(this.#window, offset - this.#from);
    return offset - this.#from;
  }

  #bring(file: ReadableFile, offset: number, byteLength: number): void {
    if (offset >= this.#from && offset + byteLength <= this.#to) return;
    if (byteLength > this.#window.length) this.#window = new Uint8Array(byteLength);
    const wanted = this.#window.subarray(0, Math.min(this.#window.length, file.byteSize - offset));
    if (file.read(wanted, offset) < byteLength) throw damagedState('a page is cut off');
    this.#from = offset;
    this.#to = offset + wanted.length;
  }
}
