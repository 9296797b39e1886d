import { CodegenContext } from '../../codegen/environment.ts';
import {
  batchIndex,
  batchRow,
  compileRowEquality,
  compileRowOrder,
  isBatchRow,
  type RowComparison,
  type RowOrder,
} from '../../codegen/row-order.ts';
import { Batch, ByteVector, IntVector, RowKind, type RowKindCode } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { SortKey } from '../../plan/nodes/node.ts';
import { ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { RowList } from '../row-list.ts';
import { WindowLists } from '../window-lists.ts';
import { attachedTime, jsonTime, type WindowTime } from '../window-time.ts';
import { OrderedPartitions } from './ordered-partitions.ts';

/** Room for the lists that a batch lets grow. */
const HEADROOM = 16 * 1024 * 1024;

export interface RankOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  /** Rows from `offset` to `limit` of each partition go on. */
  readonly offset: number;
  readonly limit: number;
  /** Of equal rows the last that came is first. */
  readonly latest: boolean;
  /** Whether the output's last column is the row's number. */
  readonly withNumber: boolean;
  /** Whether rows may be taken back: then all are kept, else those that may go on. */
  readonly inputInsertOnly: boolean;
  readonly insertOnly: boolean;
  readonly updateBefore: boolean;
  /** 'batch': one change per place, or row, and batch; 'record': the changes of each input row, as Flink. */
  readonly changelog: 'batch' | 'record';
  /** Of rows in windows, which come once, when their window ends: the column with the end, which is one of the partition's, and what time it is in. */
  readonly window?: { readonly end: number; readonly isLocal: boolean; readonly timeZone: string };
}

/** How rows are kept; the link is the number of their arrival. */
export const rankStore = ({ input, partition }: Pick<RankOptions, 'input' | 'partition'>): RowStoreOptions => ({
  types: input.fields.map(({ type }) => type),
  groupColumns: partition,
  links: 1,
});

/**
 * The first rows of each partition by an order: Top-N, deduplication, and the newest row of a key whose rows come by another key.
 *
 * Rows that are only added find their places while they are in the batch, and are stored if they are among the first after it. Where rows are taken
 * back, every row of a batch is put into the state, also one that only says which row is taken back, so that rows are compared where they lie. Then
 * a partition's rows before the batch are compared with those after it: that is the changelog. What has left is forgotten when all is emitted.
 *
 * The first rows of a window (Window Top-N and window deduplication) are those of rows that are only added, and go on when the watermark passes the
 * window's end. Rows of windows that have ended are late, and dropped.
 *
 * State: `rows`. The order of a partition is derived.
 */
export class RankOperator extends BaseOperator {
  readonly #options: RankOptions;
  /** A change belongs to a place of the order and not to a row. */
  readonly #byPlace: boolean;
  #codegen!: CodegenContext;
  #store!: RowStore;
  #partitions!: OrderedPartitions;
  #order!: RowOrder;
  #differ!: RowComparison;
  /** By row index: whether the row is stored. */
  readonly #marks = new Uint8Array(BATCH_ROWS);
  #arrivalOffset = 0;
  #arrivals = 0;
  #single!: IntVector;
  /** Where the work on the batch in hand stands: the row in 'record' mode, and whether its changes are being emitted. */
  #row = 0;
  #isActive = false;
  /** Touched partitions, and the rows that each had before: where they begin in `#before`. */
  readonly #touched = new RowList();
  readonly #before = new RowList();
  readonly #starts = new RowList();
  readonly #gone = new RowList();
  #partition = 0;
  #place = 0;
  #out!: Batch;
  #addresses!: IntVector;
  #kinds!: ByteVector;
  #isPending = false;
  /** Partitions by the end of their window, local time of the watermark, and how many partitions of the earliest window are done. */
  readonly #windows = new WindowLists();
  readonly #time: WindowTime | undefined;
  #now = Number.NEGATIVE_INFINITY;
  #closing: RowList | undefined;
  #closed = 0;
  #ends: BigInt64Array | undefined;

  constructor(options: RankOptions) {
    super();
    this.#options = options;
    this.#time = options.window && attachedTime(options.window.isLocal, options.window.timeZone);
    this.#byPlace = options.withNumber || options.limit - options.offset === 1;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, partition, order, output } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, 'UTC', context.name, context.clock);
    this.#store = context.state.rowStore('rows', rankStore(this.#options));
    this.#arrivalOffset = this.#store.linkOffsets[0]!;
    this.#partitions = new OrderedPartitions(
      context,
      partition.map((column) => input.fields[column]!.type),
    );
    const { fields } = this.#store;
    this.#order = compileRowOrder(
      this.#codegen,
      order.map((key) => ({ ...key, field: fields[key.column]! })),
    );
    this.#differ = compileRowEquality(this.#codegen, fields);
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
    this.#single = new IntVector(memory);
    this.#addresses = new IntVector(memory);
    this.#kinds = new ByteVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#options.window !== undefined) return this.#hold(batch, this.#options.window.end);
    if (this.#options.changelog === 'batch') return this.#processPart(batch);
    const { columns, rowCount, kinds } = batch;
    const one = Object.assign(new Batch(columns), { rowCount, kinds, selection: this.#single, selectedCount: 1 });
    for (; this.#row < batch.size; this.#row++) {
      this.#single.view[0] = batch.rowIndex(this.#row);
      if (!this.#processPart(one)) return false;
    }
    this.#row = 0;
    return true;
  }

  #processPart(batch: Batch): boolean {
    if (!this.#isActive) this.#update(batch);
    this.#isActive = true;
    if (!this.#emit()) return false;
    this.#forget();
    this.#isActive = false;
    return true;
  }

  /** Emits the changes of the touched partitions; false where the outlet refused. */
  #emit(): boolean {
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (this.#partition >= this.#touched.length) return true;
      this.#collect();
    }
  }

  /** Puts rows in their places in windows that are open. */
  #hold(batch: Batch, end: number): boolean {
    const ends = batch.columns[end]!.values as BigInt64Array;
    const open = this.#single.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (Number(ends[i]!) - 1 > this.#now) open[count++] = i;
    }
    this.context.metrics.lateRows += batch.size - count;
    if (count === 0) return true;
    const { columns, rowCount } = batch;
    this.#ends = ends;
    this.#update(Object.assign(new Batch(columns), { rowCount, selection: this.#single, selectedCount: count }));
    this.#forget();
    return true;
  }

  override watermark(time: bigint): boolean {
    if (this.#time === undefined) return true;
    this.#now = this.#time.toLocal(Number(time));
    for (;;) {
      if (this.#closing === undefined) {
        const end = this.#windows.first;
        if (end === undefined || end - 1 > this.#now) return true;
        this.#closing = this.#windows.shift();
        this.#closed = 0;
      }
      if (!this.#close(this.#closing)) return false;
      this.#closing = undefined;
    }
  }

  /** Emits the rows of a window's partitions, some at a time, and forgets them. */
  #close(partitions: RowList): boolean {
    while (this.#closed < partitions.length) {
      if (!this.#isActive) this.#beginClosing(partitions);
      this.#isActive = true;
      if (!this.#emit()) return false;
      this.#closed += this.#touched.length;
      this.#forgetClosed();
      this.#isActive = false;
    }
    return true;
  }

  #beginClosing(partitions: RowList): void {
    for (const list of [this.#touched, this.#before, this.#starts, this.#gone]) list.length = 0;
    this.#partition = this.#place = 0;
    this.#store.begin();
    const end = Math.min(this.#closed + BATCH_ROWS, partitions.length);
    for (let n = this.#closed; n < end; n++) {
      this.#touched.push(partitions.at(n));
      this.#starts.push(0);
    }
  }

  #forgetClosed(): void {
    for (let t = 0; t < this.#touched.length; t++) {
      const partition = this.#touched.at(t);
      const count = this.#partitions.count(partition);
      for (let place = 0; place < count; place++) this.#gone.push(this.#partitions.row(partition, place));
      this.#partitions.clear(partition);
    }
    this.#forget();
  }

  /** Puts a batch's rows in their places. */
  #update(batch: Batch): void {
    for (const list of [this.#touched, this.#before, this.#starts, this.#gone]) list.length = 0;
    this.#partition = this.#place = 0;
    const found = this.#partitions.lookup(
      batch,
      this.#options.partition.map((column) => batch.columns[column]!),
    );
    this.#store.begin();
    if (this.#options.inputInsertOnly) this.#addRows(batch, found);
    else this.#changeRows(batch, found);
  }

  /** Rows find their places while they lie in the batch. Only those that are among the first after it are stored. */
  #addRows(batch: Batch, found: IntVector): void {
    const { memory } = this.context.kernels;
    memory.ensureHeadroom(HEADROOM);
    this.#order.use(batch);
    let { epoch } = memory;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      this.#insertFirst(found.view[i]!, batchRow(i));
      if (memory.epoch === epoch) continue;
      this.#order.use(batch);
      epoch = memory.epoch;
    }
    this.#storeRows(batch);
  }

  #insertFirst(partition: number, row: number): void {
    const { limit } = this.#options;
    const place = this.#placeOf(partition, row);
    if (place >= limit) return;
    if (this.#ends !== undefined && this.#partitions.count(partition) === 0)
      this.#windows.push(Number(this.#ends[batchIndex(row)]!), partition);
    this.#touch(partition);
    if (this.#partitions.count(partition) === limit) {
      const last = this.#partitions.row(partition, limit - 1);
      if (!isBatchRow(last)) this.#gone.push(last);
      this.#partitions.remove(partition, limit - 1);
    }
    this.#partitions.insert(partition, place, row);
  }

  /** Stores the rows of the batch that are in a list, and puts their addresses there. */
  #storeRows(batch: Batch): void {
    const marks = this.#marks;
    marks.fill(0, 0, batch.rowCount);
    this.#eachFirst((row) => {
      if (isBatchRow(row)) marks[batchIndex(row)] = 1;
      return row;
    });
    const chosen = this.#addresses.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (marks[i] === 1) chosen[count++] = i;
    }
    if (count === 0) return;
    const { columns, rowCount } = batch;
    const kept = Object.assign(new Batch(columns), { rowCount, selection: this.#addresses, selectedCount: count });
    this.#store.place(kept);
    this.#store.write(kept);
    const rows = this.#store.rows.view;
    const { i32 } = this.context.kernels.memory;
    const places = this.#addresses.view;
    for (let n = 0; n < count; n++) i32[(rows[places[n]!]! + this.#arrivalOffset) >>> 2] = ++this.#arrivals | 0;
    this.#eachFirst((row) => (isBatchRow(row) ? rows[batchIndex(row)]! : row));
  }

  /** Replaces the rows of all touched partitions. */
  #eachFirst(replace: (row: number) => number): void {
    for (let t = 0; t < this.#touched.length; t++) this.#partitions.replaceRows(this.#touched.at(t), replace);
  }

  #changeRows(batch: Batch, found: IntVector): void {
    this.#store.place(batch);
    this.#store.write(batch);
    const rows = this.#store.rows;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const row = rows.view[i]!;
      const partition = found.view[i]!;
      this.#touch(partition);
      const kind = batch.kind(i);
      if (kind === RowKind.insert || kind === RowKind.updateAfter) this.#insert(partition, row);
      else this.#takeBack(partition, row);
    }
  }

  #touch(partition: number): void {
    if (this.#partitions.touched(partition) !== 0) return;
    this.#touched.push(partition);
    this.#partitions.setTouched(partition, this.#touched.length);
    this.#starts.push(this.#before.length);
    const count = Math.min(this.#options.limit, this.#partitions.count(partition));
    for (let p = this.#options.offset; p < count; p++) this.#before.push(this.#partitions.row(partition, p));
  }

  #insert(partition: number, row: number): void {
    this.context.kernels.memory.i32[(row + this.#arrivalOffset) >>> 2] = ++this.#arrivals | 0;
    this.#partitions.insert(partition, this.#placeOf(partition, row), row);
  }

  /** The place of a row that comes now: behind those that are before it or, unless the latest is first, equal to it. */
  #placeOf(partition: number, row: number): number {
    const behindEqual = !this.#options.latest;
    let [low, high] = [0, this.#partitions.count(partition)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#order.compare(this.#partitions.row(partition, middle), row);
      if (order < 0 || (order === 0 && behindEqual)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes out a row with the values of `row`, which itself is none. */
  #takeBack(partition: number, row: number): void {
    this.#gone.push(row);
    const count = this.#partitions.count(partition);
    for (let place = this.#firstEqual(partition, row); place < count; place++) {
      const found = this.#partitions.row(partition, place);
      if (this.#order.compare(found, row) !== 0) return;
      if (this.#differ(found, row) !== 0) continue;
      this.#partitions.remove(partition, place);
      this.#gone.push(found);
      return;
    }
  }

  #firstEqual(partition: number, row: number): number {
    let [low, high] = [0, this.#partitions.count(partition)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order.compare(this.#partitions.row(partition, middle), row) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Fills a batch with changes of the next touched partitions. */
  #collect(): void {
    let count = 0;
    while (this.#partition < this.#touched.length) {
      count = this.#byPlace ? this.#collectPlaces(count) : this.#collectRows(count);
      if (count < 0) {
        count = -count - 1;
        break;
      }
      this.#partition++;
      this.#place = 0;
    }
    if (count > 0) this.#fill(count);
  }

  #changes(): { partition: number; start: number; had: number; has: number } {
    const { offset, limit } = this.#options;
    const partition = this.#touched.at(this.#partition);
    const start = this.#starts.at(this.#partition);
    const end = this.#partition + 1 < this.#starts.length ? this.#starts.at(this.#partition + 1) : this.#before.length;
    const has = Math.max(0, Math.min(limit, this.#partitions.count(partition)) - offset);
    return { partition, start, had: end - start, has };
  }

  /** Each place that has another row than before. Returns how many rows there are, or, where the batch is full, -1 less than their negative number. */
  #collectPlaces(count: number): number {
    const { offset, updateBefore } = this.#options;
    const { partition, start, had, has } = this.#changes();
    for (; this.#place < Math.max(had, has); this.#place++) {
      if (count + 2 > BATCH_ROWS) return -count - 1;
      const place = this.#place;
      const was = place < had ? this.#before.at(start + place) : 0;
      const is = place < has ? this.#partitions.row(partition, offset + place) : 0;
      if (was === is) continue;
      if (was === 0) this.#add(count++, is, RowKind.insert, place);
      else if (is === 0) this.#add(count++, was, RowKind.delete, place);
      else {
        if (updateBefore) this.#add(count++, was, RowKind.updateBefore, place);
        this.#add(count++, is, RowKind.updateAfter, place);
      }
    }
    return count;
  }

  /** Each row that has left, then each that has come. Places count on from the rows before to the rows after. */
  #collectRows(count: number): number {
    const { offset } = this.#options;
    const { partition, start, had, has } = this.#changes();
    const was = this.#before.slice(start, start + had);
    const is = new Set<number>();
    for (let p = 0; p < has; p++) is.add(this.#partitions.row(partition, offset + p));
    const known = new Set(was);
    for (; this.#place < had + has; this.#place++) {
      if (count + 1 > BATCH_ROWS) return -count - 1;
      const place = this.#place;
      if (place < had) {
        if (!is.has(was[place]!)) this.#add(count++, was[place]!, RowKind.delete, place);
      } else {
        const row = this.#partitions.row(partition, offset + place - had);
        if (!known.has(row)) this.#add(count++, row, RowKind.insert, place - had);
      }
    }
    return count;
  }

  #add(n: number, row: number, kind: RowKindCode, place: number): void {
    this.#addresses.view[n] = row;
    this.#kinds.view[n] = kind;
    if (this.#options.withNumber) (this.#out.columns.at(-1)!.values as BigInt64Array)[n] = BigInt(this.#options.offset + place + 1);
  }

  #fill(count: number): void {
    const { input, insertOnly } = this.#options;
    this.#store.read(this.#addresses, count, this.#out.columns.slice(0, input.fields.length));
    if (this.#options.withNumber) this.#out.columns.at(-1)!.hasNulls = false;
    this.#out.rowCount = count;
    this.#out.kinds = insertOnly ? null : this.#kinds;
    this.#isPending = true;
  }

  /** Removes the rows that have left, and partitions of which none is left. */
  #forget(): void {
    const { view } = this.#addresses;
    for (let at = 0; at < this.#gone.length; at += BATCH_ROWS) this.#store.remove(this.#addresses, this.#gone.copy(at, BATCH_ROWS, view));
    let empty = 0;
    for (let n = 0; n < this.#touched.length; n++) {
      const partition = this.#touched.at(n);
      this.#partitions.setTouched(partition, 0);
      if (this.#partitions.count(partition) === 0) view[empty++] = partition;
    }
    if (empty > 0) this.#partitions.drop(this.#addresses, empty);
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#store.snapshot(writer);
    if (this.#time !== undefined) writer.writeOperator('time', { now: jsonTime(this.#now) });
  }

  override restore(reader: SnapshotReader): void {
    this.#store.restore(reader);
    const { memory } = this.context.kernels;
    const { input, partition, window } = this.#options;
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
    const columns = input.fields.map(({ type }, i) => (partition.includes(i) ? new Column(memory, type) : undefined));
    const rows = this.#allRows();
    for (let from = 0; from < rows.length; from += BATCH_ROWS) {
      const part = rows.subarray(from, from + BATCH_ROWS);
      this.#addresses.view.set(part);
      this.#store.read(this.#addresses, part.length, columns);
      const keys = partition.map((column) => columns[column]!);
      const found = this.#partitions.lookup(Object.assign(new Batch(keys), { rowCount: part.length }), keys);
      part.forEach((row, n) => {
        const at = found.view[n]!;
        if (window !== undefined && this.#partitions.count(at) === 0)
          this.#windows.push(Number((columns[window.end]!.values as BigInt64Array)[n]), at);
        this.#partitions.insert(at, this.#placeOf(at, row), row);
      });
    }
    for (const column of columns) column?.free();
  }

  /** All rows by their arrival, so that equal ones find their places. */
  #allRows(): Int32Array {
    const { memory } = this.context.kernels;
    const list = new RowList();
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#store.scan(cursor, BATCH_ROWS, this.#addresses);
      if (count === 0) break;
      for (let n = 0; n < count; n++) list.push(this.#addresses.view[n]!);
    }
    const arrival = (row: number): number => memory.i32[(row + this.#arrivalOffset) >>> 2]!;
    const rows = Int32Array.from(list.slice(0, list.length)).sort((a, b) => arrival(a) - arrival(b));
    if (rows.length > 0) this.#arrivals = Math.max(this.#arrivals, arrival(rows.at(-1)!));
    return rows;
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    this.#partitions.close((visit, table) => {
      const cursor = new ScanCursor();
      for (let count = table.scan(cursor, BATCH_ROWS, this.#addresses); count > 0; count = table.scan(cursor, BATCH_ROWS, this.#addresses))
        for (let n = 0; n < count; n++) visit(this.#addresses.view[n]!);
    });
    for (const vector of [this.#single, this.#addresses, this.#kinds]) vector.free();
    this.#store.drop();
    this.#codegen.free();
  }
}
