import { IntVector } from '../data/batch.ts';
import { BATCH_ROWS } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { KeyedTable, SlotType } from '../state/keyed-table.ts';

/** What a session's row has before the slots of the calls: start and end in milliseconds, and the address of its key's next session. */
export const SESSION_SLOTS = ['i64', 'i64', 'i32'] as const satisfies readonly SlotType[];

/** The end of a session that has become part of another one; its row goes when its time comes. */
export const GONE = -(2n ** 63n);

/** Sessions begun by the batch in hand are named by odd numbers until they have a row. */
const isNew = (session: number): boolean => (session & 1) === 1;

/**
 * The sessions of each key as a list, latest first. No two of them touch. Sessions that a batch begins have a place here first, and a row in
 * state only if they are not merged with others before the batch is through.
 */
export class SessionLists {
  readonly #memory: LinearMemory;
  readonly #table: KeyedTable;
  readonly #heads: KeyedTable;
  readonly #touching: IntVector;
  readonly #starts = new Float64Array(BATCH_ROWS);
  readonly #ends = new Float64Array(BATCH_ROWS);
  readonly #nexts = new Int32Array(BATCH_ROWS);
  /** The batch's row that began each new session, and the address of its state row. */
  readonly #firsts = new Int32Array(BATCH_ROWS);
  readonly #addresses = new Int32Array(BATCH_ROWS);
  #newCount = 0;
  /** By a session that is gone: the one that it is part of. */
  readonly #intoOther = new Map<number, number>();
  /** Sessions of state that are merged, in order. */
  readonly #merges: { readonly into: number; readonly from: number }[] = [];
  /** Rows whose next session may be new. */
  #links: number[] = [];
  #epoch = 0;

  constructor(memory: LinearMemory, table: KeyedTable, heads: KeyedTable) {
    this.#memory = memory;
    this.#table = table;
    this.#heads = heads;
    this.#touching = new IntVector(memory);
  }

  begin(epoch: number): void {
    this.#epoch = epoch;
    this.#newCount = 0;
    this.#intoOther.clear();
    this.#merges.length = 0;
    this.#links = [];
  }

  /** The session of a row of the batch from `start` to `end`, in the list of a head; 0 where it would be a new one that has ended before `now`. */
  add(head: number, row: number, start: number, end: number, now: number): number {
    let before = 0;
    let session = this.headOf(head);
    while (session !== 0 && this.startOf(session) > end) {
      before = session;
      session = this.nextOf(session);
    }
    if (session === 0 || this.endOf(session) < start) {
      if (end - 1 <= now) return 0;
      const made = this.#make(row, start, end, session);
      this.#link(head, before, made);
      return made;
    }
    const earlier = this.nextOf(session);
    if (start < this.startOf(session) && earlier !== 0 && this.endOf(earlier) >= start) return this.#join(head, before, session, earlier);
    if (start < this.startOf(session)) this.#setStart(session, start);
    if (end > this.endOf(session)) this.#setEnd(session, end);
    return session;
  }

  #make(row: number, start: number, end: number, next: number): number {
    const n = this.#newCount++;
    this.#starts[n] = start;
    this.#ends[n] = end;
    this.#nexts[n] = next;
    this.#firsts[n] = row;
    return 2 * n + 1;
  }

  /** Makes one of two neighbours. One that has a row in state stays. */
  #join(head: number, before: number, later: number, earlier: number): number {
    const stays = isNew(later) && !isNew(earlier) ? earlier : later;
    const goes = stays === later ? earlier : later;
    const [start, end] = [this.startOf(earlier), this.endOf(later)];
    if (stays === later) this.setNext(later, this.nextOf(earlier));
    else this.#link(head, before, earlier);
    this.#setStart(stays, start);
    this.#setEnd(stays, end);
    this.#intoOther.set(goes, stays);
    if (!isNew(goes)) this.#merges.push({ into: stays, from: goes });
    return stays;
  }

  headOf(head: number): number {
    return this.#memory.i32[(head + this.#heads.slotOffsets[0]!) >>> 2]!;
  }

  startOf(session: number): number {
    return isNew(session) ? this.#starts[session >> 1]! : this.#memory.longAsNumber(session + this.#table.slotOffsets[0]!);
  }

  endOf(session: number): number {
    return isNew(session) ? this.#ends[session >> 1]! : this.#memory.longAsNumber(session + this.#table.slotOffsets[1]!);
  }

  nextOf(session: number): number {
    return isNew(session) ? this.#nexts[session >> 1]! : this.#memory.i32[(session + this.#table.slotOffsets[2]!) >>> 2]!;
  }

  #setStart(session: number, start: number): void {
    if (isNew(session)) this.#starts[session >> 1] = start;
    else this.#memory.i64[(this.#touched(session) + this.#table.slotOffsets[0]!) >>> 3] = BigInt(start);
  }

  #setEnd(session: number, end: number): void {
    if (isNew(session)) this.#ends[session >> 1] = end;
    else this.#memory.i64[(this.#touched(session) + this.#table.slotOffsets[1]!) >>> 3] = BigInt(end);
  }

  setNext(session: number, next: number): void {
    if (isNew(session)) this.#nexts[session >> 1] = next;
    else {
      this.#memory.i32[(this.#touched(session) + this.#table.slotOffsets[2]!) >>> 2] = next;
      if (isNew(next)) this.#links.push(session);
    }
  }

  #link(head: number, before: number, session: number): void {
    if (before === 0) this.#setHead(head, session);
    else this.setNext(before, session);
  }

  #setHead(head: number, session: number): void {
    this.#memory.i32[(head + this.#heads.slotOffsets[0]!) >>> 2] = session;
  }

  /** State must be told of rows before they are written. */
  #touched(row: number): number {
    this.#touching.view[0] = row;
    this.#table.touch(this.#touching, 1, this.#epoch);
    return row;
  }

  /** Writes which rows of the batch begin sessions that need a row in state; returns how many. */
  listNew(selection: Int32Array): number {
    let count = 0;
    for (let n = 0; n < this.#newCount; n++) if (!this.#intoOther.has(2 * n + 1)) selection[count++] = this.#firsts[n]!;
    return count;
  }

  /** Fills the state rows of new sessions, which `rows` has by the batch's rows, and says which they are. */
  settle(rows: Int32Array, heads: Int32Array, headCount: number, onRow: (row: number, end: number) => void): void {
    for (let n = 0; n < this.#newCount; n++) this.#addresses[n] = rows[this.#firsts[n]!]!;
    for (let n = 0; n < this.#newCount; n++) {
      if (this.#intoOther.has(2 * n + 1)) continue;
      const row = this.#addresses[n]!;
      this.write(row, this.#starts[n]!, this.#ends[n]!, this.#rowOf(this.#nexts[n]!));
      onRow(row, this.#ends[n]!);
    }
    for (const row of this.#links) this.setNext(row, this.#rowOf(this.nextOf(row)));
    for (let t = 0; t < headCount; t++) this.#setHead(heads[t]!, this.#rowOf(this.headOf(heads[t]!)));
  }

  write(row: number, start: number, end: number, next: number): void {
    const [startAt, endAt, nextAt] = this.#table.slotOffsets as readonly [number, number, number];
    const { i64, i32 } = this.#memory;
    i64[(row + startAt) >>> 3] = BigInt(start);
    i64[(row + endAt) >>> 3] = BigInt(end);
    i32[(row + nextAt) >>> 2] = next;
  }

  #rowOf(session: number): number {
    return isNew(session) ? this.#addresses[session >> 1]! : session;
  }

  /** The state row of what add() answered, when the batch is through. */
  resolve(session: number): number {
    if (this.#intoOther.size === 0) return this.#rowOf(session);
    let found = session;
    for (let next = this.#intoOther.get(found); next !== undefined; next = this.#intoOther.get(found)) found = next;
    return this.#rowOf(found);
  }

  /** Sessions of state that became one, in the order in which their rows are to be merged. The one that goes is marked. */
  merges(merge: (into: number, from: number) => void): void {
    for (const { into, from } of this.#merges) {
      merge(into, from);
      this.#memory.i64[(this.#touched(from) + this.#table.slotOffsets[1]!) >>> 3] = GONE;
    }
  }

  /** Puts a row that is in state into its list. */
  insert(head: number, row: number): void {
    const start = this.startOf(row);
    let before = 0;
    let session = this.headOf(head);
    while (session !== 0 && this.startOf(session) > start) {
      before = session;
      session = this.nextOf(session);
    }
    this.setNext(row, session);
    this.#link(head, before, row);
  }

  /** Takes a row out of its list; whether the list is empty now. */
  remove(head: number, row: number): boolean {
    let before = 0;
    let session = this.headOf(head);
    while (session !== row && session !== 0) {
      before = session;
      session = this.nextOf(session);
    }
    this.#link(head, before, this.nextOf(row));
    return this.headOf(head) === 0;
  }

  close(): void {
    this.#touching.free();
  }
}
