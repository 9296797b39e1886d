import type { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import { type KeyedTable, ScanCursor } from '../../state/keyed-table.ts';
import type { OperatorContext } from '../operator.ts';

const LEAST = 4;
/**
 * A partition's slots: the address of its list, or its only row where that has room for none, how many rows it has and has room for, its place among
 * the touched ones, from 1, and how many of its first rows are out.
 */
const [LIST, COUNT, ROOM, TOUCHED, OUT] = [0, 1, 2, 3, 4];

/** Rows of partitions, each in order: a list of row addresses for each key. Derived from the rows, and not saved. */
export class OrderedPartitions {
  readonly #memory: LinearMemory;
  readonly #table: KeyedTable;
  #epoch = 0;

  constructor(context: OperatorContext, keyTypes: readonly SqlType[], name = 'partitions') {
    this.#memory = context.kernels.memory;
    this.#table = context.state.keyedTable(name, {
      keyTypes: keyTypes.map((type) => ({ ...type, nullable: true })),
      slots: ['i32', 'i32', 'i32', 'i32', 'i32'],
    });
  }

  /** Addresses of the partitions of a batch's rows, by row index. */
  lookup(batch: Batch, keys: readonly Column[]): IntVector {
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    this.#table.lookup(batch, keys, this.#epoch);
    return this.#table.rows;
  }

  #at(partition: number, slot: number): number {
    return (partition + this.#table.slotOffsets[slot]!) >>> 2;
  }

  count(partition: number): number {
    return this.#memory.i32[this.#at(partition, COUNT)]!;
  }

  /** Where its rows begin among the memory's words. A single row needs no list: it lies in the slot. */
  #first(partition: number): number {
    const { i32 } = this.#memory;
    const slot = this.#at(partition, LIST);
    return i32[this.#at(partition, ROOM)] === 0 ? slot : i32[slot]! >>> 2;
  }

  row(partition: number, position: number): number {
    return this.#memory.i32[this.#first(partition) + position]!;
  }

  /** A copy of a partition's list. */
  rows(partition: number): Int32Array {
    const { i32 } = this.#memory;
    const list = this.#first(partition);
    return i32.slice(list, list + this.count(partition));
  }

  /** Calls `visit` with all partitions; `buffer` is overwritten. */
  each(buffer: IntVector, visit: (partition: number) => void): void {
    const cursor = new ScanCursor();
    for (;;) {
      const count = this.#table.scan(cursor, BATCH_ROWS, buffer);
      if (count === 0) return;
      for (let n = 0; n < count; n++) visit(buffer.view[n]!);
    }
  }

  replaceRows(partition: number, replace: (row: number) => number): void {
    const { i32 } = this.#memory;
    const list = this.#first(partition);
    const count = i32[this.#at(partition, COUNT)]!;
    for (let n = 0; n < count; n++) i32[list + n] = replace(i32[list + n]!);
  }

  touched(partition: number): number {
    return this.#memory.i32[this.#at(partition, TOUCHED)]!;
  }

  setTouched(partition: number, place: number): void {
    this.#memory.i32[this.#at(partition, TOUCHED)] = place;
  }

  /** Forgets a partition's rows. */
  clear(partition: number): void {
    this.#memory.i32[this.#at(partition, COUNT)] = 0;
  }

  out(partition: number): number {
    return this.#memory.i32[this.#at(partition, OUT)]!;
  }

  setOut(partition: number, count: number): void {
    this.#memory.i32[this.#at(partition, OUT)] = count;
  }

  /** May grow the memory. */
  insert(partition: number, position: number, row: number): void {
    const count = this.count(partition);
    if (count === Math.max(1, this.#memory.i32[this.#at(partition, ROOM)]!)) this.#grow(partition, count);
    const { i32 } = this.#memory;
    const list = this.#first(partition);
    if (position < count) i32.copyWithin(list + position + 1, list + position, list + count);
    i32[list + position] = row;
    i32[this.#at(partition, COUNT)] = count + 1;
  }

  remove(partition: number, position: number): void {
    const { i32 } = this.#memory;
    const list = this.#first(partition);
    const count = this.count(partition);
    if (position < count - 1) i32.copyWithin(list + position, list + position + 1, list + count);
    i32[this.#at(partition, COUNT)] = count - 1;
  }

  removeFirst(partition: number, removed: number): void {
    const { i32 } = this.#memory;
    const list = this.#first(partition);
    const count = this.count(partition);
    i32.copyWithin(list, list + removed, list + count);
    i32[this.#at(partition, COUNT)] = count - removed;
  }

  #grow(partition: number, count: number): void {
    const room = Math.max(LEAST, count * 2);
    const list = this.#memory.alloc(room * 4);
    const { i32 } = this.#memory;
    const before = this.#first(partition);
    i32.copyWithin(list >>> 2, before, before + count);
    this.#freeList(partition);
    i32[this.#at(partition, LIST)] = list;
    i32[this.#at(partition, ROOM)] = room;
  }

  /** Forgets partitions without rows. */
  drop(partitions: IntVector, count: number): void {
    for (let n = 0; n < count; n++) this.#freeList(partitions.view[n]!);
    this.#table.removeAll(partitions, count);
  }

  #freeList(partition: number): void {
    const { i32 } = this.#memory;
    const room = i32[this.#at(partition, ROOM)]!;
    if (room > 0) this.#memory.free(i32[this.#at(partition, LIST)]! >>> 0, room * 4);
    i32[this.#at(partition, ROOM)] = 0;
  }

  close(scan: (visit: (partition: number) => void, table: KeyedTable) => void): void {
    scan((partition) => this.#freeList(partition), this.#table);
    this.#table.drop();
  }
}
