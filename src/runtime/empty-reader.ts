import type { PollResult, Progress, SourceReader } from './source.ts';

/** Reads a table that another worker reads. */
export class EmptyReader implements SourceReader {
  readonly split = 0;
  readonly activeSplits: ReadonlySet<number> = new Set();
  readonly bytesRead = 0;

  poll(): PollResult {
    return 'end';
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  position(): unknown {
    return null;
  }

  restore(): void {}

  progress(): Progress {
    return { done: 0, total: 0 };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
