import type { LookupTable } from '../operators/lookup-join/lookup-table.ts';
import type { SourceReader } from './source.ts';

/** Batches that are read before others have a turn. */
const BATCHES_OF_TURN = 16;

/** A table that is looked up by reading it as a source that ends. `open` makes a reader at its beginning. */
export function scannedLookup(open: () => Promise<SourceReader>, ttlMs: number | undefined): LookupTable {
  return {
    ttlMs,
    read: async (take, signal) => {
      const reader = await open();
      try {
        for (let batches = 1; !signal.aborted; ) {
          const result = reader.poll();
          if (result === 'end') return;
          if (result === 'idle') await reader.wait(signal);
          else {
            take(result);
            if (batches++ % BATCHES_OF_TURN === 0) await new Promise((resolve) => setTimeout(resolve, 0));
          }
        }
      } finally {
        await reader.close();
      }
    },
  };
}
