import { type Batch, IntVector } from '../data/batch.ts';
import { BATCH_ROWS, type Column } from '../data/column.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { WindowSpec } from '../plan/nodes/node.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../state/keyed-table.ts';
import type { OperatorContext } from './operator.ts';
import { SessionHeap } from './session-heap.ts';
import { GONE, SessionLists } from './session-lists.ts';
import { refuseNulls } from './slice-assigner.ts';
import { WindowTime } from './window-time.ts';

export interface OpenSessionsOptions {
  /** `sizeMs` is the gap. */
  readonly window: WindowSpec;
  readonly timeType: SqlType;
  readonly timeZone: string;
  readonly keyTypes: readonly SqlType[];
  /** Those of a session's row: SESSION_SLOTS, then what the operator keeps of a session. */
  readonly slots: readonly SlotType[];
}

/** Adds what is kept of a session to that of another, with which it has become one. */
export type MergeSessions = (into: number, from: number) => void;

/**
 * The open sessions of each key: rows of which none comes more than the gap after the one before it. A row begins a session, makes one longer, or joins
 * two, as Flink's do: sessions that only touch are one, and a row behind the watermark counts where it meets a session that is still open. A
 * session is closed when the watermark passes its end, which is the gap after its last row.
 *
 * Table `sessions`: keys -> start, end, link, slots of the operator; several rows of a key. Lists of a key's sessions and their order by end are derived.
 */
export class OpenSessions {
  readonly table: KeyedTable;
  readonly time: WindowTime;
  /** After assign(): the rows that are not late, and, by row index, their sessions. */
  readonly selection: IntVector;
  readonly rows = new Int32Array(BATCH_ROWS);
  /** After nextClosed(): sessions. */
  readonly closed: IntVector;
  /** Local time of the watermark; sessions that end at or before it are closed. */
  now = Number.NEGATIVE_INFINITY;
  readonly #context: OperatorContext;
  readonly #window: WindowSpec;
  readonly #heads: KeyedTable;
  readonly #lists: SessionLists;
  /** Every row of the table once, by an end that it had. */
  readonly #ends = new SessionHeap();
  readonly #begins: IntVector;
  #epoch = 0;

  constructor(context: OperatorContext, { window, timeType, timeZone, keyTypes, slots }: OpenSessionsOptions) {
    const { memory } = context.kernels;
    this.#context = context;
    this.#window = window;
    this.time = new WindowTime(window, timeType, timeZone);
    this.table = context.state.keyedTable('sessions', { keyTypes, slots, many: true });
    this.#heads = context.state.keyedTable('heads', { keyTypes, slots: ['i32'] });
    this.#lists = new SessionLists(memory, this.table, this.#heads);
    this.selection = new IntVector(memory);
    this.closed = new IntVector(memory);
    this.#begins = new IntVector(memory);
  }

  /** What table.touch() is to be told while a batch is in hand. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Finds the session of each row of a batch; returns how many rows are not late. May grow the memory. */
  assign(batch: Batch, keyColumns: readonly Column[], merge: MergeSessions): number {
    const times = batch.columns[this.#window.timeColumn]!;
    if (times.hasNulls) refuseNulls(batch, times);
    this.#begin();
    const touched = this.#heads.lookup(batch, keyColumns, this.#epoch);
    const count = this.#find(batch, times);
    const selectedCount = this.#lists.listNew(this.#begins.view);
    if (selectedCount > 0) {
      const first = { rowCount: batch.rowCount, selection: this.#begins, selectedCount };
      this.table.append(first, keyColumns, this.#epoch);
    }
    this.#lists.settle(this.table.rows.view, this.#heads.touched.view, touched, (row, end) => this.#ends.push(end, row));
    this.#lists.merges(merge);
    const selected = this.selection.view;
    for (let n = 0; n < count; n++) this.rows[selected[n]!] = this.#lists.resolve(this.rows[selected[n]!]!);
    this.#forgetEmpty(touched);
    return count;
  }

  #begin(): void {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#lists.begin(this.#epoch);
  }

  /** Selects the rows that are not late, and notes the session of each; returns how many. */
  #find(batch: Batch, times: Column): number {
    const { sizeMs } = this.#window;
    const { memory } = this.#context.kernels;
    const heads = this.#heads.rows.view;
    const selected = this.selection.view;
    let count = 0;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const start = this.time.toLocal(memory.longAsNumber(times.valuesAddress + 8 * i));
      const session = this.#lists.add(heads[i]!, i, start, start + sizeMs, this.now);
      this.rows[i] = session;
      if (session !== 0) selected[count++] = i;
    }
    return count;
  }

  /** Keys of which only late rows came have no session. */
  #forgetEmpty(touched: number): void {
    const heads = this.#heads.touched.view;
    let empty = 0;
    for (let t = 0; t < touched; t++) if (this.#lists.headOf(heads[t]!) === 0) this.#begins.view[empty++] = heads[t]!;
    this.#heads.removeAll(this.#begins, empty);
  }

  /** When the clock closes the next session; undefined where there is none. */
  get nextEnd(): number | undefined {
    return this.#ends.length === 0 ? undefined : this.time.fromLocal(this.#ends.time);
  }

  startOf(session: number): number {
    return this.#lists.startOf(session);
  }

  endOf(session: number): number {
    return this.#lists.endOf(session);
  }

  /** Writes the next sessions that are closed to `closed` and returns how many. Removes the rows of those that are part of others. */
  nextClosed(): number {
    const { i64 } = this.#context.kernels.memory;
    const endAt = this.table.slotOffsets[1]!;
    const ends = this.#ends;
    let count = 0;
    let gone = 0;
    while (count < BATCH_ROWS && gone < BATCH_ROWS && ends.length > 0 && ends.time - 1 <= this.now) {
      const { row } = ends;
      const end = i64[(row + endAt) >>> 3]!;
      ends.pop();
      if (end === GONE) this.#begins.view[gone++] = row;
      else if (Number(end) - 1 <= this.now) this.closed.view[count++] = row;
      else ends.push(Number(end), row);
    }
    this.table.removeAll(this.#begins, gone);
    return count === 0 && gone === BATCH_ROWS ? this.nextClosed() : count;
  }

  /** Removes the first `rowCount` sessions of `closed`, whose keys these columns have. */
  forget(keyColumns: readonly Column[], rowCount: number): void {
    this.#begin();
    this.#heads.lookup({ rowCount, selection: null, selectedCount: 0 }, keyColumns, this.#epoch);
    const heads = this.#heads.rows.view;
    let empty = 0;
    for (let n = 0; n < rowCount; n++) if (this.#lists.remove(heads[n]!, this.closed.view[n]!)) this.#begins.view[empty++] = heads[n]!;
    this.table.removeAll(this.closed, rowCount);
    this.#heads.removeAll(this.#begins, empty);
  }

  /** Makes lists and order of the table's rows, which were restored. Overwrites `keyColumns`. */
  rebuild(keyColumns: readonly Column[]): void {
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#keepLive(this.table.scan(cursor, BATCH_ROWS, this.closed));
      if (count === undefined) return;
      this.#begin();
      this.table.readKeys(this.closed, count, keyColumns);
      this.#heads.lookup({ rowCount: count, selection: null, selectedCount: 0 }, keyColumns, this.#epoch);
      for (let n = 0; n < count; n++) this.#lists.insert(this.#heads.rows.view[n]!, this.closed.view[n]!);
    }
  }

  /** Of the first rows of `closed`, removes those that are part of others and orders the rest by their ends; undefined for no rows. */
  #keepLive(count: number): number | undefined {
    if (count === 0) return undefined;
    const { i64 } = this.#context.kernels.memory;
    const rows = this.closed.view;
    let kept = 0;
    let gone = 0;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      const end = i64[(row + this.table.slotOffsets[1]!) >>> 3]!;
      if (end === GONE) this.#begins.view[gone++] = row;
      else {
        this.#ends.push(Number(end), row);
        rows[kept++] = row;
      }
    }
    this.table.removeAll(this.#begins, gone);
    return kept;
  }

  close(): void {
    for (const vector of [this.selection, this.closed, this.#begins]) vector.free();
    this.#lists.close();
    this.table.drop();
    this.#heads.drop();
  }
}
