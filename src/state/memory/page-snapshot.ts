import { StateError } from '../../common/errors.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { PageSink, SnapshotTable, StateSnapshot } from '../state-snapshot.ts';
import type { MemoryTable } from './memory-table.ts';
import type { StatePages } from './state-pages.ts';
import { allocate } from './table-output.ts';

const PAGE_BYTES = 65_536;
/**
 * Copied in one step at most: half a millisecond. The longer the steps, the fewer batches run while pages wait, each of which saves rows.
 */
const STEP_BYTES = 24 * PAGE_BYTES;
const PAGE_HEADER = 16;
/** Saved rows of a page, with what is kept beside each, take no more than this for each of its bytes. */
const PATCH_SHARE = 1.65;
/** The least for which memory is looked for. */
const LEAST_SHARE = 0.01;
const LEAST_HEADROOM = 4 * 1024 * 1024;

const never = (): boolean => false;

/** A snapshot of tables in linear memory: docs/design/state.md, "Snapshots". */
export class PageSnapshot implements StateSnapshot {
  readonly tables: readonly SnapshotTable[];
  readonly pages: Uint32Array;
  readonly changed: Uint32Array;
  readonly #kernels: Kernels;
  readonly #handle: number;
  readonly #members: ReadonlySet<MemoryTable>;
  /** Pages that had to be copied before the sink could take them. */
  readonly #early: { readonly page: number; readonly bytes: Uint8Array }[] = [];
  readonly #ended: Promise<void>;
  #resolve!: () => void;
  #reject!: (cause: unknown) => void;
  #started!: () => void;
  readonly #start: Promise<void>;
  #sink: PageSink | undefined;
  #next = 0;
  #patchShare = PATCH_SHARE;
  #state: 'running' | 'copied' | 'over' = 'running';
  #out = 0;
  #outBytes = 0;

  constructor(owner: StatePages, tables: readonly MemoryTable[]) {
    this.#kernels = owner.kernels;
    this.#handle = owner.handle;
    this.#members = new Set(tables);
    this.tables = tables.map((table) => ({ table, number: table.number }));
    this.#ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Who waits for it hears of a failure; nobody has to.
    this.#ended.catch(() => undefined);
    this.#start = new Promise((resolve) => {
      this.#started = resolve;
    });
    for (const table of tables) table.prepareSnapshot();
    [this.pages, this.changed] = this.#begin(tables);
  }

  /** Whether another one may begin. */
  get isOver(): boolean {
    return this.#state !== 'running';
  }

  has(table: MemoryTable): boolean {
    return this.#state === 'running' && this.#members.has(table);
  }

  #begin(tables: readonly MemoryTable[]): [Uint32Array, Uint32Array] {
    const kernels = this.#kernels;
    const { memory } = kernels;
    const listBytes = Math.max(kernels.pagesBound(), 1) * 4;
    this.#reserveOut(Math.max(listBytes * 2, 2 * PAGE_BYTES));
    for (const table of tables) kernels.pagesCapture(this.#handle, table.handle);
    const changedTo = this.#out + listBytes;
    const count = kernels.pagesBegin(this.#handle, this.#out, changedTo);
    const changedCount = memory.u32[kernels.secondResult() >>> 2]!;
    const listOf = (at: number, length: number): Uint32Array => memory.u32.slice(at >>> 2, (at >>> 2) + length);
    const lists: [Uint32Array, Uint32Array] = [listOf(this.#out, count), listOf(changedTo, changedCount)];
    this.#reservePatches(changedCount);
    return lists;
  }

  /** Room for every row of the pages that wait, so that rows can be saved where the memory must not grow. */
  #reservePatches(pageCount: number): void {
    const { memory } = this.#kernels;
    for (; this.#patchShare > LEAST_SHARE; this.#patchShare /= 2) {
      try {
        memory.ensureHeadroom(pageCount * PAGE_BYTES * this.#patchShare + LEAST_HEADROOM);
        return;
      } catch {
        // There is less. If it is not enough, the kernels say so in pagesOverrun().
      }
    }
  }

  writeTo(sink: PageSink): Promise<void> {
    this.#sink = sink;
    this.#started();
    return this.#ended;
  }

  step(isOver: () => boolean = never): 'more' | 'waits' | 'done' {
    if (this.#state !== 'running') return 'done';
    this.#reservePatches(this.changed.length - this.#next);
    const sink = this.#sink;
    if (sink === undefined) return 'waits';
    for (let early = this.#early[0]; early !== undefined; early = this.#early[0]) {
      if (!sink.hasRoom) return 'waits';
      sink.put(early.page, early.bytes);
      this.#early.shift();
    }
    for (let left = STEP_BYTES; this.#next < this.changed.length; ) {
      if (left <= 0 || isOver()) return 'more';
      if (!sink.hasRoom) return 'waits';
      const page = this.changed[this.#next++]!;
      const bytes = this.#copy(page);
      sink.put(page, bytes);
      left -= Math.max(bytes.length, PAGE_BYTES);
    }
    this.#finishCopies();
    return 'done';
  }

  /** The saved form of a page: a view of linear memory. */
  #copy(page: number): Uint8Array {
    const kernels = this.#kernels;
    // A page that was given back meanwhile belonged to no table of the snapshot.
    if (kernels.pageWaits(this.#handle, page) === 0) return new Uint8Array(0);
    let byteLength = kernels.pagePlain(this.#handle, page, this.#out);
    if (byteLength === 0) {
      this.#reserveOut(kernels.pageTake(this.#handle, page));
      byteLength = kernels.pageWrite(this.#handle, page, this.#out);
    }
    return byteLength === PAGE_HEADER ? new Uint8Array(0) : kernels.memory.u8.subarray(this.#out, this.#out + byteLength);
  }

  #reserveOut(byteSize: number): void {
    if (byteSize <= this.#outBytes) return;
    this.#freeOut();
    this.#out = allocate(this.#kernels, byteSize);
    this.#outBytes = byteSize;
  }

  #freeOut(): void {
    if (this.#outBytes > 0) this.#kernels.memory.free(this.#out, this.#outBytes);
    this.#outBytes = 0;
  }

  /** Copies at once what is left, because a table is about to give its pages away. */
  copyRest(): void {
    while (this.#next < this.changed.length) {
      const page = this.changed[this.#next++]!;
      this.#early.push({ page, bytes: this.#copy(page).slice() });
    }
  }

  #finishCopies(): void {
    if (this.#kernels.pagesOverrun(this.#handle) !== 0) {
      return this.abandon(new StateError('MS4001', 'no memory to keep rows as they were at the checkpoint'));
    }
    this.#state = 'copied';
    this.#kernels.pagesEnd(this.#handle, 0);
    this.#freeOut();
    this.#resolve();
  }

  async whenReady(): Promise<void> {
    await this.#start;
    if (this.#state === 'running' && this.#sink !== undefined) await this.#sink.whenRoom();
  }

  async finish(): Promise<void> {
    for (;;) {
      const state = this.step();
      if (state === 'done') return;
      if (state === 'waits') await this.whenReady();
    }
  }

  abandon(cause: unknown): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#kernels.pagesEnd(this.#handle, 1);
    this.#freeOut();
    this.#early.length = 0;
    this.#started();
    this.#reject(cause);
  }

  keep(stale: readonly number[]): void {
    if (this.#state !== 'copied') return;
    this.#state = 'over';
    for (const page of stale) this.#kernels.pageDirty(page);
  }
}
