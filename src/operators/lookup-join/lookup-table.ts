import type { Batch } from '../../data/batch.ts';

/** A table that can be looked up as a whole: what a lookup join needs of a connector. */
export interface LookupTable {
  /** How long rows that were read are good for, in milliseconds; for ever where it is undefined. */
  readonly ttlMs: number | undefined;
  /** Hands all rows that the table has now to `take`, in batches that are valid during the call. Ends early when `signal` is aborted. */
  read(take: (batch: Batch) => void, signal: AbortSignal): Promise<void>;
}
