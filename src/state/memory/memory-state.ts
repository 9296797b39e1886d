import { assert } from '../../common/assert.ts';
import { types } from '../../data/types/sql-type.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { KeyedTable, KeyedTableOptions } from '../keyed-table.ts';
import { type RowStore, type RowStoreOptions, rowStoreTable } from '../row-store.ts';
import { DEFAULT_MAX_PARALLELISM, type StateBackend } from '../state-backend.ts';
import type { StateSnapshot } from '../state-snapshot.ts';
import type { TimerState, TimerStateOptions } from '../timer-state.ts';
import { valueSlots } from '../value-slots.ts';
import type { ValueState, ValueStateOptions } from '../value-state.ts';
import { MemoryTable, type OpenTables, type TableShape } from './memory-table.ts';
import { rowLayout } from './row-layout.ts';
import { StatePages } from './state-pages.ts';
import { TableOutput } from './table-output.ts';
import { TableRowStore } from './table-row-store.ts';
import { TableTimers, TIMER_SLOTS } from './table-timers.ts';
import { TableValues } from './table-values.ts';

/** Makes the tables whose rows may leave memory, where there is a budget. */
export type MakeSpillingTable = (name: string, shape: TableShape) => MemoryTable;

/** State in the worker's linear memory, up to its 4 GB. */
export class MemoryState implements StateBackend {
  readonly #kernels: Kernels;
  readonly #pages: StatePages;
  readonly #tables: OpenTables = { open: new Set(), count: 0 };

  readonly #makeSpilling: MakeSpillingTable | undefined;

  constructor(kernels: Kernels, makeSpilling?: MakeSpillingTable) {
    this.#kernels = kernels;
    this.#pages = new StatePages(kernels);
    this.#makeSpilling = makeSpilling;
  }

  keyedTable(name: string, options: KeyedTableOptions): MemoryTable {
    const { keyTypes, slots, saveBefore = false, many = false, maxParallelism = DEFAULT_MAX_PARALLELISM } = options;
    assert(Number.isInteger(maxParallelism) && maxParallelism > 0 && maxParallelism <= 32_768, `maxParallelism ${maxParallelism}`);
    const layout = rowLayout(options);
    const output = new TableOutput(this.#kernels, layout, saveBefore);
    const shape = { keyTypes, slots, maxParallelism, layout, many, output, pages: this.#pages, tables: this.#tables };
    return (options.spills === true && this.#makeSpilling?.(name, shape)) || new MemoryTable(name, shape);
  }

  valueState(name: string, { valueTypes, ...options }: ValueStateOptions): ValueState {
    const table = this.keyedTable(name, { ...options, slots: valueSlots(valueTypes) });
    return new TableValues(this.#kernels, table, valueTypes);
  }

  rowStore(name: string, options: RowStoreOptions): RowStore {
    return new TableRowStore(this.#kernels, this.keyedTable(name, rowStoreTable(options)), options);
  }

  timers(name: string, { keyTypes, ...options }: TimerStateOptions): TimerState {
    const groupKeys = keyTypes.map((_, i) => i);
    const table = this.keyedTable(name, { ...options, keyTypes: [...keyTypes, types.bigint(false)], groupKeys, slots: TIMER_SLOTS });
    return new TableTimers(this.#kernels.memory, table);
  }

  get byteSize(): number {
    let total = 0;
    for (const table of this.#tables.open) total += table.byteSize;
    return total;
  }

  beginSnapshot(tables: readonly KeyedTable[]): StateSnapshot {
    const own = tables.filter((table) => table instanceof MemoryTable);
    assert(own.length === tables.length, 'a snapshot is of tables of one backend');
    return this.#pages.begin(own);
  }

  close(): void {
    this.#pages.abandon();
    for (const table of [...this.#tables.open]) table.drop();
    this.#pages.close();
  }
}
