import { type AccumulateFunction, AggregateCodegen, type AggregateLayout, layoutOf, type MakeFunction } from '../codegen/aggregate.ts';
import { CodegenContext } from '../codegen/environment.ts';
import { Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import { types } from '../data/types/sql-type.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import type { OperatorContext, SettleReason } from './operator.ts';
import { type PartialLayout, type PartialOptions, partialLayout } from './partial-layout.ts';
import { reserveTexts } from './reserve-texts.ts';
import { assignSlices } from './slice-assigner.ts';
import { WindowTime } from './window-time.ts';

const HEADROOM = 4 * 1024 * 1024;
/** Groups that are held back at most: as many as still lie in a core's own cache. */
const MAX_GROUPS = 4096;
/** Where more than this share of the rows are groups of their own, rows are not worth collecting; it is tried again after so many batches. */
const WORTHLESS = 0.5;
const BATCHES_BETWEEN_TRIES = 256;

export interface PartialAggregateOptions extends PartialOptions {
  /** The window whose slices rows are collected in. */
  readonly window: WindowSpec | undefined;
  readonly timeZone: string;
  /** Whether results are wanted at the end of the input only, so that nobody waits for what is held back. */
  readonly final: boolean;
}

/**
 * The first half of an aggregation by several workers: collects the rows of this worker by key, so that fewer of them change the worker. A
 * row that comes out is an accumulator (partial-layout.ts), which the second half adds to the group's state. It holds groups back until
 * they are too many, time moves on, or the task has nothing else to do; nothing is held back at a checkpoint, so it has no state.
 *
 * Where nearly every row is a group of its own, rows become accumulators one by one, without a table.
 */
export class PartialAggregateOperator extends BaseOperator {
  readonly layout: PartialLayout;
  readonly #options: PartialAggregateOptions;
  readonly #slots: AggregateLayout;
  readonly #time: WindowTime | undefined;
  readonly #variants = new Map<string, AccumulateFunction>();
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #table!: KeyedTable;
  #out!: Batch;
  /** The columns of #out as the table's keys (slice first) and slots. */
  #keyColumns!: readonly Column[];
  #slotColumns!: readonly Column[];
  #slotNumbers!: readonly number[];
  #slice!: Column;
  #selection!: IntVector;
  #sources!: IntVector;
  readonly #input = new Batch([]);
  #epoch = 0;
  /** Rows since the table was empty. */
  #rows = 0;
  #scan: ScanCursor | undefined;
  /** The batch in hand is in the table. */
  #isCollected = false;
  #offered = true;
  /** Batches for which rows are sent one by one. */
  #singly = 0;
  /** Rows sent one by one, whose slots lie in columns of their own beside the keys of the batch in hand. */
  readonly #single = new Batch([]);
  readonly #makers = new Map<string, MakeFunction>();
  #isMade = false;

  constructor(options: PartialAggregateOptions) {
    super();
    const { calls, input, window, timeZone } = options;
    this.#options = options;
    this.layout = partialLayout(options);
    this.#slots = layoutOf(calls, input, false, window === undefined ? [] : ['i32']);
    this.#time = window && new WindowTime(window, input.fields[window.timeColumn]!.type, timeZone);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, timeZone } = this.#options;
    const { slice } = this.layout;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    this.#table = context.state.keyedTable('partial', {
      keyTypes: slice === undefined ? keyTypes : [...keyTypes, types.bigint(false)],
      slots: this.#slots.slots,
      maxParallelism: 1,
    });
    this.#generator = new AggregateCodegen(this.#codegen, this.#table, this.#slots, calls, input);
    this.#out = new Batch(this.layout.schema.fields.map(({ type }) => new Column(memory, type)));
    const keyCount = this.#table.keyTypes.length;
    this.#keyColumns = this.#out.columns.slice(0, keyCount);
    this.#slotColumns = this.#out.columns.slice(keyCount);
    this.#slotNumbers = this.#slots.slots.map((_, i) => i);
    this.#slice = new Column(memory, types.bigint(false));
    this.#selection = new IntVector(memory);
    this.#sources = new IntVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#singly > 0 && this.#table.size === 0) return this.#processSingly(batch);
    if (!this.#isCollected) this.#collect(batch);
    this.#isCollected = true;
    if (this.#table.size > MAX_GROUPS && !this.#flush()) return false;
    this.#isCollected = false;
    return true;
  }

  /** Folds a batch into the table. */
  #collect(batch: Batch): void {
    const input = this.#sliced(batch);
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#rows += input.size;
    this.#table.lookup(input, this.#keysOf(input), this.#epoch);
    reserveTexts(this.#table, input, this.#options.calls);
    this.#accumulate(input, this.#table.rows.view, this.#table.slotOffsets[0]!);
  }

  #accumulate(input: Batch, rows: Int32Array, counterOffset: number): void {
    this.#variant(input)(input, rows, []);
    if (this.layout.rows === undefined) return;
    const { i32 } = this.context.kernels.memory;
    for (let n = 0; n < input.size; n++) {
      const at = (rows[input.rowIndex(n)]! + counterOffset) >>> 2;
      i32[at] = i32[at]! + 1;
    }
  }

  /** The batch as it is; of a window, with the slice of each row beside it. */
  #sliced(batch: Batch): Batch {
    const { window } = this.#options;
    if (window === undefined || this.#time === undefined) return batch;
    const input = this.#input;
    input.columns = batch.columns;
    input.rowCount = batch.rowCount;
    input.selection = this.#selection;
    const times = batch.columns[window.timeColumn]!;
    // Whether a row is late is for the second half to say, whose time is that of all workers.
    const never = Number.NEGATIVE_INFINITY;
    input.selectedCount = assignSlices(this.context.kernels, this.#time, batch, times, this.#slice, this.#selection, never);
    return input;
  }

  #keysOf(input: Batch): Column[] {
    const keys = this.#options.keys.map((key) => input.columns[key]!);
    return this.layout.slice === undefined ? keys : [...keys, this.#slice];
  }

  #variant(batch: Batch): AccumulateFunction {
    const nulls = batch.columns.some(hasNulls);
    const selected = batch.selection !== null;
    const key = `${nulls}${selected}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      variant = this.#generator.accumulate({ nulls, selected, kinds: false }, []);
      this.#variants.set(key, variant);
    }
    return variant;
  }

  /** Sends all groups and forgets them; false when the outlet refused. */
  #flush(): boolean {
    if (this.#table.size === 0) return true;
    this.#scan ??= new ScanCursor();
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
      }
      const count = this.#table.scan(this.#scan, BATCH_ROWS, this.#sources);
      if (count === 0) break;
      this.#table.readKeys(this.#sources, count, this.#keyColumns);
      this.#table.readSlots(this.#sources, count, this.#slotNumbers, this.#slotColumns);
      this.#out.rowCount = count;
      this.#offered = false;
    }
    this.#scan = undefined;
    const isWorthless = this.#table.size > this.#rows * WORTHLESS && this.#rows >= BATCH_ROWS / 2;
    if (isWorthless && !this.#slots.slots.includes('bytes16')) this.#singly = BATCHES_BETWEEN_TRIES;
    this.#table.clear();
    this.#rows = 0;
    return true;
  }

  /** Makes an accumulator of each row. */
  #processSingly(batch: Batch): boolean {
    if (!this.#isMade) this.#make(batch);
    this.#isMade = true;
    if (this.#single.size > 0 && !this.context.out.offer(this.#single)) return false;
    this.#isMade = false;
    this.#singly--;
    return true;
  }

  #make(batch: Batch): void {
    const input = this.#sliced(batch);
    const single = this.#single;
    for (const column of this.#slotColumns) clear(column, input.rowCount);
    if (this.layout.rows !== undefined) (this.#slotColumns[0]!.values as Int32Array).fill(1, 0, input.rowCount);
    single.columns = [...this.#keysOf(input), ...this.#slotColumns];
    single.rowCount = input.rowCount;
    single.selection = input.selection;
    single.selectedCount = input.selectedCount;
    this.#maker(input)(input, this.#slotColumns);
  }

  #maker(batch: Batch): MakeFunction {
    const nulls = batch.columns.some(hasNulls);
    const selected = batch.selection !== null;
    const key = `${nulls}${selected}`;
    let maker = this.#makers.get(key);
    if (maker === undefined) {
      maker = this.#generator.make({ nulls, selected });
      this.#makers.set(key, maker);
    }
    return maker;
  }

  override watermark(_time: bigint): boolean {
    return this.#options.window === undefined || this.#flush();
  }

  /** Time goes on without this worker from here on. */
  override idle(_isIdle: boolean): boolean {
    return this.#options.window === undefined || this.#flush();
  }

  override endOfInput(): boolean {
    return this.#flush();
  }

  override get holdsBack(): boolean {
    return this.#table.size > 0;
  }

  override settle(reason: SettleReason): boolean {
    return (reason === 'turn' && this.#options.final) || this.#flush();
  }

  override close(): void {
    for (const column of [this.#slice, ...this.#out.columns]) column.free();
    for (const vector of [this.#selection, this.#sources]) vector.free();
    this.#table.drop();
    this.#codegen.free();
  }
}

/** Slots begin as zeros. */
function clear(column: Column, count: number): void {
  for (const part of [column.values, column.aux]) {
    if (part instanceof BigInt64Array || part instanceof BigUint64Array) part.fill(0n, 0, count);
    else part?.fill(0, 0, count);
  }
  column.hasNulls = false;
}
