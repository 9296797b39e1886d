import type { Clock } from '../common/clock.ts';
import { IntVector } from '../data/batch.ts';
import { BATCH_ROWS } from '../data/column.ts';
import type { Kernels } from '../kernels/kernels.ts';
import { type KeyedTable, ScanCursor, type SlotType } from '../state/keyed-table.ts';

const SLOT_BYTES: Readonly<Record<Exclude<SlotType, 'bytes16'>, number>> = {
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  f32: 4,
  f64: 8,
  i128: 16,
  ts96: 12,
};
/** Rows that are looked at in one turn. */
const SWEPT_ROWS = 4 * BATCH_ROWS;
/** A table is looked through so often at most while a row lives. */
const SWEEPS = 8;

/**
 * Time to live, as Flink's `table.exec.state.ttl`: a row that has not been written for so long is as if it were not there, and is removed in the
 * background. Time is processing time; it goes on while a job is stopped. A row that does not say when it was written, because it is of a time
 * without this, counts as written when it is met first.
 */
export class StateTtl {
  readonly #kernels: Kernels;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #table: KeyedTable;
  /** Where a row has the time of its last write, an f64 of milliseconds. */
  readonly #offset: number;
  readonly #list: IntVector;
  #cursor: ScanCursor | undefined;
  /** The earliest write that the sweep under way has met. */
  #oldest = Number.POSITIVE_INFINITY;
  #next: number | undefined;

  /** `slot`: the number of the table's f64 slot for it. */
  constructor(kernels: Kernels, clock: Clock, ttlMs: number, table: KeyedTable, slot: number) {
    this.#kernels = kernels;
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#table = table;
    this.#offset = table.slotOffsets[slot]!;
    this.#list = new IntVector(kernels.memory);
  }

  /** Begins rows anew that this epoch has touched after their time, from the `first` touched on, and notes that all of them are written. */
  renew(first: number, end: number): void {
    const now = this.#clock.now();
    const { touched, touchedNew } = this.#table;
    for (let t = first; t < end; t++) {
      const row = touched.view[t]!;
      if (touchedNew.view[t] === 0 && this.isOver(row, now)) {
        this.#clear(row);
        touchedNew.view[t] = 1;
      }
      this.#kernels.memory.f64[(row + this.#offset) >>> 3] = now;
    }
    this.#next ??= now + this.#ttlMs;
  }

  /** Whether a row's time is over. */
  isOver(row: number, now = this.#clock.now()): boolean {
    const written = this.#kernels.memory.f64[(row + this.#offset) >>> 3]!;
    return written !== 0 && written + this.#ttlMs <= now;
  }

  /** Rows may have come that were written long ago. */
  restored(): void {
    this.#next = this.#clock.now();
  }

  /** Rows were written now by others. */
  written(): void {
    this.#next ??= this.#clock.now() + this.#ttlMs;
  }

  nextTimer(): number | undefined {
    return this.#next;
  }

  /** Looks at some rows and removes those whose time is over. Not within an epoch whose rows are still needed. */
  sweep(now: number): void {
    if (this.#next === undefined || this.#next > now) return;
    this.#cursor ??= new ScanCursor();
    for (let seen = 0; seen < SWEPT_ROWS; ) {
      const count = this.#table.scan(this.#cursor, BATCH_ROWS, this.#list);
      if (count === 0) return this.#endSweep(now);
      seen += count;
      this.#table.removeAll(this.#list, this.#keepOver(count, now));
    }
  }

  close(): void {
    this.#list.free();
  }

  /** Leaves the rows in the list whose time is over; returns how many. */
  #keepOver(count: number, now: number): number {
    const rows = this.#list.view;
    const { f64 } = this.#kernels.memory;
    let over = 0;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      if (this.isOver(row, now)) {
        rows[over++] = row;
        continue;
      }
      const at = (row + this.#offset) >>> 3;
      if (f64[at] === 0) f64[at] = now;
      this.#oldest = Math.min(this.#oldest, f64[at]!);
    }
    return over;
  }

  #endSweep(now: number): void {
    this.#cursor = undefined;
    this.#next = this.#table.size === 0 ? undefined : Math.max(now + this.#ttlMs / SWEEPS, this.#oldest + this.#ttlMs);
    if (this.#next === Number.POSITIVE_INFINITY) this.#next = now + this.#ttlMs;
    this.#oldest = Number.POSITIVE_INFINITY;
  }

  #clear(row: number): void {
    const { slots, slotOffsets } = this.#table;
    const { u8 } = this.#kernels.memory;
    for (const [i, slot] of slots.entries()) {
      const offset = slotOffsets[i]!;
      if (slot === 'bytes16') this.#table.setBytes(row, offset, 0, 0);
      else u8.fill(0, (row >>> 0) + offset, (row >>> 0) + offset + SLOT_BYTES[slot]);
    }
  }
}

/** When the first of them wants to look for rows whose time is over. */
export function firstTimer(ttls: readonly StateTtl[]): number | undefined {
  let first: number | undefined;
  for (const ttl of ttls) {
    const next = ttl.nextTimer();
    if (next !== undefined && (first === undefined || next < first)) first = next;
  }
  return first;
}
