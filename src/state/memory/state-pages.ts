import { assert } from '../../common/assert.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { MemoryTable } from './memory-table.ts';
import { PageSnapshot } from './page-snapshot.ts';

/** The first opening of pages in a memory takes its tables of pages. */
const OPEN_BYTES = 1024 * 1024;

/** The 64 KB pages that the tables of one backend lie in (src/kernels/assembly/pages.ts). */
export class StatePages {
  readonly kernels: Kernels;
  #handle = 0;
  #running: PageSnapshot | undefined;

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  /** The kernels' descriptor. */
  get handle(): number {
    if (this.#handle === 0) {
      this.kernels.memory.ensureHeadroom(OPEN_BYTES);
      this.#handle = this.kernels.pagesOpen();
    }
    return this.#handle;
  }

  /** Begins a snapshot of the tables as they are now. One at a time: one before that was not ended is given up. */
  begin(tables: readonly MemoryTable[]): PageSnapshot {
    assert(this.#running === undefined || this.#running.isOver, 'a snapshot of this state is under way');
    this.#running = new PageSnapshot(this, tables);
    return this.#running;
  }

  /** Must come before a table gives its pages away. */
  beforeClear(table: MemoryTable): void {
    if (this.#running?.has(table)) this.#running.copyRest();
  }

  /** Gives a snapshot under way up. */
  abandon(): void {
    this.#running?.abandon(new Error('the state is closed'));
    this.#running = undefined;
  }

  /** Gives all pages back; no table is open, and no snapshot under way. */
  close(): void {
    if (this.#handle !== 0) this.kernels.pagesClose(this.#handle);
    this.#handle = 0;
  }
}
