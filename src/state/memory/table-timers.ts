import { assert } from '../../common/assert.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../keyed-table.ts';
import type { GroupReader, GroupWriter, RowSet } from '../state-backend.ts';
import type { TimerState } from '../timer-state.ts';
import { rowCountOf } from './row-set.ts';
import { TimerHeap } from './timer-heap.ts';

/** Slots of a timer: its time, and its number, which is 0 when it is not set. */
export const TIMER_SLOTS: readonly SlotType[] = ['i64', 'i32'];

/**
 * Timers over a keyed table whose keys are the operator's keys and the time. A heap beside it, which is not saved, orders them.
 * A cancelled timer stays in the heap until its time; it is told from a later timer in the same row by its number.
 */
export class TableTimers implements TimerState {
  readonly #memory: LinearMemory;
  readonly #table: KeyedTable;
  readonly #heap = new TimerHeap();
  #lastNumber = 0;
  #epoch = 0;

  constructor(memory: LinearMemory, table: KeyedTable) {
    this.#memory = memory;
    this.#table = table;
  }

  get name(): string {
    return this.#table.name;
  }

  get size(): number {
    return this.#table.size;
  }

  get byteSize(): number {
    return this.#table.byteSize + this.#heap.byteSize;
  }

  get nextTime(): bigint | undefined {
    this.#dropCancelled();
    return this.#heap.length === 0 ? undefined : this.#heap.time;
  }

  set(batch: RowSet, keyColumns: readonly Column[], times: Column): void {
    assert(!times.hasNulls, 'a timer has a time');
    const table = this.#table;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    table.lookup(batch, [...keyColumns, times], this.#epoch);
    const rows = table.rows.view;
    for (let n = 0; n < rowCountOf(batch); n++) {
      const i = batch.selection === null ? n : batch.selection.view[n]!;
      if (this.#numberOf(rows[i]!) === 0) this.#start(rows[i]!, times.values[i] as bigint);
    }
  }

  cancel(batch: RowSet, keyColumns: readonly Column[], times: Column): void {
    const table = this.#table;
    table.find(batch, [...keyColumns, times]);
    const rows = table.rows.view;
    const found = table.touched.view;
    let count = 0;
    for (let n = 0; n < rowCountOf(batch); n++) {
      const row = rows[batch.selection === null ? n : batch.selection.view[n]!]!;
      if (row === 0 || this.#numberOf(row) === 0) continue;
      this.#memory.i32[this.#numberAt(row)] = 0;
      found[count++] = row;
    }
    table.removeAll(table.touched, count);
  }

  takeDue(now: bigint, limit: number, keys: readonly Column[], times: Column): number {
    const table = this.#table;
    const due = table.touched.view;
    const most = Math.min(limit, BATCH_ROWS);
    let count = 0;
    while (count < most) {
      this.#dropCancelled();
      if (this.#heap.length === 0 || this.#heap.time > now) break;
      const { row } = this.#heap;
      this.#heap.pop();
      this.#memory.i32[this.#numberAt(row)] = 0;
      due[count++] = row;
    }
    table.readKeys(table.touched, count, [...keys, times]);
    table.removeAll(table.touched, count);
    return count;
  }

  snapshot(writer: GroupWriter): void {
    this.#table.snapshot(writer);
  }

  restore(reader: GroupReader): void {
    this.#table.restore(reader);
    this.#heap.clear();
    const table = this.#table;
    const cursor = new ScanCursor();
    for (let count = table.scan(cursor, BATCH_ROWS, table.touched); count > 0; count = table.scan(cursor, BATCH_ROWS, table.touched)) {
      const rows = table.touched.view;
      for (let i = 0; i < count; i++) this.#start(rows[i]!, this.#memory.i64[(rows[i]! + table.slotOffsets[0]!) >>> 3]!);
    }
  }

  clear(): void {
    this.#table.clear();
    this.#heap.clear();
  }

  drop(): void {
    this.#table.drop();
    this.#heap.clear();
  }

  #start(row: number, time: bigint): void {
    this.#lastNumber = (this.#lastNumber + 1) | 0 || 1;
    this.#memory.i64[(row + this.#table.slotOffsets[0]!) >>> 3] = time;
    this.#memory.i32[this.#numberAt(row)] = this.#lastNumber;
    this.#heap.push(time, row, this.#lastNumber);
  }

  #numberAt(row: number): number {
    return (row + this.#table.slotOffsets[1]!) >>> 2;
  }

  #numberOf(row: number): number {
    return this.#memory.i32[this.#numberAt(row)]!;
  }

  #dropCancelled(): void {
    const heap = this.#heap;
    while (heap.length > 0 && this.#numberOf(heap.row) !== heap.number) heap.pop();
  }
}
