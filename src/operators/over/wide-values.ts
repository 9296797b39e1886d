import { CellWriter } from '../../data/cell-writer.ts';
import { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { TypeDescriptor } from '../../data/types/descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { OverCall } from '../../plan/nodes/node.ts';

/** Values of the calls of an OVER node for any number of rows. Texts refer to the state. */
export class WideValues {
  readonly #columns: readonly Column[];
  /** Writers of the columns whose values are nested. */
  readonly #writers: readonly (CellWriter | undefined)[];
  readonly #descriptors: readonly TypeDescriptor[];

  constructor(memory: LinearMemory, calls: readonly OverCall[]) {
    this.#columns = calls.map(({ type }) => new Column(memory, type));
    this.#writers = this.#columns.map((column) => (column.children.length > 0 ? new CellWriter(column) : undefined));
    this.#descriptors = calls.map(({ type }) => descriptorOf(type));
  }

  /** Makes room, and forgets what there was. */
  reserve(count: number): void {
    for (const column of this.#columns) {
      column.reserve(count);
      column.hasNulls = false;
    }
    for (const writer of this.#writers) writer?.begin();
  }

  /** Takes the first `count` values of columns, to `at` and behind it. */
  copy(from: readonly Column[], at: number, count: number): void {
    for (const [i, column] of this.#columns.entries()) {
      const writer = this.#writers[i];
      if (writer === undefined) copyValues(from[i]!, 0, column, at, count);
      else for (let n = 0; n < count; n++) writer.copy(from[i]!, n, at + n);
    }
  }

  /** Writes the values of a row to index `at` of columns, of which nested ones are those of these writers. */
  give(row: number, into: readonly Column[], at: number, writers: readonly (CellWriter | undefined)[]): void {
    for (const [i, column] of this.#columns.entries()) {
      const writer = writers[i];
      if (writer === undefined) copyValues(column, row, into[i]!, at, 1);
      else writer.copy(column, row, at);
    }
  }

  differs(row: number, others: WideValues, other: number): boolean {
    return this.#columns.some((column, i) => {
      const than = others.#columns[i]!;
      if (column.isNull(row) !== than.isNull(other)) return true;
      return !column.isNull(row) && this.#descriptors[i]!.compare(column, row, than, other) !== 0;
    });
  }

  close(): void {
    for (const column of this.#columns) column.free();
  }
}

/** NULLs of rows before `at` are those that the target has. */
function copyValues(from: Column, start: number, into: Column, at: number, count: number): void {
  const { values, aux, nulls } = into;
  if (count === 1) {
    values[at] = from.values[start]!;
    if (aux.length > 0) aux[at] = from.aux[start]!;
  } else {
    (values as Int32Array).set((from.values as Int32Array).subarray(start, start + count), at);
    if (aux.length > 0) (aux as Int32Array).set((from.aux as Int32Array).subarray(start, start + count), at);
  }
  if (!from.hasNulls && !into.hasNulls) return;
  if (!into.hasNulls) nulls.fill(0, 0, at);
  into.hasNulls = true;
  for (let n = 0; n < count; n++) nulls[at + n] = from.isNull(start + n) ? 1 : 0;
}
