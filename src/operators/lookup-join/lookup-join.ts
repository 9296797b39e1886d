import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { BaseOperator } from '../base-operator.ts';
import { PairCondition } from '../join/pair-condition.ts';
import { pairTargets } from '../join/pair-targets.ts';
import { takeRows } from '../join/take-rows.ts';
import type { OperatorContext } from '../operator.ts';
import { LookupRows } from './lookup-rows.ts';
import type { LookupTable } from './lookup-table.ts';

export interface LookupJoinOptions {
  /** Insert-only. */
  readonly left: { readonly schema: Schema; readonly keys: readonly number[] };
  readonly right: { readonly schema: Schema; readonly keys: readonly number[] };
  /** Whether a row that finds nothing comes out alone. */
  readonly isPadded: boolean;
  readonly condition: Expression | undefined;
  /** The columns that go on, of the left ones and then the right ones. */
  readonly output: readonly number[];
  readonly schema: Schema;
  readonly timeZone: string;
}

/**
 * Joins each row with the rows of a table as they are when it comes. The table is read as a whole before the first row, and again, behind the
 * rows that come meanwhile, when what was read has become too old. No state: after a restart it is read anew.
 */
export class LookupJoinOperator extends BaseOperator {
  readonly #options: LookupJoinOptions;
  readonly #table: LookupTable;
  readonly #abort = new AbortController();
  #rows: LookupRows | undefined;
  #readings = 0;
  #readMs = 0;
  #isReading = false;
  #failure: unknown;
  #condition: PairCondition | undefined;
  readonly #firsts = new Int32Array(BATCH_ROWS);
  #isActive = false;
  #row = 0;
  #next = 0;
  #isSearched = false;
  #isMatched = false;
  #pairRows!: IntVector;
  #pairOthers!: IntVector;
  #outRows!: IntVector;
  #outOthers!: IntVector;
  #out!: Batch;
  #targets!: readonly [(Column | undefined)[], (Column | undefined)[]];
  #isPending = false;
  /** Rows that were read while those before were in use. */
  #newer: LookupRows | undefined;

  constructor(options: LookupJoinOptions, table: LookupTable) {
    super();
    this.#options = options;
    this.#table = table;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { left, right, condition, output, schema, timeZone } = this.#options;
    if (condition !== undefined) {
      const both = { fields: [...left.schema.fields, ...right.schema.fields] };
      this.#condition = new PairCondition(context, both, condition, timeZone);
    }
    this.#out = new Batch(schema.fields.map((field) => new Column(memory, field.type)));
    this.#targets = pairTargets(this.#out, output, left.schema.fields.length, right.schema.fields.length);
    this.#pairRows = new IntVector(memory);
    this.#pairOthers = new IntVector(memory);
    this.#outRows = new IntVector(memory);
    this.#outOthers = new IntVector(memory);
  }

  /** Reads the table. Must have resolved once before the first row. Rejects with what reading it throws. */
  async load(): Promise<void> {
    this.#isReading = true;
    const { schema, keys } = this.#options.right;
    const rows = new LookupRows(this.context, `lookup-${this.#readings++}`, schema, keys);
    const startedMs = this.context.clock.now();
    try {
      await this.#table.read((batch) => rows.add(batch), this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted) rows.close();
      throw error;
    } finally {
      this.#isReading = false;
    }
    // The tables have gone with all state of the job.
    if (this.#abort.signal.aborted) return;
    this.#readMs = startedMs;
    this.#newer?.close();
    this.#newer = rows;
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#isActive) this.#begin(batch);
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (!this.#pairUp(batch)) break;
    }
    this.#isActive = false;
    return true;
  }

  #begin(batch: Batch): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#renew();
    const { keys } = this.#options.left;
    const columns = keys.map((key) => batch.columns[key]!);
    this.#rows!.find(batch, columns, this.context.kernels.memory.i32, this.#firsts);
    this.#row = this.#next = 0;
    this.#isSearched = this.#isMatched = false;
    this.#isActive = true;
  }

  /** Takes rows that were read meanwhile, and begins to read again when they are too old. */
  #renew(): void {
    if (this.#newer !== undefined) {
      this.#rows?.close();
      this.#rows = this.#newer;
      this.#newer = undefined;
    }
    const { ttlMs } = this.#table;
    if (ttlMs === undefined || this.#isReading || this.context.clock.now() < this.#readMs + ttlMs) return;
    this.load().catch((error: unknown) => {
      this.#failure = error;
    });
  }

  #pairUp(batch: Batch): boolean {
    const { side } = this.#rows!;
    const count = this.#list(batch, side.nextOffset);
    if (count === 0) return false;
    if (this.#condition !== undefined) this.#test(this.#condition, batch, count);
    const size = this.#match(count);
    if (size === 0) return true;
    takeRows(this.context.kernels, batch.columns, this.#outRows, size, this.#targets[0]);
    side.store.read(this.#outOthers, size, this.#targets[1]);
    this.#out.rowCount = size;
    this.#isPending = true;
    return true;
  }

  #list(batch: Batch, nextOffset: number): number {
    const { i32 } = this.context.kernels.memory;
    const [rows, others] = [this.#pairRows.view, this.#pairOthers.view];
    const { isPadded } = this.#options;
    const { size } = batch;
    const selection = batch.selection?.view;
    const firsts = this.#firsts;
    let [count, n, next, isSearched] = [0, this.#row, this.#next, this.#isSearched];
    for (; n < size && count < BATCH_ROWS; n++) {
      const i = selection === undefined ? n : selection[n]!;
      if (!isSearched) {
        isSearched = true;
        next = firsts[i]!;
      }
      for (; next !== 0 && count < BATCH_ROWS; next = i32[(next + nextOffset) >>> 2]!) {
        rows[count] = i;
        others[count++] = next;
      }
      if (next !== 0 || count === BATCH_ROWS) break;
      if (isPadded) {
        rows[count] = i;
        others[count++] = 0;
      }
      isSearched = false;
    }
    this.#row = n;
    this.#next = next;
    this.#isSearched = isSearched;
    return count;
  }

  #test(condition: PairCondition, batch: Batch, count: number): void {
    const width = this.#options.left.schema.fields.length;
    takeRows(this.context.kernels, batch.columns, this.#pairRows, count, condition.columns.slice(0, width));
    this.#rows!.side.store.read(this.#pairOthers, count, condition.columns.slice(width));
    const selected = this.#outRows.view;
    const others = this.#pairOthers.view;
    let pairs = 0;
    for (let n = 0; n < count; n++) if (others[n] !== 0) selected[pairs++] = n;
    condition.test(count, this.#outRows, pairs);
  }

  #match(pairCount: number): number {
    const [rows, others, outRows, outOthers] = [this.#pairRows.view, this.#pairOthers.view, this.#outRows.view, this.#outOthers.view];
    const passes = this.#condition?.passes;
    let count = 0;
    for (let pair = 0; pair < pairCount; pair++) {
      const other = others[pair]!;
      if (other === 0) {
        const isAlone = !this.#isMatched;
        this.#isMatched = false;
        if (!isAlone) continue;
      } else {
        if (passes !== undefined && passes[pair] === 0) continue;
        this.#isMatched = true;
      }
      outRows[count] = rows[pair]!;
      outOthers[count++] = other;
    }
    return count;
  }

  override close(): void {
    this.#abort.abort();
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#pairRows, this.#pairOthers, this.#outRows, this.#outOthers]) vector.free();
    this.#condition?.close();
    this.#rows?.close();
    this.#newer?.close();
  }
}
