import { SqlError } from '../common/errors.ts';
import type { Batch } from '../data/batch.ts';
import type { Schema } from '../data/schema.ts';
import type { RowObject } from '../data/values/value.ts';
import { AppliedRows } from './applied-rows.ts';
import { HandOver } from './hand-over.ts';
import { ResultBatch } from './result-batch.ts';
import { type Change, type Op, RowReader } from './row-reader.ts';
import type { ResultHandler } from './session.ts';

/** A query that can be started: each start reads the sources anew. */
export interface Runnable {
  readonly schema: Schema;
  readonly bounded: boolean;
  readonly insertOnly: boolean;
  start(handler: ResultHandler): Promise<{ readonly done: Promise<void>; cancel(): Promise<void> }>;
}

/**
 * The result of a query, which runs when it is read, and again each time. Reading slowly holds the query up; leaving the loop early
 * ends it.
 */
export abstract class Result<Row> implements AsyncIterable<Change<Row>> {
  /** @internal */
  protected abstract runnable(): Runnable | Promise<Runnable>;

  /** The changes of the result as they come: `for await (const { op, row } of result)`. */
  [Symbol.asyncIterator](): AsyncGenerator<Change<Row>, void, undefined> {
    return this.changes();
  }

  /** The changes of the result as they come. An insert-only result has the op `+I` only. */
  async *changes(): AsyncGenerator<Change<Row>, void, undefined> {
    const query = await this.runnable();
    const reader = new RowReader(query.schema);
    for await (const changes of handedOver(query, (batch) => reader.changes(batch))) yield* changes as unknown as readonly Change<Row>[];
  }

  /** The changes of the result by column, up to 4,096 at a time, for code that works on many rows at once. */
  async *batches(): AsyncGenerator<ResultBatch<Row>, void, undefined> {
    const query = await this.runnable();
    yield* handedOver(query, (batch) => new ResultBatch<Row>(batch, query.schema));
  }

  /**
   * The final rows, all changes applied. Throws MS1207 where the input never ends. Rows of an updated result stand where they
   * first came.
   */
  async rows(): Promise<Row[]> {
    const query = await this.runnable();
    if (!query.bounded) {
      throw new SqlError('MS1207', 'rows() needs input that ends', {
        hint: 'read the changes with for await, bound the source, or take first()',
      });
    }
    return (await appliedRows(query)) as unknown as Row[];
  }

  /** The first row that comes, after which the query is ended; undefined when there is none. */
  async first(): Promise<Row | undefined> {
    for await (const { op, row } of this.changes()) if (op === '+I' || op === '+U') return row;
    return undefined;
  }
}

async function appliedRows(query: Runnable): Promise<RowObject[]> {
  const reader = new RowReader(query.schema);
  const inserted: RowObject[] = [];
  const applied = new AppliedRows();
  const onRow = query.insertOnly ? (_: Op, row: RowObject) => void inserted.push(row) : applied.apply.bind(applied);
  const onBatch = (batch: Batch): boolean => {
    reader.forEach(batch, onRow);
    return true;
  };
  await (await query.start({ onBatch })).done;
  return query.insertOnly ? inserted : applied.rows;
}

/** Starts a query and yields its batches, converted; ends the query when the consumer leaves. */
async function* handedOver<T>(query: Runnable, convert: (batch: Batch) => T): AsyncGenerator<T, void, undefined> {
  const handOver = new HandOver(convert);
  const job = await query.start(handOver);
  handOver.follow(job.done);
  try {
    for (let next = await handOver.take(); next !== undefined; next = await handOver.take()) yield next;
  } finally {
    handOver.abandon();
    // What made the job fail has been thrown by take().
    await job.cancel().catch(() => undefined);
  }
}
