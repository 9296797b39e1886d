import { BATCH_ROWS } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';

/** Which rows of a batch go to which worker, in linear memory. */
export class RouteLists {
  readonly workers: number;
  /** Worker `w`'s row indexes (u32) lie from `address + w * BATCH_ROWS * 4` on. */
  readonly address: number;
  readonly countsAddress: number;
  readonly #memory: LinearMemory;
  readonly #byteSize: number;

  constructor(memory: LinearMemory, workers: number) {
    this.#memory = memory;
    this.workers = workers;
    this.#byteSize = workers * (BATCH_ROWS + 1) * 4;
    this.address = memory.alloc(this.#byteSize);
    this.countsAddress = this.address + workers * BATCH_ROWS * 4;
  }

  /** Where a worker's row indexes lie. */
  listOf(worker: number): number {
    return this.address + worker * BATCH_ROWS * 4;
  }

  countOf(worker: number): number {
    return this.#memory.u32[(this.countsAddress >>> 2) + worker]!;
  }

  /** Row indexes of a worker: a view that is valid until the memory grows. */
  rowsOf(worker: number): Uint32Array {
    const at = this.listOf(worker) >>> 2;
    return this.#memory.u32.subarray(at, at + this.countOf(worker));
  }

  free(): void {
    this.#memory.free(this.address, this.#byteSize);
  }
}
