import type { Batch } from '../data/batch.ts';
import { BaseOperator } from '../operators/base-operator.ts';
import type { SinkWriter } from './sink.ts';

/** The end of a chain: hands batches to a sink's writer, and remembers when it refused. */
export class SinkOperator extends BaseOperator {
  readonly writer: SinkWriter;
  /** Tells the sinks of a job apart; the same whenever the job starts. */
  readonly id: string;
  /** The writer refused a batch: ready() must resolve before the next try. */
  blocked = false;
  rows = 0;

  constructor(writer: SinkWriter, id: string) {
    super();
    this.writer = writer;
    this.id = id;
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.writer.write(batch)) {
      this.blocked = true;
      return false;
    }
    this.rows += batch.size;
    return true;
  }

  override watermark(time: bigint): boolean {
    this.writer.watermark?.(time);
    return true;
  }
}
