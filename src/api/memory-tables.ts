import type { MemoryTable } from '../connectors/memory/memory-table.ts';
import type { MemoryRows } from './typed/memory-rows.ts';

/**
 * The memory tables of a program by the names that the engine made for them. A table lives as long as something that reads or writes
 * it: its source or sink, a pipeline, a running job. A program may make any number of them.
 */
export class MemoryTables {
  readonly #tables = new Map<string, WeakRef<MemoryTable>>();
  readonly #names = new WeakMap<MemoryRows, { readonly name: string; readonly table: MemoryTable }>();
  readonly #kept = new Set<MemoryRows>();
  readonly #forget = new FinalizationRegistry<string>((name) => this.#tables.delete(name));
  #count = 0;

  /** The name of the table of these rows, made at the first call. */
  nameOf(rows: MemoryRows, make: () => MemoryTable): string {
    const known = this.#names.get(rows);
    if (known !== undefined) return known.name;
    const name = `rows$${++this.#count}`;
    const table = make();
    this.#names.set(rows, { name, table });
    this.#tables.set(name, new WeakRef(table));
    this.#forget.register(table, name);
    return name;
  }

  /** Keeps the rows' table for good: SQL names it. */
  keep(rows: MemoryRows): void {
    this.#kept.add(rows);
  }

  get(name: string): MemoryTable | undefined {
    return this.#tables.get(name)?.deref();
  }

  get size(): number {
    return this.#tables.size;
  }

  keys(): MapIterator<string> {
    return this.#tables.keys();
  }
}
