import { Batch, IntVector } from '../data/batch.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';

/** LIMIT and OFFSET without ORDER BY over insert-only input: the first rows that come. Says by `done` when no more are wanted. */
export class LimitOperator extends BaseOperator {
  readonly #offset: number;
  readonly #end: number;
  #seen = 0;
  #selection!: IntVector;
  #out!: Batch;
  #pending = false;

  constructor(offset: number, limit: number | undefined) {
    super();
    this.#offset = offset;
    this.#end = limit === undefined ? Number.POSITIVE_INFINITY : offset + limit;
  }

  /** Whether all rows that are wanted have gone on. */
  get done(): boolean {
    return this.#seen >= this.#end && !this.#pending;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#selection = new IntVector(context.kernels.memory);
    this.#out = new Batch([]);
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#pending) {
      const first = Math.min(batch.size, Math.max(0, this.#offset - this.#seen));
      const last = Math.min(batch.size, Math.max(0, this.#end - this.#seen));
      this.#seen += batch.size;
      if (last <= first) return true;
      this.#select(batch, first, last);
      this.#pending = true;
    }
    if (!this.context.out.offer(this.#out)) return false;
    this.#pending = false;
    return true;
  }

  #select(batch: Batch, first: number, last: number): void {
    const selected = this.#selection.view;
    for (let n = first; n < last; n++) selected[n - first] = batch.rowIndex(n);
    this.#out.columns = batch.columns;
    this.#out.rowCount = batch.rowCount;
    this.#out.kinds = batch.kinds;
    this.#out.selection = this.#selection;
    this.#out.selectedCount = last - first;
  }

  override snapshot(writer: SnapshotWriter): void {
    writer.writeOperator('seen', this.#seen);
  }

  override restore(reader: SnapshotReader): void {
    this.#seen = (reader.readOperator('seen') as number[]).reduce((sum, seen) => sum + seen, 0);
  }

  override close(): void {
    this.#selection.free();
  }
}
