import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import type { JoinType } from '../../plan/nodes/node.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import type { RowList } from '../row-list.ts';
import { WindowLists } from '../window-lists.ts';
import { attachedTime, jsonTime, type WindowTime } from '../window-time.ts';
import { JoinSide, type JoinSideOptions } from './join-side.ts';
import { PairCondition } from './pair-condition.ts';
import { WindowPairs } from './window-pairs.ts';

/** Room for what a batch adds to tables and lists. */
const HEADROOM = 16 * 1024 * 1024;
/** A key's slots: the first row of each side, and whether it has a NULL. */
const HEAD_SLOTS = ['i32', 'i32', 'i32'] as const;

export interface WindowJoinOptions {
  readonly type: JoinType;
  /** The keys have the window's start and end among them; rows are only added. */
  readonly left: JoinSideOptions;
  readonly right: JoinSideOptions;
  /** Position of the window's end among the keys. */
  readonly end: number;
  /** Whether ends are of the session zone's local time. */
  readonly isLocal: boolean;
  /** Over the left columns and then the right ones. */
  readonly condition: Expression | undefined;
  /** The columns that go on, of the left ones and then the right ones. */
  readonly output: readonly number[];
  readonly schema: Schema;
  readonly timeZone: string;
}

/**
 * A join of rows that are in the same window: both sides' rows are kept until the watermark passes the window's end, then they are paired, and
 * forgotten. A key with a NULL meets nothing. Rows whose window has ended are late, and dropped.
 *
 * State: `left`, `right` (rows). The lists of rows by key, and of keys by window, are derived.
 */
export class WindowJoinOperator extends BaseOperator {
  readonly #options: WindowJoinOptions;
  readonly #time: WindowTime;
  readonly #windows = new WindowLists();
  #heads!: KeyedTable;
  #sides!: readonly [JoinSide, JoinSide];
  #condition: PairCondition | undefined;
  #live!: IntVector;
  #rows!: IntVector;
  #out!: Batch;
  #epoch = 0;
  /** Local time of the watermark; windows that end at or before it are closed. */
  #now = Number.NEGATIVE_INFINITY;
  /** The window in hand. */
  #keys: RowList | undefined;
  #pairs: WindowPairs | undefined;
  #isPending = false;

  constructor(options: WindowJoinOptions) {
    super();
    this.#options = options;
    this.#time = attachedTime(options.isLocal, options.timeZone);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { left, right, condition, schema, timeZone } = this.#options;
    const keyTypes = left.keys.map((key) => ({ ...left.schema.fields[key]!.type, nullable: true }));
    this.#heads = context.state.keyedTable('keys', { keyTypes, slots: HEAD_SLOTS });
    this.#sides = [new JoinSide(context, 'left', left, this.#heads, 0), new JoinSide(context, 'right', right, this.#heads, 1)];
    if (condition !== undefined) {
      const both = { fields: [...left.schema.fields, ...right.schema.fields] };
      this.#condition = new PairCondition(context, both, condition, timeZone);
    }
    this.#out = new Batch(schema.fields.map((field) => new Column(memory, field.type)));
    this.#live = new IntVector(memory);
    this.#rows = new IntVector(memory);
  }

  process(port: number, batch: Batch): boolean {
    const { left, right, end } = this.#options;
    const keys = (port === 0 ? left : right).keys.map((key) => batch.columns[key]!);
    const live = this.#withoutLate(batch, keys[end]!);
    this.context.metrics.lateRows += batch.size - live.size;
    if (live.size === 0) return true;
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#sides[port]!.apply(live, this.#findHeads(live, keys));
    return true;
  }

  #withoutLate(batch: Batch, ends: Column): Batch {
    const values = ends.values as BigInt64Array;
    const live = this.#live.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (Number(values[i]!) - 1 > this.#now) live[count++] = i;
    }
    if (count === batch.size) return batch;
    const { columns, rowCount } = batch;
    return Object.assign(new Batch(columns), { rowCount, selection: this.#live, selectedCount: count });
  }

  /** Addresses of the rows' keys by row index; new ones are listed under their window. */
  #findHeads(batch: Batch, keys: readonly Column[]): Int32Array {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const touched = this.#heads.lookup(batch, keys, this.#epoch);
    const [rows, isNew, first] = [this.#heads.touched.view, this.#heads.touchedNew.view, this.#heads.touchedFirst.view];
    const ends = keys[this.#options.end]!.values as BigInt64Array;
    const nullable = keys.filter((key) => key.hasNulls);
    const { i32 } = this.context.kernels.memory;
    const nullOffset = this.#heads.slotOffsets[2]!;
    for (let t = 0; t < touched; t++) {
      if (isNew[t] === 0) continue;
      const i = first[t]!;
      this.#windows.push(Number(ends[i]!), rows[t]!);
      if (nullable.some((key) => key.nulls[i] === 1)) i32[(rows[t]! + nullOffset) >>> 2] = 1;
    }
    return this.#heads.rows.view;
  }

  override watermark(time: bigint): boolean {
    this.#now = this.#time.toLocal(Number(time));
    for (;;) {
      if (!this.#emitWindow()) return false;
      const end = this.#windows.first;
      if (end === undefined || end - 1 > this.#now) return true;
      this.#beginWindow(this.#windows.shift());
    }
  }

  #beginWindow(keys: RowList): void {
    const { type } = this.#options;
    const [left, right] = this.#sides;
    left.store.begin();
    right.store.begin();
    this.#keys = keys;
    this.#pairs ??= new WindowPairs(this.context, type, this.#sides, this.#heads.slotOffsets[2]!, this.#condition !== undefined);
    this.#pairs.begin(keys);
  }

  /** Emits what is left of the window in hand, and forgets it. */
  #emitWindow(): boolean {
    const [keys, pairs] = [this.#keys, this.#pairs];
    if (keys === undefined || pairs === undefined) return true;
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (!pairs.list()) break;
      if (this.#condition !== undefined) this.#test(this.#condition, pairs);
      pairs.choose(this.#condition?.passes);
      if (pairs.count > 0) this.#gather(pairs);
    }
    this.#forget(keys);
    this.#keys = undefined;
    return true;
  }

  #test(condition: PairCondition, pairs: WindowPairs): void {
    const width = this.#options.left.schema.fields.length;
    const [left, right] = this.#sides;
    left.store.read(pairs.lefts, pairs.listed, condition.columns.slice(0, width));
    right.store.read(pairs.rights, pairs.listed, condition.columns.slice(width));
    condition.test(pairs.listed, pairs.whole, pairs.wholeCount);
  }

  #gather(pairs: WindowPairs): void {
    const width = this.#options.left.schema.fields.length;
    const places = new Array<Column | undefined>(width + this.#options.right.schema.fields.length).fill(undefined);
    this.#options.output.forEach((column, i) => {
      places[column] = this.#out.columns[i]!;
    });
    this.#sides[0].store.read(pairs.outLefts, pairs.count, places.slice(0, width));
    this.#sides[1].store.read(pairs.outRights, pairs.count, places.slice(width));
    this.#out.rowCount = pairs.count;
    this.#isPending = true;
  }

  #forget(keys: RowList): void {
    const gone = this.#rows;
    for (const side of this.#sides) {
      let count = 0;
      for (let k = 0; k < keys.length; k++)
        for (let row = side.firstOf(keys.at(k)); row !== 0; row = side.nextOf(row)) {
          gone.view[count++] = row;
          if (count < BATCH_ROWS) continue;
          // The last one still says which comes next.
          side.store.remove(gone, count - 1);
          gone.view[0] = row;
          count = 1;
        }
      side.store.remove(gone, count);
    }
    for (let at = 0; at < keys.length; at += BATCH_ROWS) this.#heads.removeAll(gone, keys.copy(at, BATCH_ROWS, gone.view));
  }

  override snapshot(writer: SnapshotWriter): void {
    for (const side of this.#sides) side.store.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#now) });
  }

  override restore(reader: SnapshotReader): void {
    for (const side of this.#sides) {
      side.store.restore(reader);
      side.relink((rowCount, keys) => this.#findHeads(Object.assign(new Batch(keys), { rowCount }), keys));
    }
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    this.#live.free();
    this.#rows.free();
    this.#pairs?.close();
    this.#condition?.close();
    for (const side of this.#sides) side.close();
    this.#heads.drop();
  }
}
