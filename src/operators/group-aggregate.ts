import {
  type AccumulateFunction,
  AggregateCodegen,
  type AggregateLayout,
  type ChangedFunction,
  layoutOf,
  orderedCalls,
  type ValuesFunction,
} from '../codegen/aggregate.ts';
import { CodegenContext } from '../codegen/environment.ts';
import { Batch, ByteVector, IntVector, RowKind } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { storageOf } from '../data/types/storage.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor } from '../state/keyed-table.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import { DistinctTables } from './distinct-tables.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { OrderedValues } from './ordered-values.ts';
import type { PartialLayout } from './partial-layout.ts';
import { reserveTexts } from './reserve-texts.ts';
import { firstTimer, StateTtl } from './state-ttl.ts';

const HEADROOM = 16 * 1024 * 1024;
/** Rows looked up and updated at a time: so few that they, and the translations of their addresses, are still cached for the update. */
const PART_ROWS = 512;
/** More rows than this that meet their group again in a batch, and all values are read at the end. */
const MAX_REPEATS = 64;

export interface GroupAggregateOptions {
  readonly input: Schema;
  readonly output: Schema;
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  /** Whether the input may take rows back. */
  readonly inputInsertOnly: boolean;
  /** Whether -U rows are wanted before +U. */
  readonly updateBefore: boolean;
  /**
   * 'batch': one change per group and batch; 'record': a change for each input row, as Flink without mini-batch; 'final': each group
   * once, when the input has ended, and without keys a row even of no input.
   */
  readonly changelog: 'batch' | 'record' | 'final';
  readonly timeZone: string;
  /** Of rows that come as accumulators, which a PartialAggregateOperator has made of `input`: how they lie. */
  readonly partial?: PartialLayout | undefined;
  /** How long a group that gets no rows is kept, in milliseconds; for ever by default. Of no effect with 'final'. */
  readonly stateTtlMs?: number | undefined;
}

/**
 * GROUP BY without a window. One state row per group holds the slots of all calls; a lookup per batch finds the rows, one generated
 * loop updates them, and the touched rows are compared with what they were before the batch: that is the changelog.
 *
 * With a time to live, a group whose time is over begins anew with the next row that is added; rows that are taken back before that are left out, as
 * in Flink. A group that did not change is emitted as well, so that what follows keeps it, too.
 *
 * State: table `groups` (grouping keys -> slots, with a row count where rows can be taken back, and the time of the last row where there is a time
 * to live), tables `distinct-N`, stores `ordered-N`.
 */
export class GroupAggregateOperator extends BaseOperator {
  readonly #options: GroupAggregateOptions;
  readonly #layout: AggregateLayout;
  /** A group that a row reached has changed for sure: rows are only added, and one of the calls counts all of them. */
  readonly #alwaysChanged: boolean;
  /** Every touched group makes one row of output: nothing to compare, to take back or to remove. */
  readonly #direct: boolean;
  /** Batches are looked up in parts where nothing else needs the whole batch: DISTINCT does, and making room for texts. */
  readonly #inParts: boolean;
  readonly #variants = new Map<string, AccumulateFunction>();
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #groups!: KeyedTable;
  #distinct!: DistinctTables;
  #ordered!: OrderedValues;
  #values!: ValuesFunction;
  #changed!: ChangedFunction;
  readonly #ttlMs: number | undefined;
  #ttl: StateTtl | undefined;
  #epoch = 0;
  #out!: Batch;
  #outKeys!: readonly Column[];
  #valueColumns!: readonly Column[];
  #kinds!: ByteVector;
  #sources!: IntVector;
  #keyRows!: IntVector;
  #single!: IntVector;
  #kept!: IntVector;
  /** Where the work on the batch in hand stands: rows of 'record' mode, touched groups, and whether #out waits to be taken. */
  #row = -1;
  #touched = 0;
  #next = 0;
  /** State rows that were met again after their values were read. */
  readonly #repeated = new Int32Array(MAX_REPEATS);
  #repeats = 0;
  #offered = true;
  /** Where giving out the final rows stands. */
  #scan: ScanCursor | undefined;

  constructor(options: GroupAggregateOptions) {
    super();
    this.#options = options;
    this.#layout = layoutOf(options.calls, options.input, !options.inputInsertOnly);
    this.#alwaysChanged = options.inputInsertOnly && options.calls.some(countsAllRows);
    this.#ttlMs = options.changelog === 'final' ? undefined : options.stateTtlMs;
    this.#direct = this.#ttlMs === undefined && this.#alwaysChanged && !options.updateBefore && options.changelog === 'batch';
    this.#inParts =
      this.#ttlMs === undefined &&
      (options.inputInsertOnly || orderedCalls(options.calls).length === 0) &&
      options.calls.every(
        ({ argument, distinct }) => !distinct && (argument === undefined || storageOf(options.input.fields[argument]!.type) !== 'bytes'),
      );
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, output, timeZone, updateBefore, changelog } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    this.#groups = context.state.keyedTable('groups', {
      keyTypes,
      slots: this.#ttlMs === undefined ? this.#layout.slots : [...this.#layout.slots, 'f64'],
      spills: true,
      saveBefore: changelog !== 'final' && (!this.#alwaysChanged || updateBefore),
    });
    if (this.#ttlMs !== undefined) {
      this.#ttl = new StateTtl(context.kernels, context.clock, this.#ttlMs, this.#groups, this.#layout.slots.length);
    }
    this.#distinct = new DistinctTables(context, this.#codegen, {
      input,
      keys,
      calls,
      counted: this.#layout.rowCount !== undefined,
      ttlMs: this.#ttlMs,
    });
    this.#generator = new AggregateCodegen(this.#codegen, this.#groups, this.#layout, calls, input);
    const ordered = this.#layout.rowCount === undefined ? [] : calls;
    this.#ordered = new OrderedValues(context, this.#codegen, this.#generator, this.#groups, input, keys, ordered);
    this.#values = this.#generator.values();
    this.#changed = this.#generator.changed();
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
    this.#outKeys = this.#out.columns.slice(0, keys.length);
    this.#valueColumns = this.#out.columns.slice(keys.length);
    this.#kinds = new ByteVector(memory);
    this.#sources = new IntVector(memory);
    this.#keyRows = new IntVector(memory);
    this.#single = new IntVector(memory);
    this.#kept = new IntVector(memory);
  }

  process(_port: number, batch: Batch): boolean {
    switch (this.#options.changelog) {
      case 'batch':
        return this.#processBatch(batch);
      case 'record':
        return this.#processRows(batch);
      case 'final':
        this.#update(batch);
        return true;
    }
  }

  override endOfInput(): boolean {
    if (this.#options.changelog !== 'final') return true;
    this.#scan ??= this.#startScan();
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
      }
      const count = this.#groups.scan(this.#scan, BATCH_ROWS, this.#sources);
      if (count === 0) return true;
      this.#fillFinal(count);
    }
  }

  #fillFinal(count: number): void {
    const out = this.#out;
    const present = this.#dropEmpty(count);
    this.#groups.readKeys(this.#sources, present, this.#outKeys);
    this.#codegen.arena.reset();
    this.#values(this.#sources.view, present, this.#valueColumns);
    out.rowCount = present;
    out.kinds = null;
    this.#offered = present === 0;
  }

  /** Groups whose rows were all taken back are left out. */
  #dropEmpty(count: number): number {
    if (this.#layout.rowCount === undefined) return count;
    const counter = this.#groups.slotOffsets[this.#layout.rowCount]!;
    const { i64 } = this.context.kernels.memory;
    const sources = this.#sources.view;
    let present = 0;
    for (let n = 0; n < count; n++) if (i64[(sources[n]! + counter) >>> 3] !== 0n) sources[present++] = sources[n]!;
    return present;
  }

  /** Without keys there is one group, also of no rows. */
  #startScan(): ScanCursor {
    if (this.#options.keys.length === 0 && this.#groups.size === 0) {
      const empty = Object.assign(new Batch([]), { rowCount: 1 });
      this.#epoch = (this.#epoch + 1) | 0 || 1;
      this.#groups.lookup(empty, [], this.#epoch);
    }
    return new ScanCursor();
  }

  #processBatch(batch: Batch): boolean {
    if (this.#row === -1) {
      this.#row = 0;
      this.#update(batch);
      if (this.#direct) this.#fillDirect(batch);
    }
    if (!this.#emit()) return false;
    this.#row = -1;
    return true;
  }

  /** One row at a time: the same path over a selection of one. */
  #processRows(batch: Batch): boolean {
    const one = Object.assign(new Batch(batch.columns), {
      rowCount: batch.rowCount,
      kinds: batch.kinds,
      selection: this.#single,
      selectedCount: 1,
    });
    for (;;) {
      if (this.#row !== -1 && !this.#emit()) return false;
      if (++this.#row >= batch.size) break;
      this.#single.view[0] = batch.rowIndex(this.#row);
      this.#update(one);
    }
    this.#row = -1;
    return true;
  }

  /** Folds a batch into the state. Afterwards #touched rows wait to be emitted. */
  #update(batch: Batch): void {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#codegen.arena.reset();
    this.#repeats = 0;
    this.#touched = 0;
    const partRows = this.#inParts ? PART_ROWS : BATCH_ROWS;
    for (let from = 0; from < batch.size; from += partRows) this.#updatePart(batch, from, Math.min(from + partRows, batch.size));
    this.#next = 0;
  }

  #updatePart(batch: Batch, from: number, to: number): void {
    const touchedBefore = this.#touched;
    this.#touched = this.#groups.lookup(batch, this.#keyColumns(batch), this.#epoch, from, to);
    if (this.#ttl !== undefined) {
      this.#ttl.renew(touchedBefore, this.#touched);
      batch = this.#withoutOrphans(batch);
      to = batch.size;
    }
    this.#distinct.lookup(batch, [], this.#epoch);
    reserveTexts(this.#groups, batch, this.#options.calls, this.#options.partial);
    this.#ordered.update(batch, this.#touched);
    this.#variant(batch)(batch, this.#groups.rows.view, this.#distinct.rows, from, to);
    if (this.#direct) this.#readPart(batch, from, to, touchedBefore);
  }

  /** Leaves rows out that take back what a group does not know any more: none was added to it since it began. */
  #withoutOrphans(batch: Batch): Batch {
    if (batch.kinds === null || this.#options.inputInsertOnly) return batch;
    const { touched, touchedNew, rows } = this.#groups;
    const empty = new Set<number>();
    for (let t = 0; t < this.#touched; t++) if (touchedNew.view[t] === 1) empty.add(touched.view[t]!);
    if (empty.size === 0) return batch;
    const kept = this.#kept.view;
    let selectedCount = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const isTakenBack = batch.kind(i) === RowKind.updateBefore || batch.kind(i) === RowKind.delete;
      if (isTakenBack && empty.has(rows.view[i]!)) continue;
      empty.delete(rows.view[i]!);
      kept[selectedCount++] = i;
    }
    const { rowCount, kinds } = batch;
    return Object.assign(new Batch(batch.columns), { rowCount, kinds, selection: this.#kept, selectedCount });
  }

  /** Reads the values of the groups that a part of the batch touched first, and lists rows that may have met groups of earlier parts. */
  #readPart(batch: Batch, from: number, to: number, touchedBefore: number): void {
    const repeats = to - from - (this.#touched - touchedBefore);
    if (this.#repeats + repeats > MAX_REPEATS) {
      this.#repeats = MAX_REPEATS + 1;
      return;
    }
    this.#values(this.#groups.touched.view, this.#touched, this.#valueColumns, touchedBefore);
    if (from === 0 || repeats === 0) return;
    const first = this.#groups.touchedFirst.view;
    let t = touchedBefore;
    for (let n = from; n < to; n++) {
      const i = batch.rowIndex(n);
      if (t < this.#touched && first[t] === i) t++;
      else this.#repeated[this.#repeats++] = this.#groups.rows.view[i]!;
    }
  }

  /** Output straight from the touched groups. Values that changed after they were read are read again. */
  #fillDirect(batch: Batch): void {
    const { touched, touchedFirst, touchedNew } = this.#groups;
    const count = this.#touched;
    const kinds = this.#kinds.view;
    const isNew = touchedNew.view;
    for (let t = 0; t < count; t++) kinds[t] = isNew[t] === 1 ? RowKind.insert : RowKind.updateAfter;
    if (this.#repeats > MAX_REPEATS) this.#values(touched.view, count, this.#valueColumns);
    else
      for (let n = 0; n < this.#repeats; n++) {
        const t = touched.view.indexOf(this.#repeated[n]!);
        // Reading from 0 on sets anew whether there are nulls, so the whole is read.
        this.#values(touched.view, t === 0 ? count : t + 1, this.#valueColumns, t);
      }
    this.#groups.readTouchedKeys(touched, touchedFirst, count, this.#keyColumns(batch), this.#outKeys);
    this.#out.rowCount = count;
    this.#out.kinds = this.#kinds;
    this.#next = count;
    this.#offered = count === 0;
  }

  #keyColumns(batch: Batch): Column[] {
    const { partial, keys } = this.#options;
    return (partial?.keys ?? keys).map((key) => batch.columns[key]!);
  }

  #variant(batch: Batch): AccumulateFunction {
    const { partial } = this.#options;
    if (partial !== undefined) return this.#slotsVariant(batch.selection !== null, partial);
    const nulls = batch.columns.some(hasNulls);
    const selected = batch.selection !== null;
    const kinds = batch.kinds !== null && !this.#options.inputInsertOnly;
    const key = `${nulls}${selected}${kinds}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      variant = this.#generator.accumulate({ nulls, selected, kinds }, this.#distinct.parts);
      this.#variants.set(key, variant);
    }
    return variant;
  }

  #slotsVariant(selected: boolean, { schema, firstSlot }: PartialLayout): AccumulateFunction {
    const key = `slots${selected}`;
    let variant = this.#variants.get(key);
    if (variant === undefined) {
      variant = this.#generator.accumulateSlots(selected, schema, firstSlot);
      this.#variants.set(key, variant);
    }
    return variant;
  }

  /** Emits what changed, batch by batch; false when the outlet refused. */
  #emit(): boolean {
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
      }
      if (this.#next >= this.#touched) return true;
      const count = this.#collect();
      if (count > 0) this.#fill(count);
    }
  }

  /** Lists changes of the next touched rows: address of the values, address of the keys, kind. Dead groups are removed at the end. */
  #collect(): number {
    const { memory } = this.context.kernels;
    const { beforeAddress, beforeStride } = this.#groups;
    const touched = this.#groups.touched.view;
    const isNew = this.#groups.touchedNew.view;
    const [sources, keyRows, kinds] = [this.#sources.view, this.#keyRows.view, this.#kinds.view];
    const counter = this.#layout.rowCount === undefined ? -1 : this.#groups.slotOffsets[this.#layout.rowCount]!;
    const { updateBefore } = this.#options;
    const check = !this.#alwaysChanged && this.#ttl === undefined;
    const { i64 } = memory;
    let count = 0;
    let t = this.#next;
    for (; t < this.#touched && count + 2 <= BATCH_ROWS; t++) {
      const row = touched[t]!;
      const before = beforeAddress + t * beforeStride;
      const dead = counter !== -1 && i64[(row + counter) >>> 3] === 0n;
      if (isNew[t] === 1) {
        if (dead) {
          this.#groups.remove(row);
          continue;
        }
        sources[count] = keyRows[count] = row;
        kinds[count++] = RowKind.insert;
        continue;
      }
      if (dead) {
        sources[count] = before;
        keyRows[count] = row;
        kinds[count++] = RowKind.delete;
        continue;
      }
      if (check && !this.#changed(row, before)) continue;
      if (updateBefore) {
        sources[count] = before;
        keyRows[count] = row;
        kinds[count++] = RowKind.updateBefore;
      }
      sources[count] = keyRows[count] = row;
      kinds[count++] = RowKind.updateAfter;
    }
    this.#next = t;
    return count;
  }

  #fill(count: number): void {
    const out = this.#out;
    this.#groups.readKeys(this.#keyRows, count, this.#outKeys);
    this.#codegen.arena.reset();
    this.#values(this.#sources.view, count, this.#valueColumns);
    out.rowCount = count;
    out.kinds = this.#kinds;
    this.#offered = false;
    if (this.#layout.rowCount !== undefined) this.#removeDead(count);
  }

  /** Rows of groups that ended. Their keys and values stay readable until the next batch. */
  #removeDead(count: number): void {
    const kinds = this.#kinds.view;
    for (let i = 0; i < count; i++) if (kinds[i] === RowKind.delete) this.#groups.remove(this.#keyRows.view[i]!);
  }

  override nextTimer(): number | undefined {
    return firstTimer(this.#ttls);
  }

  /** Looks for groups and values whose time is over. */
  override timer(nowMs: number): boolean {
    for (const ttl of this.#ttls) ttl.sweep(nowMs);
    return true;
  }

  get #ttls(): readonly StateTtl[] {
    return this.#ttl === undefined ? [] : [this.#ttl, ...this.#distinct.ttls];
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#groups.snapshot(writer);
    this.#distinct.snapshot(writer);
    this.#ordered.snapshot(writer);
  }

  override restore(reader: SnapshotReader): void {
    this.#groups.restore(reader);
    this.#ttl?.restored();
    this.#distinct.restore(reader);
    this.#ordered.restore(reader);
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    for (const vector of [this.#kinds, this.#sources, this.#keyRows, this.#single, this.#kept]) vector.free();
    this.#distinct.close();
    this.#ordered.close();
    this.#ttl?.close();
    this.#groups.drop();
    this.#codegen.free();
  }
}

const countsAllRows = (call: AggregateCall): boolean =>
  call.function.name === 'COUNT' && call.argument === undefined && call.filter === undefined && !call.distinct;
