import type { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';

/** Values of a column that go together: how many, and where their indexes lie. */
export interface Picked {
  readonly column: Column;
  readonly indexes: number;
  readonly count: number;
}

/** Lists what goes of nested columns with rows that go: of ROWs the same rows of their fields, of arrays and maps the elements of these rows. */
export class ElementLists {
  readonly #memory: LinearMemory;
  readonly #made: { readonly address: number; readonly byteSize: number }[] = [];

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** The columns with all that is inside them, in the order of the layout. May grow the memory. */
  picked(columns: readonly Column[], indexes: number, count: number): readonly Picked[] {
    return columns.flatMap((column) => {
      const inside = column.storage === 'row' ? { indexes, count } : this.#elements({ column, indexes, count });
      return [{ column, indexes, count }, ...this.picked(column.children, inside.indexes, inside.count)];
    });
  }

  #elements(rows: Picked): { readonly indexes: number; readonly count: number } {
    if (rows.column.children.length === 0) return { indexes: 0, count: 0 };
    const total = this.#each(rows, () => undefined);
    const byteSize = Math.max(16, total * 4);
    const address = this.#memory.alloc(byteSize);
    this.#made.push({ address, byteSize });
    const { u32 } = this.#memory;
    let at = address >>> 2;
    this.#each(rows, (start, length) => {
      for (let k = 0; k < length; k++) u32[at++] = start + k;
    });
    return { indexes: address, count: total };
  }

  /** Calls `take` with where the elements of each row begin and how many there are; returns how many there are of all. */
  #each({ column, indexes, count }: Picked, take: (start: number, length: number) => void): number {
    const { u32 } = this.#memory;
    const { values, aux } = column;
    let total = 0;
    for (let n = 0; n < count; n++) {
      const row = u32[(indexes >>> 2) + n]!;
      if (column.isNull(row)) continue;
      take(values[row] as number, aux[row] as number);
      total += aux[row] as number;
    }
    return total;
  }

  /** Gives the memory of all lists back. */
  free(): void {
    for (const { address, byteSize } of this.#made) this.#memory.free(address, byteSize);
    this.#made.length = 0;
  }
}
