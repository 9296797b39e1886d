import { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { TypeDescriptor } from '../../data/types/descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { OverCall } from '../../plan/nodes/node.ts';

/** Values of the calls of an OVER node for any number of rows. Texts refer to the state. */
export class WideValues {
  readonly #columns: readonly Column[];
  readonly #descriptors: readonly TypeDescriptor[];

  constructor(memory: LinearMemory, calls: readonly OverCall[]) {
    this.#columns = calls.map(({ type }) => new Column(memory, type));
    this.#descriptors = calls.map(({ type }) => descriptorOf(type));
  }

  /** Makes room, and forgets what there was. */
  reserve(count: number): void {
    for (const column of this.#columns) {
      column.reserve(count);
      column.hasNulls = false;
    }
  }

  /** Takes the first `count` values of columns, to `at` and behind it. */
  copy(from: readonly Column[], at: number, count: number): void {
    for (const [i, column] of this.#columns.entries()) copyValues(from[i]!, 0, column, at, count);
  }

  /** Writes the values of a row to index `at` of columns. */
  give(row: number, into: readonly Column[], at: number): void {
    for (const [i, column] of this.#columns.entries()) copyValues(column, row, into[i]!, at, 1);
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
