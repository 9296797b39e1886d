import { assert } from '../common/assert.ts';
import type { Batch } from '../data/batch.ts';
import type { SinkWriter } from './sink.ts';

/** Writes a table that another worker writes: no rows come here. */
export class NoWriter implements SinkWriter {
  readonly bytesWritten = 0;

  write(batch: Batch): boolean {
    assert(batch.size === 0, 'a row for a table that another worker writes');
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
