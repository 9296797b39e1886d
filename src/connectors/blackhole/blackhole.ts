import type { Batch } from '../../data/batch.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import type { Connector } from '../connector.ts';

/** Throws every row away, and counts them: for measuring what comes before. */
export class BlackholeWriter implements SinkWriter {
  rowsWritten = 0;
  readonly bytesWritten = 0;

  write(batch: Batch): boolean {
    this.rowsWritten += batch.size;
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

export const blackhole: Connector = {
  descriptor: {
    name: 'blackhole',
    doc: 'A sink that accepts every row and keeps none, as in Flink: for benchmarks, and for running a query for its side effects.',
    options: [{ name: 'property-version', kind: 'int', default: '1', doc: 'A number of no effect.', note: 'it has no effect.' }],
    formatted: false,
    sink: { changelog: 'all', updateBefore: false, delivers: () => 'exactly-once' },
  },
  parallel: { sink: true },
  openSink: () => Promise.resolve(new BlackholeWriter()),
};
