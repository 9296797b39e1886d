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
