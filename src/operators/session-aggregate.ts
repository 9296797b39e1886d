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
import { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../plan/nodes/node.ts';
import { BaseOperator } from './base-operator.ts';
import { hasNulls } from './calc.ts';
import { OpenSessions } from './open-sessions.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { reserveTexts } from './reserve-texts.ts';
import { SESSION_SLOTS } from './session-lists.ts';
import { END_OF_TIME, jsonTime } from './window-time.ts';

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
 * GROUP BY on sessions, by what they are made by. A session is emitted when it is closed: open-sessions.ts says when that is.
 *
 * State: table `sessions` (grouping keys -> start, end, link, slots of the calls; several rows of a key).
 */
export class SessionAggregateOperator extends BaseOperator {
  readonly #options: SessionAggregateOptions;
  readonly #layout: AggregateLayout;
  readonly #variants = new Map<boolean, AccumulateFunction>();
  readonly #input = new Batch([]);
  #codegen!: CodegenContext;
  #generator!: AggregateCodegen;
  #sessions!: OpenSessions;
  #merge!: MergeFunction;
  #values!: ValuesFunction;
  #touching!: IntVector;
  #out!: Batch;
  #offered = true;

  constructor(options: SessionAggregateOptions) {
    super();
    this.#options = options;
    this.#layout = layoutOf(options.calls, options.input, false, SESSION_SLOTS);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, keys, calls, output, window, timeZone } = this.#options;
    const keyTypes = keys.map((key) => input.fields[key]!.type);
    const timeType = input.fields[window.timeColumn]!.type;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    this.#sessions = new OpenSessions(context, { window, timeType, timeZone, keyTypes, slots: this.#layout.slots });
    const { table } = this.#sessions;
    this.#generator = new AggregateCodegen(this.#codegen, table, this.#layout, calls, input);
    this.#merge = this.#generator.merge(table);
    this.#values = this.#generator.values();
    this.#touching = new IntVector(memory);
    this.#input.selection = this.#sessions.selection;
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
  }

  process(_port: number, batch: Batch): boolean {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    const keyColumns = this.#options.keys.map((key) => batch.columns[key]!);
    const count = this.#sessions.assign(batch, keyColumns, (into, from) => this.#mergeRow(into, from));
    this.context.metrics.lateRows += batch.size - count;
    this.#accumulate(batch, count);
    return true;
  }

  #mergeRow(into: number, from: number): void {
    const { table, epoch } = this.#sessions;
    const { i32 } = this.context.kernels.memory;
    let bytes = 0;
    for (const [slot, kind] of this.#layout.slots.entries()) if (kind === 'bytes16') bytes += i32[(from + table.slotOffsets[slot]!) >>> 2]!;
    if (bytes > 0) table.reserveByteSize(this.#layout.slots.length, bytes);
    this.#touching.view[0] = from;
    this.#touching.view[1] = into;
    table.touch(this.#touching, 2, epoch);
    this.#merge(Int32Array.of(into), Int32Array.of(from), 1);
  }

  #accumulate(batch: Batch, count: number): void {
    if (count === 0) return;
    const input = this.#input;
    input.columns = batch.columns;
    input.rowCount = batch.rowCount;
    input.selectedCount = count;
    const { table, rows, selection, epoch } = this.#sessions;
    for (let n = 0; n < count; n++) this.#touching.view[n] = rows[selection.view[n]!]!;
    table.touch(this.#touching, count, epoch);
    reserveTexts(table, input, this.#options.calls);
    this.#variant(input)(input, rows, []);
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

  /** Sessions of processing time close by the clock; at the end of the input the last ones close early, so that no row is lost. */
  override watermark(time: bigint): boolean {
    if (!this.#options.window.eventTime && time < END_OF_TIME) return true;
    return this.#closeUntil(Number(time));
  }

  override nextTimer(): number | undefined {
    return this.#options.window.eventTime ? undefined : this.#sessions.nextEnd;
  }

  override timer(nowMs: number): boolean {
    return this.#closeUntil(nowMs - 1);
  }

  #closeUntil(time: number): boolean {
    const sessions = this.#sessions;
    sessions.now = sessions.time.toLocal(time);
    for (;;) {
      if (!this.#offered) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#offered = true;
        sessions.forget(this.#keyColumns, this.#out.rowCount);
      }
      const count = sessions.nextClosed();
      if (count === 0) return true;
      this.#fill(count);
    }
  }

  get #keyColumns(): readonly Column[] {
    return this.#out.columns.slice(0, this.#options.keys.length);
  }

  #fill(count: number): void {
    const { keys, calls, properties } = this.#options;
    const { table, closed } = this.#sessions;
    const columns = this.#out.columns as Column[];
    table.readKeys(closed, count, columns.slice(0, keys.length));
    this.#codegen.arena.reset();
    this.#values(closed.view, count, columns.slice(keys.length, keys.length + calls.length));
    for (const [i, property] of properties.entries()) {
      const values = columns[keys.length + calls.length + i]!.values as BigInt64Array;
      for (let n = 0; n < count; n++) values[n] = BigInt(this.#propertyOf(closed.view[n]!, property));
    }
    this.#out.rowCount = count;
    this.#offered = false;
  }

  #propertyOf(row: number, property: WindowProperty): number {
    if (property === 'start') return this.#sessions.startOf(row);
    const end = this.#sessions.endOf(row);
    return property === 'end' ? end : this.#sessions.time.fromLocal(end - 1);
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#sessions.table.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#sessions.now) });
  }

  override restore(reader: SnapshotReader): void {
    this.#sessions.table.restore(reader);
    const times = (reader.readOperator('time') as { now: number | string }[]).map(({ now }) => Number(now));
    this.#sessions.now = times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
    this.#sessions.rebuild(this.#keyColumns);
  }

  override close(): void {
    for (const column of this.#out.columns) column.free();
    this.#touching.free();
    this.#sessions.close();
    this.#codegen.free();
  }
}
