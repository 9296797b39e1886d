import { type Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Schema } from '../../data/schema.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import type { OperatorContext } from '../operator.ts';
import { RowList } from '../row-list.ts';
import { SessionHeap } from '../session-heap.ts';

export interface IntervalSideOptions {
  readonly schema: Schema;
  /** The columns that must be equal to the other side's. */
  readonly keys: readonly number[];
  /** The column of the row's time, of milliseconds. */
  readonly time: number;
  /** A row matches those of the other side whose times are in [its own - beforeMs, its own + afterMs]. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** Whether a row that nothing matched comes out alone. */
  readonly isPadded: boolean;
}

/** How a side's rows are kept: links to the next and the previous row of the key, the key, the next row of the bucket, and whether it was matched. */
export function intervalStore({ schema, keys, isPadded }: IntervalSideOptions): RowStoreOptions {
  return { types: schema.fields.map(({ type }) => type), groupColumns: keys, links: isPadded ? 5 : 4 };
}

/** Rows go together by sixteenths of the interval, a little late: there are few buckets then. */
const BUCKETS_OF_INTERVAL = 16;

/**
 * The rows of one side of an interval join: for each key a list, latest first, so that the rows of an interval are next to each other, and
 * for each stretch of time a bucket, so that rows whose time is over are found without a look at the others.
 */
export class IntervalSide {
  readonly store: RowStore;
  readonly options: IntervalSideOptions;
  readonly #memory: LinearMemory;
  readonly #widthMs: number;
  readonly #buckets = new Map<number, number>();
  /** The last moment of each bucket. */
  readonly #ends = new SessionHeap();
  /** Where a row has its time. */
  readonly #timeOffset: number;
  /** Where a key's row has the first of its list. */
  readonly headOffset: number;
  readonly nextOffset: number;
  readonly #previousOffset: number;
  readonly #keyOffset: number;
  readonly #bucketOffset: number;
  readonly #metOffset: number;

  constructor(context: OperatorContext, name: string, options: IntervalSideOptions, keys: KeyedTable, slot: number) {
    this.options = options;
    this.#memory = context.kernels.memory;
    this.#widthMs = Math.max(1, Math.floor((options.beforeMs + options.afterMs) / BUCKETS_OF_INTERVAL));
    this.store = context.state.rowStore(name, intervalStore(options));
    this.headOffset = keys.slotOffsets[slot]!;
    this.#timeOffset = this.store.fields[options.time]!.offset;
    const [next, previous, key, bucket, met] = this.store.linkOffsets;
    this.nextOffset = next!;
    this.#previousOffset = previous!;
    this.#keyOffset = key!;
    this.#bucketOffset = bucket!;
    this.#metOffset = met ?? 0;
  }

  timeOf(row: number): number {
    return millis(this.#memory.i32, row + this.#timeOffset);
  }

  /** Whether a row of this time is still needed when time is at `now`. */
  isNeeded(time: number, now: number): boolean {
    return time + this.options.afterMs > now;
  }

  /** The first row of a key's list that is not later than `time`; 0 for none. */
  firstUpTo(key: number, time: number): number {
    const { i32 } = this.#memory;
    let row = i32[(key + this.headOffset) >>> 2]!;
    while (row !== 0 && millis(i32, row + this.#timeOffset) > time) row = i32[(row + this.nextOffset) >>> 2]!;
    return row;
  }

  wasMet(row: number): boolean {
    return this.#memory.i32[(row + this.#metOffset) >>> 2] !== 0;
  }

  /** Notes that a row was matched: one of this unit, or one that was touched. */
  meet(row: number): void {
    this.#memory.i32[(row + this.#metOffset) >>> 2] = 1;
  }

  /** Keeps a batch's rows; `keys` has the address of each one's key by row index. */
  add(batch: Batch, keys: Int32Array, times: Float64Array): void {
    this.store.place(batch);
    this.store.write(batch);
    const { i32 } = this.#memory;
    const rows = this.store.rows.view;
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      i32[(rows[i]! + this.#keyOffset) >>> 2] = keys[i]!;
      this.#link(i32, rows[i]!, times[i]!);
    }
  }

  /** Puts a row, which knows its key, into the lists of its key and of its bucket. */
  #link(i32: Int32Array, row: number, time: number): void {
    const head = i32[(row + this.#keyOffset) >>> 2]! + this.headOffset;
    let previous = 0;
    let next = i32[head >>> 2]!;
    while (next !== 0 && millis(i32, next + this.#timeOffset) > time) {
      previous = next;
      next = i32[(next + this.nextOffset) >>> 2]!;
    }
    i32[(row + this.nextOffset) >>> 2] = next;
    i32[(row + this.#previousOffset) >>> 2] = previous;
    if (next !== 0) i32[(next + this.#previousOffset) >>> 2] = row;
    i32[(previous === 0 ? head : previous + this.nextOffset) >>> 2] = row;
    const bucket = Math.floor(time / this.#widthMs);
    const first = this.#buckets.get(bucket);
    if (first === undefined) this.#ends.push((bucket + 1) * this.#widthMs - 1, 0);
    i32[(row + this.#bucketOffset) >>> 2] = first ?? 0;
    this.#buckets.set(bucket, row);
  }

  /** When the next rows go; undefined where there are none. */
  get nextEnd(): number | undefined {
    return this.#ends.length === 0 ? undefined : this.#ends.time + this.options.afterMs;
  }

  /** Takes up to a batch of rows out of their buckets that time has passed at `now`. They must be unlinked and removed next. */
  takeDue(now: number, out: Int32Array): number {
    const { i32 } = this.#memory;
    let count = 0;
    while (count < BATCH_ROWS && this.#ends.length > 0 && this.#ends.time + this.options.afterMs <= now) {
      const bucket = Math.floor(this.#ends.time / this.#widthMs);
      let row = this.#buckets.get(bucket)!;
      for (; row !== 0 && count < BATCH_ROWS; row = i32[(row + this.#bucketOffset) >>> 2]!) out[count++] = row;
      if (row !== 0) this.#buckets.set(bucket, row);
      else {
        this.#buckets.delete(bucket);
        this.#ends.pop();
      }
    }
    return count;
  }

  /** Takes rows out of their keys' lists; writes the keys to `keys` of which neither side has a row now, and returns how many. */
  unlink(rows: Int32Array, count: number, other: IntervalSide, keys: Int32Array): number {
    const { i32 } = this.#memory;
    let empty = 0;
    for (let n = 0; n < count; n++) {
      const row = rows[n]!;
      const key = i32[(row + this.#keyOffset) >>> 2]!;
      const next = i32[(row + this.nextOffset) >>> 2]!;
      const previous = i32[(row + this.#previousOffset) >>> 2]!;
      if (next !== 0) i32[(next + this.#previousOffset) >>> 2] = previous;
      i32[(previous === 0 ? key + this.headOffset : previous + this.nextOffset) >>> 2] = next;
      if (previous === 0 && next === 0 && i32[(key + other.headOffset) >>> 2] === 0) keys[empty++] = key;
    }
    return empty;
  }

  /** Puts restored rows into their lists, earliest first: then each has its place at once. */
  relink(lookup: (count: number, keys: readonly Column[]) => Int32Array): void {
    const { keys, schema } = this.options;
    const columns = schema.fields.map(({ type }, i) => (keys.includes(i) ? new Column(this.#memory, type) : undefined));
    const [cursor, found, all] = [new ScanCursor(), new IntVector(this.#memory), new RowList()];
    for (;;) {
      const count = this.store.scan(cursor, BATCH_ROWS, found);
      if (count === 0) break;
      this.store.read(found, count, columns);
      const heads = lookup(
        count,
        keys.map((key) => columns[key]!),
      );
      for (let n = 0; n < count; n++) {
        const row = found.view[n]!;
        this.#memory.i32[(row + this.#keyOffset) >>> 2] = heads[n]!;
        all.push(row);
      }
    }
    for (const column of columns) column?.free();
    found.free();
    const rows = all.slice(0, all.length);
    const times = Float64Array.from(rows, (row) => this.timeOf(row));
    const order = Uint32Array.from(rows, (_, n) => n).sort((a, b) => times[a]! - times[b]!);
    for (const n of order) this.#link(this.#memory.i32, rows[n]!, times[n]!);
  }
}

/** The 64-bit milliseconds at an address, as a number: exact for every time that a timestamp can have. */
export const millis = (i32: Int32Array, address: number): number => i32[(address + 4) >>> 2]! * 0x1_0000_0000 + (i32[address >>> 2]! >>> 0);
