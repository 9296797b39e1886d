import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { BaseOperator } from '../base-operator.ts';
import { PairCondition } from '../join/pair-condition.ts';
import { pairTargets } from '../join/pair-targets.ts';
import { takeRows } from '../join/take-rows.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import { IntervalSide, type IntervalSideOptions, millis } from './interval-side.ts';

export interface IntervalJoinOptions {
  readonly left: IntervalSideOptions;
  readonly right: IntervalSideOptions;
  /** Over the left columns and then the right ones; the interval is not in it. */
  readonly condition: Expression | undefined;
  /** The columns that go on, of the left ones and then the right ones. */
  readonly output: readonly number[];
  readonly schema: Schema;
  /** Whether time is that of events, else the clock's. */
  readonly eventTime: boolean;
  readonly timeZone: string;
}

/** Bits of both ports. */
const BOTH_ENDED = 3;

/**
 * An interval join, as Flink's: rows of both sides with equal keys whose times are near each other. A row is kept until the watermark (or
 * the clock) has passed all rows that could match it; then, where its side is padded and nothing matched it, it comes out alone. A row that
 * comes too late to be matched still meets the rows that are there, and is not kept.
 *
 * State: `left`, `right` (rows), and the time. Lists and buckets are derived.
 */
export class IntervalJoinOperator extends BaseOperator {
  readonly #options: IntervalJoinOptions;
  readonly delayMs: bigint;
  #keyTable!: KeyedTable;
  #sides!: readonly [IntervalSide, IntervalSide];
  #condition: PairCondition | undefined;
  #epoch = 0;
  /** What time is: rows that only an earlier one needs are gone. */
  #now = Number.NEGATIVE_INFINITY;
  #ended = 0;
  /** Of each row of the batch in hand, by index: its key's address (0 for none), its time, and whether it is kept. */
  readonly #keys = new Int32Array(BATCH_ROWS);
  readonly #times = new Float64Array(BATCH_ROWS);
  readonly #isKept = new Uint8Array(BATCH_ROWS);
  #live!: IntVector;
  #isActive = false;
  #row = 0;
  #next = 0;
  #isSearched = false;
  /** Pairs: the row's index, and the other row's address, or 0 after the last one of a row that may be padded. */
  #pairRows!: IntVector;
  #pairOthers!: IntVector;
  #pairCount = 0;
  #isMatched = false;
  #out!: Batch;
  #targets!: readonly [(Column | undefined)[], (Column | undefined)[]];
  #outRows!: IntVector;
  #outOthers!: IntVector;
  #isPending = false;
  /** Rows whose time is over, to be removed, and of which side. */
  #due!: IntVector;
  #dueCount = 0;
  #dueSide = 0;

  constructor(options: IntervalJoinOptions) {
    super();
    this.#options = options;
    const { beforeMs, afterMs } = options.left;
    // As Flink's: the interval's longer side, and half of the interval, by which Flink's rows leave later than they could.
    const delay = Math.max(0, beforeMs, afterMs) + Math.max(0, Math.floor((beforeMs + afterMs) / 2));
    this.delayMs = options.eventTime ? BigInt(delay) : 0n;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { left, right, condition, output, schema, timeZone } = this.#options;
    const keyTypes = left.keys.map((key) => ({ ...left.schema.fields[key]!.type, nullable: true }));
    this.#keyTable = context.state.keyedTable('keys', { keyTypes, slots: ['i32', 'i32'] });
    this.#sides = [
      new IntervalSide(context, 'left', left, this.#keyTable, 0),
      new IntervalSide(context, 'right', right, this.#keyTable, 1),
    ];
    if (condition !== undefined) {
      const both = { fields: [...left.schema.fields, ...right.schema.fields] };
      this.#condition = new PairCondition(context, both, condition, timeZone);
    }
    this.#out = new Batch(schema.fields.map((field) => new Column(memory, field.type)));
    this.#targets = pairTargets(this.#out, output, left.schema.fields.length, right.schema.fields.length);
    this.#live = new IntVector(memory);
    this.#pairRows = new IntVector(memory);
    this.#pairOthers = new IntVector(memory);
    this.#outRows = new IntVector(memory);
    this.#outOthers = new IntVector(memory);
    this.#due = new IntVector(memory);
  }

  process(port: number, batch: Batch): boolean {
    if (!this.#isActive) this.#begin(port, batch);
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (!this.#pairUp(port, batch)) break;
    }
    this.#isActive = false;
    return true;
  }

  #begin(port: number, batch: Batch): void {
    if (!this.#options.eventTime) this.#now = this.context.clock.now() - 1;
    const [own, other] = this.#ownAndOther(port);
    const kept = this.#readTimes(batch, own, true);
    own.store.begin();
    other.store.begin();
    if (kept.size > 0) {
      this.#lookUp(kept, own.options.keys);
      own.add(kept, this.#keys, this.#times);
    }
    const late = this.#readTimes(batch, own, false);
    if (late.size > 0) this.#find(late, own.options.keys);
    this.#row = this.#next = this.#pairCount = 0;
    this.#isSearched = this.#isMatched = false;
    this.#isActive = true;
  }

  #ownAndOther(port: number): readonly [IntervalSide, IntervalSide] {
    const [left, right] = this.#sides;
    return port === 0 ? [left, right] : [right, left];
  }

  /** Selects the rows that are kept, or those that come too late for that. A row whose time or key has a NULL is neither: nothing matches it. */
  #readTimes(batch: Batch, { options }: IntervalSide, wantsKept: boolean): Batch {
    const { i32 } = this.context.kernels.memory;
    const time = batch.columns[options.time]!;
    const nullable = [time, ...options.keys.map((key) => batch.columns[key]!)].filter((column) => column.hasNulls);
    const [times, keys, isKept, live] = [this.#times, this.#keys, this.#isKept, this.#live.view];
    const needed = this.#now - options.afterMs;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      if (wantsKept) {
        keys[i] = 0;
        times[i] = millis(i32, time.valuesAddress + i * 8);
        isKept[i] = times[i]! > needed ? 1 : 0;
      }
      if (isKept[i] === (wantsKept ? 1 : 0) && !nullable.some(({ nulls }) => nulls[i] === 1)) live[count++] = i;
    }
    const { columns, rowCount } = batch;
    return Object.assign(new Batch(columns), { rowCount, selection: this.#live, selectedCount: count });
  }

  #lookUp(rows: Batch, keys: readonly number[]): void {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const columns = keys.map((key) => rows.columns[key]!);
    this.#keyTable.lookup(rows, columns, this.#epoch);
    this.#noteKeys(rows);
  }

  #find(rows: Batch, keys: readonly number[]): void {
    const columns = keys.map((key) => rows.columns[key]!);
    this.#keyTable.find(rows, columns);
    this.#noteKeys(rows);
  }

  #noteKeys(rows: Batch): void {
    const found = this.#keyTable.rows.view;
    const selected = rows.selection!.view;
    for (let n = 0; n < rows.selectedCount; n++) this.#keys[selected[n]!] = found[selected[n]!]!;
  }

  /** Makes a batch of the next pairs that match; says whether any rows were left. */
  #pairUp(port: number, batch: Batch): boolean {
    const [own, other] = this.#ownAndOther(port);
    const count = this.#list(batch, own, other);
    this.#pairCount = count;
    if (count === 0) return false;
    if (other.options.isPadded) other.store.touch(this.#pairOthers, count);
    if (this.#condition !== undefined) this.#test(this.#condition, port, batch, other, count);
    const matched = this.#match(own, other);
    if (matched > 0) this.#gather(port, batch, other, matched);
    return true;
  }

  #list(batch: Batch, own: IntervalSide, other: IntervalSide): number {
    const { i32 } = this.context.kernels.memory;
    const [rows, others] = [this.#pairRows.view, this.#pairOthers.view];
    const { beforeMs, afterMs, isPadded } = own.options;
    const { nextOffset } = other;
    const { size } = batch;
    let [count, n, next, isSearched] = [0, this.#row, this.#next, this.#isSearched];
    for (; n < size && count < BATCH_ROWS; n++) {
      const i = batch.rowIndex(n);
      const earliest = this.#times[i]! - beforeMs;
      if (!isSearched) {
        isSearched = true;
        next = this.#keys[i] === 0 ? 0 : other.firstUpTo(this.#keys[i]!, this.#times[i]! + afterMs);
      }
      while (next !== 0 && count < BATCH_ROWS && other.timeOf(next) >= earliest) {
        rows[count] = i;
        others[count++] = next;
        next = i32[(next + nextOffset) >>> 2]!;
      }
      if (count === BATCH_ROWS) break;
      if (isPadded) {
        rows[count] = i;
        others[count++] = 0;
      }
      next = 0;
      isSearched = false;
    }
    this.#row = n;
    this.#next = next;
    this.#isSearched = isSearched;
    return count;
  }

  #test(condition: PairCondition, port: number, batch: Batch, other: IntervalSide, count: number): void {
    const width = this.#options.left.schema.fields.length;
    const [left, right] = [condition.columns.slice(0, width), condition.columns.slice(width)];
    takeRows(this.context.kernels, batch.columns, this.#pairRows, count, port === 0 ? left : right);
    other.store.read(this.#pairOthers, count, port === 0 ? right : left);
    const selected = this.#outRows.view;
    const others = this.#pairOthers.view;
    let pairs = 0;
    for (let n = 0; n < count; n++) if (others[n] !== 0) selected[pairs++] = n;
    condition.test(count, this.#outRows, pairs);
  }

  /** Lists what comes out of the pairs; notes who was matched. */
  #match(own: IntervalSide, other: IntervalSide): number {
    const [rows, others, outRows, outOthers] = [this.#pairRows.view, this.#pairOthers.view, this.#outRows.view, this.#outOthers.view];
    const passes = this.#condition?.passes;
    const notesOther = other.options.isPadded;
    let count = 0;
    for (let pair = 0; pair < this.#pairCount; pair++) {
      const partner = others[pair]!;
      const i = rows[pair]!;
      if (partner === 0) {
        if (this.#isMatched && this.#isKept[i] === 1) own.meet(own.store.rows.view[i]!);
        const isAlone = !this.#isMatched && (this.#isKept[i] === 0 || this.#keys[i] === 0);
        this.#isMatched = false;
        if (!isAlone) continue;
      } else {
        if (passes !== undefined && passes[pair] === 0) continue;
        this.#isMatched = true;
        if (notesOther) other.meet(partner);
      }
      outRows[count] = i;
      outOthers[count++] = partner;
    }
    return count;
  }

  #gather(port: number, batch: Batch, other: IntervalSide, count: number): void {
    takeRows(this.context.kernels, batch.columns, this.#outRows, count, this.#targets[port === 0 ? 0 : 1]);
    other.store.read(this.#outOthers, count, this.#targets[port === 0 ? 1 : 0]);
    this.#out.rowCount = count;
    this.#isPending = true;
  }

  override watermark(time: bigint): boolean {
    if (!this.#options.eventTime) return true;
    this.#now = Math.max(this.#now, Number(time));
    return this.#expire(this.#now);
  }

  override timer(nowMs: number): boolean {
    return this.#expire(nowMs - 1);
  }

  override nextTimer(): number | undefined {
    if (this.#options.eventTime) return undefined;
    const ends = this.#sides.flatMap(({ nextEnd }) => nextEnd ?? []);
    return ends.length === 0 ? undefined : Math.min(...ends) + 1;
  }

  /** What is left without the end of time: rows by the clock, which come out before their time rather than not at all. */
  override endOfInput(port: number): boolean {
    const ended = this.#ended | (1 << port);
    if (ended === BOTH_ENDED && !this.#expire(Number.POSITIVE_INFINITY)) return false;
    this.#ended = ended;
    return true;
  }

  /** Removes the rows that time has passed, and pads those that nothing matched. */
  #expire(now: number): boolean {
    for (;;) {
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
      }
      if (this.#dueCount > 0) this.#removeDue();
      if (!this.#takeDue(now)) return true;
    }
  }

  #takeDue(now: number): boolean {
    for (const [s, side] of this.#sides.entries()) {
      const count = side.takeDue(now, this.#due.view);
      if (count === 0) continue;
      this.#dueSide = s;
      this.#dueCount = count;
      side.store.begin();
      if (side.options.isPadded) this.#pad(side, s);
      return true;
    }
    return false;
  }

  #pad(side: IntervalSide, s: number): void {
    const [due, alone, nothing] = [this.#due.view, this.#outRows.view, this.#outOthers.view];
    let count = 0;
    for (let n = 0; n < this.#dueCount; n++) if (!side.wasMet(due[n]!)) alone[count++] = due[n]!;
    if (count === 0) return;
    nothing.fill(0, 0, count);
    side.store.read(this.#outRows, count, this.#targets[s]!);
    this.#sides[1 - s]!.store.read(this.#outOthers, count, this.#targets[1 - s]!);
    this.#out.rowCount = count;
    this.#isPending = true;
  }

  #removeDue(): void {
    const side = this.#sides[this.#dueSide]!;
    const empty = side.unlink(this.#due.view, this.#dueCount, this.#sides[1 - this.#dueSide]!, this.#live.view);
    side.store.remove(this.#due, this.#dueCount);
    if (empty > 0) this.#keyTable.removeAll(this.#live, empty);
    this.#dueCount = 0;
  }

  override snapshot(writer: SnapshotWriter): void {
    for (const { store } of this.#sides) store.snapshot(writer);
    writer.writeOperator('time', { now: this.#now === Number.NEGATIVE_INFINITY ? null : this.#now, ended: this.#ended });
  }

  override restore(reader: SnapshotReader): void {
    for (const side of this.#sides) {
      side.store.restore(reader);
      side.relink((rowCount, keys) => {
        this.#epoch = (this.#epoch + 1) | 0 || 1;
        this.#keyTable.lookup(Object.assign(new Batch(keys), { rowCount }), keys, this.#epoch);
        return this.#keyTable.rows.view;
      });
    }
    // Of several workers the one that was behind counts: a row is kept rather too long.
    const saved = reader.readOperator('time') as { now: number | null; ended: number }[];
    if (saved.length > 0) {
      this.#now = Math.min(...saved.map(({ now }) => now ?? Number.NEGATIVE_INFINITY));
      this.#ended = saved.reduce((all, { ended }) => all & ended, BOTH_ENDED);
    }
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#live, this.#pairRows, this.#pairOthers, this.#outRows, this.#outOthers, this.#due]) vector.free();
    this.#condition?.close();
    for (const { store } of this.#sides) store.drop();
    this.#keyTable.drop();
  }
}
