import { type AccumulateFunction, AggregateCodegen, type AggregateLayout, layoutOf, type ValuesFunction } from '../codegen/aggregate.ts';
import { CodegenContext } from '../codegen/environment.ts';
import { Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { types } from '../data/types/sql-type.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import { DistinctTables } from './distinct-tables.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { OrderedValues } from './ordered-values.ts';
import { reserveTexts } from './reserve-texts.ts';
import type { RowList } from './row-list.ts';
import { WindowLists } from './window-lists.ts';
import { END_OF_TIME, jsonTime, WindowTime } from './window-time.ts';

const HEADROOM = 16 * 1024 * 1024;

export interface ChangedWindowAggregateOptions {
  readonly input: Schema;
  readonly output: Schema;
  /** Attached: `timeColumn` has the windows' ends. */
  readonly window: WindowSpec;
  /** The window's start is one of them. */
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly properties: readonly WindowProperty[];
  /** Whether the input may take rows back. */
  readonly inputInsertOnly: boolean;
  readonly timeZone: string;
}

/**
 * GROUP BY on windows that rows have already, of rows that may be taken back, as Flink's windowed aggregation over a changelog: a change counts in the
 * window that its row has, and a window comes out once, when the watermark passes its end, without the groups whose rows were all taken back.
 * Rows of windows of the clock, which have mostly ended when they come, are never late.
 *
 * State: table `slices` (end of the window, grouping keys -> the end, how many rows there are, slots of the calls), tables `distinct-N`, stores
 * `ordered-N`; the time. Lists of each window's rows are derived.
 */
export class ChangedWindowAggregateOperator extends BaseOperator {
  readonly #options: ChangedWindowAggregateOptions;
  readonly #layout: AggregateLayout;
  readonly #time: WindowTime;
  readonly #variants = new Map<string, AccumulateFunction>();
  readonly #windows = new WindowLists();
  readonly #open = new Batch([]);
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #table!: KeyedTable;
  #distinct!: DistinctTables;
  #ordered!: OrderedValues;
  #values!: ValuesFunction;
  #epoch = 0;
  #selection!: IntVector;
  #sources!: IntVector;
  #shown!: IntVector;
  #end!: Column;
  #keyColumns: Column[] = [];
  #out!: Batch;
  /** Local time of the watermark; windows that end at or before it are closed. */
  #now = Number.NEGATIVE_INFINITY;
  /** The window that is being emitted: its rows, its end, and how many of them are done; the first `#part` rows of #sources are being emitted. */
  #closing: RowList | undefined;
  #closingEnd = 0;
  #next = 0;
  #part = 0;

  constructor(options: ChangedWindowAggregateOptions) {
    super();
    this.#options = options;
    this.#layout = layoutOf(options.calls, options.input, !options.inputInsertOnly, ['i64']);
    this.#time = new WindowTime(options.window, options.input.fields[options.window.timeColumn]!.type, options.timeZone);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, output, window, timeZone } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    this.#table = context.state.keyedTable('slices', {
      keyTypes: [types.bigint(false), ...keyTypes],
      groupKeys: keys.map((_, i) => i + 1),
      slots: this.#layout.slots,
    });
    this.#distinct = new DistinctTables(context, this.#codegen, {
      input,
      keys,
      calls,
      counted: this.#layout.rowCount !== undefined,
      leading: [types.bigint(false)],
    });
    this.#generator = new AggregateCodegen(this.#codegen, this.#table, this.#layout, calls, input);
    const ordered = this.#layout.rowCount === undefined ? [] : calls;
    const ofWindow = [...keys, window.timeColumn];
    this.#ordered = new OrderedValues(context, this.#codegen, this.#generator, this.#table, input, ofWindow, ordered, 1);
    this.#values = this.#generator.values();
    this.#selection = new IntVector(memory);
    this.#sources = new IntVector(memory);
    this.#shown = new IntVector(memory);
    this.#end = new Column(memory, types.bigint(false));
    this.#keyColumns = keyTypes.map((type) => new Column(memory, type));
    this.#open.selection = this.#selection;
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
  }

  process(_port: number, batch: Batch): boolean {
    const open = this.#openRows(batch);
    this.context.metrics.lateRows += batch.size - open.selectedCount;
    if (open.selectedCount === 0) return true;
    const { keys, calls, window } = this.#options;
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const ends = batch.columns[window.timeColumn]!;
    const touched = this.#table.lookup(open, [ends, ...keys.map((key) => batch.columns[key]!)], this.#epoch);
    this.#distinct.lookup(open, [ends], this.#epoch);
    reserveTexts(this.#table, open, calls);
    this.#listNew(ends, touched);
    this.#ordered.update(open, touched);
    this.#variant(open)(open, this.#table.rows.view, this.#distinct.rows);
    return true;
  }

  /** The rows whose windows have not ended. */
  #openRows(batch: Batch): Batch {
    const { window } = this.#options;
    const ends = batch.columns[window.timeColumn]!.values as BigInt64Array;
    const closed = window.eventTime ? this.#now : Number.NEGATIVE_INFINITY;
    const selected = this.#selection.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (Number(ends[i]!) - 1 > closed) selected[count++] = i;
    }
    const { columns, rowCount, kinds } = batch;
    return Object.assign(this.#open, { columns, rowCount, kinds, selectedCount: count });
  }

  /** Writes the window's end into each row made by this batch, and lists it. */
  #listNew(ends: Column, touched: number): void {
    const { touchedNew, touchedFirst } = this.#table;
    const rows = this.#table.touched.view;
    const values = ends.values as BigInt64Array;
    const offset = this.#table.slotOffsets[0]!;
    const { i64 } = this.context.kernels.memory;
    for (let t = 0; t < touched; t++) {
      if (touchedNew.view[t] === 0) continue;
      const end = values[touchedFirst.view[t]!]!;
      i64[(rows[t]! + offset) >>> 3] = end;
      this.#windows.push(Number(end), rows[t]!);
    }
  }

  #variant(batch: Batch): AccumulateFunction {
    const nulls = batch.columns.some(hasNulls);
    const kinds = batch.kinds !== null && !this.#options.inputInsertOnly;
    const key = `${nulls}${kinds}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      variant = this.#generator.accumulate({ nulls, selected: true, kinds }, this.#distinct.parts);
      this.#variants.set(key, variant);
    }
    return variant;
  }

  /** Windows of processing time close by the clock; at the end of the input the last ones close early, so that no row is lost. */
  override watermark(time: bigint): boolean {
    if (!this.#options.window.eventTime && time < END_OF_TIME) return true;
    return this.#closeUntil(Number(time));
  }

  override nextTimer(): number | undefined {
    const end = this.#options.window.eventTime ? undefined : this.#windows.first;
    return end === undefined ? undefined : this.#time.fromLocal(end);
  }

  override timer(nowMs: number): boolean {
    return this.#closeUntil(nowMs - 1);
  }

  /** Emits the windows whose last millisecond has passed, some rows at a time. */
  #closeUntil(time: number): boolean {
    this.#now = this.#time.toLocal(time);
    for (;;) {
      if (this.#part > 0 && !this.#emitPart()) return false;
      if (this.#closing === undefined) {
        const end = this.#windows.first;
        if (end === undefined || end - 1 > this.#now) return true;
        this.#closing = this.#windows.shift();
        this.#closingEnd = end;
        this.#next = 0;
      }
      this.#part = this.#closing.copy(this.#next, BATCH_ROWS, this.#sources.view);
      this.#next += this.#part;
      if (this.#part > 0) this.#fill();
      else {
        this.#distinct.dropSlices([this.#closingEnd], this.#closingEnd);
        this.#closing = undefined;
      }
    }
  }

  /** Hands on what is filled, and forgets the groups that are through. */
  #emitPart(): boolean {
    if (this.#out.rowCount > 0 && !this.context.out.offer(this.#out)) return false;
    if (this.#layout.rowCount !== undefined && this.#ordered.isNeeded) this.#forgetOrdered();
    this.#table.removeAll(this.#sources, this.#part);
    this.#part = 0;
    return true;
  }

  #forgetOrdered(): void {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#table.readKeys(this.#sources, this.#part, [this.#end, ...this.#keyColumns]);
    this.#ordered.forget(Object.assign(new Batch([...this.#keyColumns, this.#end]), { rowCount: this.#part }));
  }

  #fill(): void {
    const { keys, calls, properties } = this.#options;
    const columns = this.#out.columns as Column[];
    const count = this.#listPresent();
    this.#table.readKeys(this.#shown, count, [this.#end, ...columns.slice(0, keys.length)]);
    this.#codegen.arena.reset();
    this.#values(this.#shown.view, count, columns.slice(keys.length, keys.length + calls.length));
    for (const [i, property] of properties.entries()) {
      const value = property === 'time' ? this.#time.fromLocal(this.#closingEnd - 1) : this.#closingEnd;
      (columns[keys.length + calls.length + i]!.values as BigInt64Array).fill(BigInt(value), 0, count);
    }
    this.#out.rowCount = count;
  }

  /** Groups whose rows were all taken back are left out. */
  #listPresent(): number {
    const [sources, shown] = [this.#sources.view, this.#shown.view];
    const { rowCount } = this.#layout;
    const counter = rowCount === undefined ? -1 : this.#table.slotOffsets[rowCount]!;
    const { i64 } = this.context.kernels.memory;
    let count = 0;
    for (let n = 0; n < this.#part; n++) if (counter === -1 || i64[(sources[n]! + counter) >>> 3] !== 0n) shown[count++] = sources[n]!;
    return count;
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#table.snapshot(writer);
    this.#distinct.snapshot(writer);
    this.#ordered.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#now) });
  }

  override restore(reader: SnapshotReader): void {
    this.#table.restore(reader);
    this.#distinct.restore(reader);
    this.#ordered.restore(reader);
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
    this.#rebuildLists();
  }

  #rebuildLists(): void {
    const cursor = new ScanCursor();
    const offset = this.#table.slotOffsets[0]!;
    for (;;) {
      const count = this.#table.scan(cursor, BATCH_ROWS, this.#sources);
      if (count === 0) return;
      const { i64 } = this.context.kernels.memory;
      for (let n = 0; n < count; n++) this.#windows.push(Number(i64[(this.#sources.view[n]! + offset) >>> 3]), this.#sources.view[n]!);
    }
  }

  override close(): void {
    for (const column of [this.#end, ...this.#keyColumns, ...this.#out.columns]) column.free();
    for (const vector of [this.#selection, this.#sources, this.#shown]) vector.free();
    this.#distinct.close();
    this.#ordered.close();
    this.#table.drop();
    this.#codegen.free();
  }
}
