import { type Batch, IntVector, RowKind } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Schema } from '../../data/schema.ts';
import { ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import { millis } from '../interval-join/interval-side.ts';
import type { OperatorContext } from '../operator.ts';
import { RowList } from '../row-list.ts';
import { SessionHeap } from '../session-heap.ts';

export interface TimedSide {
  readonly schema: Schema;
  readonly keys: readonly number[];
  /** The column of the row's time, of milliseconds. */
  readonly time: number;
}

/** How versions are kept: links to the next older and the next newer one of the key, the key, and the marks. */
export function versionStore({ fields }: Schema, keys: readonly number[]): RowStoreOptions {
  return { types: fields.map(({ type }) => type), groupColumns: keys, links: 4 };
}

/** Marks of a version: the row is gone from then on; another of the same time came later and counts instead; it is being removed. */
const [GONE, REPLACED, REMOVED] = [1, 2, 4];

/**
 * The versions of rows by key, each from its time on: a list for each key, newest first. Of versions of the same time the one that came last
 * counts. When time passes a version, older ones are of no use any more.
 */
export class RowVersions {
  readonly store: RowStore;
  readonly #side: TimedSide;
  readonly #memory: LinearMemory;
  /** Where a key's row has its newest version. */
  readonly #headOffset: number;
  readonly #timeOffset: number;
  readonly #nextOffset: number;
  readonly #previousOffset: number;
  readonly #keyOffset: number;
  readonly #marksOffset: number;
  /** Versions that time has not passed yet. */
  readonly #coming = new SessionHeap();
  readonly #one: IntVector;

  constructor(context: OperatorContext, name: string, side: TimedSide, headOffset: number) {
    this.#side = side;
    this.#memory = context.kernels.memory;
    this.#headOffset = headOffset;
    this.store = context.state.rowStore(name, versionStore(side.schema, side.keys));
    this.#timeOffset = this.store.fields[side.time]!.offset;
    const [next, previous, key, marks] = this.store.linkOffsets;
    this.#nextOffset = next!;
    this.#previousOffset = previous!;
    this.#keyOffset = key!;
    this.#marksOffset = marks!;
    this.#one = new IntVector(this.#memory);
  }

  /** Adds a batch's versions; `keys` has the address of each one's key by row index, `times` its time. */
  add(batch: Batch, keys: Int32Array, times: Float64Array): void {
    this.store.begin();
    this.store.place(batch);
    this.store.write(batch);
    for (let n = 0; n < batch.size; n++) {
      const { i32 } = this.#memory;
      const rows = this.store.rows.view;
      const i = batch.rowIndex(n);
      const kind = batch.kind(i);
      const isGone = kind === RowKind.delete || kind === RowKind.updateBefore;
      i32[(rows[i]! + this.#keyOffset) >>> 2] = keys[i]!;
      i32[(rows[i]! + this.#marksOffset) >>> 2] = isGone ? GONE : 0;
      this.#link(rows[i]!, times[i]!, true);
    }
  }

  #link(row: number, time: number, isNew: boolean): void {
    const { i32 } = this.#memory;
    const head = i32[(row + this.#keyOffset) >>> 2]! + this.#headOffset;
    let previous = 0;
    let next = i32[head >>> 2]!;
    while (next !== 0 && this.#timeOf(next) > time) {
      previous = next;
      next = i32[(next + this.#nextOffset) >>> 2]!;
    }
    i32[(row + this.#nextOffset) >>> 2] = next;
    i32[(row + this.#previousOffset) >>> 2] = previous;
    if (next !== 0) i32[(next + this.#previousOffset) >>> 2] = row;
    i32[(previous === 0 ? head : previous + this.#nextOffset) >>> 2] = row;
    if (isNew && next !== 0 && this.#timeOf(next) === time) this.#replace(next);
    this.#coming.push(time, row);
  }

  #replace(row: number): void {
    this.#one.view[0] = row;
    this.store.touch(this.#one, 1);
    this.#memory.i32[(row + this.#marksOffset) >>> 2]! |= REPLACED;
  }

  #timeOf(row: number): number {
    return millis(this.#memory.i32, row + this.#timeOffset);
  }

  /** The version of a key that is valid at a time; 0 for none. */
  at(key: number, time: number): number {
    const { i32 } = this.#memory;
    let row = i32[(key + this.#headOffset) >>> 2]!;
    while (row !== 0 && this.#timeOf(row) > time) row = i32[(row + this.#nextOffset) >>> 2]!;
    return row === 0 || (i32[(row + this.#marksOffset) >>> 2]! & GONE) !== 0 ? 0 : row;
  }

  isEmpty(key: number): boolean {
    return this.#memory.i32[(key + this.#headOffset) >>> 2] === 0;
  }

  /** Removes the versions that no row at `now` or later can meet. */
  forget(now: number): void {
    const { i32 } = this.#memory;
    const old = new RowList();
    while (this.#coming.length > 0 && this.#coming.time <= now) {
      const { row } = this.#coming;
      this.#coming.pop();
      const previous = i32[(row + this.#previousOffset) >>> 2]!;
      const isOld = (i32[(row + this.#marksOffset) >>> 2]! & REMOVED) === 0 && previous !== 0 && this.#timeOf(previous) <= now;
      this.#cut(isOld ? previous : row, old);
    }
    if (old.length === 0) return;
    this.store.begin();
    for (let from = 0; from < old.length; from += BATCH_ROWS) {
      this.store.remove(this.#one, old.copy(from, BATCH_ROWS, this.#one.view));
    }
  }

  /** Takes all that are older than a version out of its list. */
  #cut(row: number, old: RowList): void {
    const { i32 } = this.#memory;
    let next = i32[(row + this.#nextOffset) >>> 2]!;
    i32[(row + this.#nextOffset) >>> 2] = 0;
    while (next !== 0) {
      const older = i32[(next + this.#nextOffset) >>> 2]!;
      i32[(next + this.#marksOffset) >>> 2]! |= REMOVED;
      i32[(next + this.#nextOffset) >>> 2] = 0;
      old.push(next);
      next = older;
    }
  }

  /** Puts restored versions into the lists of their keys, earliest first. */
  relink(lookup: (count: number, keys: readonly Column[]) => Int32Array): void {
    const { keys, schema } = this.#side;
    const rows = linkKeys(this.#memory, this.store, schema, keys, this.#keyOffset, lookup);
    const { i32 } = this.#memory;
    const times = Float64Array.from(rows, (row) => this.#timeOf(row));
    const isReplaced = (n: number): number => i32[(rows[n]! + this.#marksOffset) >>> 2]! & REPLACED;
    const order = Uint32Array.from(rows, (_, n) => n).sort((a, b) => times[a]! - times[b]! || isReplaced(b) - isReplaced(a));
    for (const n of order) this.#link(rows[n]!, times[n]!, false);
  }

  close(): void {
    this.#one.free();
    this.store.drop();
  }
}

/** Writes into all rows of a restored store where their keys are; returns the rows. */
export function linkKeys(
  memory: LinearMemory,
  store: RowStore,
  { fields }: Schema,
  keys: readonly number[],
  keyOffset: number,
  lookup: (count: number, keys: readonly Column[]) => Int32Array,
): Int32Array {
  const columns = fields.map(({ type }, i) => (keys.includes(i) ? new Column(memory, type) : undefined));
  const [cursor, found, all] = [new ScanCursor(), new IntVector(memory), new RowList()];
  for (;;) {
    const count = store.scan(cursor, BATCH_ROWS, found);
    if (count === 0) break;
    store.read(found, count, columns);
    const heads = lookup(
      count,
      keys.map((key) => columns[key]!),
    );
    for (let n = 0; n < count; n++) {
      memory.i32[(found.view[n]! + keyOffset) >>> 2] = heads[n]!;
      all.push(found.view[n]!);
    }
  }
  for (const column of columns) column?.free();
  found.free();
  return all.slice(0, all.length);
}
