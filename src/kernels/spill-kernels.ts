/** src/kernels/assembly/table-spill.ts: rows of keyed tables that lie in pages outside of memory. Addresses of tables, pages, rows and lists; hashes are u32. */
export interface SpillKernels {
  spillMissing(table: number, selection: number, count: number, scratch: number, out: number): number;
  /** Returns how many rows were taken, or -1 when memory must grow by tableWanted() of the target: then the second result says how many. */
  spillTake(table: number, target: number, page: number, low: number, high: number, keysEnd: number): number;
  /** `group`: of this key group only, or of all where it is negative. The second result is the bytes at `heap`. */
  spillCopy(
    table: number,
    page: number,
    low: number,
    high: number,
    group: number,
    keysEnd: number,
    to: number,
    heap: number,
    used: number,
  ): number;
  spillList(table: number, low: number, high: number, imageMax: number, limit: number, out: number): number;
  /** Returns 1 when all rows are in the page; the second result says how many were dropped from the list because they have no room. */
  spillMerge(
    table: number,
    page: number,
    capacity: number,
    drops: boolean,
    rows: number,
    count: number,
    low: number,
    high: number,
    keysEnd: number,
  ): number;
  spillSplit(table: number, page: number, other: number, bit: number): void;
  /** Returns 1 when there was such a row. */
  spillDelete(table: number, page: number, row: number, keysEnd: number): number;
  /** Frees the long values of rows that have left memory; returns the bytes of the others. */
  spillHeap(table: number): number;
}
