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
import type { AggregateCall, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { reserveTexts } from './reserve-texts.ts';
import { SessionHeap } from './session-heap.ts';
import { GONE, SESSION_SLOTS, SessionLists } from './session-lists.ts';
import { refuseNulls } from './slice-assigner.ts';
import { END_OF_TIME, jsonTime, WindowTime } from './window-time.ts';

const HEADROOM = 16 * 1024 * 1024;

export interface SessionAggregateOptions {
  readonly input: Schema;
  readonly output: Schema;
  /** `sizeMs` is the gap. */
  readonly window: WindowSpec;
  readonly keys: readonly number[];
  /** None is DISTINCT. */
  readonly calls: readonly AggregateCall[];
  readonly properties: readonly WindowProperty[];
  readonly timeZone: string;
}

/**
 * GROUP BY on sessions: rows of a key of which none comes more than the gap after the one before it. A row begins a session, makes one longer,
 * or joins two, as Flink's do: sessions that only touch are one, and a row behind the watermark counts where it meets a session that is still
 * open. A session is emitted when the watermark passes its end, which is the gap after its last row.
 *
 * State: table `sessions` (grouping keys -> start, end, link, slots of the calls; several rows of a key). Lists of a key's sessions and their order by end
 * are derived.
 */
export class SessionAggregateOperator extends BaseOperator {
  readonly #options: SessionAggregateOptions;
  readonly #layout: AggregateLayout;
  readonly #time: WindowTime;
  readonly #variants = new Map<boolean, AccumulateFunction>();
  readonly #input = new Batch([]);
  /** Every row of state once, by an end that it had. */
  readonly #ends = new SessionHeap();
  readonly #rows = new Int32Array(BATCH_ROWS);
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #table!: KeyedTable;
  #heads!: KeyedTable;
  #lists!: SessionLists;
  #merge!: MergeFunction;
  #values!: ValuesFunction;
  #selection!: IntVector;
  #begins!: IntVector;
  #sources!: IntVector;
  #out!: Batch;
  #epoch = 0;
  /** Local time of the watermark; sessions that end at or before it are closed. */
  #now = Number.NEGATIVE_INFINITY;
  #offered = true;

  constructor(options: SessionAggregateOptions) {
    super();
    this.#options = options;
    this.#layout = layoutOf(options.calls, options.input, false, SESSION_SLOTS);
    this.#time = new WindowTime(options.window, options.input.fields[options.window.timeColumn]!.type, options.timeZone);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, output, timeZone } = this.#options;
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    this.#table = context.state.keyedTable('sessions', { keyTypes, slots: this.#layout.slots, many: true });
    this.#heads = context.state.keyedTable('heads', { keyTypes, slots: ['i32'] });
    this.#lists = new SessionLists(memory, this.#table, this.#heads);
    this.#generator = new AggregateCodegen(this.#codegen, this.#table, this.#layout, calls, input);
    this.#merge = this.#generator.merge(this.#table);
    this.#values = this.#generator.values();
    this.#selection = new IntVector(memory);
    this.#begins = new IntVector(memory);
    this.#sources = new IntVector(memory);
    this.#input.selection = this.#selection;
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
  }

  process(_port: number, batch: Batch): boolean {
    const { keys, window } = this.#options;
    const times = batch.columns[window.timeColumn]!;
    if (times.hasNulls) refuseNulls(batch, times);
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#beginEpoch();
    const keyColumns = keys.map((key) => batch.columns[key]!);
    const touched = this.#heads.lookup(batch, keyColumns, this.#epoch);
    const count = this.#findSessions(batch, times);
    this.context.metrics.lateRows += batch.size - count;
    this.#makeRows(batch, keyColumns);
    this.#lists.settle(this.#table.rows.view, this.#heads.touched.view, touched, (row, end) => this.#ends.push(end, row));
    this.#lists.merges((into, from) => this.#mergeRow(into, from));
    this.#accumulate(batch, count);
    this.#forgetEmpty(touched);
    return true;
  }

  #beginEpoch(): void {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#lists.begin(this.#epoch);
  }

  /** Selects the rows that are not late, and notes the session of each; returns how many. */
  #findSessions(batch: Batch, times: Column): number {
    const { sizeMs } = this.#options.window;
    const values = times.values as BigInt64Array;
    const heads = this.#heads.rows.view;
    const selected = this.#selection.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const start = this.#time.toLocal(Number(values[i]!));
      const session = this.#lists.add(heads[i]!, i, start, start + sizeMs, this.#now);
      this.#rows[i] = session;
      if (session !== 0) selected[count++] = i;
    }
    return count;
  }

  #makeRows(batch: Batch, keyColumns: readonly Column[]): void {
    const selectedCount = this.#lists.listNew(this.#begins.view);
    if (selectedCount === 0) return;
    this.#table.append({ rowCount: batch.rowCount, selection: this.#begins, selectedCount }, keyColumns, this.#epoch);
  }

  #mergeRow(into: number, from: number): void {
    const { i32 } = this.context.kernels.memory;
    let bytes = 0;
    for (const [slot, kind] of this.#layout.slots.entries())
      if (kind === 'bytes16') bytes += i32[(from + this.#table.slotOffsets[slot]!) >>> 2]!;
    if (bytes > 0) this.#table.reserveByteSize(this.#layout.slots.length, bytes);
    this.#sources.view[0] = from;
    this.#sources.view[1] = into;
    this.#table.touch(this.#sources, 2, this.#epoch);
    this.#merge(Int32Array.of(into), Int32Array.of(from), 1);
  }

  #accumulate(batch: Batch, count: number): void {
    if (count === 0) return;
    const input = this.#input;
    input.columns = batch.columns;
    input.rowCount = batch.rowCount;
    input.selectedCount = count;
    const selected = this.#selection.view;
    for (let n = 0; n < count; n++) this.#rows[selected[n]!] = this.#lists.resolve(this.#rows[selected[n]!]!);
    this.#touchRows(selected, count);
    reserveTexts(this.#table, input, this.#options.calls);
    this.#variant(input)(input, this.#rows, []);
  }

  #touchRows(selected: Int32Array, count: number): void {
    const rows = this.#sources.view;
    for (let n = 0; n < count; n++) rows[n] = this.#rows[selected[n]!]!;
    this.#table.touch(this.#sources, count, this.#epoch);
  }

  #variant(batch: Batch): AccumulateFunction {
    const nulls = batch.columns.some(hasNulls);
    let variant = this.#variants.get(nulls);
    if (variant === undefined) {
      variant = this.#generator.accumulate({ nulls, selected: true, kinds: false }, []);
      this.#variants.set(nulls, variant);
    }
    return variant;
  }

  /** Keys of which only late rows came have no session. */
  #forgetEmpty(touched: number): void {
    const heads = this.#heads.touched.view;
    let empty = 0;
    for (let t = 0; t < touched; t++) if (this.#lists.headOf(heads[t]!) === 0) this.#sources.view[empty++] = heads[t]!;
    this.#heads.removeAll(this.#sources, empty);
  }

  /** Sessions of processing time close by the clock; at the end of the input the last ones close early, so that no row is lost. */
  override watermark(time: bigint): boolean {
    if (!this.#options.window.eventTime && time < END_OF_TIME) return true;
    return this.#closeUntil(Number(time));
  }

  override nextTimer(): number | undefined {
    if (this.#options.window.eventTime || this.#ends.length === 0) return undefined;
    return this.#time.fromLocal(this.#ends.time);
  }

  override timer(nowMs: number): boolean {
    return this.#closeUntil(nowMs - 1);
  }

  #closeUntil(time: number): boolean {
    this.#now = this.#time.toLocal(time);
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
        this.#forget(this.#out.rowCount);
      }
      const count = this.#nextClosed();
      if (count === 0) return true;
      this.#fill(count);
    }
  }

  /** Writes the next sessions that are closed to #sources, and removes the rows of those that are part of others. */
  #nextClosed(): number {
    const { i64 } = this.context.kernels.memory;
    const endAt = this.#table.slotOffsets[1]!;
    const ends = this.#ends;
    let count = 0;
    let gone = 0;
    while (count < BATCH_ROWS && gone < BATCH_ROWS && ends.length > 0 && ends.time - 1 <= this.#now) {
      const { row } = ends;
      const end = i64[(row + endAt) >>> 3]!;
      ends.pop();
      if (end === GONE) this.#begins.view[gone++] = row;
      else if (Number(end) - 1 <= this.#now) this.#sources.view[count++] = row;
      else ends.push(Number(end), row);
    }
    this.#table.removeAll(this.#begins, gone);
    return count === 0 && gone === BATCH_ROWS ? this.#nextClosed() : count;
  }

  #fill(count: number): void {
    const { keys, calls, properties } = this.#options;
    const columns = this.#out.columns as Column[];
    this.#table.readKeys(this.#sources, count, columns.slice(0, keys.length));
    this.#codegen.arena.reset();
    this.#values(this.#sources.view, count, columns.slice(keys.length, keys.length + calls.length));
    for (const [i, property] of properties.entries()) {
      const values = columns[keys.length + calls.length + i]!.values as BigInt64Array;
      for (let n = 0; n < count; n++) values[n] = BigInt(this.#propertyOf(this.#sources.view[n]!, property));
    }
    this.#out.rowCount = count;
    this.#offered = false;
  }

  #propertyOf(row: number, property: WindowProperty): number {
    if (property === 'start') return this.#lists.startOf(row);
    const end = this.#lists.endOf(row);
    return property === 'end' ? end : this.#time.fromLocal(end - 1);
  }

  /** Removes the sessions of #sources, whose keys are those of the batch that went out. */
  #forget(rowCount: number): void {
    this.#beginEpoch();
    const keyColumns = this.#out.columns.slice(0, this.#options.keys.length);
    this.#heads.lookup({ rowCount, selection: null, selectedCount: 0 }, keyColumns, this.#epoch);
    const heads = this.#heads.rows.view;
    let empty = 0;
    for (let n = 0; n < rowCount; n++) if (this.#lists.remove(heads[n]!, this.#sources.view[n]!)) this.#begins.view[empty++] = heads[n]!;
    this.#table.removeAll(this.#sources, rowCount);
    this.#heads.removeAll(this.#begins, empty);
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#table.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#now) });
  }

  override restore(reader: SnapshotReader): void {
    this.#table.restore(reader);
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
    const cursor = new ScanCursor();
    const keyColumns = this.#out.columns.slice(0, this.#options.keys.length);
    for (;;) {
      const count = this.#keepLive(this.#table.scan(cursor, BATCH_ROWS, this.#sources));
      if (count === undefined) return;
      this.#beginEpoch();
      this.#table.readKeys(this.#sources, count, keyColumns);
      this.#heads.lookup({ rowCount: count, selection: null, selectedCount: 0 }, keyColumns, this.#epoch);
      for (let n = 0; n < count; n++) this.#lists.insert(this.#heads.rows.view[n]!, this.#sources.view[n]!);
    }
  }

  /** Of the first rows of #sources, removes those that are part of others and orders the rest by their ends; undefined for no rows. */
  #keepLive(count: number): number | undefined {
    if (count === 0) return undefined;
    const { i64 } = this.context.kernels.memory;
    const rows = this.#sources.view;
    let kept = 0;
    let gone = 0;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      const end = i64[(row + this.#table.slotOffsets[1]!) >>> 3]!;
      if (end === GONE) this.#begins.view[gone++] = row;
      else {
        this.#ends.push(Number(end), row);
        rows[kept++] = row;
      }
    }
    this.#table.removeAll(this.#begins, gone);
    return kept;
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#selection, this.#begins, this.#sources]) vector.free();
    this.#lists.close();
    this.#table.drop();
    this.#heads.drop();
    this.#codegen.free();
  }
}
