/** src/kernels/assembly/event-time.ts: columns of times. Addresses of nulls and selection may be 0 for none. */
export interface EventTimeKernels {
  maxLong(values: number, nulls: number, selection: number, count: number, least: bigint): bigint;
  assignSlices(
    values: number,
    selection: number,
    count: number,
    slide: bigint,
    offset: bigint,
    closedBefore: bigint,
    slices: number,
    kept: number,
  ): number;
}

/** src/kernels/assembly/string-batches.ts: text functions over a whole batch. */
export interface StringBatchKernels {
  splitPartBatch(
    texts: number,
    lengths: number,
    nulls: number,
    selection: number,
    count: number,
    separator: number,
    separatorLength: number,
    index: number,
    outTexts: number,
    outLengths: number,
    outNulls: number,
  ): number;
}

/** src/kernels/assembly/exchange.ts: rows on their way to other workers. `nulls` is 0 for a column without nulls. */
export interface ExchangeKernels {
  /** Lists the rows of each worker: indexes at lists + worker * BATCH_ROWS * 4, how many at counts + worker * 4. */
  tableRoute(table: number, selection: number, count: number, workers: number, lists: number, counts: number): void;
  textsSize(lengths: number, nulls: number, count: number): number;
  /** Addresses become offsets from `to`. */
  textsPack(addresses: number, lengths: number, nulls: number, count: number, to: number): void;
  textsUnpack(offsets: number, count: number, base: number): void;
}
