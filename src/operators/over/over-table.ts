import { CodegenContext } from '../../codegen/environment.ts';
import { compileRowEquality, compileRowOrder, type RowComparison } from '../../codegen/row-order.ts';
import { Batch, ByteVector, IntVector, RowKind, type RowKindCode } from '../../data/batch.ts';
import { CellWriter } from '../../data/cell-writer.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { OverCall, SortKey } from '../../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { OrderedPartitions } from '../rank/ordered-partitions.ts';
import { RowList } from '../row-list.ts';
import { type FrameValues, frameValues } from './frame-values.ts';
import { OverValues } from './over-values.ts';
import { type SlidingGroup, slides, slidingGroups } from './sliding-calls.ts';
import { WideValues } from './wide-values.ts';

export interface OverTableOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly calls: readonly OverCall[];
  /** Whether rows come out when the input has ended, and not as changes at once. */
  readonly final: boolean;
  readonly updateBefore: boolean;
  /** 'batch': what the rows of a batch change together; 'record': the changes of each input row, as Flink. */
  readonly changelog: 'batch' | 'record';
}

/** How rows are kept; the link is the number of their arrival, below 0 of a row that is taken back. */
export const overStore = ({ input, partition }: Pick<OverTableOptions, 'input' | 'partition'>): RowStoreOptions => ({
  types: input.fields.map(({ type }) => type),
  groupColumns: partition,
  links: 1,
});

/**
 * OVER windows of rows by any order, that may be updated: all rows of a partition are kept in order, with new ones behind those they are
 * equal to. After a batch, the partitions that it touched are computed as they were before and as they are now, from the first row that may
 * have changed to the last; where values or rows differ, that is the changelog. In batch mode the rows come out, once, at the end.
 *
 * State: `rows`. The order of a partition is derived.
 */
export class OverTableOperator extends BaseOperator {
  readonly #options: OverTableOptions;
  #codegen!: CodegenContext;
  #store!: RowStore;
  #partitions!: OrderedPartitions;
  #scratch!: KeyedTable;
  #scratchRow = 0;
  #compare!: RowComparison;
  #differ!: RowComparison;
  #values!: OverValues;
  #distinct!: ReadonlyMap<SlidingGroup, FrameValues>;
  #was!: WideValues;
  #is!: WideValues;
  #arrivalOffset = 0;
  #arrivals = 0;
  #single!: IntVector;
  #row = 0;
  #isActive = false;
  readonly #touched = new RowList();
  /** The touched partitions' rows before the batch, and where those of each begin. */
  readonly #before = new RowList();
  readonly #starts = new RowList();
  readonly #gone = new RowList();
  #partition = 0;
  /** The changes of the partition in hand: kind, row, and the place of its values. */
  readonly #changeKinds = new RowList();
  readonly #changeRows = new RowList();
  readonly #changePlaces = new RowList();
  #change = 0;
  #out!: Batch;
  /** Those of the calls' columns whose values are nested. */
  #writers!: readonly (CellWriter | undefined)[];
  #addresses!: IntVector;
  #kinds!: ByteVector;
  #isPending = false;
  #isEnded = false;

  constructor(options: OverTableOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, output, partition, order, calls } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, 'UTC', context.name, context.clock);
    this.#store = context.state.rowStore('rows', overStore(this.#options));
    this.#arrivalOffset = this.#store.linkOffsets[0]!;
    const keyTypes = partition.map((column) => input.fields[column]!.type);
    this.#partitions = new OrderedPartitions(context, keyTypes);
    const { fields } = this.#store;
    const keys = order.map((key) => ({ ...key, field: fields[key.column]! }));
    this.#compare = compileRowOrder(this.#codegen, keys).compare;
    this.#differ = compileRowEquality(this.#codegen, fields);
    const { slots, groups } = slidingGroups(calls, input, slides, true);
    this.#scratch = context.state.keyedTable('scratch', { keyTypes: [], slots });
    this.#scratch.lookup({ rowCount: 1, selection: null, selectedCount: 0 }, [], 1);
    this.#scratchRow = this.#scratch.rows.view[0]!;
    // Of one partition at a time.
    const distinct = frameValues(context, groups, input, []);
    this.#distinct = distinct;
    const table = this.#scratch;
    this.#values = new OverValues({ codegen: this.#codegen, store: this.#store, input, order, calls, groups, slots, table, distinct });
    this.#was = new WideValues(memory, calls);
    this.#is = new WideValues(memory, calls);
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
    this.#writers = this.#out.columns.slice(input.fields.length).map((one) => (one.children.length > 0 ? new CellWriter(one) : undefined));
    this.#single = new IntVector(memory);
    this.#addresses = new IntVector(memory);
    this.#kinds = new ByteVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    if (this.#options.final || this.#options.changelog === 'batch') return this.#processPart(batch);
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
    if (this.#options.final) {
      this.#forget();
      return true;
    }
    this.#isActive = true;
    if (!this.#emit()) return false;
    this.#forget();
    this.#isActive = false;
    return true;
  }

  /** Puts a batch's rows in their places. */
  #update(batch: Batch): void {
    for (const list of [this.#touched, this.#before, this.#starts, this.#gone]) list.length = 0;
    this.#partition = 0;
    const { partition, final } = this.#options;
    const found = this.#partitions.lookup(
      batch,
      partition.map((column) => batch.columns[column]!),
    );
    this.#store.begin();
    this.#store.place(batch);
    this.#store.write(batch);
    const rows = this.#store.rows;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const row = rows.view[i]!;
      const at = found.view[i]!;
      this.#touch(at);
      const kind = batch.kind(i);
      if (kind === RowKind.insert || kind === RowKind.updateAfter) this.#insert(at, row, final);
      else this.#takeBack(at, row);
    }
  }

  #touch(partition: number): void {
    if (this.#options.final || this.#partitions.touched(partition) !== 0) return;
    this.#touched.push(partition);
    this.#partitions.setTouched(partition, this.#touched.length);
    this.#starts.push(this.#before.length);
    const count = this.#partitions.count(partition);
    for (let place = 0; place < count; place++) this.#before.push(this.#partitions.row(partition, place));
  }

  /** In batch mode rows are sorted at the end. */
  #insert(partition: number, row: number, atEnd: boolean): void {
    this.context.kernels.memory.i32[(row + this.#arrivalOffset) >>> 2] = ++this.#arrivals | 0;
    this.#partitions.insert(partition, atEnd ? this.#partitions.count(partition) : this.#placeBehind(partition, row, 0), row);
  }

  /** The first place whose row is behind `row`, with `least` 1 also one that is equal. */
  #placeBehind(partition: number, row: number, least: 0 | 1): number {
    let [low, high] = [0, this.#partitions.count(partition)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#partitions.row(partition, middle), row) + least <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes out a row with the values of `row`, which itself is none. */
  #takeBack(partition: number, row: number): void {
    this.#markGone(row);
    const count = this.#partitions.count(partition);
    const isSorted = !this.#options.final;
    for (let place = isSorted ? this.#placeBehind(partition, row, 1) : 0; place < count; place++) {
      const found = this.#partitions.row(partition, place);
      if (isSorted && this.#compare(found, row) !== 0) return;
      if (this.#differ(found, row) !== 0) continue;
      this.#partitions.remove(partition, place);
      this.#markGone(found);
      return;
    }
  }

  #markGone(row: number): void {
    this.#gone.push(row);
    this.context.kernels.memory.i32[(row + this.#arrivalOffset) >>> 2] = -1;
  }

  #isGone(row: number): boolean {
    return this.context.kernels.memory.i32[(row + this.#arrivalOffset) >>> 2] === -1;
  }

  /** Emits the changes of the touched partitions. */
  #emit(): boolean {
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (this.#change < this.#changeRows.length) this.#fill();
      else if (this.#partition < this.#touched.length) this.#compute(this.#partition++);
      else return true;
    }
  }

  #compute(index: number): void {
    for (const list of [this.#changeKinds, this.#changeRows, this.#changePlaces]) list.length = 0;
    this.#change = 0;
    const partition = this.#touched.at(index);
    const end = index + 1 < this.#starts.length ? this.#starts.at(index + 1) : this.#before.length;
    const was = this.#before.slice(this.#starts.at(index), end);
    const is = this.#partitions.rows(partition);
    if (this.#options.final) is.sort((a, b) => this.#compare(a, b));
    this.#codegen.arena.reset();
    const range = this.#changedRange(was, is);
    this.#valuesOf(was, range.from, was.length - range.untouched, this.#was);
    this.#valuesOf(is, range.from, is.length - range.untouched, this.#is);
    this.#diff(was, is, range);
  }

  /** The rows whose values may have changed: those from place `from` on, but the last `untouched`. */
  #changedRange(was: Int32Array, is: Int32Array): { from: number; untouched: number } {
    const shorter = Math.min(was.length, is.length);
    let same = 0;
    while (same < shorter && was[same] === is[same]) same++;
    let last = 0;
    while (last < shorter - same && was[was.length - 1 - last] === is[is.length - 1 - last]) last++;
    let [before, behind] = [0, 0];
    for (const call of this.#options.calls) {
      const reach = reachOf(call);
      before = Math.max(before, reach.before);
      behind = Math.max(behind, reach.behind);
    }
    let from = Math.max(0, same - before);
    // Rows equal to the first that changed belong to its frame.
    const next = [was[same], is[same]];
    for (const row of next) while (row !== undefined && from > 0 && this.#compare(was[from - 1]!, row) === 0) from--;
    return { from, untouched: Math.max(0, last - behind) };
  }

  #valuesOf(rows: Int32Array, from: number, to: number, into: WideValues): void {
    const values = this.#values;
    into.reserve(to - from);
    this.#clearScratch();
    values.begin(rows, rows.length, this.#scratchRow);
    for (let place = from; place < to; place += BATCH_ROWS) {
      const end = Math.min(to, place + BATCH_ROWS);
      values.fill();
      values.evaluate(place, end, 0);
      values.finish(end - place);
      into.copy(values.columns, place - from, end - place);
    }
  }

  #clearScratch(): void {
    for (const values of this.#distinct.values()) values.clear();
    const { u8 } = this.context.kernels.memory;
    for (const [i, slot] of this.#scratch.slots.entries()) {
      if (slot === 'bytes16') this.#scratch.setBytes(this.#scratchRow, this.#scratch.slotOffsets[i]!, 0, 0);
      const at = (this.#scratchRow >>> 0) + this.#scratch.slotOffsets[i]!;
      u8.fill(0, at, at + (slot === 'i128' || slot === 'bytes16' ? 16 : slot === 'ts96' ? 12 : slot === 'i8' ? 1 : 8));
    }
  }

  /** What has left first, then what has come or has other values: a key may be both. Rows that stay keep their order. */
  #diff(was: Int32Array, is: Int32Array, { from, untouched }: { from: number; untouched: number }): void {
    const { updateBefore, final } = this.#options;
    const end = was.length - untouched;
    if (!final) for (let n = from; n < end; n++) if (this.#isGone(was[n]!)) this.#add(RowKind.delete, was[n]!, n - from);
    let old = from;
    for (let n = from; n < is.length - untouched; n++) {
      const row = is[n]!;
      while (old < end && this.#isGone(was[old]!)) old++;
      if (old >= end || was[old] !== row) this.#add(RowKind.insert, row, n - from);
      else {
        if (this.#is.differs(n - from, this.#was, old - from)) {
          if (updateBefore) this.#add(RowKind.updateBefore, row, old - from);
          this.#add(RowKind.updateAfter, row, n - from);
        }
        old++;
      }
    }
  }

  #add(kind: RowKindCode, row: number, place: number): void {
    this.#changeKinds.push(kind);
    this.#changeRows.push(row);
    this.#changePlaces.push(place);
  }

  #fill(): void {
    const { input, final } = this.#options;
    const count = Math.min(BATCH_ROWS, this.#changeRows.length - this.#change);
    this.#changeRows.copy(this.#change, count, this.#addresses.view);
    this.#store.read(this.#addresses, count, this.#out.columns.slice(0, input.fields.length));
    const columns = this.#out.columns.slice(input.fields.length);
    for (const column of columns) column.hasNulls = false;
    for (const writer of this.#writers) writer?.begin();
    for (let n = 0; n < count; n++) {
      const kind = this.#changeKinds.at(this.#change + n);
      this.#kinds.view[n] = kind;
      const isOld = kind === RowKind.delete || kind === RowKind.updateBefore;
      (isOld ? this.#was : this.#is).give(this.#changePlaces.at(this.#change + n), columns, n, this.#writers);
    }
    this.#change += count;
    this.#out.rowCount = count;
    this.#out.kinds = final ? null : this.#kinds;
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
      if (this.#partitions.count(partition) !== 0) continue;
      view[empty++] = partition;
    }
    if (empty > 0) this.#partitions.drop(this.#addresses, empty);
  }

  override endOfInput(): boolean {
    if (!this.#options.final) return true;
    if (!this.#isEnded) {
      for (const list of [this.#touched, this.#before, this.#starts, this.#gone]) list.length = 0;
      this.#partitions.each(this.#addresses, (partition) => {
        this.#touched.push(partition);
        this.#starts.push(0);
      });
      this.#isEnded = true;
    }
    return this.#emit();
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#store.snapshot(writer);
  }

  override restore(reader: SnapshotReader): void {
    this.#store.restore(reader);
    const { memory } = this.context.kernels;
    const { input, partition, final } = this.#options;
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
        this.#partitions.insert(at, final ? this.#partitions.count(at) : this.#placeBehind(at, row, 0), row);
      });
    }
    for (const column of columns) column?.free();
  }

  /** All rows by their arrival, so that equal ones find their places. */
  #allRows(): Int32Array {
    const { memory } = this.context.kernels;
    const list = new RowList();
    const cursor = new ScanCursor();
    for (let count = 1; count > 0; ) {
      count = this.#store.scan(cursor, BATCH_ROWS, this.#addresses);
      for (let n = 0; n < count; n++) list.push(this.#addresses.view[n]!);
    }
    const arrival = (row: number): number => memory.i32[(row + this.#arrivalOffset) >>> 2]!;
    const rows = Int32Array.from(list.slice(0, list.length)).sort((a, b) => arrival(a) - arrival(b));
    if (rows.length > 0) this.#arrivals = Math.max(this.#arrivals, arrival(rows.at(-1)!));
    return rows;
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const values of [this.#was, this.#is, this.#values]) values.close();
    this.#partitions.close((visit) => this.#partitions.each(this.#addresses, visit));
    for (const vector of [this.#single, this.#addresses, this.#kinds]) vector.free();
    for (const values of this.#distinct.values()) values.close();
    this.#scratch.drop();
    this.#store.drop();
    this.#codegen.free();
  }
}

/** How many rows before and behind a row that comes or leaves may have another value. */
function reachOf({ what, frame, offset }: OverCall): { before: number; behind: number } {
  const all = Number.POSITIVE_INFINITY;
  switch (what) {
    case 'row-number':
    case 'rank':
    case 'dense-rank':
      return { before: 0, behind: all };
    case 'percent-rank':
    case 'cume-dist':
    case 'ntile':
      return { before: all, behind: all };
    case 'row-at':
      return { before: Math.max(0, offset), behind: Math.max(0, -offset) };
    default:
      if (frame.unit === 'rows') return { before: Math.max(0, frame.end), behind: Math.max(0, -frame.start) };
      // Rows that are equal are reckoned with by the caller.
      return frame.end === 0 ? { before: 0, behind: all } : { before: all, behind: all };
  }
}
