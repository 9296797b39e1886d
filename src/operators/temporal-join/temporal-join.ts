import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import { BaseOperator } from '../base-operator.ts';
import { millis } from '../interval-join/interval-side.ts';
import { PairCondition } from '../join/pair-condition.ts';
import { pairTargets } from '../join/pair-targets.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { SessionHeap } from '../session-heap.ts';
import { linkKeys, RowVersions, type TimedSide } from './row-versions.ts';

export interface TemporalJoinOptions {
  /** Insert-only. */
  readonly left: TimedSide;
  /** Versions: +I and +U are one from its time on, -U and -D say that from its time on there is none. */
  readonly right: TimedSide;
  /** Whether a left row without a version comes out alone. */
  readonly isPadded: boolean;
  /** Over the left columns and then the right ones, of a row and its version. */
  readonly condition: Expression | undefined;
  /** The columns that go on, of the left ones and then the right ones. */
  readonly output: readonly number[];
  readonly schema: Schema;
  readonly timeZone: string;
}

/** How left rows are kept that time has not passed: with a link to their key. */
export function waitingStore({ fields }: Schema, keys: readonly number[]): RowStoreOptions {
  return { types: fields.map(({ type }) => type), groupColumns: keys, links: 1 };
}

/**
 * An event-time temporal join, as Flink's: when the watermark passes a left row, it meets the version of the right row of its key that was
 * valid at its time. Rows and versions may come in any order before that. A left row that is late comes out with the next watermark, with
 * the version that is known then; versions that the watermark has passed are kept as long as they are the newest of those.
 *
 * State: `left` (rows that wait), `right` (versions). Keys, lists and the order of times are derived.
 */
export class TemporalJoinOperator extends BaseOperator {
  readonly #options: TemporalJoinOptions;
  /** By key: its newest version, and the number of left rows that wait. */
  #keyTable!: KeyedTable;
  #waitingOffset = 0;
  #versions!: RowVersions;
  #rows!: RowStore;
  #timeOffset = 0;
  #keyOffset = 0;
  readonly #waiting = new SessionHeap();
  #condition: PairCondition | undefined;
  #epoch = 0;
  readonly #keys = new Int32Array(BATCH_ROWS);
  readonly #times = new Float64Array(BATCH_ROWS);
  #live!: IntVector;
  #due!: IntVector;
  #dueCount = 0;
  #found!: IntVector;
  #outRows!: IntVector;
  #outVersions!: IntVector;
  #out!: Batch;
  #targets!: readonly [(Column | undefined)[], (Column | undefined)[]];
  #isPending = false;

  constructor(options: TemporalJoinOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { left, right, condition, output, schema, timeZone } = this.#options;
    const keyTypes = left.keys.map((key) => ({ ...left.schema.fields[key]!.type, nullable: true }));
    this.#keyTable = context.state.keyedTable('keys', { keyTypes, slots: ['i32', 'i32'] });
    const [head, waiting] = this.#keyTable.slotOffsets;
    this.#waitingOffset = waiting!;
    this.#versions = new RowVersions(context, 'right', right, head!);
    this.#rows = context.state.rowStore('left', waitingStore(left.schema, left.keys));
    this.#timeOffset = this.#rows.fields[left.time]!.offset;
    this.#keyOffset = this.#rows.linkOffsets[0]!;
    if (condition !== undefined) {
      const both = { fields: [...left.schema.fields, ...right.schema.fields] };
      this.#condition = new PairCondition(context, both, condition, timeZone);
    }
    this.#out = new Batch(schema.fields.map((field) => new Column(memory, field.type)));
    this.#targets = pairTargets(this.#out, output, left.schema.fields.length, right.schema.fields.length);
    this.#live = new IntVector(memory);
    this.#due = new IntVector(memory);
    this.#found = new IntVector(memory);
    this.#outRows = new IntVector(memory);
    this.#outVersions = new IntVector(memory);
  }

  /** Rows are only kept: they come out when time has passed them. */
  process(port: number, batch: Batch): boolean {
    const side = port === 0 ? this.#options.left : this.#options.right;
    const isLeft = port === 0;
    const live = this.#select(batch, side, isLeft && this.#options.isPadded);
    if (live.size === 0) return true;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const columns = side.keys.map((key) => batch.columns[key]!);
    this.#keyTable.lookup(live, columns, this.#epoch);
    const found = this.#keyTable.rows.view;
    for (let n = 0; n < live.size; n++) {
      const i = live.rowIndex(n);
      this.#keys[i] = found[i]!;
    }
    if (isLeft) this.#keep(live);
    else this.#versions.add(live, this.#keys, this.#times);
    return true;
  }

  /** The rows that may come out: those with a time and without a NULL in their key, or any. A row without a time has no version. */
  #select(batch: Batch, { time, keys }: TimedSide, takesAll: boolean): Batch {
    const { i32 } = this.context.kernels.memory;
    const column = batch.columns[time]!;
    const nullable = [column, ...keys.map((key) => batch.columns[key]!)].filter(({ hasNulls }) => hasNulls);
    const live = this.#live.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      this.#times[i] = column.isNull(i) ? Number.NEGATIVE_INFINITY : millis(i32, column.valuesAddress + i * 8);
      if (takesAll || !nullable.some(({ nulls }) => nulls[i] === 1)) live[count++] = i;
    }
    const { columns, rowCount, kinds } = batch;
    return Object.assign(new Batch(columns), { rowCount, kinds, selection: this.#live, selectedCount: count });
  }

  #keep(batch: Batch): void {
    this.#rows.begin();
    this.#rows.place(batch);
    this.#rows.write(batch);
    const { i32 } = this.context.kernels.memory;
    const rows = this.#rows.rows.view;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      this.#wait(i32, rows[i]!, this.#keys[i]!, this.#times[i]!);
    }
  }

  #wait(i32: Int32Array, row: number, key: number, time: number): void {
    i32[(row + this.#keyOffset) >>> 2] = key;
    i32[(key + this.#waitingOffset) >>> 2]!++;
    this.#waiting.push(time, row);
  }

  override watermark(time: bigint): boolean {
    const now = Number(time);
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (this.#dueCount > 0) this.#removeDue();
      if (!this.#takeDue(now)) break;
    }
    this.#versions.forget(now);
    return true;
  }

  /** Makes a batch of the next rows that time has passed; says whether there were any. */
  #takeDue(now: number): boolean {
    const { i32 } = this.context.kernels.memory;
    const [due, found] = [this.#due.view, this.#found.view];
    let count = 0;
    for (; count < BATCH_ROWS && this.#waiting.length > 0 && this.#waiting.time <= now; this.#waiting.pop()) {
      const { row, time } = this.#waiting;
      due[count] = row;
      found[count++] = this.#versions.at(i32[(row + this.#keyOffset) >>> 2]!, time);
    }
    this.#dueCount = count;
    if (count === 0) return false;
    this.#rows.begin();
    const passes = this.#condition === undefined ? undefined : this.#test(this.#condition, count);
    const [outRows, outVersions] = [this.#outRows.view, this.#outVersions.view];
    let size = 0;
    for (let n = 0; n < count; n++) {
      const isMatched = found[n] !== 0 && (passes === undefined || passes[n] === 1);
      if (!isMatched && !this.#options.isPadded) continue;
      outRows[size] = due[n]!;
      outVersions[size++] = isMatched ? found[n]! : 0;
    }
    if (size === 0) return true;
    this.#rows.read(this.#outRows, size, this.#targets[0]);
    this.#versions.store.read(this.#outVersions, size, this.#targets[1]);
    this.#out.rowCount = size;
    this.#isPending = true;
    return true;
  }

  #test(condition: PairCondition, count: number): Uint8Array {
    const width = this.#options.left.schema.fields.length;
    this.#rows.read(this.#due, count, condition.columns.slice(0, width));
    this.#versions.store.read(this.#found, count, condition.columns.slice(width));
    const found = this.#found.view;
    const selected = this.#outRows.view;
    let pairs = 0;
    for (let n = 0; n < count; n++) if (found[n] !== 0) selected[pairs++] = n;
    condition.test(count, this.#outRows, pairs);
    return condition.passes;
  }

  /** Forgets rows that have come out, and keys of which nothing is left. */
  #removeDue(): void {
    const { i32 } = this.context.kernels.memory;
    const [due, empty] = [this.#due.view, this.#live.view];
    let count = 0;
    for (let n = 0; n < this.#dueCount; n++) {
      const key = i32[(due[n]! + this.#keyOffset) >>> 2]!;
      const left = --i32[(key + this.#waitingOffset) >>> 2]!;
      if (left === 0 && this.#versions.isEmpty(key)) empty[count++] = key;
    }
    this.#rows.remove(this.#due, this.#dueCount);
    if (count > 0) this.#keyTable.removeAll(this.#live, count);
    this.#dueCount = 0;
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#rows.snapshot(writer);
    this.#versions.store.snapshot(writer);
  }

  override restore(reader: SnapshotReader): void {
    const lookup = (rowCount: number, keys: readonly Column[]): Int32Array => {
      this.#epoch = (this.#epoch + 1) | 0 || 1;
      this.#keyTable.lookup(Object.assign(new Batch(keys), { rowCount }), keys, this.#epoch);
      return this.#keyTable.rows.view;
    };
    const { schema, keys, time } = this.#options.left;
    const { memory } = this.context.kernels;
    this.#rows.restore(reader);
    const { nullOffset, nullMask } = this.#rows.fields[time]!;
    for (const row of linkKeys(memory, this.#rows, schema, keys, this.#keyOffset, lookup)) {
      const isNull = schema.fields[time]!.type.nullable && (memory.u8[(row >>> 0) + nullOffset]! & nullMask) !== 0;
      const at = isNull ? Number.NEGATIVE_INFINITY : millis(memory.i32, row + this.#timeOffset);
      this.#wait(memory.i32, row, memory.i32[(row + this.#keyOffset) >>> 2]!, at);
    }
    this.#versions.store.restore(reader);
    this.#versions.relink(lookup);
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#live, this.#due, this.#found, this.#outRows, this.#outVersions]) vector.free();
    this.#condition?.close();
    this.#rows.drop();
    this.#versions.close();
    this.#keyTable.drop();
  }
}
