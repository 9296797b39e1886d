import { assert } from '../../common/assert.ts';
import { yieldToHost } from '../../common/platform.ts';
import { damagedState } from '../../state/damaged-state.ts';
import { pageChecksum } from '../../state/page-checksum.ts';
import { PAGE_HEADER } from '../../state/saved-pages.ts';
import type { StateFile } from './written-state.ts';

/** Stands for a page that holds nothing. */
const NOTHING = 0xffff_ffff;
/** In place of a page's number in the index' header; its words, and which of them is the checksum. */
const INDEX = 0xffff_ffff;
const HEADER = PAGE_HEADER / 4;
const CHECKSUM = 3;
/** Numbers of one page in the index. */
const ENTRY = 3;
const WORD_BYTES = 4;
/** Places in files are multiples of it. */
const UNIT = 8;

/** Pages that one turn of the host's goes over. */
const TURN_PAGES = 2048;

/** A file of which less than this share is needed is written anew with the next checkpoint. */
const LEAST_SHARE = 0.5;

/** Where a page lies: index of the file, offset in bytes. */
export interface PagePlace {
  readonly page: number;
  readonly file: number;
  readonly offset: number;
}

/**
 * The newest copy of each page, in the files of one checkpoint and of those before it. A checkpoint makes a copy of the list of the one
 * before, puts the pages it has written into it, and has it take its place when it is complete.
 */
export class PageFiles {
  /** By number; of one that is being written the size is not known. In the order of the manifest. */
  readonly #files: Map<number, StateFile | undefined>;
  #nextFile: number;
  /** By page: file number + 1, or 0 for a page that is not known; the place in it; and the length. */
  readonly #file: Uint32Array;
  readonly #at: Uint32Array;
  readonly #length: Uint32Array;

  /** A list of pages with numbers below `end`, with what `before` knows of them. */
  constructor(end: number, before?: PageFiles) {
    this.#files = new Map(before === undefined ? [] : before.#files);
    this.#nextFile = before === undefined ? 0 : before.#nextFile;
    this.#file = resized(end, before === undefined ? NONE : before.#file);
    this.#at = resized(end, before === undefined ? NONE : before.#at);
    this.#length = resized(end, before === undefined ? NONE : before.#length);
  }

  /** The number of another file; its name, size and checksum come with `finishFile`. */
  addFile(): number {
    this.#files.set(this.#nextFile, undefined);
    return this.#nextFile++;
  }

  finishFile(number: number, file: StateFile): void {
    this.#files.set(number, file);
  }

  /** A page has been written; or, without a file, holds nothing. */
  put(page: number, file: number | undefined, offset: number, byteLength: number): void {
    assert(offset % UNIT === 0, 'pages begin at multiples of 8');
    this.#file[page] = file === undefined ? NOTHING : file + 1;
    this.#at[page] = offset / UNIT;
    this.#length[page] = byteLength;
  }

  /**
   * Forgets all pages but these, ascending ones, and older files than `newest` of which no page is left. Resolves with the index of the pages,
   * in the form of a saved page: for each u32 page, u32 place of its file among `files`, u32 offset / 8.
   */
  async index(pages: Uint32Array, newest: number): Promise<Uint8Array> {
    let next = 0;
    await this.#eachPage((page) => {
      if (pages[next] === page) next++;
      else this.#file[page] = 0;
    });
    const live = await this.#liveBytes();
    for (const number of [...this.#files.keys()]) if (number < newest && !live.has(number)) this.#files.delete(number);
    const order = new Map([...this.#files.keys()].map((number, place) => [number, place]));
    const words = new Uint32Array(HEADER + pages.length * ENTRY);
    let count = HEADER;
    next = 0;
    await this.#eachPage((page) => {
      if (pages[next] !== page) return;
      next++;
      const file = this.#file[page]!;
      assert(file !== 0, `page ${page} is not in the files`);
      if (file === NOTHING) return;
      words[count++] = page;
      words[count++] = order.get(file - 1)!;
      words[count++] = this.#at[page]!;
    });
    words[0] = INDEX;
    words[1] = (count - HEADER) * WORD_BYTES;
    const bytes = new Uint8Array(words.buffer, 0, count * WORD_BYTES);
    words[CHECKSUM] = pageChecksum(bytes, CHECKSUM * WORD_BYTES);
    return bytes;
  }

  /** Goes over all numbers of pages. The host, and with it the job, gets its turn in between. */
  async #eachPage(visit: (page: number) => void): Promise<void> {
    for (let from = 0; from < this.#file.length; from += TURN_PAGES) {
      if (from > 0) await yieldToHost();
      const end = Math.min(from + TURN_PAGES, this.#file.length);
      for (let page = from; page < end; page++) visit(page);
    }
  }

  async #liveBytes(): Promise<Map<number, number>> {
    const live = new Map<number, number>();
    await this.#eachPage((page) => {
      const file = this.#file[page]!;
      if (file !== 0 && file !== NOTHING) live.set(file - 1, (live.get(file - 1) ?? 0) + this.#length[page]!);
    });
    return live;
  }

  get files(): StateFile[] {
    return [...this.#files.values()].filter((file) => file !== undefined);
  }

  /** Pages of files that are mostly of no use any more: when they are written again, these files can go. */
  async stale(): Promise<number[]> {
    const live = await this.#liveBytes();
    const isStale = (number: number): boolean => (live.get(number) ?? 0) < (this.#files.get(number)?.byteSize ?? 0) * LEAST_SHARE;
    const stale = new Set([...this.#files.keys()].filter(isStale));
    const pages: number[] = [];
    if (stale.size === 0) return pages;
    await this.#eachPage((page) => {
      if (stale.has(this.#file[page]! - 1)) pages.push(page);
    });
    return pages;
  }
}

const NONE = new Uint32Array(0);

function resized(length: number, before: Uint32Array): Uint32Array {
  const copy = new Uint32Array(length);
  copy.set(before.subarray(0, length));
  return copy;
}

/** Reads what `index` made, which lies at `offset` and whose checksum is right. Throws MS4005. */
export function readIndex(bytes: Uint8Array | undefined, offset: number, fileCount: number): PagePlace[] {
  if (bytes === undefined || offset + PAGE_HEADER > bytes.length) throw damagedState('the list of pages is missing');
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, bytes.byteLength - offset);
  if (view.getUint32(0, true) !== INDEX) throw damagedState('the list of pages is missing');
  const end = PAGE_HEADER + view.getUint32(WORD_BYTES, true);
  const places: PagePlace[] = [];
  for (let at = PAGE_HEADER; at < end; at += ENTRY * WORD_BYTES) {
    const [page, file, unit] = [0, 4, 8].map((more) => view.getUint32(at + more, true)) as [number, number, number];
    if (file >= fileCount) throw damagedState(`page ${page} is in file ${file} of ${fileCount}`);
    places.push({ page, file, offset: unit * UNIT });
  }
  return places;
}
