import { Batch, ByteVector, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';
import { ScanCursor } from '../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../state/row-store.ts';
import { BaseOperator } from './base-operator.ts';
import { OpenSessions } from './open-sessions.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';
import { RowList } from './row-list.ts';
import { SESSION_SLOTS } from './session-lists.ts';
import { END_OF_TIME, jsonTime } from './window-time.ts';

const HEADROOM = 16 * 1024 * 1024;
/** What a session's row has behind SESSION_SLOTS: its latest and its first stored row, and whether their list is out of order. */
const [LATEST, FIRST, MIXED] = [SESSION_SLOTS.length, SESSION_SLOTS.length + 1, SESSION_SLOTS.length + 2];
/** Links of a stored row: the one that came before it to its session, the number of its arrival, its kind. */
const [PREVIOUS, ARRIVAL, KIND] = [0, 1, 2];

export interface SessionAssignOptions {
  readonly input: Schema;
  readonly output: Schema;
  /** `sizeMs` is the gap; `partition` says which rows share their sessions. */
  readonly window: WindowSpec;
  readonly timeZone: string;
}

/** How the rows of open sessions are kept. */
export const sessionStore = (input: Schema, { partition = [] }: WindowSpec): RowStoreOptions => ({
  types: input.fields.map(({ type }) => type),
  groupColumns: partition,
  links: 3,
});

/**
 * The SESSION table function whose rows are not aggregated at once: rows are kept until their session is closed (open-sessions.ts says when that is), and
 * then come out as they came, with window_start, window_end and window_time. What takes rows back is a row like others, as in Flink: it makes a
 * session longer, too.
 *
 * State: `rows`. Sessions are derived of them, because a session is what its rows' gaps cover without a break.
 */
export class SessionAssignOperator extends BaseOperator {
  readonly #options: SessionAssignOptions;
  #store!: RowStore;
  #sessions!: OpenSessions;
  readonly #rows = new Batch([]);
  #arrivals = 0;
  #touching!: IntVector;
  #addresses!: IntVector;
  #kinds!: ByteVector;
  #keyColumns: readonly Column[] = [];
  #out!: Batch;
  /** Rows of the sessions that are being closed, and where in the list each session's end; how many rows, and sessions, are out. */
  readonly #due = new RowList();
  readonly #dueEnds = new RowList();
  #next = 0;
  #session = 0;
  #isPending = false;

  constructor(options: SessionAssignOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { input, output, window, timeZone } = this.#options;
    const { fields } = input;
    const keyTypes = (window.partition ?? []).map((column) => fields[column]!.type);
    const slots = [...SESSION_SLOTS, 'i32', 'i32', 'i32'] as const;
    this.#store = context.state.rowStore('rows', sessionStore(input, window));
    this.#sessions = new OpenSessions(context, { window, timeType: fields[window.timeColumn]!.type, timeZone, keyTypes, slots });
    this.#keyColumns = keyTypes.map((type) => new Column(memory, type));
    this.#touching = new IntVector(memory);
    this.#addresses = new IntVector(memory);
    this.#kinds = new ByteVector(memory);
    this.#rows.selection = this.#sessions.selection;
    this.#out = new Batch(output.fields.map(({ type }) => new Column(memory, type)));
  }

  process(_port: number, batch: Batch): boolean {
    this.context.kernels.memory.ensureHeadroom(HEADROOM);
    this.#store.begin();
    const count = this.#assign(batch);
    this.context.metrics.lateRows += batch.size - count;
    if (count > 0) this.#keep(batch, count);
    return true;
  }

  #assign(batch: Batch): number {
    const keys = (this.#options.window.partition ?? []).map((column) => batch.columns[column]!);
    return this.#sessions.assign(batch, keys, (into, from) => this.#mergeLists(into, from));
  }

  #slotAt(session: number, slot: number): number {
    return (session + this.#sessions.table.slotOffsets[slot]!) >>> 2;
  }

  #linkAt(row: number, link: number): number {
    return (row + this.#store.linkOffsets[link]!) >>> 2;
  }

  /** The list that goes is put before the other; what is out of order is sorted when the session is closed. */
  #mergeLists(into: number, from: number): void {
    const { i32 } = this.context.kernels.memory;
    const [latest, first] = [i32[this.#slotAt(from, LATEST)]!, i32[this.#slotAt(from, FIRST)]!];
    if (latest === 0) return;
    const oldest = i32[this.#slotAt(into, FIRST)]!;
    if (oldest === 0) i32[this.#slotAt(into, LATEST)] = latest;
    else {
      this.#touching.view[0] = oldest;
      this.#store.touch(this.#touching, 1);
      i32[this.#linkAt(oldest, PREVIOUS)] = latest;
    }
    i32[this.#slotAt(into, FIRST)] = first;
    i32[this.#slotAt(into, MIXED)] = 1;
  }

  /** Stores the rows that are not late and lists them. */
  #keep(batch: Batch, count: number): void {
    const rows = this.#rows;
    rows.columns = batch.columns;
    rows.rowCount = batch.rowCount;
    rows.selectedCount = count;
    this.#store.place(rows);
    this.#store.write(rows);
    const { i32 } = this.context.kernels.memory;
    const stored = this.#store.rows.view;
    const selected = this.#sessions.selection.view;
    for (let n = 0; n < count; n++) {
      const i = selected[n]!;
      const row = stored[i]!;
      i32[this.#linkAt(row, ARRIVAL)] = ++this.#arrivals | 0;
      i32[this.#linkAt(row, KIND)] = batch.kind(i);
      this.#list(this.#sessions.rows[i]!, row);
    }
  }

  #list(session: number, row: number): void {
    const { i32 } = this.context.kernels.memory;
    const latest = i32[this.#slotAt(session, LATEST)]!;
    i32[this.#linkAt(row, PREVIOUS)] = latest;
    i32[this.#slotAt(session, LATEST)] = row;
    if (latest === 0) i32[this.#slotAt(session, FIRST)] = row;
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
      if (this.#isPending) {
        if (!this.context.out.offer(this.#out)) return false;
        this.#isPending = false;
        this.#store.begin();
        this.#store.remove(this.#addresses, this.#out.rowCount);
      }
      if (this.#next === this.#due.length) {
        this.#forgetSessions();
        const count = sessions.nextClosed();
        if (count === 0) return true;
        this.#listDue(count);
      }
      this.#fill();
    }
  }

  /** Sessions all of whose rows are out. */
  #forgetSessions(): void {
    const count = this.#dueEnds.length;
    if (count === 0) return;
    this.#sessions.table.readKeys(this.#sessions.closed, count, this.#keyColumns);
    this.#sessions.forget(this.#keyColumns, count);
    this.#due.length = this.#dueEnds.length = 0;
    this.#next = this.#session = 0;
  }

  #listDue(count: number): void {
    const { i32 } = this.context.kernels.memory;
    for (let n = 0; n < count; n++) {
      const session = this.#sessions.closed.view[n]!;
      const from = this.#due.length;
      for (let row = i32[this.#slotAt(session, LATEST)]!; row !== 0; row = i32[this.#linkAt(row, PREVIOUS)]!) this.#due.push(row);
      const rows = this.#due.view(from);
      if (i32[this.#slotAt(session, MIXED)] === 0) rows.reverse();
      else this.#sort(rows);
      this.#dueEnds.push(this.#due.length);
    }
  }

  /** By arrival. The numbers may wrap: they are told apart as long as fewer than half of them are in use. */
  #sort(rows: Int32Array): void {
    const { i32 } = this.context.kernels.memory;
    rows.sort((a, b) => (i32[this.#linkAt(a, ARRIVAL)]! - i32[this.#linkAt(b, ARRIVAL)]!) | 0);
  }

  #fill(): void {
    const columns = this.#out.columns as Column[];
    const width = this.#options.input.fields.length;
    const count = this.#due.copy(this.#next, BATCH_ROWS, this.#addresses.view);
    this.#store.read(this.#addresses, count, columns.slice(0, width));
    const { i32 } = this.context.kernels.memory;
    const kinds = this.#kinds.view;
    let changes = 0;
    for (let n = 0; n < count; n++) changes |= kinds[n] = i32[this.#linkAt(this.#addresses.view[n]!, KIND)]!;
    this.#writeWindows(columns.slice(width), count);
    this.#next += count;
    this.#out.rowCount = count;
    this.#out.kinds = changes === 0 ? null : this.#kinds;
    this.#isPending = true;
  }

  #writeWindows(columns: readonly Column[], count: number): void {
    const [starts, ends, times] = columns.map((column) => column.values as BigInt64Array) as [BigInt64Array, BigInt64Array, BigInt64Array];
    const sessions = this.#sessions;
    for (let n = 0; n < count; ) {
      while (this.#dueEnds.at(this.#session) <= this.#next + n) this.#session++;
      const session = sessions.closed.view[this.#session]!;
      const until = Math.min(count, this.#dueEnds.at(this.#session) - this.#next);
      const end = sessions.endOf(session);
      starts.fill(BigInt(sessions.startOf(session)), n, until);
      ends.fill(BigInt(end), n, until);
      times.fill(BigInt(sessions.time.fromLocal(end - 1)), n, until);
      n = until;
    }
  }

  override snapshot(writer: SnapshotWriter): void {
    this.#store.snapshot(writer);
    writer.writeOperator('time', { now: jsonTime(this.#sessions.now), arrivals: this.#arrivals });
  }

  override restore(reader: SnapshotReader): void {
    this.#store.restore(reader);
    const times = reader.readOperator('time') as { now: number | string; arrivals: number }[];
    this.#listStored();
    if (times.length > 0) this.#sessions.now = Math.min(...times.map(({ now }) => Number(now)));
    this.#arrivals = Math.max(0, ...times.map(({ arrivals }) => arrivals));
  }

  /** Makes the sessions of the rows that are stored; their time says that none of them is late. */
  #listStored(): void {
    const { memory } = this.context.kernels;
    const stored = new Batch(this.#out.columns.slice(0, this.#options.input.fields.length));
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#store.scan(cursor, BATCH_ROWS, this.#addresses);
      if (count === 0) return;
      memory.ensureHeadroom(HEADROOM);
      this.#store.begin();
      this.#store.read(this.#addresses, count, stored.columns);
      stored.rowCount = count;
      this.#assign(stored);
      for (let n = 0; n < count; n++) {
        const session = this.#sessions.rows[n]!;
        this.#list(session, this.#addresses.view[n]!);
        memory.i32[this.#slotAt(session, MIXED)] = 1;
      }
    }
  }

  override close(): void {
    for (const column of [...this.#out.columns, ...this.#keyColumns]) column.free();
    for (const vector of [this.#touching, this.#addresses, this.#kinds]) vector.free();
    this.#sessions.close();
    this.#store.drop();
  }
}
