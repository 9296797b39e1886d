import {
  type AccumulateFunction,
  AggregateCodegen,
  type AggregateLayout,
  layoutOf,
  type MergeFunction,
  type ValuesFunction,
} from '../codegen/aggregate.ts';
import { CodegenContext } from '../codegen/environment.ts';
import { Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { types } from '../data/types/sql-type.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import type { KeyedTable } from '../state/keyed-table.ts';
import { ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import { DistinctTables } from './distinct-tables.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import type { PartialLayout } from './partial-layout.ts';
import { reserveTexts } from './reserve-texts.ts';
import { RowList } from './row-list.ts';
import { scanSlices } from './scan-slices.ts';
import { assignSlices } from './slice-assigner.ts';
import { END_OF_TIME, jsonTime, WindowTime } from './window-time.ts';

const HEADROOM = 16 * 1024 * 1024;

export interface WindowAggregateOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly window: WindowSpec;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly properties: readonly WindowProperty[];
  readonly timeZone: string;
  /** Of rows that come as accumulators of slices, which a PartialAggregateOperator has made of `input`: how they lie. */
  readonly partial?: PartialLayout | undefined;
}

/** A window that is being emitted: its end, and its rows with how many of them are out, or where looking for the next ones goes on. */
interface OpenWindow {
  readonly end: number;
  readonly rows: RowList | ScanCursor;
  readonly merged: boolean;
  /** Rows of slices that start later are not in it. */
  readonly last: number;
  next: number;
}

/**
 * GROUP BY on a tumbling, hopping or cumulating window. Time is cut into slices as long as the slide or step; state has one row per slice and key, and
 * lists of the rows of each slice (derived, not saved). When the watermark passes a window's end, the rows of its slices are merged
 * by key (a tumbling window is one slice: its rows are emitted as they are) and the slice that no later window needs is dropped.
 * Slices of a window that grows are added to its first slice for good, so that each is merged once.
 * Where rows may leave memory there are no lists: the rows of a window are looked for in the whole table.
 *
 * State: table `slices` (slice start, grouping keys -> slots of the calls), tables `distinct-N`; the last fired window's end.
 */
export class WindowAggregateOperator extends BaseOperator {
  readonly #options: WindowAggregateOptions;
  readonly #layout: AggregateLayout;
  readonly #time: WindowTime;
  readonly #variants = new Map<boolean, AccumulateFunction>();
  /**
   * More than 1 where state is kept per window, not per slice, because DISTINCT values of slices cannot be added up: a row then
   * counts in each of its windows on its own. Such a window has the place of one slice: its first, or its last where windows grow.
   */
  readonly #windowsPerRow: number;
  readonly #slices = new Map<number, RowList>();
  /** Starts of the slices in state, ascending. */
  #starts: number[] = [];
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #table!: KeyedTable;
  #merged!: KeyedTable;
  #distinct!: DistinctTables;
  #merge!: MergeFunction;
  /** Merges rows of the table into others of it. */
  #addUp!: MergeFunction;
  #values!: ValuesFunction;
  #mergedValues!: ValuesFunction;
  #epoch = 0;
  #slice!: Column;
  #selection!: IntVector;
  #input!: Batch;
  #out!: Batch;
  #keyColumns: Column[] = [];
  #sources!: IntVector;
  #targets!: IntVector;
  /** Local time of the watermark; windows that end at or before it are closed. */
  #now = Number.NEGATIVE_INFINITY;
  #fired = Number.NEGATIVE_INFINITY;
  /** The window being emitted: its end, its rows, and how many of them are out. */
  #window: OpenWindow | undefined;
  #offered = true;

  constructor(options: WindowAggregateOptions) {
    super();
    this.#options = options;
    this.#layout = layoutOf(options.calls, options.input, false, ['i64']);
    this.#time = new WindowTime(options.window, options.input.fields[options.window.timeColumn]!.type, options.timeZone);
    this.#windowsPerRow = options.calls.some((call) => call.distinct) ? this.#time.slicesPerWindow : 1;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, output, timeZone } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    const groupKeys = keys.map((_, i) => i + 1);
    this.#table = context.state.keyedTable('slices', {
      keyTypes: [types.bigint(false), ...keyTypes],
      groupKeys,
      slots: this.#layout.slots,
      spills: true,
    });
    this.#merged = context.state.keyedTable('merged', { keyTypes, slots: this.#layout.slots, spills: true });
    this.#distinct = new DistinctTables(context, this.#codegen, { input, keys, calls, counted: false, leading: [types.bigint(false)] });
    this.#generator = new AggregateCodegen(this.#codegen, this.#table, this.#layout, calls, input);
    this.#merge = this.#generator.merge(this.#merged);
    this.#addUp = this.#generator.merge(this.#table);
    this.#values = this.#generator.values();
    this.#mergedValues = this.#generator.values(this.#merged);
    this.#slice = new Column(memory, types.bigint(false));
    this.#selection = new IntVector(memory);
    this.#input = new Batch([]);
    this.#input.selection = this.#selection;
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
    this.#keyColumns = keyTypes.map((type) => new Column(memory, type));
    this.#sources = new IntVector(memory);
    this.#targets = new IntVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    const { window, partial } = this.#options;
    if (partial !== undefined) return this.#processPartial(batch, partial);
    const times = batch.columns[window.timeColumn]!;
    const input = this.#input;
    input.columns = batch.columns;
    input.rowCount = batch.rowCount;
    let count = assignSlices(this.context.kernels, this.#time, batch, times, this.#slice, this.#selection, this.#closedBefore());
    this.context.metrics.lateRows += batch.size - count;
    if (this.#windowsPerRow > 1 && window.kind === 'cumulate') this.#skipFired(count);
    this.#accumulate(count);
    for (let n = 1; n < this.#windowsPerRow && count > 0; n++) {
      count = this.#shift(count);
      this.#accumulate(count);
    }
    return true;
  }

  /** Rows that are accumulators have their slice already; of those that are late the rows that they were made of are counted. */
  #processPartial(batch: Batch, partial: PartialLayout): boolean {
    const input = this.#input;
    input.columns = batch.columns;
    input.rowCount = batch.rowCount;
    const slices = batch.columns[partial.slice!]!.values as BigInt64Array;
    const rows = batch.columns[partial.rows!]!.values as Int32Array;
    const own = this.#slice.values as BigInt64Array;
    const selected = this.#selection.view;
    const closed = this.#closedBefore();
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      own[i] = slices[i]!;
      if (Number(slices[i]!) >= closed) selected[count++] = i;
      else this.context.metrics.lateRows += rows[i]!;
    }
    this.#accumulate(count);
    return true;
  }

  /** Moves rows whose first windows have fired to the first one that has not. */
  #skipFired(count: number): void {
    if (!Number.isFinite(this.#now)) return;
    const slices = this.#slice.values as BigInt64Array;
    const selected = this.#selection.view;
    const first = BigInt(this.#time.sliceOf(this.#now + 1));
    for (let n = 0; n < count; n++) if (slices[selected[n]!]! < first) slices[selected[n]!] = first;
  }

  /** Moves the rows to the next window, which is one step longer; returns how many have one. */
  #grow(count: number): number {
    const slices = this.#slice.values as BigInt64Array;
    const selected = this.#selection.view;
    const { sizeMs, slideMs, offsetMs } = this.#options.window;
    const [size, step, offset] = [BigInt(sizeMs), BigInt(slideMs), BigInt(offsetMs)];
    let kept = 0;
    for (let n = 0; n < count; n++) {
      const i = selected[n]!;
      slices[i] = slices[i]! + step;
      if ((slices[i]! - offset) % size !== 0n) selected[kept++] = i;
    }
    return kept;
  }

  /** Moves the rows to the window one slide earlier, where they are not late for it. */
  #shift(count: number): number {
    if (this.#options.window.kind === 'cumulate') return this.#grow(count);
    const slices = this.#slice.values as BigInt64Array;
    const selected = this.#selection.view;
    const slide = BigInt(this.#options.window.slideMs);
    const closed = this.#closedBefore();
    let kept = 0;
    for (let n = 0; n < count; n++) {
      const i = selected[n]!;
      slices[i] = slices[i]! - slide;
      if (Number(slices[i]!) >= closed) selected[kept++] = i;
    }
    return kept;
  }

  /** Folds the selected rows into the state of their slices. */
  #accumulate(count: number): void {
    if (count === 0) return;
    const { keys, calls, partial } = this.#options;
    const input = this.#input;
    input.selectedCount = count;
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const keyColumns = [this.#slice, ...(partial?.keys ?? keys).map((key) => input.columns[key]!)];
    const touched = this.#table.lookup(input, keyColumns, this.#epoch);
    this.#distinct.lookup(input, [this.#slice], this.#epoch);
    reserveTexts(this.#table, input, calls, partial);
    this.#listNewRows(touched);
    this.#variant(input)(input, this.#table.rows.view, this.#distinct.rows);
  }

  /** Slices that start before this belong to closed windows only: their last window has fired. */
  #closedBefore(): number {
    return this.#time.closedBefore(this.#now);
  }

  /** Writes the slice into each row made by this batch, and lists it under its slice. */
  #listNewRows(touched: number): void {
    const isNew = this.#table.touchedNew.view;
    const rows = this.#table.touched.view;
    const first = this.#table.touchedFirst.view;
    const slices = this.#slice.values as BigInt64Array;
    const offset = this.#table.slotOffsets[0]!;
    const { i64 } = this.context.kernels.memory;
    for (let t = 0; t < touched; t++) if (isNew[t] === 1) i64[(rows[t]! + offset) >>> 3] = slices[first[t]!]!;
    this.#list(rows, touched, isNew);
  }

  /** Lists rows under the slices that are written in them: all, or those that are wanted. */
  #list(rows: Int32Array, count: number, wanted: Uint8Array | undefined): void {
    const offset = this.#table.slotOffsets[0]!;
    const { i32 } = this.context.kernels.memory;
    const { rowsStay } = this.#table;
    let low = 0;
    let high = 0;
    let list: RowList | undefined;
    for (let t = 0; t < count; t++) {
      if (wanted !== undefined && wanted[t] === 0) continue;
      const row = rows[t]!;
      const at = (row + offset) >>> 2;
      if (list === undefined || i32[at] !== low || i32[at + 1] !== high) {
        low = i32[at]!;
        high = i32[at + 1]!;
        list = this.#listOf(high * 2 ** 32 + (low >>> 0));
      }
      if (rowsStay) list.push(row);
    }
  }

  #listOf(start: number): RowList {
    let list = this.#slices.get(start);
    if (list === undefined) {
      list = new RowList();
      this.#slices.set(start, list);
      insertSorted(this.#starts, start);
    }
    return list;
  }

  #variant(batch: Batch): AccumulateFunction {
    const { partial } = this.#options;
    const nulls = partial === undefined && batch.columns.some(hasNulls);
    let variant = this.#variants.get(nulls);
    if (variant === undefined) {
      variant =
        partial === undefined
          ? this.#generator.accumulate({ nulls, selected: true, kinds: false }, this.#distinct.parts)
          : this.#generator.accumulateSlots(true, partial.schema, partial.firstSlot);
      this.#variants.set(nulls, variant);
    }
    return variant;
  }

  /** Windows of processing time close by the clock; at the end of the input the last ones close early, so that no row is lost. */
  override watermark(time: bigint): boolean {
    if (!this.#options.window.eventTime && time < END_OF_TIME) return true;
    return this.#closeUntil(Number(time));
  }

  override nextTimer(): number | undefined {
    const end = this.#options.window.eventTime ? undefined : this.#nextEnd();
    return end === undefined ? undefined : this.#time.fromLocal(end);
  }

  override timer(nowMs: number): boolean {
    return this.#closeUntil(nowMs - 1);
  }

  /** Emits the windows whose last millisecond has passed. */
  #closeUntil(time: number): boolean {
    this.#now = this.#time.toLocal(time);
    for (;;) {
      if (!this.#emitWindow()) return false;
      const end = this.#nextEnd();
      if (end === undefined || end - 1 > this.#now) break;
      this.#beginWindow(end);
    }
    // Windows that had no rows are closed as well: a row that comes late for some of its windows counts in the others only.
    this.#fired = Math.max(this.#fired, this.#time.sliceOf(this.#now + 1));
    return true;
  }

  /** End of the earliest window that has rows and has not fired. */
  #nextEnd(): number | undefined {
    const first = this.#starts[0];
    if (first === undefined) return undefined;
    const { slideMs } = this.#options.window;
    return Math.max(first + (this.#windowsPerRow > 1 ? this.#windowMs : slideMs), this.#fired + slideMs);
  }

  #beginWindow(end: number): void {
    const last = this.#windowsPerRow > 1 ? end - this.#windowMs : this.#time.lastIn(end);
    if (this.#accumulates) this.#addToFirst(this.#time.startOf(end), last);
    const lists = this.#starts.filter((start) => start <= last).map((start) => this.#slices.get(start)!);
    const merged = lists.length > 1;
    if (this.#table.rowsStay) this.#window = { end, rows: merged ? this.#mergeSlices(lists) : lists[0]!, next: 0, merged, last };
    else {
      if (merged) this.#mergeScanned(last);
      this.#window = { end, rows: new ScanCursor(), next: 0, merged, last };
    }
  }

  /** With state per window: how far its place lies before its end. */
  get #windowMs(): number {
    const { kind, sizeMs, slideMs } = this.#options.window;
    return kind === 'cumulate' ? slideMs : sizeMs;
  }

  /** Whether slices are added to the first one of their window when they are complete. */
  get #accumulates(): boolean {
    return this.#options.window.kind === 'cumulate' && this.#windowsPerRow === 1 && this.#table.rowsStay;
  }

  /** Adds the slices from `base` to `last` up in the slice at `base`, and forgets the others. */
  #addToFirst(base: number, last: number): void {
    for (const start of this.#starts.filter((slice) => slice > base && slice <= last)) {
      const list = this.#slices.get(start)!;
      for (let at = 0; at < list.length; at += BATCH_ROWS) this.#addRows(base, list.copy(at, BATCH_ROWS, this.#sources.view));
      this.#dropSlice(list);
      this.#slices.delete(start);
      this.#starts = this.#starts.filter((slice) => slice !== start);
    }
  }

  /** Adds the first rows of #sources to those of the same keys in a slice. */
  #addRows(base: number, rowCount: number): void {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#table.readKeys(this.#sources, rowCount, [this.#slice, ...this.#keyColumns]);
    (this.#slice.values as BigInt64Array).fill(BigInt(base), 0, rowCount);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const rowSet = { rowCount, selection: null, selectedCount: 0 };
    const touched = this.#table.lookup(rowSet, [this.#slice, ...this.#keyColumns], this.#epoch);
    this.#listNewRows(touched);
    this.#reserveTexts(this.#table, rowCount);
    this.#addUp(this.#table.rows.view, this.#sources.view, rowCount);
  }

  /** Merges the rows of several slices by key into the table `merged`. */
  #mergeSlices(lists: readonly RowList[]): RowList {
    const result = new RowList();
    for (const list of lists) {
      for (let start = 0; start < list.length; start += BATCH_ROWS) {
        const touched = this.#mergeRows(list.copy(start, BATCH_ROWS, this.#sources.view));
        for (let t = 0; t < touched; t++) if (this.#merged.touchedNew.view[t] === 1) result.push(this.#merged.touched.view[t]!);
      }
    }
    return result;
  }

  #mergeScanned(last: number): void {
    const cursor = new ScanCursor();
    const { memory } = this.context.kernels;
    for (;;) {
      const count = scanSlices(memory, this.#table, cursor, 0, last, this.#sources);
      if (count === 0) return;
      this.#mergeRows(count);
    }
  }

  /** Merges the first rows of #sources; returns how many groups they met. */
  #mergeRows(rowCount: number): number {
    const rowSet = { rowCount, selection: null, selectedCount: 0 };
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#table.readKeys(this.#sources, rowCount, [this.#slice, ...this.#keyColumns]);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const touched = this.#merged.lookup(rowSet, this.#keyColumns, this.#epoch);
    this.#reserveTexts(this.#merged, rowCount);
    this.#merge(this.#merged.rows.view, this.#sources.view, rowCount);
    return touched;
  }

  /** Room for the texts that MIN and MAX may copy from the slices. */
  #reserveTexts(into: KeyedTable, count: number): void {
    const { i32 } = this.context.kernels.memory;
    for (const [slot, kind] of this.#layout.slots.entries()) {
      if (kind !== 'bytes16') continue;
      const offset = this.#table.slotOffsets[slot]!;
      let bytes = 0;
      for (let i = 0; i < count; i++) bytes += i32[(this.#sources.view[i]! + offset) >>> 2]!;
      into.reserveByteSize(count, bytes);
    }
  }

  /** Emits what is left of the window in hand and drops the slice that no later window has; false when the outlet refused. */
  #emitWindow(): boolean {
    const window = this.#window;
    if (window === undefined) return true;
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
      }
      const count = this.#nextRows(window);
      if (count === 0) break;
      this.#fill(window, count);
    }
    this.#endWindow(window);
    return true;
  }

  /** Writes the addresses of the window's next rows to #sources; returns how many. */
  #nextRows({ rows, next, merged, last }: OpenWindow): number {
    if (rows instanceof RowList) return rows.copy(next, BATCH_ROWS, this.#sources.view);
    if (merged) return this.#merged.scan(rows, BATCH_ROWS, this.#sources);
    return scanSlices(this.context.kernels.memory, this.#table, rows, 0, last, this.#sources);
  }

  #fill(window: OpenWindow, count: number): void {
    const { keys, calls, properties } = this.#options;
    const columns = this.#out.columns as Column[];
    const keyColumns = columns.slice(0, keys.length);
    if (window.merged) this.#merged.readKeys(this.#sources, count, keyColumns);
    else this.#table.readKeys(this.#sources, count, [this.#slice, ...keyColumns]);
    this.#codegen.arena.reset();
    const values = window.merged ? this.#mergedValues : this.#values;
    values(this.#sources.view, count, columns.slice(keys.length, keys.length + calls.length));
    for (const [i, property] of properties.entries()) {
      const value = BigInt(this.#propertyOf(window.end, property));
      (columns[keys.length + calls.length + i]!.values as BigInt64Array).fill(value, 0, count);
    }
    this.#out.rowCount = count;
    window.next += count;
    this.#offered = false;
  }

  #propertyOf(end: number, property: WindowProperty): number {
    if (property === 'start') return this.#time.startOf(end);
    return property === 'end' ? end : this.#time.fromLocal(end - 1);
  }

  #endWindow({ end, merged }: OpenWindow): void {
    this.#window = undefined;
    this.#fired = end;
    if (merged) this.#merged.clear();
    const oldest = this.#windowsPerRow > 1 ? end - this.#windowMs : this.#time.lastNeeded(end);
    const gone = this.#starts.filter((start) => start <= oldest);
    if (gone.length === 0) return;
    this.#starts = this.#starts.slice(gone.length);
    if (this.#table.rowsStay) for (const start of gone) this.#dropSlice(this.#slices.get(start)!);
    else this.#dropScanned(oldest);
    for (const start of gone) this.#slices.delete(start);
    this.#distinct.dropSlices(gone, oldest);
  }

  #dropSlice(list: RowList): void {
    for (let at = 0; at < list.length; ) {
      const count = list.copy(at, BATCH_ROWS, this.#targets.view);
      this.#table.removeAll(this.#targets, count);
      at += count;
    }
  }

  #dropScanned(last: number): void {
    const cursor = new ScanCursor();
    const { memory } = this.context.kernels;
    for (;;) {
      const count = scanSlices(memory, this.#table, cursor, 0, last, this.#targets);
      if (count === 0) return;
      this.#table.removeAll(this.#targets, count);
    }
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#table.snapshot(writer);
    this.#distinct.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#now), fired: jsonTime(this.#fired) });
  }

  override restore(reader: SnapshotReader): void {
    this.#table.restore(reader);
    this.#distinct.restore(reader);
    const times = reader.readOperator('time') as { now: number | string; fired: number | string }[];
    this.#now = Math.min(...times.map((time) => Number(time.now)), Number.POSITIVE_INFINITY);
    this.#fired = Math.min(...times.map((time) => Number(time.fired)), Number.POSITIVE_INFINITY);
    if (times.length === 0) this.#now = this.#fired = Number.NEGATIVE_INFINITY;
    this.#rebuildLists();
  }

  #rebuildLists(): void {
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#table.scan(cursor, BATCH_ROWS, this.#sources);
      if (count === 0) return;
      this.#list(this.#sources.view, count, undefined);
    }
  }

  override close(): void {
    for (const column of [this.#slice, ...this.#keyColumns, ...this.#out.columns]) column.free();
    for (const vector of [this.#selection, this.#sources, this.#targets]) vector.free();
    this.#distinct.close();
    this.#table.drop();
    this.#merged.drop();
    this.#codegen.free();
  }
}

function insertSorted(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1]! > value) at--;
  sorted.splice(at, 0, value);
}
