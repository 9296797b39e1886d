import { Ring } from './ring.ts';

/** Holds several batches of 4,096 rows of some columns. */
const RING_BYTES = 1024 * 1024;

/** The shared memory of a job's exchanges: by exchange, sender, and receiver. It may be sent to threads as it is. */
export type ExchangeBuffers = readonly (readonly (readonly (SharedArrayBuffer | undefined)[])[])[];

/** Makes the rings between all pairs of workers. */
export function createExchangeBuffers(exchanges: number, workers: number, ringBytes = RING_BYTES): ExchangeBuffers {
  const all = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  return all(exchanges, () => all(workers, (from) => all(workers, (to) => (from === to ? undefined : Ring.create(ringBytes).buffer))));
}
