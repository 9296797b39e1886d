import { Batch, IntVector } from '../data/batch.ts';
import { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { types } from '../data/types/sql-type.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext } from './operator.ts';
import { assignSlices } from './slice-assigner.ts';
import { WindowTime } from './window-time.ts';

export interface WindowAssignOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly window: WindowSpec;
  readonly timeZone: string;
}

/**
 * A windowing function whose rows are not aggregated: each row goes on once per window it falls into, with window_start, window_end
 * and window_time. A hopping or cumulating window sends the same columns several times with other window columns beside them. Late rows pass.
 */
export class WindowAssignOperator extends BaseOperator {
  readonly #options: WindowAssignOptions;
  readonly #time: WindowTime;
  #slices!: Column;
  #windows: Column[] = [];
  #selection!: IntVector;
  #out!: Batch;
  #next = -1;

  constructor(options: WindowAssignOptions) {
    super();
    this.#options = options;
    this.#time = new WindowTime(options.window, options.input.fields[options.window.timeColumn]!.type, options.timeZone);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, output } = this.#options;
    this.#slices = new Column(memory, types.bigint(false));
    this.#windows = output.fields.slice(input.fields.length).map(({ type }) => new Column(memory, type));
    this.#selection = new IntVector(memory);
    this.#out = new Batch([]);
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#next === -1) {
      const times = batch.columns[this.#options.window.timeColumn]!;
      this.#out.selectedCount = assignSlices(
        this.context.kernels,
        this.#time,
        batch,
        times,
        this.#slices,
        this.#selection,
        Number.NEGATIVE_INFINITY,
      );
      this.#out.columns = [...batch.columns, ...this.#windows];
      this.#out.rowCount = batch.rowCount;
      this.#out.selection = this.#selection;
      this.#out.kinds = batch.kinds;
      this.#next = 0;
      this.#writeWindows(0);
    }
    while (this.#next < this.#time.slicesPerWindow) {
      if (!this.context.out.offer(this.#out)) return false;
      this.#writeWindows(++this.#next);
    }
    this.#next = -1;
    return true;
  }

  /** Writes the `n`-th window of each row, counted back from the one that ends last; rows that have fewer windows are left out. */
  #writeWindows(n: number): void {
    if (this.#options.window.kind === 'cumulate') return this.#writeGrowing(n);
    const { sizeMs, slideMs } = this.#options.window;
    const [starts, ends, times] = this.#windows.map((column) => column.values as BigInt64Array);
    const slices = this.#slices.values as BigInt64Array;
    const selected = this.#selection.view;
    const back = BigInt(n * slideMs);
    const size = BigInt(sizeMs);
    for (let k = 0; k < this.#out.selectedCount; k++) {
      const i = selected[k]!;
      const start = slices[i]! - back;
      starts![i] = start;
      ends![i] = start + size;
      times![i] = this.#lastOf(start + size);
    }
  }

  /** Windows that begin together, each a step shorter than the one before. */
  #writeGrowing(n: number): void {
    const { sizeMs, slideMs, offsetMs } = this.#options.window;
    const [starts, ends, times] = this.#windows.map((column) => column.values as BigInt64Array);
    const slices = this.#slices.values as BigInt64Array;
    const selected = this.#selection.view;
    const length = BigInt(sizeMs - n * slideMs);
    const [size, offset] = [BigInt(sizeMs), BigInt(offsetMs)];
    let kept = 0;
    for (let k = 0; k < this.#out.selectedCount; k++) {
      const i = selected[k]!;
      const past = (((slices[i]! - offset) % size) + size) % size;
      if (past >= length) continue;
      const start = slices[i]! - past;
      selected[kept++] = i;
      starts![i] = start;
      ends![i] = start + length;
      times![i] = this.#lastOf(start + length);
    }
    this.#out.selectedCount = kept;
  }

  /** The last millisecond of a window that ends then. */
  #lastOf(end: bigint): bigint {
    return this.#time.zoned ? BigInt(this.#time.fromLocal(Number(end) - 1)) : end - 1n;
  }

  override close(): void {
    for (const column of [this.#slices, ...this.#windows]) column.free();
    this.#selection.free();
  }
}
