import { hashText } from '../../common/hash-text.ts';
import type { QueuedFile } from './deal-files.ts';
import type { SourceFile } from './source-file.ts';

/** The part of the files that one worker reads. */
interface Subtask {
  readonly index: number;
  readonly count: number;
}

/**
 * The files of one reader, read one after the other. A file is a split; its number is its place in the queue.
 *
 * A split holds the watermark back from when its file is found until it is read. Flink does the same where it has a reader per
 * file; with fewer, only the files being read count there, and rows of the files read later may be late because of the order in
 * which files happened to be read. Here no row is late because of that; the price is that a watermark over several files moves
 * only once the last of them has been begun. `filesInTimeOrder` declares that the files follow one another in time, as logs by
 * day do: then only the file being read counts.
 */
export class FileQueue {
  readonly #subtask: Subtask;
  readonly #watched: boolean;
  readonly #inTimeOrder: boolean;
  readonly #known = new Set<string>();
  #files: QueuedFile[] = [];
  #active = new Set<number>();
  #index = 0;
  #doneBytes = 0;
  #totalBytes = 0;

  constructor(subtask: Subtask, watched: boolean, inTimeOrder: boolean) {
    this.#subtask = subtask;
    this.#watched = watched;
    this.#inTimeOrder = inTimeOrder;
  }

  get files(): readonly QueuedFile[] {
    return this.#files;
  }

  /** The number of the file being read, or to be read next. */
  get index(): number {
    return this.#index;
  }

  /** The file being read, or to be read next. */
  get current(): QueuedFile | undefined {
    return this.#files[this.#index];
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#active;
  }

  /** Bytes on disk of the files that have been read. */
  get doneBytes(): number {
    return this.#doneBytes;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** Adds the files of a listing that are this reader's and were not known. */
  add(listing: readonly SourceFile[]): void {
    listing.forEach((file, place) => {
      if (this.#known.has(file.path) || !this.isMine(file, place)) return;
      this.#known.add(file.path);
      this.#push(file);
    });
  }

  /** The current file has been read. */
  finish(): void {
    this.#active.delete(this.#index);
    this.#doneBytes += this.current?.byteSize ?? 0;
    this.#index++;
    if (this.#inTimeOrder && this.current !== undefined) this.#active.add(this.#index);
  }

  /** Goes back to what it was: these files, of which the first `index` have been read. Files found since are found anew. */
  restore(files: readonly QueuedFile[], index: number): void {
    this.#files = [];
    this.#known.clear();
    this.#active = new Set();
    this.#totalBytes = 0;
    this.#doneBytes = files.slice(0, index).reduce((sum, file) => sum + file.byteSize, 0);
    this.#index = index;
    for (const file of files) {
      this.#known.add(file.path);
      this.#push(file);
    }
  }

  #push(file: QueuedFile): void {
    const split = this.#files.push(file) - 1;
    this.#totalBytes += file.byteSize;
    if (split === this.#index || (split > this.#index && !this.#inTimeOrder)) this.#active.add(split);
  }

  /** A complete listing is dealt out in turn; in a growing one every worker must come to the same answer at different times. */
  isMine(file: SourceFile, place: number): boolean {
    const { index, count } = this.#subtask;
    return (this.#watched ? hashText(file.path) : place) % count === index;
  }
}
