import { Batch, ByteVector, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { TableFunction, TableRows } from '../functions/table-function.ts';
import { BaseOperator } from './base-operator.ts';
import { takeRows } from './join/take-rows.ts';
import type { OperatorContext } from './operator.ts';

/** Room for what a batch gathers, made before addresses are taken. */
const HEADROOM = 4 * 1024 * 1024;

export interface CorrelateOptions {
  readonly function: TableFunction;
  /** The columns of the input that are the function's arguments. */
  readonly args: readonly number[];
  /** Whether a row of which the function makes none goes on beside NULLs. */
  readonly outer: boolean;
  /** Number of columns of the input. */
  readonly width: number;
  /** The columns that go on: of the input, and then of the function. */
  readonly output: readonly number[];
  readonly schema: Schema;
  readonly timeZone: string;
}

/**
 * Puts each row beside the rows that a table function makes of it, one beside the other, in their order. It keeps nothing between batches: rows that are
 * taken back take back what was made of them, because equal arguments make equal rows.
 *
 * Pairs are listed, up to a batch of them, and gathered column by column; a row of very many elements goes on in several batches.
 */
export class CorrelateOperator extends BaseOperator {
  readonly #options: CorrelateOptions;
  #rows!: TableRows;
  /** Pairs: the row's index in the input, and the place among those the function made, -1 for NULLs. */
  #parents!: IntVector;
  #elements!: IntVector;
  #kinds!: ByteVector;
  #out!: Batch;
  /** Where listing stands: the entry of the batch, whether its rows were made, the next of them, the end of them, and whether one was listed. */
  #entry = 0;
  #isMade = false;
  #next = 0;
  #end = 0;
  #isListed = false;
  #isActive = false;
  #isPending = false;

  constructor(options: CorrelateOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { kernels, name } = context;
    const { schema, timeZone, function: fn } = this.#options;
    this.#rows = fn.open({ kernels, name, timeZone });
    this.#parents = new IntVector(kernels.memory);
    this.#elements = new IntVector(kernels.memory);
    this.#kinds = new ByteVector(kernels.memory);
    this.#out = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#isActive) {
      this.#entry = 0;
      this.#isActive = true;
    }
    for (;;) {
      if (!this.#isPending) {
        const count = this.#list(batch);
        if (count === 0) break;
        this.#gather(batch, count);
        this.#isPending = true;
      }
      if (!this.context.out.offer(this.#out)) return false;
      this.#isPending = false;
    }
    this.#isActive = false;
    return true;
  }

  /** Lists the next pairs of the batch; none when it is done. */
  #list(batch: Batch): number {
    const { args, outer } = this.#options;
    const rows = this.#rows;
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    if (!this.#isMade) rows.begin(args.map((column) => batch.columns[column]!));
    const { size } = batch;
    let count = 0;
    for (; this.#entry < size; this.#entry++) {
      const row = batch.rowIndex(this.#entry);
      if (!this.#isMade) {
        if (count === BATCH_ROWS) return count;
        const made = rows.make(row);
        this.#next = rows.first;
        this.#end = rows.first + made;
        this.#isMade = true;
        this.#isListed = false;
      }
      count = this.#listRow(row, count);
      if (this.#next < this.#end) return count;
      if (outer && !this.#isListed) {
        if (count === BATCH_ROWS) return count;
        this.#pair(count++, row, -1);
      }
      this.#isMade = false;
    }
    return count;
  }

  /** Lists what was made of a row, as far as there is room. */
  #listRow(row: number, from: number): number {
    const { present } = this.#rows;
    let count = from;
    for (; this.#next < this.#end && count < BATCH_ROWS; this.#next++) {
      if (present?.isNull(this.#next) === true) continue;
      this.#pair(count++, row, this.#next);
      this.#isListed = true;
    }
    return count;
  }

  #pair(at: number, row: number, element: number): void {
    this.#parents.view[at] = row;
    this.#elements.view[at] = element;
  }

  #gather(batch: Batch, count: number): void {
    const { kernels } = this.context;
    const { width, output } = this.#options;
    const out = this.#out;
    const side = (isInput: boolean): (Column | undefined)[] =>
      output.map((column, i) => (column < width === isInput ? out.columns[i]! : undefined));
    takeRows(
      kernels,
      output.map((column) => batch.columns[column]!),
      this.#parents,
      count,
      side(true),
    );
    takeRows(
      kernels,
      output.map((column) => this.#rows.columns[column - width]!),
      this.#elements,
      count,
      side(false),
    );
    out.rowCount = count;
    out.kinds = batch.kinds === null ? null : this.#kinds;
    if (batch.kinds === null) return;
    const [from, to, parents] = [batch.kinds.view, this.#kinds.view, this.#parents.view];
    for (let k = 0; k < count; k++) to[k] = from[parents[k]!]!;
  }

  override close(): void {
    this.#rows.close();
    for (const column of this.#out.columns) column.free();
    this.#parents.free();
    this.#elements.free();
    this.#kinds.free();
  }
}
