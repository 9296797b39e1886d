import { Batch, IntVector, RowKind } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Schema } from '../../data/schema.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import { ScanCursor } from '../../state/keyed-table.ts';
import type { RowStore, RowStoreOptions } from '../../state/row-store.ts';
import type { OperatorContext } from '../operator.ts';

export interface JoinSideOptions {
  readonly schema: Schema;
  /** The columns that must be equal to the other side's. */
  readonly keys: readonly number[];
  /** Whether rows may be taken back. */
  readonly updates: boolean;
  /** Of a side that takes rows back, the columns that tell its rows apart, beside the keys; undefined where only all of them do. */
  readonly uniqueKey: readonly number[] | undefined;
  /** Whether it matters how many partners a row has: one without any is padded, or decides a semi join. */
  readonly countsPartners: boolean;
}

/** How a side's rows are kept. */
export function sideStore({ schema, keys, updates, uniqueKey, countsPartners }: JoinSideOptions): RowStoreOptions {
  return {
    types: schema.fields.map(({ type }) => type),
    groupColumns: keys,
    ...(updates && { identity: uniqueKey ?? [...schema.fields.keys()] }),
    links: 1 + (updates ? 2 : 0) + (countsPartners ? 1 : 0),
  };
}

/**
 * The rows of one side of a join, a list for each key, whose first row a table that both sides share names. A side that only grows
 * appends its rows; one that takes rows back finds them by what tells them apart, and counts equal ones.
 */
export class JoinSide {
  readonly store: RowStore;
  readonly #options: JoinSideOptions;
  readonly #memory: LinearMemory;
  /** Where a key's row has the first row of its list. */
  readonly headOffset: number;
  readonly nextOffset: number;
  readonly #previousOffset: number;
  readonly #copiesOffset: number;
  readonly #partnersOffset: number;
  readonly #added: IntVector;
  readonly #gone: IntVector;

  constructor(context: OperatorContext, name: string, options: JoinSideOptions, heads: KeyedTable, headSlot: number) {
    this.#options = options;
    this.#memory = context.kernels.memory;
    this.headOffset = heads.slotOffsets[headSlot]!;
    this.store = context.state.rowStore(name, sideStore(options));
    const [next, previous, copies] = this.store.linkOffsets;
    this.nextOffset = next!;
    this.#previousOffset = previous ?? 0;
    this.#copiesOffset = copies ?? 0;
    this.#partnersOffset = this.store.linkOffsets.at(-1)!;
    this.#added = new IntVector(this.#memory);
    this.#gone = new IntVector(this.#memory);
  }

  get countsPartners(): boolean {
    return this.#options.countsPartners;
  }

  /** How many equal rows a row stands for. */
  copies(row: number): number {
    return this.#options.updates ? this.#memory.i32[(row + this.#copiesOffset) >>> 2]! : 1;
  }

  partners(row: number): number {
    return this.#memory.i32[(row + this.#partnersOffset) >>> 2]!;
  }

  setPartners(row: number, count: number): void {
    this.#memory.i32[(row + this.#partnersOffset) >>> 2] = count;
  }

  /** The first row of a key, or 0. */
  firstOf(head: number): number {
    return this.#memory.i32[(head + this.headOffset) >>> 2]!;
  }

  /** The row behind one in its key's list, or 0. */
  nextOf(row: number): number {
    return this.#memory.i32[(row + this.nextOffset) >>> 2]!;
  }

  /** Adds and takes back a batch's rows. `heads` has the address of each one's key by row index. */
  apply(batch: Batch, heads: Int32Array): void {
    this.store.begin();
    this.store.place(batch);
    if (this.#options.updates) this.#change(batch, heads);
    else {
      this.store.write(batch);
      this.#append(batch, heads);
    }
  }

  #append(batch: Batch, heads: Int32Array): void {
    const { i32 } = this.#memory;
    const rows = this.store.rows.view;
    const { headOffset, nextOffset } = this;
    const { size } = batch;
    const selection = batch.selection?.view;
    for (let n = 0; n < size; n++) {
      const i = selection === undefined ? n : selection[n]!;
      const at = (heads[i]! + headOffset) >>> 2;
      i32[(rows[i]! + nextOffset) >>> 2] = i32[at]!;
      i32[at] = rows[i]!;
    }
  }

  #change(batch: Batch, heads: Int32Array): void {
    const { i32 } = this.#memory;
    const rows = this.store.rows.view;
    const [added, gone] = [this.#added.view, this.#gone.view];
    const isUnique = this.#options.uniqueKey !== undefined;
    let [adds, ends] = [0, 0];
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const row = rows[i]!;
      const at = (row + this.#copiesOffset) >>> 2;
      const kind = batch.kind(i);
      if (kind === RowKind.insert || kind === RowKind.updateAfter) {
        if (i32[at] === 0) this.#link(i32, heads[i]!, row);
        i32[at] = isUnique ? 1 : i32[at]! + 1;
        added[adds++] = i;
        continue;
      }
      if (i32[at]! > 0 && --i32[at]! === 0) this.#unlink(i32, heads[i]!, row);
      if (i32[at] === 0) gone[ends++] = row;
    }
    this.#write(batch, adds);
    // One that came back in the same batch stays.
    let left = 0;
    for (let n = 0; n < ends; n++) if (this.copies(gone[n]!) === 0) gone[left++] = gone[n]!;
    this.store.remove(this.#gone, left);
  }

  #write(batch: Batch, adds: number): void {
    if (adds === 0) return;
    const { columns, rowCount } = batch;
    this.store.write(Object.assign(new Batch(columns), { rowCount, selection: this.#added, selectedCount: adds }));
  }

  #link(i32: Int32Array, head: number, row: number): void {
    const at = (head + this.headOffset) >>> 2;
    const next = i32[at]!;
    i32[(row + this.nextOffset) >>> 2] = next;
    i32[(row + this.#previousOffset) >>> 2] = 0;
    if (next !== 0) i32[(next + this.#previousOffset) >>> 2] = row;
    i32[at] = row;
  }

  #unlink(i32: Int32Array, head: number, row: number): void {
    const next = i32[(row + this.nextOffset) >>> 2]!;
    const previous = i32[(row + this.#previousOffset) >>> 2]!;
    if (next !== 0) i32[(next + this.#previousOffset) >>> 2] = previous;
    i32[(previous === 0 ? head + this.headOffset : previous + this.nextOffset) >>> 2] = next;
  }

  /** Puts restored rows into the lists of their keys. */
  relink(lookup: (count: number, keys: readonly Column[]) => Int32Array): void {
    const { keys, schema, updates } = this.#options;
    const columns = schema.fields.map(({ type }, i) => (keys.includes(i) ? new Column(this.#memory, type) : undefined));
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.store.scan(cursor, BATCH_ROWS, this.#gone);
      if (count === 0) break;
      this.store.read(this.#gone, count, columns);
      const heads = lookup(
        count,
        keys.map((key) => columns[key]!),
      );
      const { i32 } = this.#memory;
      for (let n = 0; n < count; n++) {
        const row = this.#gone.view[n]!;
        if (updates) this.#link(i32, heads[n]!, row);
        else {
          const at = (heads[n]! + this.headOffset) >>> 2;
          i32[(row + this.nextOffset) >>> 2] = i32[at]!;
          i32[at] = row;
        }
      }
    }
    for (const column of columns) column?.free();
  }

  /** Whether a key has no row here. */
  isEmpty(head: number): boolean {
    return this.#memory.i32[(head + this.headOffset) >>> 2] === 0;
  }

  close(): void {
    this.#added.free();
    this.#gone.free();
    this.store.drop();
  }
}
