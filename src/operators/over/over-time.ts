import { CodegenContext } from '../../codegen/environment.ts';
import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { SlotKind } from '../../functions/aggregate-function.ts';
import type { OverCall, SortKey } from '../../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { OrderedPartitions } from '../rank/ordered-partitions.ts';
import { RowList } from '../row-list.ts';
import { SessionHeap } from '../session-heap.ts';
import { refuseNulls } from '../slice-assigner.ts';
import { jsonTime } from '../window-time.ts';
import { type FrameValues, frameValues } from './frame-values.ts';
import { OverValues } from './over-values.ts';
import { onlyGrows, type SlidingGroup, slides, slidingGroups } from './sliding-calls.ts';

const HEADROOM = 16 * 1024 * 1024;
/** Rows that nothing needs any more are removed when there are so many, and not fewer than are needed. */
const LEFT_MIN = 16;

export interface OverTimeOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly partition: readonly number[];
  /** Of event time the one key, ascending. Of processing time rows come in their order. */
  readonly order: readonly SortKey[];
  readonly calls: readonly OverCall[];
  readonly eventTime: boolean;
}

/** How rows are kept: the links are the number of their arrival, and 1 once they are out. */
export const overTimeStore = ({ input, partition }: Pick<OverTimeOptions, 'input' | 'partition'>): RowStoreOptions => ({
  types: input.fields.map(({ type }) => type),
  groupColumns: partition,
  links: 2,
});

/** A partition's own slots: the time of its last row that is out, how many rows are, and how many times they had. */
export const OVER_TIME_SLOTS: readonly SlotKind[] = ['i64', 'i64', 'i64'];

/** What aggregates keep of a partition: all that take rows back, and all others of frames that only grow. */
export function overTimeGroups(calls: readonly OverCall[], input: Schema): { slots: SlotKind[]; groups: SlidingGroup[] } {
  const isSliding = (call: OverCall): boolean => call.aggregate !== undefined && (slides(call) || onlyGrows(call.frame));
  return slidingGroups(calls, input, isSliding, false, OVER_TIME_SLOTS);
}

/**
 * OVER windows by time over rows that are only added. Rows wait, in order of their times and then of their arrival, until the watermark has passed
 * them, or come out at once by processing time. Those that later frames reach back to are kept behind, in the same list. Aggregates of a
 * partition are added up in its row of state, from which the rows that leave a frame are taken back, so that a frame's length does not count.
 *
 * A row is late that the watermark has passed; where all frames are bounded, only one that is not newer than what its partition has given out, as in Flink.
 *
 * State: `rows`, `partitions` (partition -> last time, counts, slots of the calls), and `distinct-n` (frame-values.ts). Lists of rows and their order by time are derived.
 */
export class OverTimeOperator extends BaseOperator {
  readonly #options: OverTimeOptions;
  readonly #allBounded: boolean;
  #codegen!: CodegenContext;
  #store!: RowStore;
  #lists!: OrderedPartitions;
  #table!: KeyedTable;
  #values!: OverValues;
  #distinct!: ReadonlyMap<SlidingGroup, FrameValues>;
  /** Partitions by the first time that they wait for. */
  readonly #waiting = new SessionHeap();
  #now = Number.NEGATIVE_INFINITY;
  #arrivals = 0;
  #epoch = 0;
  readonly #gone = new RowList();
  /** Partitions that rows of this batch wait in, by processing time. */
  readonly #touched = new RowList();
  #next = 0;
  /** Partitions of which only a part of the due rows is out: nothing is saved meanwhile. */
  readonly #split = new Set<number>();
  #isActive = false;
  #selection!: IntVector;
  #addresses!: IntVector;
  #out!: Batch;
  #keyColumns!: readonly Column[];
  #isPending = false;

  constructor(options: OverTimeOptions) {
    super();
    this.#options = options;
    this.#allBounded = options.calls.every(({ aggregate, frame }) => aggregate !== undefined && Number.isFinite(frame.start));
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, output, partition, order, calls } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, 'UTC', context.name, context.clock);
    this.#store = context.state.rowStore('rows', overTimeStore(this.#options));
    const keyTypes = partition.map((column) => input.fields[column]!.type);
    this.#lists = new OrderedPartitions(context, keyTypes);
    const { slots, groups } = overTimeGroups(calls, input);
    this.#table = context.state.keyedTable('partitions', { keyTypes, slots });
    const texts = [...new Set(groups.filter(({ frame }) => onlyGrows(frame)).flatMap((group) => this.#textArguments(group)))];
    this.#distinct = frameValues(context, groups, input, partition);
    this.#values = new OverValues({
      codegen: this.#codegen,
      store: this.#store,
      input,
      order,
      calls,
      groups,
      slots,
      table: this.#table,
      distinct: this.#distinct,
      ...(texts.length > 0 && { beforeRun: (batch: Batch) => this.#reserve(batch, texts) }),
    });
    this.#selection = new IntVector(memory);
    this.#addresses = new IntVector(memory);
    this.#keyColumns = keyTypes.map((type) => new Column(memory, type));
    const own = output.fields.slice(0, input.fields.length).map(({ type }) => new Column(memory, type));
    this.#out = new Batch([...own, ...this.#values.columns]);
  }

  #textArguments({ calls }: SlidingGroup): number[] {
    const { input } = this.#options;
    return calls.flatMap((i) => {
      const { argument, aggregate } = this.#options.calls[i]!;
      return argument !== undefined && !aggregate!.retract && storageOf(input.fields[argument]!.type) === 'bytes' ? [argument] : [];
    });
  }

  #reserve(batch: Batch, columns: readonly number[]): void {
    for (const column of columns) this.#table.reserveBytes(batch, batch.columns[column]!);
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#isActive) this.#take(batch);
    if (this.#options.eventTime) return true;
    this.#isActive = true;
    if (!this.#emitTouched()) return false;
    this.#isActive = false;
    return true;
  }

  /** Puts the rows of a batch that are not late into their lists. */
  #take(batch: Batch): void {
    const { partition, eventTime } = this.#options;
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    const keys = partition.map((column) => batch.columns[column]!);
    const selectedCount = eventTime ? this.#selectTimely(batch, keys) : this.#selectAll(batch);
    this.context.metrics.lateRows += batch.size - selectedCount;
    if (selectedCount === 0) return;
    const { columns, rowCount } = batch;
    const rows = Object.assign(new Batch(columns), { rowCount, selection: this.#selection, selectedCount });
    const found = this.#lists.lookup(rows, keys);
    this.#store.begin();
    this.#store.place(rows);
    this.#store.write(rows);
    const [arrival] = this.#store.linkOffsets as [number, number];
    this.#touched.length = this.#next = 0;
    for (let n = 0; n < selectedCount; n++) {
      const i = this.#selection.view[n]!;
      const row = this.#store.rows.view[i]!;
      this.context.kernels.memory.i32[(row + arrival) >>> 2] = ++this.#arrivals | 0;
      this.#insert(found.view[i]!, row);
    }
  }

  #selectAll(batch: Batch): number {
    for (let n = 0; n < batch.size; n++) this.#selection.view[n] = batch.rowIndex(n);
    return batch.size;
  }

  /** Selects the rows that are not late. */
  #selectTimely(batch: Batch, keys: readonly Column[]): number {
    const times = batch.columns[this.#options.order[0]!.column]!;
    if (times.hasNulls) refuseNulls(batch, times);
    if (this.#allBounded) this.#table.find(batch, keys);
    const values = times.values as BigInt64Array;
    const { i64 } = this.context.kernels.memory;
    const known = this.#table.rows.view;
    const last = this.#table.slotOffsets[0]!;
    const selected = this.#selection.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const time = values[i]!;
      const isLate = this.#allBounded ? known[i] !== 0 && time <= i64[(known[i]! + last) >>> 3]! : Number(time) <= this.#now;
      if (!isLate) selected[count++] = i;
    }
    return count;
  }

  #timeOf(row: number): number {
    const { offset } = this.#store.fields[this.#options.order[0]!.column]!;
    return Number(this.context.kernels.memory.i64[(row + offset) >>> 3]!);
  }

  #insert(partition: number, row: number): void {
    const lists = this.#lists;
    const count = lists.count(partition);
    const out = lists.out(partition);
    if (!this.#options.eventTime) {
      if (count === out) this.#touched.push(partition);
      lists.insert(partition, count, row);
      return;
    }
    const time = this.#timeOf(row);
    let [low, high] = [out, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timeOf(lists.row(partition, middle)) <= time) low = middle + 1;
      else high = middle;
    }
    lists.insert(partition, low, row);
    if (low === out) this.#waiting.push(time, partition);
  }

  #emitTouched(): boolean {
    for (;;) {
      if (!this.#offer()) return false;
      if (this.#next >= this.#touched.length) return true;
      this.#fill(() => (this.#next < this.#touched.length ? this.#touched.at(this.#next++) : undefined));
    }
  }

  override watermark(time: bigint): boolean {
    if (!this.#options.eventTime) return true;
    this.#now = Math.max(this.#now, Number(time));
    const waiting = this.#waiting;
    for (;;) {
      if (!this.#offer()) return false;
      if (waiting.length === 0 || waiting.time > this.#now) return true;
      this.#fill(() => {
        if (waiting.length === 0 || waiting.time > this.#now) return undefined;
        const { row } = waiting;
        waiting.pop();
        return row;
      });
    }
  }

  #offer(): boolean {
    if (!this.#isPending) return true;
    if (!this.context.out.offer(this.#out)) return false;
    this.#isPending = false;
    this.#forget();
    return true;
  }

  /** How many rows of a partition, in all, time has come to. */
  #dueOf(partition: number): number {
    const count = this.#lists.count(partition);
    if (!this.#options.eventTime) return count;
    let due = this.#lists.out(partition);
    while (due < count && this.#timeOf(this.#lists.row(partition, due)) <= this.#now) due++;
    return due;
  }

  /** Fills a batch with due rows of the partitions that `nextOf` names, the last of which may go on in the next batch. */
  #fill(nextOf: () => number | undefined): void {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    const values = this.#values;
    this.#codegen.arena.reset();
    values.fill();
    this.#store.begin();
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    let count = 0;
    while (count < BATCH_ROWS) {
      const partition = nextOf();
      if (partition === undefined) break;
      count = this.#emitPartition(partition, count);
    }
    if (count === 0) return;
    values.finish(count);
    this.#store.read(this.#addresses, count, this.#out.columns.slice(0, this.#options.input.fields.length));
    this.#out.rowCount = count;
    this.#isPending = true;
  }

  /** Rows of a partition with one time stay together in what they are counted by; a batch may end between them. */
  #emitPartition(partition: number, at: number): number {
    const { eventTime } = this.#options;
    const lists = this.#lists;
    const values = this.#values;
    const out = lists.out(partition);
    const due = this.#dueOf(partition);
    if (due === out) return at;
    const end = Math.min(due, out + BATCH_ROWS - at);
    const rows = lists.rows(partition);
    const state = this.#stateOf(rows[out]!);
    const { i64 } = this.context.kernels.memory;
    const [last, counted, groups] = this.#table.slotOffsets as [number, number, number];
    const before = { rows: i64[(state + counted) >>> 3]!, peerGroups: i64[(state + groups) >>> 3]! };
    values.begin(rows, due, state, out, before, this.#split.delete(partition));
    values.evaluate(out, end, at);
    this.#addresses.view.set(rows.subarray(out, end), at);
    this.#markOut(rows.subarray(out, end));
    values.leave(end);
    const total = values.countedUpTo(end);
    const views = this.context.kernels.memory.i64;
    views[(state + counted) >>> 3] = total.rows;
    views[(state + groups) >>> 3] = total.peerGroups;
    if (eventTime) views[(state + last) >>> 3] = BigInt(this.#timeOf(rows[end - 1]!));
    if (end < due) lists.setOut(partition, end);
    else this.#trim(partition, rows, end);
    if (end < due) this.#again(partition, rows[end]!);
    else if (eventTime && due < rows.length) this.#waiting.push(this.#timeOf(rows[due]!), partition);
    return at + end - out;
  }

  /** The partition has more rows than the batch has room for. */
  #again(partition: number, row: number): void {
    this.#split.add(partition);
    if (this.#options.eventTime) this.#waiting.push(this.#timeOf(row), partition);
    else this.#next--;
  }

  /** The state of the partition that a row belongs to. */
  #stateOf(row: number): number {
    this.#selection.view[0] = row;
    const columns: (Column | undefined)[] = this.#options.input.fields.map(() => undefined);
    for (const [i, column] of this.#options.partition.entries()) columns[column] = this.#keyColumns[i];
    this.#store.read(this.#selection, 1, columns);
    this.#table.lookup({ rowCount: 1, selection: null, selectedCount: 0 }, this.#keyColumns, this.#epoch);
    return this.#table.rows.view[0]!;
  }

  #markOut(rows: Int32Array): void {
    const { i32 } = this.context.kernels.memory;
    const offset = this.#store.linkOffsets[1]!;
    this.#selection.view.set(rows);
    this.#store.touch(this.#selection, rows.length);
    for (const row of rows) i32[(row + offset) >>> 2] = 1;
  }

  /** Takes rows out of the list that nothing needs any more, once they are many. They are removed when the batch is out. */
  #trim(partition: number, rows: Int32Array, out: number): void {
    const left = this.#values.neededFrom(out);
    const isMuch = left === out || (left >= LEFT_MIN && left >= out - left);
    if (isMuch) {
      for (let n = 0; n < left; n++) this.#gone.push(rows[n]!);
      this.#lists.removeFirst(partition, left);
    }
    this.#lists.setOut(partition, isMuch ? out - left : out);
  }

  #forget(): void {
    const { view } = this.#addresses;
    for (let at = 0; at < this.#gone.length; at += BATCH_ROWS) this.#store.remove(this.#addresses, this.#gone.copy(at, BATCH_ROWS, view));
    this.#gone.length = 0;
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#store.snapshot(writer);
    this.#table.snapshot(writer);
    for (const values of this.#distinct.values()) values.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#now) });
  }

  override restore(reader: SnapshotReader): void {
    this.#store.restore(reader);
    this.#table.restore(reader);
    for (const values of this.#distinct.values()) values.restore(reader);
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
    const columns: (Column | undefined)[] = this.#options.input.fields.map(() => undefined);
    for (const [i, column] of this.#options.partition.entries()) columns[column] = this.#keyColumns[i];
    const rows = this.#allRows();
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      const part = rows.subarray(from, from + BATCH_ROWS);
      this.#addresses.view.set(part);
      this.#store.read(this.#addresses, part.length, columns);
      const found = this.#lists.lookup(Object.assign(new Batch(this.#keyColumns), { rowCount: part.length }), this.#keyColumns);
      for (const [n, row] of part.entries()) this.#putBack(found.view[n]!, row);
    }
    this.#lists.each(this.#addresses, (partition) => {
      const out = this.#lists.out(partition);
      if (this.#options.eventTime && out < this.#lists.count(partition))
        this.#waiting.push(this.#timeOf(this.#lists.row(partition, out)), partition);
    });
  }

  #putBack(partition: number, row: number): void {
    const lists = this.#lists;
    lists.insert(partition, lists.count(partition), row);
    if (this.context.kernels.memory.i32[(row + this.#store.linkOffsets[1]!) >>> 2] === 1) lists.setOut(partition, lists.out(partition) + 1);
  }

  /** All rows by time and arrival. */
  #allRows(): Int32Array {
    const { i32 } = this.context.kernels.memory;
    const { eventTime } = this.#options;
    const list = new RowList();
    const cursor = new ScanCursor();
    for (let count = 1; count > 0; ) {
      count = this.#store.scan(cursor, BATCH_ROWS, this.#addresses);
      for (let n = 0; n < count; n++) list.push(this.#addresses.view[n]!);
    }
    const arrival = (row: number): number => i32[(row + this.#store.linkOffsets[0]!) >>> 2]!;
    const rows = Int32Array.from(list.slice(0, list.length));
    for (const row of rows) this.#arrivals = Math.max(this.#arrivals, arrival(row));
    return rows.sort((a, b) => (eventTime ? this.#timeOf(a) - this.#timeOf(b) : 0) || arrival(a) - arrival(b));
  }

  override close(): void {
    for (const column of this.#out.columns.slice(0, this.#options.input.fields.length)) column.free();
    for (const column of this.#keyColumns) column.free();
    this.#values.close();
    this.#lists.close((visit) => this.#lists.each(this.#addresses, visit));
    for (const vector of [this.#selection, this.#addresses]) vector.free();
    for (const values of this.#distinct.values()) values.close();
    this.#table.drop();
    this.#store.drop();
    this.#codegen.free();
  }
}
