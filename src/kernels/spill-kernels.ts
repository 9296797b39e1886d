/** src/kernels/assembly/table-spill.ts: rows of keyed tables that lie in pages outside of memory. Addresses of tables, pages, rows and lists; hashes are u32. */
export interface SpillKernels {
  spillMissing(table: number, selection: number, count: number, scratch: number, out: number): number;
  /** Returns how many rows were taken, or -1 when memory must grow by tableWanted() of the target: then spillTaken() says how many. */
  spillTake(table: number, target: number, page: number, low: number, high: number, keysEnd: number): number;
  spillTaken(): number;
  spillCopy(table: number, page: number, low: number, high: number, keysEnd: number, to: number): number;
  spillList(table: number, low: number, high: number, evicts: boolean, half: number, limit: number, out: number): number;
  /** Returns how many of the rows were in the page, or -1 when it is full. */
  spillMerge(
    table: number,
    page: number,
    capacity: number,
    rows: number,
    count: number,
    low: number,
    high: number,
    keysEnd: number,
  ): number;
  spillSplit(table: number, page: number, other: number, bit: number): void;
  /** Returns 1 when there was such a row. */
  spillDelete(table: number, page: number, row: number, keysEnd: number): number;
}
