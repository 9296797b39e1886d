import { SlideStep } from '../../codegen/aggregate.ts';
import { type Batch, IntVector } from '../../data/batch.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Schema } from '../../data/schema.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from '../operator.ts';
import type { SlidingGroup } from './sliding-calls.ts';

/**
 * The values of a DISTINCT argument in the frames of one window: how many rows of the frame have each. A row counts when it is the first with its value
 * that comes into the frame, and is taken back when it is the last with it that leaves.
 */
export class FrameValues {
  /** The columns whose values are the table's key, the argument last. */
  readonly columns: readonly number[];
  readonly #memory: LinearMemory;
  readonly #table: KeyedTable;
  readonly #selection: IntVector;
  readonly #empty: IntVector;
  #epoch = 0;

  /** The table has one slot of an i64: how many rows have the value. */
  constructor(memory: LinearMemory, table: KeyedTable, columns: readonly number[]) {
    this.#memory = memory;
    this.#table = table;
    this.columns = columns;
    this.#selection = new IntVector(memory);
    this.#empty = new IntVector(memory);
  }

  /** Of the steps over the rows of a batch, makes those nothing whose row does not change which values there are. May grow the memory. */
  settle(batch: Batch, kinds: Uint8Array, count: number): void {
    const selectedCount = this.#select(batch, kinds, count);
    if (selectedCount === 0) return;
    this.#epoch = (this.#epoch + 1) | 0 || 1;
    const table = this.#table;
    const keys = this.columns.map((column) => batch.columns[column]!);
    const touched = table.lookup({ rowCount: count, selection: this.#selection, selectedCount }, keys, this.#epoch);
    const { i64 } = this.#memory;
    const [offset] = table.slotOffsets as [number];
    const [rows, selected] = [table.rows.view, this.#selection.view];
    for (let n = 0; n < selectedCount; n++) {
      const step = selected[n]!;
      const at = (rows[step]! + offset) >>> 3;
      const isAdded = kinds[step] === SlideStep.add;
      const times = i64[at]! + (isAdded ? 1n : -1n);
      i64[at] = times;
      if (times !== (isAdded ? 1n : 0n) || kinds[step] === SlideStep.forget) kinds[step] = SlideStep.none;
    }
    this.#forget(touched);
  }

  /** The steps that add or take back a value. */
  #select(batch: Batch, kinds: Uint8Array, count: number): number {
    const argument = batch.columns[this.columns.at(-1)!]!;
    const { view } = this.#selection;
    let selected = 0;
    for (let n = 0; n < count; n++) {
      const kind = kinds[n]!;
      if (kind !== SlideStep.reset && kind !== SlideStep.none && !argument.isNull(n)) view[selected++] = n;
    }
    return selected;
  }

  /** Removes the values that no row has any more. */
  #forget(touched: number): void {
    const { i64 } = this.#memory;
    const [offset] = this.#table.slotOffsets as [number];
    const { view } = this.#table.touched;
    let count = 0;
    for (let n = 0; n < touched; n++) if (i64[(view[n]! + offset) >>> 3] === 0n) this.#empty.view[count++] = view[n]!;
    if (count > 0) this.#table.removeAll(this.#empty, count);
  }

  /** Forgets all values. */
  clear(): void {
    if (this.#table.size > 0) this.#table.clear();
  }

  snapshot(writer: SnapshotWriter): void {
    this.#table.snapshot(writer);
  }

  restore(reader: SnapshotReader): void {
    this.#table.restore(reader);
  }

  close(): void {
    this.#table.drop();
    this.#selection.free();
    this.#empty.free();
  }
}

/** The values of the DISTINCT argument of each group that has one, in tables `distinct-0` and so on: (partition, value) -> how many rows. */
export function frameValues(
  context: OperatorContext,
  groups: readonly SlidingGroup[],
  input: Schema,
  partition: readonly number[],
): Map<SlidingGroup, FrameValues> {
  const made = new Map<SlidingGroup, FrameValues>();
  for (const group of groups) {
    if (group.distinct === undefined) continue;
    const columns = [...partition, group.distinct];
    const keyTypes = columns.map((column) => input.fields[column]!.type);
    const groupKeys = partition.map((_, i) => i);
    const table = context.state.keyedTable(`distinct-${made.size}`, { keyTypes, groupKeys, slots: ['i64'] });
    made.set(group, new FrameValues(context.kernels.memory, table, columns));
  }
  return made;
}
